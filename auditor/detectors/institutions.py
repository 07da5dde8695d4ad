"""Hospitals, clinics and other institutions by name."""

# Patterns and word lists read better on one line.
# ruff: noqa: E501, SIM905

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.detectors.base import Hit
from auditor.detectors.lexicon import look_up
from auditor.model import Category

_KIND = (
    r"(?:Hospitals?|Hosp|Clinics?|Medical (?:Center|Centre|Clinic|Institute|College|School|Group|Practice)|Med\.? ?C(?:en)?te?r|Infirmary|Health ?care (?:Center|Centre|System|Trust)|"
    r"Health (?:System|Center|Centre|Network|Trust|Sciences? Cent(?:er|re)|Services?)|Imaging (?:Center|Centre|Associates|Services)|Radiology (?:Associates|Center|Centre|Group)|"
    r"Cancer (?:Center|Centre|Institute)|Diagnostic (?:Center|Centre|Imaging)|Surgery Center|Heart (?:Center|Centre|Institute)|Sanatorium|Sanitarium|Hospice|Polyclinic|Nursing Home|University|NHS (?:Foundation )?Trust|Memorial)"
)
_KIND_UPPER = _KIND.upper()
_WORD = r"(?:(?:St|Mt|Dr|Ft)\.?|[A-Z][\w.'’\-]{1,24}|of|the|and|&|for|de|la|du|del|di|der|van|von|y)"
_ENGLISH = re.compile(
    rf"(?<![\w])(?P<name>[A-Z][\w.'’\-]{{1,24}}(?:,? {_WORD}){{0,6}}),? (?P<kind>{_KIND})\b(?: (?:of|for|at) (?:the )?[A-Z]\w{{2,20}}(?: [A-Z]\w{{2,20}}){{0,2}})?"
)
_UPPER = re.compile(
    rf"(?<![\w])(?P<name>[A-Z][A-Z.'’&\-]{{1,24}}(?:,? [A-Z&][A-Z.'’&\-]{{0,24}}){{0,6}}) (?P<kind>{_KIND_UPPER})(?![A-Z])"
)
_JOINED = re.compile(
    r"(?<![\w])(?P<name>(?:[A-Z][a-z]{2,20}){1,4}|[A-Z]{4,40}?)(?P<kind>Hospital|Clinic|MedicalCenter|MedicalClinic|HOSPITAL|CLINIC|MEDICALCENTER)(?![\w])"
)
# St. Luke's: only hospitals, schools and churches are called so.
_SAINT = re.compile(
    r"(?<!\w)(?:St\.?|Saint|ST\.?) [A-Z][A-Za-z]{2,15}['’][sS](?!\w)(?! (?:fire|dance|disease|wort))"
)
_BARE_NAME = re.compile(
    r"\b(?:outside|transfer(?:red)?|referred|refer|imported|from|at|seen|done|films?|images?|cd|study|osh|prior|hospital)\b[^\n.;]{0,24}?[ \-–:]{1,3}"
    r"(?P<name>(?:[A-Z][a-z]{2,16} ){1,2}(?:General|Regional|Memorial|Presbyterian|Methodist|Baptist|Adventist|Lutheran|Mercy|Sinai|Infirmary))(?![ \-]?\w)"
)
_EUROPEAN = re.compile(
    r"(?<!\w)(?:(?:Universit[äa]ts)?[Kk]lini(?:kum|k|ken)|Krankenhaus|Spital|Inselspital|Poliklinik|Radiologie|Praxis|CHU|CHRU|CHR|CHUV|H[ôo]pital|H[ôo]pitaux|Clinique|Centre [Hh]ospitalier|Institut|"
    r"Hospital|Hosp\.|Cl[íi]nica|Sanatorio|Centro M[ée]dico|Ospedale|Policlinico|Azienda Ospedaliera|IRCCS|Casa di Cura|Ziekenhuis|Szpital|Nemocnice|Sjukhuset|Sykehus|AKH|Charit[ée]|KLINIKI|KLINIKUM|SPITAL|KRANKENHAUS|CLINIQUE|ZIEKENHUIS|HOPITAL|OSPEDALE|CLINICA|UNIVERSITAETSKLINIKUM)"
    r"(?:[ \-–]{1,3}(?:rechts|links|de|du|des|del|della|di|do|da|la|le|les|l'|d'|dr|Dr\.?|der|für|fur|am|im|in|zu|San|Santa|Sankt|St\.?|Universitaire|Universitario|Universitaria|Régional|General|Maggiore)[ ']?){0,4}[ \-–]{1,3}[A-ZÄÖÜÉÈ][\w.'’\-]{2,24}(?:[ \-][A-ZÄÖÜÉ][\w.'’\-]{2,24}){0,3}"
    r"|(?<!\w)[A-ZÄÖÜ][\w.\-]{2,30}(?:krankenhaus|klinikum|klinik|kliniken|spital|hospital|ziekenhuis|sjukhus|sykehus|gasthuis)(?: [A-ZÄÖÜ][\w.\-]{2,24}){0,2}"
)  # fmt: skip
_HAN_KIND = "(?:医院|醫院|卫生院|卫生所|卫生室|卫生站|保健院|保健所|诊所|門診|门诊部|卫生服务中心|服务站|疗养院|防治院|防治所|防治中心|体检中心|影像中心|医学中心|医疗中心|肿瘤中心|医学院|医科大学|病院|クリニック|医療センター|診療所)"
_HAN = re.compile(
    rf"[\u4e00-\u9fffA-Za-zぁ-ヶー（）()·]{{2,24}}?{_HAN_KIND}(?:[\u4e00-\u9fff]{{1,6}}(?:院区|分院))?"
)
_HAN_CUT = re.compile(
    r".*(?:[于在由到至从曾赴往转该]|本院|我院|外院|当地|上级|下级|入住|就诊|患者|医师|单位|名称|姓名|申请|检查)"
)
_HAN_GENERIC = re.compile(
    r"(?:[本我外该贵各某其他当地上下级三二一甲乙等大小综合专科医疗基层社区定点人民中心附属第公立民营私立儿童妇产]*)"
)
_MEDICAL = re.compile(
    r"(?<![\w])(?P<name>[A-Z][\w.'\-]{2,24}(?: [A-Z][\w.'\-]{2,24}){0,2}) (?:MEDICAL|Medical)(?=\s*(?:$|[^\w\s]))"
)
_KOREAN = re.compile(r"[\uac00-\ud7af]{2,12}(?:병원|의원|의료원|보건소)")
_GENERIC = frozenset(
    "the a an and of for our this that local outside community general regional university medical teaching district county city "
    "state national private public children childrens women womens veterans memorial central emergency day field animal pet outpatient "
    "inpatient walk-in primary tertiary referring other health imaging clinic hospital center centre name department dept radiology "
    "diagnostic admitted in to from at follow up transfer transferred memorial dental eye care rehab rehabilitation".split()
)


