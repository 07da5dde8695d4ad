"""What a line that was read off pixels says: of a person, of the acquisition, or nobody knows.

Pixels are judged more strictly than header fields. A date or a number of five digits that stands
alone is ordinary in a header; somebody who has it drawn into an image means the patient or the exam.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from auditor.detectors.acquisition import is_acquisition_text
from auditor.detectors.banner import Likeness, likeness
from auditor.detectors.base import Hit
from auditor.detectors.cjk_names import cjk_name
from auditor.detectors.engine import detect
from auditor.detectors.label_list import find_labels
from auditor.detectors.lexicon import chinese_surnames, chinese_words, look_up, simplify
from auditor.detectors.misread import other_readings
from auditor.detectors.names import person_name
from auditor.detectors.pixel_numbers import is_a_count, is_of_a_program, lone_numbers
from auditor.detectors.placeholders import is_placeholder
from auditor.model import Category

WEAK = 0.3
"""Hits below this confidence do not make a line identifying."""
SURE_NAME = 0.5
JOINED_NAME = 0.8
"""The same for words with a slash between them, which may be two of a kind: grey and white, rest and stress."""
IN_PIXELS = 0.5
"""Confidence of evidence that counts in pixels alone."""

_D = "[0-9OoIl]"
"""A digit as OCR may give it; a pattern also asks for true digits."""
_LOOSE_DATE = re.compile(rf"(?<![\d.]){_D}{{1,4}}([/.-]){_D}{{1,2}}\1{_D}{{2,4}}(?![\d.])")
_YEARS = r"(?:[Yy](?:\.?[Oo]\.?|rs?\.?|ears?)?|J(?:ahre)?|ans|anni|años)"
_SEX_AGE = re.compile(
    rf"[MFmf]\s?[/,-]?\s?\d{{2,3}}\s?{_YEARS}?|\d{{2,3}}\s?{_YEARS}?\s?[/,-]?\s?[MFmf]|"
    r"\d{2,3}\s?(?:yrs?|y\.?o\.?|years? old)"
)
_CHINESE_SEX_AGE = re.compile(r"[男女]\s*[/,，]?\s*\d{1,3}\s*岁?|\d{1,3}\s*岁\s*[/,，]?\s*[男女]?")
_AGE = re.compile(
    r"(?<![^\W\d_])(?:age|alter|edad|[âa]ge|年龄|年齢|年齡)\s?[:：.]?\s?\d{1,3}(?!\d)", re.IGNORECASE
)
_SEX = re.compile(
    r"(?<![^\W\d_])(?:sex|gender|geschlecht|sexo|sexe|性别|性別)(?:\s?[/,]\s?(?:age|alter|edad|[âa]ge|年龄|年齢|年齡))?"
    r"\s?[:：]?\s?(?:(?<=[:： ])[^\W\d_]+|[男女]|[MF](?=\s?/?\s?\d{1,3}))",
    re.IGNORECASE,
)
_DATED = re.compile(r"(?:date|dob|born|日期|时间|出生)\s?[:：]\s?\S{0,12}\d{2}", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\d:.])(?:0[6-9]|1\d|2[0-3])[:：][0-5]\d[:：][0-5]\d(?![\d:])")
"""A time of day to the second, when people work; counters of a recording begin at 00."""
_PART_OF_A_DATE = re.compile(
    r"\d{1,4}\s?年\s?\d{1,2}\s?月?.*|年\s?\d{1,2}\s?月\s?\d{1,2}\s?日?|\d{1,2}\s?月\s?\d{1,2}\s?日?"
    r"|(?:0?[1-9]|1[0-2])?[/.-](?:19\d{2}|20[0-3]\d)|(?:19\d{2}|20[0-3]\d)[/-](?:0?[1-9]|1[0-2])[/-]?"
)
"""What is left of a date where its other end could not be read; all of a line."""
_END_OF_A_DATE = re.compile(r"([/.-])(?:0?[1-9]|[12]\d|3[01])\1(?:19\d{2}|20[0-3]\d)(?!\d)")
"""Day or month and year behind a separator: the end of a date that ran into what stands before it."""
_INSTITUTION = re.compile(
    r"\b(?:hosp[il1]t(?:a\w{0,4})?|clinics?|medical cent(?:er|re)|infirmary|krankenhaus|\w*klinik(?:um|en)?|h[ôo]pital|"
    r"clinique|cl[ií]nica|ospedale|policlinico|szpital|ziekenhuis|sykehus|sjukhus)\b|医院|卫生院|诊所|保健院|病院"
    r"|[市县区省镇][\u3400-\u9fff]{0,8}院",
    re.IGNORECASE,
)
_CARET = re.compile(r"(?<=[^\W\d_]{2})[\"“”'‘’*~`´](?=[^\W\d_]{2})")
"""What OCR makes of the caret between the parts of a DICOM name."""
_SLASH = re.compile(r"(?<=[^\W\d_]{2})/(?=[^\W\d_]{2})")
"""Between words, what OCR makes of a caret or of the space in faint type, or what parts a surname from given names."""
_LABEL_END = re.compile(r"(?<=[^\W\d_]{2})[.;,·](?=\d{4})")
"""What OCR makes of the colon between a label and its number; the same length, so that positions stay."""
_SPECKS = re.compile(r"[\u00b2\u00b3\u00b9\u2070-\u209f]")
"""Raised and lowered signs are specks more often than signs."""
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WITHIN_NAMES = re.compile(
    r"(?:Mc|Mac|Fitz|De|Del|Della|Des|Di|Du|Da|Dal|La|Le|Lo|Van|Von|Ver|Ten|St|San|O|D)(?=[A-Z])"
)
_FEW_DIGITS = re.compile(r"[#.:： ]{0,3}\d{3,}")
_AFTER_COLON = re.compile(r"[:：]\s?([^\W\d_][^:：]{2,60})$")
_THREE_HAN = re.compile(r"[\u3400-\u9fff]{3}")
_VALUE = re.compile(
    r"\s?(?:[:：]|[.;·](?=\s?[A-Z]\w+[\s,^]+[A-Z]))\s?([^\W\d_]{2,}(?:[\s,^.'-]+[^\W\d_]+){0,3})"
)
LABELLED = 0.7
BESIDE = "\n"
"""Between a line and the one of its block that says whose line it is."""
IN_A_BANNER = 0.6
"""Confidence of a name that only the lines beside it make one."""
_OF_A_PERSON = frozenset(
    {
        Category.DATE,
        Category.AGE,
        Category.CHARACTERISTIC,
        Category.RECORD_NUMBER,
        Category.NATIONAL_ID,
        Category.INSURANCE,
        Category.ACCOUNT,
        Category.PHONE,
    }
)
MISREAD = 0.7
"""Most that evidence counts which takes another reading of the line than that of the engine."""
COMMON = 20
"""Rank of surnames that one in two people has."""
STRONG_NAME = 1.0
"""Log-likelihood ratio of a word that is seldom anything but a name."""
_WORD = re.compile(r"[^\W\d_]{4,}|[\u3400-\u9fff]{2,}")


@lru_cache(maxsize=16384)
def identifying(text: str) -> tuple[Hit, ...]:
    """Return what in a line identifies, best evidence first; empty for acquisition text. Of a line with
    another BESIDE it what the first says, or that it is a name because of the other."""
    line, _, other = text.partition(BESIDE)
    if other:
        name = Hit(Category.NAME, "name beside other identifiers", 0, len(line), IN_A_BANNER)
        return (name,) if named_by(line, other) else identifying(line)
    line = _SPECKS.sub(" ", _LABEL_END.sub(":", text.strip()))
    hits = [hit for hit in detect(line) if hit.confidence >= WEAK and not _is_of_the_device(hit, line)]
    if max((hit.confidence for hit in hits), default=0.0) < IN_PIXELS and not is_placeholder(line):
        line = _CARET.sub("^", line)
        hits = _in_pixels_only(line) or _read_otherwise(line) or hits
    return tuple(sorted(hits, key=lambda hit: -hit.confidence))


def named_by(line: str, other: str) -> bool:
    """Whether a line that alone does not identify is a name because of the other, which stands in the same block:
    a date alone makes names only of such as are listed."""
    like = likeness(line)
    if not like or any(hit.confidence >= IN_PIXELS for hit in identifying(line)):
        return False
    who = {hit.category for hit in identifying(other) if hit.confidence >= IN_PIXELS} & _OF_A_PERSON
    return bool(who) and like >= (Likeness.FORM if who - {Category.DATE} else Likeness.LISTED)


@lru_cache(maxsize=16384)
def is_unjudged(text: str) -> bool:
    """Whether a line holds words that nothing here explains. Letters and short numbers do not count:
    scales, orientation marks and specks of noise read like that."""
    line = text.strip()
    if identifying(line) or is_placeholder(line) or is_acquisition_text(line):
        return False
    return _WORD.search(line) is not None


def _is_of_the_device(hit: Hit, line: str) -> bool:
    """What is no evidence on a screen: the date of a program, a frame of so many, the name of a setting."""
    if hit.category is Category.DATE:
        return is_of_a_program(line)
    text = line[hit.start : hit.end]
    if hit.category is Category.NAME:
        return _is_spelt_as_a_setting(text)
    return hit.category is Category.RECORD_NUMBER and is_a_count(text)


def _is_spelt_as_a_setting(text: str) -> bool:
    """One word with a capital within, as `HarmOn`; of names only such as McGregor have one."""
    return text.isalpha() and _HUMP.search(text) is not None and not _WITHIN_NAMES.match(text)


def _read_otherwise(line: str) -> list[Hit]:
    """What the first other reading says that says anything."""
    for reading in other_readings(line):
        sure = [hit for hit in detect(reading) if hit.confidence >= IN_PIXELS]
        if hits := sure or _in_pixels_only(reading):
            same = len(reading) == len(line)
            return [
                replace(
                    hit,
                    start=hit.start if same else 0,
                    end=hit.end if same else len(line),
                    confidence=min(hit.confidence, MISREAD),
                )
                for hit in hits
            ]
    return []


def _in_pixels_only(line: str) -> list[Hit]:
    """Evidence that counts in pixels alone, for a line in which nothing better was found."""
    if _SEX_AGE.fullmatch(line) or _CHINESE_SEX_AGE.fullmatch(line):
        return [Hit(Category.CHARACTERISTIC, "sex and age", 0, len(line), IN_PIXELS)]
    of_a_program = is_of_a_program(line)
    found = None if of_a_program else _LOOSE_DATE.search(line)
    if found is not None and sum(char.isdigit() for char in found.group()) >= 4:
        return [Hit(Category.DATE, "number in the form of a date", found.start(), found.end(), IN_PIXELS)]
    if numbers := list(lone_numbers(line, IN_PIXELS)):
        return numbers
    for category, kind, pattern in (
        (Category.DATE, "labelled date", _DATED),
        (Category.DATE, "end of a date", _END_OF_A_DATE),
        (Category.DATE, "time of day", _CLOCK),
        (Category.AGE, "age", _AGE),
        (Category.CHARACTERISTIC, "sex", _SEX),
        (Category.INSTITUTION, "institution", _INSTITUTION),
    ):
        found = pattern.search(line)
        if found is not None and not (of_a_program and category is Category.DATE):
            return [Hit(category, kind, 0, len(line), IN_PIXELS)]
    if _PART_OF_A_DATE.fullmatch(line):
        return [Hit(Category.DATE, "part of a date", 0, len(line), IN_PIXELS)]
    if (labelled := _labelled_name(line) or _labelled_number(line)) is not None:
        return [labelled]
    if is_acquisition_text(line) or is_acquisition_text(_HUMP.sub(" ", line)) or _is_spelt_as_a_setting(line):
        return []
    parted = _SLASH.sub(" ", line)
    joined = 0.0 if is_acquisition_text(parted) else person_name(parted)
    sure = max(person_name(line), SURE_NAME * _names_somebody(line), joined if joined >= JOINED_NAME else 0.0)
    if value := _AFTER_COLON.search(line):  # behind a label that nobody knows, or that was cut
        sure = max(sure, person_name(value[1]), SURE_NAME * _names_somebody(value[1]))
    if _THREE_HAN.fullmatch(line) and chinese_surnames().get(simplify(line[0]), COMMON) < COMMON:
        # 王超强: what the last two mean beside each other matters less behind so common a surname.
        sure = max(sure, SURE_NAME * (cjk_name(line) >= WEAK and simplify(line) not in chinese_words()))
    return [Hit(Category.NAME, "name", 0, len(line), sure)] if sure >= SURE_NAME else []


def _labelled_name(line: str) -> Hit | None:
    """What stands after a name's label and its colon, whatever its words mean elsewhere."""
    for label, _, end in find_labels(line):
        value = _VALUE.match(line, end) if label.category is Category.NAME else None
        if value is not None and not is_placeholder(value.group(1)) and not _is_setting(value.group(1)):
            return Hit(Category.NAME, label.kind, value.start(1), value.end(1), LABELLED)
    return None


