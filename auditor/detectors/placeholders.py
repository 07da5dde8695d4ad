"""Values that stand where an identifier was: dummies, and the pseudonyms of a de-identified set."""

# Patterns and word lists read better on one line.
# ruff: noqa: SIM905

from __future__ import annotations

import re
from functools import lru_cache

from auditor.detectors.lexicon import look_up
from auditor.detectors.name_words import names_a_person

_DUMMY_WORDS = frozenset(
    "anon anony anonym anonymus anonymize anonymise anonymized anonymised anonymous anonymization anonymisation "
    "anonymizer anonyme anonimo deid deidentified identified identity removed deleted redacted blank blanked mask "
    "masked hidden withheld suppressed scrubbed cleared none null nil nan na nd tbd todo tba empty unknown unk "
    "unspecified undefined undisclosed available applicable specified known provided given recorded set default "
    "dummy fake sample example test tester testing tests testpatient phantom qa qc calibration demo training "
    "template patient patients subject pseudo pseudonym pseudonymized pseudonymised value confidential private "
    "secret name names lastname firstname surname forename prefix suffix middlename patientname physicianname "
    "hospital institution physician doctor operator observer verifying reader reviewer user number exam".split()
)
_FILLERS = frozenset(
    "no not n a last first middle family mid pre de id data info by ctp other enter text here your is of the de".split()
)
# John Doe stays a name: people are called so, and who fills in a real name may be called so.
_JOHN_DOES = frozenset({("max", "mustermann"), ("john", "public", "q")})
_CHINESE = re.compile(
    r"(?:已?(?:匿名化?|脱敏|去标识化?|删除|移除|隐藏|屏蔽)|无|空|未知|不详|未提供|未填写|测试(?:患者|病人|数据)?"
    r"|模体|体模|质控|某某?|[赵钱孙李周吴郑王张刘陈]某某?|匿名(?:患者|病人|用户)|患者|病人|姓名"
    r"|テスト|匿名化済み?|不明|익명|테스트)\d{0,4}"
    r"|(?:健康|正常)?(?:病例|患者|病人|受试者|志愿者|样本|对照|個案|症例|被験者|被检者|健常者|환자|피험자|증례)[ _\-#]?"
    r"(?:[A-Za-z]|[A-Za-z]?\d{1,6})"
)
_DUMMY_DATES = frozenset(
    "19000101 18000101 18991230 18991231 19010101 17000101 19700101 19800101 11111111 99991231 99999999 10000101"
    " 00010101 00000000 19600101".split()
)
# Longer runs of digits could be somebody's number; these are what people type to fill a field.
_SEQUENCES = frozenset("1234 12345 0123456789 abc abcd abcde abcdef asdf qwerty".split())

_REPEATED = re.compile(r"[A-Za-z]{1,4}[\-_ ]?(\d)\1{4,}")

