"""Names told by what stands beside them: initials, a hyphen, a title in lower case, `-san`, `baby`; and titles and
labels of languages whose names no list here holds."""

# Patterns and word lists read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.detectors.base import Hit
from auditor.detectors.free_names import names_a_thing
from auditor.detectors.lexicon import Word, eponym_pairs, fold, look_up
from auditor.model import Category

_CAP = r"[^\W\d_a-z][^\W\d_]{2,24}"
_BEFORE = re.compile(
    r"(?<![\w.\-/])(?P<initials>(?:[A-Z]\.[ \-]?){1,3})(?P<name>"
    + _CAP
    + r"(?:-"
    + _CAP
    + r")?)(?![\w]|\.\w)"
)
_AFTER = re.compile(
    r"(?<![\w.\-/])(?P<name>[A-Z][a-z]{2,24}(?:-[A-Z][a-z]{2,24})?),? (?P<initials>[A-Z]\.(?: ?[A-Z]\.){0,2}|[A-Z] [A-Z])(?![\w.])"
)
_CYRILLIC = re.compile(
    r"(?<!\w)(?P<name>[А-ЯЁІЇЄ][а-яёіїє'’]{2,24}(?:-[А-ЯЁІЇЄ][а-яёіїє]{2,24})?) [А-ЯЁІЇЄ]\. ?[А-ЯЁІЇЄ]\."
    r"|(?<!\w)[А-ЯЁІЇЄ]\. ?[А-ЯЁІЇЄ]\. ?(?P<last>[А-ЯЁІЇЄ][а-яёіїє'’]{2,24})(?!\w)"
)
_AGENT = re.compile(
    r"\b(?:by|with|from|for|per|via|cc|cf|to|and|w/|d/w|von|durch|par|por|door|da|di|przez)[:.]? {1,2}$",
    re.IGNORECASE,
)
_PAIR = re.compile(r"(?<![\w\-])(?P<a>[A-Z][^\W\d_]{3,24})-(?P<b>[A-Z][^\W\d_]{3,24})(?![\w\-])")
_LOW_TITLE = re.compile(
    r"(?<![\w.])(?P<title>mr|mrs|ms|mme|mlle|mw|dhr|hr|fr|sr|sra|dr|prof|pt|baby|pani?|frau|herr)(?P<dot>\.?) (?P<name>[a-z]{3,24}(?:-[a-z]{3,24})?)(?![\w-])"
)
_HONOURED = re.compile(r"(?<![\w\-])(?P<name>[A-Z][a-z]{2,24})[ \-](?:san|sama|sensei|kun)(?![\w\-])")
_NEWBORN = re.compile(
    r"(?<!\w)(?:baby(?:[ -]?(?:boy|girl|of))?|b/?o|newborn|infant(?: of)?|twin [ab12]|neonate)[ ,:]{1,2}(?P<name>[A-Z][^\W\d_]{2,24})(?![\w-])",
    re.IGNORECASE,
)
_PATIENT = re.compile(
    r"(?<!\w)(?:pt|pat|patient(?:e|in)?|paciente|paziente|pacjent(?:ka)?)\.? (?P<name>[A-Z][a-z]{3,24})(?=[.,;:)]|$| (?:is|was|has|had|moved|refused|states?|ist|hat|est|wird)\b)"
)
_NAMED = r"[^\W\d_a-z][^\W\d_]{1,24}"
_HOUSE = re.compile(
    r"(?<!\w)(?:Familie|Fam\.|Familjen|[Ff]amily (?:of|doctor)|Famille|Famiglia|Familia) (?P<name>[A-Z][a-z]{3,24})(?![\w-])"
)
_DOTTED = re.compile(r"(?<![\w@./\\\-])(?P<a>[a-z]{3,15})\.(?P<b>[a-z]{3,20})(?![\w@.(\-])")
_LABELLED = re.compile(
    # Russian, Ukrainian, Bulgarian
    r"(?<!\w)(?:[Вв]рач(?:-\w+)?|[Пп]ациент(?:ка)?|[Бб]ольн(?:ой|ая)|[Дд]октор|[Пп]роф\.|[Фф]амилия|ФИО|[Лл]ікар|[Пп]ацієнт(?:ка)?|[Гг]р-ка?)[ :.]{1,3}(?P<ru>[А-ЯЁІЇЄ][а-яёіїє'’\-]{2,24}(?: [А-ЯЁІЇЄ][а-яёіїє'’\-]{2,24}){0,2})"
    # Greek
    r"|(?<!\w)(?:ασθενής|ασθενούς|ιατρός|γιατρός|κ\.|κα|δρ\.?|Ασθενής|Ιατρός|Δρ\.?|Κος|Κα)[ :]{1,3}(?P<el>[Α-ΩΆ-Ώ][α-ωά-ώ]{2,24}(?: [Α-ΩΆ-Ώ][α-ωά-ώ]{2,24}){0,2})"
    # Arabic, Persian
    r"|(?<!\w)(?:المريض[ةه]?|الدكتور[ةه]?|د\.|السيد[ةه]?|الطبيب[ةه]?|اسم(?: المريض)?|بيمار|دکتر|آقای|خانم)[ :]{1,3}(?P<ar>[\u0621-\u064a\u067e-\u06cc]{2,16}(?: [\u0621-\u064a\u067e-\u06cc]{2,16}){1,3})"
    # Hebrew
    r"|(?<!\w)(?:מטופל(?:ת)?|חולה|ד[\"״]ר|פרופ['׳]|מר|גב['׳]|שם(?: המטופל)?)[ :]{1,3}(?P<he>[\u05d0-\u05ea]{2,16} [\u05d0-\u05ea]{2,16})"
    # Thai
    r"|(?:นาย|นาง(?:สาว)?|ด\.ช\.|ด\.ญ\.|พญ\.|นพ\.|ชื่อ[: ]|คุณ) ?(?P<th>[\u0e01-\u0e4e]{2,24}(?: [\u0e01-\u0e4e]{2,24})?)"
    # Korean
    r"|(?:판독의|판독자|담당의|주치의|의뢰의|촬영자|검사자|방사선사|간호사|환자명|성명|보호자)[ :]{1,3}(?P<ko>[\uac00-\ud7af]{2,4})(?![\uac00-\ud7af])"
    # Polish, Czech, Turkish, Vietnamese, Portuguese, Spanish, Italian, Dutch, Scandinavian
    rf"|(?<!\w)(?:lek\.(?: med\.)?|MUDr\.|[Uu]zm\.|[Hh]asta(?: [Aa]dı)?:|[Bb]ác sĩ|BS\.?|[Bb]ệnh nhân|[Hh]ọ (?:và )?tên:|[Nn]gười bệnh|[Ff]do\.?:?|[Aa]ss\.?:|[Ll]äkare:?|[Ll]ege:?|[Ll]æge:?|[Ll]ääkäri:?|[Pp]otilas:|[Mm]edico:|[Aa]rts:?|[Pp]acjent(?:ka)?:?) (?:(?:Dr|dr|Dra|Dott)\.? )?(?P<eu>{_NAMED}(?: {_NAMED}){{1,3}})"
)
_STAFF = re.compile(r"врач|доктор|проф|лікар|ιατρ|γιατ|دكتور|طبيب|ד|판독|담당|주치|의뢰|촬영|검사자|방사|간호|lek|mudr|uzm|bác|bs|fdo|ass|läk|leg|læg|lää|medico|arts|พ\.", re.IGNORECASE)  # fmt: skip
_FIRMS = frozenset({"B. Braun", "C. Zeiss", "E. Merck", "R. Wolf", "K. Storz"})
_MORBUS = re.compile(r"M\. ?")
"""`M. Bechterew`: how physicians who write German abbreviate a disease."""


