"""`label: value` pairs as forms, reports and scanner screens print them.

A label says what its value is, so these are the surest hits: at least 0.9 with a colon. Without
one (`MRN 123456`, `DOB08/04/1932`, `住院号123456`) the value must also look the part.
"""

# Patterns and word lists read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from auditor.detectors.base import Hit
from auditor.detectors.cjk_names import has_cjk
from auditor.detectors.dates import find_dates, is_date
from auditor.detectors.lexicon import chinese_words, look_up, simplify
from auditor.detectors.names import person_name
from auditor.detectors.placeholders import is_placeholder, is_pseudonym
from auditor.model import Category

VALUE = 64
"""Longest value looked at, in characters."""


@dataclass(frozen=True, slots=True)
class Label:
    """One family of labels. `shape` names the function that reads the value after it."""

    category: Category
    kind: str
    shape: str
    latin: str
    han: str = ""
    weak: bool = False
    """The word has other uses: needs a colon, or a value that could be nothing else."""


_NO = r"(?:[ ._]?(?:no|nr|num|number|#|id|code))?"
LABELS = (
    Label(
        Category.NAME, "patient name", "name",
        r"(?:patient|pt|pat|full|last|first|family|given|middle|maiden|mother|father)(?:'?s)?[ ._]?(?:sur)?names?|sur ?name|fore ?name|nom(?: du patient)?|"
        r"pr[ée]nom|nombre|apellidos?|vorname|nachname|familienname|patientenname|cognome|naam|nome|навн|фио|имя|фамилия|пациент",
        r"(?:患者|病人|受检者|被检者|检查者|就诊人|申请人|联系人|家属|母亲|父亲|产妇)?(?:姓名|姓　名|姓\s?名|名字|氏名|名前)|성명|이름|환자명",
    ),
    Label(Category.NAME, "patient name", "name", r"name|pati[eë]nt(?:e|in)?|paziente|paciente|pt|pat", r"患者|病人|产妇|家属|丈夫|妻子|儿子|女儿|父亲|母亲", weak=True),
    Label(
        Category.NAME, "relative's name", "relative",
        r"wife|husband|spouse|daughter|son|mother|father|sister|brother|partner|parent|guardian|caregiver|next of kin|contact person|tochter|sohn|ehefrau|ehemann|[ée]pouse|fille de|esposa|esposo|hija|hijo|moglie|figlia", weak=True,
    ),
    Label(
        Category.STAFF, "staff name", "name",
        r"(?:referring|requesting|attending|reading|reporting|performing|ordering|consulting|primary)(?: (?:physician|doctor|md|dr|radiologist|provider|clinician|consultant))?|"
        r"(?:ref|req|perf|attn)\.? ?(?:phys|dr|md)\.?|physicians?|doctors?|radiologists?|sonographer|technologist|technician|operator|tech|surgeon|anesthetist|nurse|"
        r"(?:reported|read|dictated|signed|verified|performed|approved|reviewed|interpreted|referred|requested|transcribed|scanned|electronically signed|created|modified|printed|exported|uploaded|acquired) by|logged in (?:as|by)|log ?in|user(?: ?name| ?id)?|"
        r"arzt|[üu]berweiser|m[ée]decin|m[ée]dico|doctor\(?a?\)?",
        r"(?:申请|送检|检查|报告|审核|主治|主管|经治|住院|开单|诊断|临床|责任|操作|书写|复核|签发)(?:医生|医师|大夫|者|人|技师)|医师|医生|技师|操作员|审核|护士|担当医|의사",
        weak=True,
    ),
    Label(
        Category.RECORD_NUMBER, "record number", "code",
        r"m\.?r\.?n\.?|medical[ ._]?rec(?:ord)?s?" + _NO + r"|mr ?#|(?:patient|pat|pt)[ ._]?(?:id(?:entifier)?|no|nr|num|number|#)|pid|uhid|mpi|"
        r"(?:hosp(?:ital)?|unit|chart|case|file|folder|admission|visit|episode|encounter|registration|reg|clinic|opd|ipd|cr|uh|record|dossier|referral)[ ._]?(?:no|nr|num|number|#|id)|"
        r"acc(?:ession)?" + _NO + r"|(?:order|req(?:uisition)?|exam|study|specimen|sample|barcode|film|x-?ray|requested procedure)[ ._]?(?:no|nr|num|number|#|id)|"
        r"fallnummer|fall-?nr|patienten(?:-?nr|nummer)|aufnahmenummer|n[°º] (?:de )?dossier|ipp|nip|historia(?: cl[ií]nica)?|hc|nhc|nhs" + _NO,
        r"(?:住院|门诊|病案|病历|病例|检查|影像|登记|就诊|放射|超声|病理|诊疗卡|就诊卡|急诊|体检|申请单|流水|条码|医嘱|标本|样本|片|X线|x线|X光|CT|MR|MRI|US|DR|CR|ECT|内镜|胃镜|序列|患者|病人|档案|就医|一卡通|卡|ID)\s?(?:号码?|编号|ID|No\.?)|病案首页号|患者ID|病人ID|カルテ番号|患者番号|등록번호|환자번호|병록번호",
    ),
    Label(Category.RECORD_NUMBER, "record number", "code", r"i\.?d\.?(?:[ ._]?(?:no|number|#))?|case", weak=True),
    Label(Category.RECORD_NUMBER, "number", "code", r"no|nr|number", r"编号|号码|番号", weak=True),
    Label(Category.RECORD_NUMBER, "bed number", "bed", r"bed(?:[ ._]?(?:no|number|#))?", r"床\s?号|床位号?|病床", weak=True),
    Label(
        Category.INSURANCE, "insurance number", "code",
        r"(?:insurance|ins|policy|member|subscriber|beneficiary|group|health ?plan|health ?card|medicare|medicaid|ohip|versicherten)[ ._\-]?(?:no|nr|num|number|nummer|#|id|card)|medicare|medicaid",
        r"(?:医保|社保|医疗证|医疗保险|社会保障|保险|合作医疗|医保卡|社保卡)(?:卡|证)?(?:号码?|编号|号)|保険者番号|被保険者番号",
    ),
    Label(Category.ACCOUNT, "account number", "code", r"(?:acct|account|invoice|bill(?:ing)?|bank|iban)[ ._]?(?:no|nr|num|number|#)?", r"(?:银行|收费|发票|账)(?:卡)?(?:号码?|帐号)|账号|帐号"),
    Label(Category.LICENCE, "licence number", "code", r"(?:licen[cs]e|lic|dea|npi|passport|driver'?s? ?licen[cs]e)[ ._]?(?:no|nr|num|number|#)?", r"(?:执业|驾驶|护照|许可|军官|通行|资格)证?(?:号码?|编号)|护照"),
    Label(
        Category.NATIONAL_ID, "national id", "code",
        r"ssn|social security(?: (?:no|number))?|national id(?:entity)?(?: (?:no|number))?|nric|aadhaar|cpf|dni|nie|bsn|nir|pesel|personnummer|cpr|rut|curp|nino|sin|hetu|hkid|id ?card(?: no)?|identity(?: card)?(?: no| number)?",
        r"(?:公民)?身[份分]证(?:件)?(?:字?号码?|编号)?|身份号码|证件(?:号码?|编号)|マイナンバー|주민등록번호",
    ),
    Label(
        Category.DATE, "birth date", "date",
        r"d\.?\s?o\.?\s?b\.?|b\.?day|birth ?(?:date|day)|date ?of ?birth|born(?: on)?|geb\.?(?:urtsdatum|oren)?(?: am)?|n[ée]e? le|date de naissance|ddn|"
        r"(?:fecha de )?nac(?:imiento)?|f\.? ?nac\.?|data di nascita|nat[oa] il|geboortedatum|data de nascimento|дата рождения",
        r"出生(?:日期|年月日?|年月|日)?|生日|生年月日|생년월일",
    ),
    Label(
        Category.DATE, "date", "date",
        r"(?:exam|study|scan|series|acq(?:uisition)?|report|visit|admission|discharge|procedure|operation|surgery|image|content|print(?:ed)?|test|collection|death|treatment)[ ._]?(?:date|dt|on)|date|dated?|datum|fecha|data|d\.?o\.?[sed]\.?",
        r"(?:检查|报告|入院|出院|就诊|送检|申请|审核|手术|扫描|打印|登记|采集|死亡|签发|诊断|拍片|住院)(?:日期|时间|日)|日期|时间|検査日|撮影日|검사일",
    ),
    Label(
        Category.PHONE, "phone", "phone",
        r"(?:tel(?:ephone)?|phone|ph|mobile|mob|cell|fax|contact|handy|telefon|t[ée]l[ée]phone|m[óo]vil|tel[ée]fono|whatsapp|wechat)(?:[ ._]?(?:no|nr|num|number|#))?",
        r"(?:联系|家庭|办公|家属|手机|移动|座机|固定)?(?:电话|手机|联系方式|传真)(?:号码?)?|手机号|电话号码|微信号?|電話(?:番号)?|전화(?:번호)?",
    ),
    Label(Category.PHONE, "extension", "extension", r"pager|beeper|bleep|ext(?:ension)?|durchwahl", r"分机号?|院内电话"),
    Label(
        Category.ADDRESS, "address", "clause",
        r"(?:home |mailing |street |patient'?s? )?addr(?:ess)?|residence|adresse|anschrift|wohnort|direcci[óo]n|domicilio|indirizzo|adres|endere[çc]o|адрес",
        r"(?:家庭|现|户籍|户口|联系|通讯|居住|单位|常住)?(?:地址|住址)|籍贯|户口所在地|出生地|工作单位|住所|주소",
    ),
    Label(Category.ADDRESS, "postcode", "code", r"zip(?: ?code)?|post(?:al)? ?code|plz|cap|cep", r"邮编|邮政编码"),
    Label(
        Category.INSTITUTION, "institution", "clause",
        r"(?:referring |performing )?(?:hospital|institution|facility|clinic|site|organi[sz]ation|employer)(?:[ ._]?name)?|krankenhaus|einrichtung|h[ôo]pital",
        r"(?:检查|就诊|送检|申请|医疗|报告)(?:单位|机构|医院)|医院(?:名称)?|医療機関|병원명",
        weak=True,
    ),
    Label(Category.AGE, "age over 89", "age", r"aged?(?: of)?|alter|edad|[âa]ge", r"年龄|年齢|나이"),
)  # fmt: skip