def find_institutions(text: str) -> Iterator[Hit]:
    """Names of institutions that hold at least one word of their own."""
    for pattern, confidence in ((_ENGLISH, 0.85), (_UPPER, 0.85), (_JOINED, 0.8)):
        for match in pattern.finditer(text):
            start = _own_start(match)
            if start is not None:
                weak = match.group("kind").lower() in {"memorial", "university", "hosp"}
                yield Hit(
                    Category.INSTITUTION,
                    "institution",
                    start,
                    match.end(),
                    confidence - (0.15 if weak else 0),
                )
    for match in _BARE_NAME.finditer(text):
        yield Hit(Category.INSTITUTION, "institution", *match.span("name"), 0.65)
    if text.islower() and len(text) <= 64:
        for match in _ENGLISH.finditer(text.title()):
            if _own_start(match) is not None:
                yield Hit(Category.INSTITUTION, "institution", match.start(), match.end(), 0.65)
    for match in _SAINT.finditer(text):
        yield Hit(Category.INSTITUTION, "institution", match.start(), match.end(), 0.6)
    for match in _EUROPEAN.finditer(text):
        yield Hit(Category.INSTITUTION, "institution", match.start(), match.end(), 0.75)
    for match in _HAN.finditer(text):
        yield from _chinese(match)
    for match in _KOREAN.finditer(text):
        yield Hit(Category.INSTITUTION, "institution", match.start(), match.end(), 0.8)
    for match in _MEDICAL.finditer(text):
        # Makers of scanners call themselves so as well.
        if _own_start(match) is not None and not any(look_up(w).clinical for w in match["name"].split()):
            yield Hit(Category.INSTITUTION, "institution", match.start(), match.end(), 0.5)


def _own_start(match: re.Match[str]) -> int | None:
    """Where the name starts, or None when every word of it is generic or a word of imaging."""
    words = re.findall(r"[^\W\d_]{2,}", match.group("name"))
    own = [
        w for w in words if w.lower() not in _GENERIC and not (look_up(w).clinical and not look_up(w).name)
    ]
    return match.start() if own else None


def _chinese(match: re.Match[str]) -> Iterator[Hit]:
    value = match.group()
    kind = re.search(_HAN_KIND, value)
    if not kind:
        return
    name = value[: kind.start()]
    cut = _HAN_CUT.match(name)
    start = cut.end() if cut else 0
    own = name[start:]
    if len(own) >= 2 and not _HAN_GENERIC.fullmatch(own):
        yield Hit(Category.INSTITUTION, "institution", match.start() + start, match.end(), 0.9)
    elif kind.group() not in {"影像中心", "体检中心", "医学中心", "门诊部"} and re.search(r"[市县省]", name):
        yield Hit(Category.INSTITUTION, "institution", match.start(), match.end(), 0.6)