def _family(known: Word, least: float) -> bool:
    return known.name and not known.clinical and known.weight >= least


def find_near_names(text: str) -> Iterator[Hit]:
    """See the module."""
    if "." in text or len(text) <= 64:
        yield from _with_initials(text)
    if "-" in text:
        yield from _double(text)
    for match in _LOW_TITLE.finditer(text):
        known = look_up(match["name"].split("-")[0])
        dotted = bool(match["dot"]) and match["title"] in {
            "mr",
            "mrs",
            "ms",
            "mme",
            "dr",
            "prof",
            "sr",
            "sra",
            "hr",
            "fr",
        }
        least = 0.3 if dotted else 1.5
        if known.name and known.weight >= least and not names_a_thing(text, match.end()):
            yield _hit(match, "titled name", 0.7)
    for match in _HONOURED.finditer(text):
        known = look_up(match["name"])
        if not known.known or known.weight > 0.3:
            yield _hit(match, "titled name", 0.75)
    for match in _NEWBORN.finditer(text):
        if _family(look_up(match["name"]), 1.0):
            yield _hit(match, "titled name", 0.7)
    for match in _PATIENT.finditer(text):
        if _family(look_up(match["name"]), 1.8):
            yield _hit(match, "patient name", 0.65)
    for match in _HOUSE.finditer(text):
        known = look_up(match["name"])
        if not known.clinical and (known.weight > 0.3 or not known.known):
            yield _hit(match, "family name", 0.65)
    for match in _DOTTED.finditer(text) if "." in text else ():
        given, family = look_up(match["a"]), look_up(match["b"])
        if given.given and given.weight >= 1.0 and _family(family, 1.0) and family.family:
            yield Hit(Category.STAFF, "user name", match.start(), match.end(), 0.75)
    for match in _LABELLED.finditer(text):
        group = match.lastgroup or ""
        if group == "eu" and all(look_up(w).clinical for w in match[group].split()):
            continue
        if (
            group in {"ar", "he"}
            and ":" not in match.group()
            and not any(look_up(w).name for w in match[group].split())
        ):
            continue  # a sentence about the patient
        staff = _STAFF.match(match.group()) is not None
        yield Hit(Category.STAFF if staff else Category.NAME, "titled name", *match.span(group), 0.75)