def _is_setting(value: str) -> bool:
    """Acquisition text, and no eponym: behind the label of a name `Dubois` and `Gray` are people."""
    return is_acquisition_text(value) and not any(
        word.name and word.weight >= 0 for word in map(look_up, re.findall(r"[^\W\d_]{3,}", value))
    )


def _labelled_number(line: str) -> Hit | None:
    """Few digits right behind the label of a record number: they may be the first of many."""
    for label, start, end in find_labels(line):
        strong = label.category is Category.RECORD_NUMBER and not label.weak
        if strong and (digits := _FEW_DIGITS.match(line, end)) and not is_placeholder(line[end:]):
            return Hit(label.category, label.kind, start, digits.end(), IN_PIXELS)
    return None


def _names_somebody(line: str) -> bool:
    """Whether a line is two or three words, one plainly a name and none of medicine but such as are named for a
    person: in free text the other may be any word; standing alone in an image they are a name."""
    words = re.split(r"[\s,^.]+", line.strip(" ,.^"))
    if not 2 <= len(words) <= 3 or not all(word.isalpha() and len(word) > 1 for word in words):
        return False
    known = [look_up(word) for word in words]
    if any(word.clinical and not word.name for word in known):
        return False
    return any(w.name and not w.clinical and w.weight >= STRONG_NAME for w in known)