_ORDER = tuple(sorted(LABELS, key=lambda label: label.weak))
"""`patient id` is tried before `patient`."""
_BLOCKING = re.compile(
    r"(?:protocol|series|study|file|sequence|machine|device|model|station|scanner|system|coil|beam|plan|field|roi|structure|segment|label|"
    r"image|frame|slice|instance|serial|lot|part|software|product|version|event|detector|tube|plate|cassette|kernel|filter|target|tracking|"
    r"group|phase|echo|stack|volume|row|column|page|phone|group|class|code|scheme|user|host|domain|algorithm|catalog|item|reference|view|acquisition|"
    r"contrast|agent|drug|manufacturer|gantry|run|session|visit|protocol\w*|procedure|trial|set|per)[ ._'’s]{0,3}$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"[ \t　]{0,4}(?:(?P<sep>(?:#|no\.?|№)?[ ]?[:：=＝﹕]|#|\[|(?<=[a-z])\.(?=\s))[ \t　]{0,4}|[ \t　]?[|/\-–][ \t　]?|\n(?=\S))?"
)
_STOP = re.compile(
    r"[\n\r\t|;；。！!?？<>\\\x00]|[ 　]{2,}|[,，](?=[ ]?[^A-Za-z\u00c0-\u024f\s]|[ ]?(?:sex|age|dob|id|male|female|m|f|mrn)\b)|"
    r"\b(?:sex|gender|age|d\.?o\.?b|born|mrn|id|male|female|date|tel|phone|acc|ref|study|exam|room|ward|dept)\b|\b[MF]\b(?=[ /,]|$)|"
    r"性\s?别|年\s?龄|科\s?室|床号|[,，、 ]?[男女](?:性)?(?:[\s,，\d]|$)|出生|住院|门诊|检查|电话|日期|地址|[（(]",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?:[A-Za-z]{1,6}[\-./ ]?)?[0-9OIl]?\d[0-9A-Za-z]*(?:[\-/._ ]?\d[0-9A-Za-z]*){0,6}")
_PATIENT_NUMBER = re.compile(r"[A-Za-z]{0,3}(?=\d)(?:\d[\- ]?){5,11}\d(?![\w.])")
_ACCOUNT = re.compile(r"[a-z][a-z0-9]*(?:[._\-][a-z0-9]+){0,2}(?![\w@])")
_INITIAL = re.compile(r"[^\W\d_]{2,24},? [A-Z]\.?(?![\w])|(?:[A-Z]\.? ?){1,2} ?[A-Z][^\W\d_]{2,24}(?!\w)")
_PHONE = re.compile(r"[+＋(（]?\d[\d \t().\-/（）－]{4,22}\d")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """All labels in Latin and other alphabets as one pattern, those in Chinese, Japanese and Korean as
    another; a group's number is the label's place in `_ORDER`."""
    latin = "|".join(f"(?P<L{i}>{label.latin})" for i, label in enumerate(_ORDER))
    han = "|".join(f"(?P<L{i}>{label.han})" for i, label in enumerate(_ORDER) if label.han)
    letter = r"[A-Za-z\u00c0-\u024f]"
    return (
        re.compile(rf"(?<!{letter})(?:{latin})(?!{letter})", re.IGNORECASE),
        re.compile(han, re.IGNORECASE),
    )


def find_labelled(text: str) -> Iterator[Hit]:
    """The value after each label, when it has the shape that the label promises."""
    latin, han = _patterns()
    matches = chain(latin.finditer(text), han.finditer(simplify(text)) if has_cjk(text) else ())
    for match in matches:
        index = int((match.lastgroup or "L0")[1:])
        label = _ORDER[index]
        before = text[max(0, match.start() - 16) : match.start()]
        if _BLOCKING.search(before):
            continue
        separator = _SEPARATOR.match(text, match.end())
        start = separator.end() if separator else match.end()
        sure = (
            bool(separator and separator.group("sep"))
            or match.group().endswith("#")
            or " as" in match.group()
        )
        found = _SHAPES[label.shape](text[start : start + VALUE], sure, label)
        if found:
            length, confidence = found
            yield Hit(label.category, label.kind, start, start + length, confidence)
        elif label.kind == "patient name" and (number := _PATIENT_NUMBER.match(text, start)):
            # `pt 7730915562`
            yield Hit(Category.RECORD_NUMBER, "record number", start, number.end(), 0.8 if sure else 0.65)


Found = tuple[int, float] | None
"""Length of the value and confidence."""


def _code(text: str, sure: bool, label: Label) -> Found:
    match = _CODE.match(text)
    if not match:
        return None
    value = match.group().rstrip(" .-/_")
    digits = sum(c.isdigit() for c in value)
    if label.kind == "number" and not sure:
        return None
    if digits < (3 if sure and not label.weak else 4) or is_placeholder(value) or _not_a_code(value):
        return None
    if is_pseudonym(value):
        # A four-digit number after `MRN:` is a number; `sub-001` after it is a pseudonym.
        if digits >= 8 and not label.weak:
            return len(value), 0.7
        if not value.isdigit() or value.startswith("00"):
            return None
        return (len(value), 0.6) if sure else (len(value), 0.5) if digits == 4 and label.weak else None
    if label.weak:
        if not sure and re.fullmatch(r"(?:19|20)\d{2}", value):
            return None  # `case 2019`
        return len(value), 0.9 if sure else 0.65 if digits >= 5 else 0.5
    return len(value), 0.95 if sure else 0.85


def _not_a_code(value: str) -> bool:
    """UIDs, decimals and dates follow the same labels and are judged elsewhere."""
    return bool(re.fullmatch(r"\d+\.\d+|\d+(?:\.\d+){3,}.*", value))


def _bed(text: str, sure: bool, _: Label) -> Found:
    match = re.match(r"[A-Za-z]?\d{1,4}(?:[\-A-Za-z]\d{0,3})?", text)
    return (match.end(), 0.6) if match and sure else None


def _date(text: str, sure: bool, label: Label) -> Found:
    birth = label.kind == "birth date"
    for hit in find_dates(text):
        if hit.start <= 1 and (hit.end - hit.start) >= 6:
            return hit.end, 0.97 if birth else max(0.9 if sure else 0.8, hit.confidence)
    match = re.match(r"\d{8}(?!\d)|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}(?!\d)", text)
    if match and (is_date(match.group()) or len(match.group()) < 8 or not match.group().isdigit()):
        return match.end(), 0.92 if birth else 0.8
    match = re.match(r"(?:19|20)\d{2}(?!\d)", text)
    return (4, 0.5) if match and birth and sure else None


def _phone(text: str, sure: bool, _: Label) -> Found:
    match = _PHONE.match(text)
    if not match:
        return None
    digits = sum(c.isdigit() for c in match.group())
    return (match.end(), 0.95 if sure else 0.85) if 6 <= digits <= 15 else None


def _clause(text: str, sure: bool, label: Label) -> Found:
    end = re.search(r"[\n\r\t|;；。\x00]|[ 　]{2,}", text)
    value = text[: end.start()] if end else text
    value = value.rstrip(" ,，.")
    if not sure or len(value) < 3 or is_placeholder(value) or is_pseudonym(value):
        return None
    if label.category is Category.INSTITUTION and not _proper(value):
        return None
    return len(value), 0.9 if any(c.isdigit() for c in value) or has_cjk(value) else 0.75


def _proper(value: str) -> bool:
    """Holds at least one word that is no everyday word."""
    words = re.findall(r"[^\W\d_]{3,}", value)
    return (has_cjk(value) and len(value) >= 4) or any(look_up(w).name or not look_up(w).known for w in words)


def _age(text: str, sure: bool, _: Label) -> Found:
    match = re.match(r"0?(9\d|1[0-2]\d)(?!\d|\.\d)", text)
    return (match.end(), 0.9 if sure else 0.8) if match else None


def _relative(text: str, sure: bool, label: Label) -> Found:
    """A given name behind a word of kinship, with what else the name has."""
    first = re.match(r"[A-Z][^\W\d_]{2,24}", text)
    known = look_up(first.group()) if first else None
    if not first or not known or not known.given or known.weight < 0.5 or known.clinical:
        return _han_name(text, sure) if has_cjk(text) else None
    more = re.match(
        r" (?!The|And|With|Was|Is)[A-Z][^\W\d_]{0,24}(?:['’\-][^\W\d_]{2,24})?(?!\w)", text[first.end() :]
    )
    return first.end() + (more.end() if more else 0), 0.75


def _extension(text: str, sure: bool, _: Label) -> Found:
    match = re.match(r"\d{3,6}(?![\d.]| ?(?:mm|cm|ml))", text)
    return (match.end(), 0.75 if sure else 0.6) if match else None


def _account(value: str, sure: bool) -> Found:
    """`jsmith2`: the account of a person, unless it is a word."""
    match = _ACCOUNT.match(value)
    if not match:
        return None
    letters = re.sub(r"[\d._\-]+", "", match.group())
    known = look_up(letters)
    ordinary = known.known and (known.weight < 0.5 or known.clinical)
    person = known.name or look_up(letters[1:]).name or look_up(letters[:-1]).name
    if len(letters) < 4 or ordinary or is_placeholder(match.group()):
        return None
    return (match.end(), 0.7) if sure and (person or match.group() != letters) else None


def _name(text: str, sure: bool, label: Label) -> Found:
    if label.category is Category.STAFF:
        if account := _account(text, sure):
            return account
        initial = _INITIAL.match(text)
        if initial and not any(_plain(w) for w in re.findall(r"[^\W\d_]{2,}", initial.group())):
            return initial.end(), 0.9 if sure else 0.65
    stop = _STOP.search(text)
    value = (text[: stop.start()] if stop else text).rstrip(" ,，.:：-/")
    if not value or is_placeholder(value) or is_pseudonym(value):
        return None
    if has_cjk(value):
        return _han_name(value, sure)
    words = list(re.finditer(r"[^\s,^]+", value))[:4]
    best: Found = None
    for count in range(len(words), 0, -1):
        part = value[: words[count - 1].end()].rstrip(",")
        confidence = person_name(part)
        if (
            confidence >= (0.4 if sure else 0.6)
            and not _lower(part)
            and (best is None or confidence > best[1] + 0.1)
        ):
            best = len(part), confidence
    if best:
        return best[0], 0.95 if sure else max(0.7, best[1] - 0.05)
    if sure and words and len(words) <= 3 and not _lower(value) and _no_words(value):
        return len(value), 0.8 if not label.weak else 0.65
    return None


def _plain(word: str) -> bool:
    """A word of language or medicine rather than a name; `House` is both."""
    known = look_up(word)
    return known.known and not known.name and (known.weight < -0.5 or known.clinical)


def _lower(value: str) -> bool:
    return value.islower() and value.isascii()


def _no_words(value: str) -> bool:
    """Letters only, and none of them a word of language or medicine."""
    words = re.findall(r"[^\W\d_]{2,}", value)
    ordinary = any(look_up(w).known and (look_up(w).weight < 0 or look_up(w).clinical) for w in words)
    return bool(words) and not any(c.isdigit() for c in value) and not ordinary


def _han_name(value: str, sure: bool) -> Found:
    for size in (len(value), 4, 3, 2) if sure else (len(value),):
        if 2 <= size <= len(value):
            confidence = person_name(value[:size])
            if confidence >= (0.3 if sure else 0.5):
                return size, 0.95 if sure else max(0.7, confidence)
    for size in (4, 3, 2):
        ends = size >= len(value) or not has_cjk(value[size]) or _AFTER_NAME.match(value, size)
        if size <= len(value) and person_name(value[:size]) >= (0.6 if ends else 0.85 if size > 2 else 2):
            return size, 0.75
    if sure and 2 <= len(value) <= 4 and value not in chinese_words() and len(value) == len(value.strip()):
        return len(value), 0.7
    return None


# What a sentence goes on with after a person is named.
_AFTER_NAME = re.compile("[于因男女诉系为的今已曾在自入现被由主既陪代要说称告签述来与和及等同沟会]")

_SHAPES: dict[str, Callable[[str, bool, Label], Found]] = {
    "name": _name,
    "relative": _relative,
    "extension": _extension,
    "code": _code,
    "bed": _bed,
    "date": _date,
    "phone": _phone,
    "clause": _clause,
    "age": _age,
}