def _is_author(text: str, start: int, end: int) -> bool:
    """Whether others with initials, a year or `et al` beside the name say that it wrote a paper."""
    after = re.match(
        r"[,;.]?\s*(?:(?:&|and|und|et)\s+[A-Z]|et al|\(?(?:19|20)\d\d[a-z]?\)|[A-Z][a-z\-]+,? (?:[A-Z]\.? ?){1,3}(?:[,;&]|$))",
        text[end : end + 48],
    )
    before = re.search(
        r"[A-Z]\.?[,;]?\s*(?:(?:&|and|und|et)\s+|, )$|(?:[Aa]uthors?|[Cc]ite|[Rr]eferences?)\W{1,3}$",
        text[max(0, start - 24) : start],
    )
    return bool(after or before)


def _with_initials(text: str) -> Iterator[Hit]:
    for match in _BEFORE.finditer(text):
        surname = match["name"].split("-")[0]
        known = look_up(surname)
        many = sum(map(str.isalpha, match["initials"])) > 1
        if _MORBUS.fullmatch(match["initials"]) and known.weight < 2.0:
            continue
        if match.group() in _FIRMS or _is_author(text, *match.span()):
            continue
        asked = (
            many
            or _AGENT.search(text, max(0, match.start() - 12), match.start())
            or match.group() == text.strip()
        )
        if (
            _family(known, 0.5 if asked else 1.0) or (asked and not known.known and len(surname) >= 5)
        ) and not names_a_thing(text, match.end()):
            start = match.start()
            yield Hit(Category.NAME, "person name", start, match.end(), 0.7 if known.name or many else 0.6)
    for match in _AFTER.finditer(text):
        known = look_up(match["name"].split("-")[0])
        many = sum(map(str.isalpha, match["initials"])) > 1
        if _family(known, 1.0 if many else 1.8) and not _is_author(text, *match.span()):
            yield Hit(Category.NAME, "person name", match.start(), match.end(), 0.7 if many else 0.6)
    for match in _CYRILLIC.finditer(text):
        yield Hit(Category.NAME, "person name", match.start(), match.end(), 0.8)


def _double(text: str) -> Iterator[Hit]:
    """`Gonzalez-Ibarra`: two family names that no thing is called after."""
    for match in _PAIR.finditer(text):
        pair = (fold(match["a"]), fold(match["b"]))
        if pair in eponym_pairs() or names_a_thing(text, match.end()):
            continue
        if all(look_up(w).family and _family(look_up(w), 2.0) for w in pair):
            yield Hit(Category.NAME, "person name", match.start(), match.end(), 0.65)


def _hit(match: re.Match[str], kind: str, confidence: float) -> Hit:
    return Hit(Category.NAME, kind, *match.span("name"), confidence)