_GUID = re.compile(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?", re.IGNORECASE)
# One that a field of 16 characters cut short.
_CUT_GUID = re.compile(
    r"(?=[0-9\-]*[a-f])[0-9a-f]{8}-[0-9a-f]{4}-(?:[0-9a-f]{1,4}|[0-9a-f]{4}-(?:[0-9a-f]{1,4}|[0-9a-f]{4}-[0-9a-f]{1,11}))",
    re.IGNORECASE,
)
# Counter, kind and counter, as 10RG2 and 002_S_0295; a number in hexadecimal.
_NUMBERED_KIND = re.compile(
    r"\d{1,2}[A-Za-z]{2,4}\d{1,2}|\d{1,3}[_\-][A-Za-z]{1,4}[_\-]\d{1,4}|0[xX][0-9A-Fa-f]{8,40}"
)
_MONTH = re.compile(r".*[_\-](?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[_\-].*", re.IGNORECASE)
_HEX = re.compile(r"(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{8,128}", re.IGNORECASE)
_SHORT_HEX = re.compile(
    r"[A-Za-z]{1,16}[\-_](?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{5,64}", re.IGNORECASE
)
# Digests written in groups, some of which hold digits only (MIMIC).
_HEX_GROUPS = re.compile(r"(?=.*[a-f])(?=.*\d)[0-9a-f]{8}(?:-[0-9a-f]{8}){2,7}", re.IGNORECASE)
_COUNTER = re.compile(r"0{0,9}\d{1,4}")
_LAST_PART = re.compile(r"[A-Za-z]{0,20}(?:0+\d{1,5}|\d{1,4})[A-Za-z]{0,3}")
# Codes of studies and collections (NLST-100012, RIDER-1129164940) against the prefixes that hospitals number with.
_COLLECTION = re.compile(r"(?P<prefix>[A-Za-z]{3,12})[\-_](?P<number>0\d{4}|\d{6}|\d{9,12})")
_VISIT = re.compile(r"(?P<prefix>[A-Za-z]{3,8})\d{5}(?:[\-_][A-Za-z]{1,4}){1,2}\d{0,4}")
_BIDS = re.compile(r"sub-[A-Za-z]{0,8}\d{1,6}(?:[_\-][A-Za-z0-9]{1,12}){0,3}")
_SITE_CODE = re.compile(r"(?P<code>[A-Z]{2,8}\d{2,4})[\-_](?P<word>[A-Za-z]{2,12})")
_HOSPITAL_PREFIXES = frozenset(
    "mrn acc acct rad hosp hos hosn pid reg adm opd ipd enc vis visit case chart ord order req pat path cyt hist lab "
    "loc med mednr uhid clinic tel fax ssn dob nhs dni cpf ins policy member surg epi".split()
)
_LONG_DIGITS = re.compile(r"(?<!\d)(?!0{2}|0\d{4}(?!\d))\d{5,}")
# What hospitals write: year and number behind a short prefix, a place in the house, a day.
_HOUSE = re.compile(
    r"[A-Z]{1,4}[\-_ ]?(?:19|20)\d{2}[\-_ /.]\d{3,}.*"
    r"|(?:S|SP|US|CT|MR|CR|DR|DX|XR|XA|NM|PT|MG|RF|PET|MRI|RAD|CYT?|PATH)-?[12]\d-\d{4,}"
    r"|(?:ward|room|rm|bed|floor|bay|suite|theatre|icu|ccu|nicu|clinic|unit|wing|station|pod|or)[\-_ .#]*"
    r"(?:\d{1,4} ?[A-Za-z]{0,8}|[A-Z]{1,2}[\-_ ]?\d{1,3})(?: bed ?\w{1,4})?"
    r"|.*(?<![A-Za-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]{0,6}[\-_ .]\d.*"
    r"|.*(?<!\d)(?:19\d{2}|20[0-3]\d)[\-_./](?:0[1-9]|1[0-2])(?!\d).*",
    re.IGNORECASE,
)


_SAYS_SO = r"(?:anon|deid|pseud)[a-z]{0,12}"
# One value cannot tell these from a hospital's numbers; studies give most of them.
_OF_STUDIES = re.compile(
    rf"{_SAYS_SO}[\-_ ]?\d{{5,10}}"  # the prefix says what was done, not how
    r"|\d{1,4}[\-_]0\d{2,3}"  # site and padded counter: 11-0034
    r"|\d{2,3}[\-_]?[A-Z]{2}\d{2,5}"  # 100_HM10395, 15BR001
    r"|(?=\D*[A-Z]{4})(?:[A-Z0-9]{1,12}[\-_]){2,4}[A-Z]{0,4}\d{1,10}"  # COVID-19-AR-16406488
    r"|(?:NDARINV|NDAR_?INV|NDAR)[A-Z0-9]{6,10}|CC\d{5}XX\d{2}",
    re.IGNORECASE,
)
# Acronyms with a number or with small letters among capitals are names of trials: ISPY2-1234567, BraTS19_12345.
_OF_TRIALS = re.compile(r"(?:[A-Za-z]{3,10}\d{1,4}|[A-Z][A-Za-z]*[a-z][A-Z][A-Za-z]*)[\-_]\d{5,8}")
_LOWER = re.compile(r"(?P<prefix>[a-z]{1,12})[\-_]?\d{5,9}")
_ENDLESS = re.compile(r"[A-Za-z]{0,6}\d{19,40}")
_DAY = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


@lru_cache(maxsize=16384)
def is_placeholder(value: str) -> bool:
    """Whether the value says that there is no value: empty, ANONYMOUS, XXXX, 0000, 19000101, 匿名 …

    Test and phantom subjects count: nobody is behind them.
    """
    text = value.strip(" \t\r\n\0")
    if not text:
        return True
    if len(text) > 80:
        return False
    core = text.strip("^=,;:.()[]<>{}\"'*-_ ")
    return bool(
        not core
        or _is_filler(core)
        or (re.sub(r"[\-/.]", "", core)[:8] in _DUMMY_DATES and len(re.sub(r"\D", "", core)) <= 14)
        or core.lower() in _SEQUENCES
        or _CHINESE.fullmatch(core)
        or _says_nothing(core)
    )


def _is_filler(core: str) -> bool:
    """One character over and over, or none that says anything: XXXX, 000-00-0000, ---, Jxxxxx^Sxxxx, id11111."""
    seen = {c.lower() for c in core if c.isalnum()}
    if not seen or (len(seen) == 1 and seen <= set("0ox19")):
        return True
    parts = [part.lower() for part in re.split(r"[\W_]+", core) if part]
    return bool(_REPEATED.fullmatch(core)) or all(len(p) > 4 and len(set(p[1:])) == 1 for p in parts)


def _says_nothing(core: str) -> bool:
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", core).lower())
    rest = re.sub(r"[A-Za-z\s\W_]", "", core)
    if len(core) <= 6 and "".join(words) in _DUMMY_WORDS:
        return True
    if not words or len(rest) > 6 or (rest and not rest.isdigit()):
        return False
    if tuple(sorted(words)) in _JOHN_DOES:
        return True
    return any(w in _DUMMY_WORDS for w in words) and all(
        w in _DUMMY_WORDS or w in _FILLERS or set(w) == {"x"} for w in words
    )


@lru_cache(maxsize=16384)
def is_pseudonym(value: str) -> bool:
    """Whether the value has the shape of a code given by de-identification rather than by a hospital.

    The rule: hex digests and GUIDs; letters followed by a short or zero-padded counter (`sub-001`,
    `TCGA-A1-0042`, `Patient_12`, `SUBJ0001`) or, as a collection's code, by a number after a dash
    (`NLST-100012`, unless hospitals use the prefix: `ACC-100012`); letters and digits drawn at random
    (`K7QX9M`); a prefix and a hex code (`P-3fa9c1`); a counter of at most four significant digits.
    Five or more plain digits without zero padding are taken for a real number, as hospitals give
    them, also behind letters (`H1234567`): whether those are pseudonyms only the dataset as a whole
    can tell. Years with a number, months, wards and beds are no pseudonyms.
    """
    text = value.strip(" \t\r\n\0^")
    if not 1 <= len(text) <= 128:
        return False
    if any(p.fullmatch(text) for p in (_GUID, _CUT_GUID, _COUNTER, _SHORT_HEX, _HEX_GROUPS)):
        return True
    if _NUMBERED_KIND.fullmatch(text):
        return not _MONTH.fullmatch(text)
    if _HEX.fullmatch(text):
        # A digest changes between letters and digits; `1234ABCD` is a number with a suffix.
        return len(re.findall(r"[0-9]+|[a-fA-F]+", text)) >= 4
    if len(text) > 48 or _HOUSE.fullmatch(text):
        return False
    return _is_collection(text) or _is_drawn(text) or _is_counted(text)


def may_be_pseudonym(value: str) -> bool:
    """Whether a code that `is_pseudonym` does not know is more often a study's than a hospital's.

    Prefixes in lower case, since record systems print capitals (`p10000032`); site and padded counter
    (`11-0034`); several names before a number (`COVID-19-AR-16406488`); a trial's acronym (`ISPY2-1234567`);
    more digits than any system issues, without a date in them. Prefixes that hospitals number with count as theirs.
    """
    text = value.strip(" \t\r\n\0^")
    prefix = re.split(r"[\-_\d ]", text, maxsplit=1)[0].lower()
    if prefix in _HOSPITAL_PREFIXES or _HOUSE.fullmatch(text):
        return False
    if lower := _LOWER.fullmatch(text):
        return not _is_family(lower["prefix"])
    if _ENDLESS.fullmatch(text):
        return not any(_DAY.match(text, start) for start in range(len(text)) if start < 10)
    return _OF_STUDIES.fullmatch(text) is not None or _is_of_trial(text)


def _is_of_trial(text: str) -> bool:
    acronym = re.split(r"[\d_\-]", text, maxsplit=1)[0].lower()
    return bool(_OF_TRIALS.fullmatch(text)) and acronym not in _HOSPITAL_PREFIXES and not _is_family(acronym)


def _is_collection(text: str) -> bool:
    """A code that a study or an archive gives: its own name and a number."""
    for pattern in (_COLLECTION, _VISIT):
        match = pattern.fullmatch(text)
        if match and match["prefix"].lower() not in _HOSPITAL_PREFIXES:
            return len(match["prefix"]) < 4 or not _is_family(match["prefix"])
    site = _SITE_CODE.fullmatch(text)
    return bool(_BIDS.fullmatch(text) or (site and not _is_family(site["word"])))


def _is_drawn(text: str) -> bool:
    """Letters and digits in turn, as drawn at random; numbers of people and plates change seldom."""
    last = re.split(r"[\-_]", text)[-1]
    return 6 <= len(last) <= 12 and last.isascii() and len(re.findall(r"[0-9]+|[A-Za-z]+", last)) >= 5


def _is_counted(text: str) -> bool:
    """Letters, then a counter."""
    parts = [p for p in re.split(r"[\-_. #]", text) if p]
    return (
        1 <= len(parts) <= 6
        and text[0].isalpha()
        and not _LONG_DIGITS.search(text)
        and all(p.isascii() and p.isalnum() for p in parts)
        and bool(_LAST_PART.fullmatch(parts[-1]))
        and not _is_words(text)
        and not names_a_person([word for part in parts for word in re.findall("[A-Za-z]+", part)])
        and not (" " in text and _is_family(parts[0]))
    )


def _is_family(word: str) -> bool:
    """Known as a family name and for little else."""
    known = look_up(word)
    return known.family and known.weight > 1.0


def _is_words(text: str) -> bool:
    """Two or more words of letters before the number read as a title or a name, not as a code."""
    return bool(re.search(r"[A-Za-z]{2,}[ .]+[A-Za-z]{3,}", text))
