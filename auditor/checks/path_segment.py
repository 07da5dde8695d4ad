"""F301: a file or folder name identifies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from auditor.checks._examples import segment
from auditor.checks._values import at_most, by_confidence, date_in, is_dummy, parts
from auditor.checks.base import ElementCheck
from auditor.detectors import detect
from auditor.detectors.base import Hit
from auditor.detectors.lexicon import fold, look_up
from auditor.detectors.name_words import joined_pinyin
from auditor.detectors.names import person_name
from auditor.detectors.placeholders import may_be_pseudonym
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import FULL_DATES, MODIFIED_DATES

_STORED_PATHS = frozenset({0x00041130, 0x00041500})
"""File-set ID and Referenced File ID: names of folders and files that a DICOMDIR keeps."""
_EXTENSION = re.compile(r"(?:\.(?=[A-Za-z0-9]{0,4}[A-Za-z])[A-Za-z0-9]{1,5}){1,2}$")
_UID = re.compile(r"[0-2](?:\.\d+){4,}")
_BREAKS = re.compile(
    r"[\s_,;+=()\[\]{}.-]+|(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d{2})|(?<=\d)(?=[A-Za-z]{2})"
)
_FIELDS = re.compile(r"[\s_,;+=()\[\]{}]+")
_PARTS = re.compile(r"[\s_,;+=()\[\]{}.-]+")
_NEW_YEAR = re.compile(r"0?1\D0?1\D|\D0?1\D0?1$|\d{4}0101$")
_COMPACT_DATE = re.compile(r"(?<!\d)(?:19|20)\d{6}(?!\d)")
_LONE = "one word that may be a name"
_PERSON_WORDS = frozenset(
    {"patient", "patients", "pat", "pt", "dr", "mr", "mrs", "ms", "miss", "prof", "frau", "herr"}
)
_OF_WORDS = frozenset({Category.NAME, Category.STAFF, Category.DATE, Category.INSTITUTION, Category.ADDRESS})
_WEIGHTS = {
    Category.NAME: Severity.CRITICAL,
    Category.STAFF: Severity.HIGH,
    Category.NATIONAL_ID: Severity.CRITICAL,
    Category.PHONE: Severity.HIGH,
    Category.EMAIL: Severity.HIGH,
    Category.ADDRESS: Severity.HIGH,
    Category.RECORD_NUMBER: Severity.HIGH,
    Category.INSURANCE: Severity.HIGH,
    Category.ACCOUNT: Severity.HIGH,
    Category.INSTITUTION: Severity.MEDIUM,
    Category.DATE: Severity.MEDIUM,
    Category.AGE: Severity.MEDIUM,
    Category.IP: Severity.LOW,
}


class PathSegment(ElementCheck):
    """The name of a file or folder identifies somebody.

    What it does
        Judges each segment of a path, also of those stored in a DICOMDIR, with its separators taken
        as blanks, for names, dates, national ids, phones, labelled numbers and institutions.
        Pseudonyms, UIDs and counters are quiet; dates are low where they are retained or shifted by
        claim.

    Why it matters
        Exports name folders after patients and days. De-identification rewrites the files and
        leaves their names, which show in every listing, log and link.

    Remedy
        Rename files and folders by pseudonym or by a new UID.
    """

    id = "F301"
    title = Text(en="A file or folder name identifies", zh="文件名或文件夹名含有标识信息")
    remedy = Text(en="Rename it by pseudonym or by a new UID.", zh="以假名或新的 UID 重命名。")
    severity = Severity.HIGH
    category = Category.NAME
    way = Way.DATA
    good = (
        segment("IM000001.dcm"),
        segment("00000013_004.png"),
        segment("00010505_018.png"),
        segment("sub-001", Place.FOLDER_NAME),
        segment("1.2.826.0.1.3680043.8.498.45787841905188114249611428388.dcm"),
        segment("T1 axial", Place.FOLDER_NAME),
        segment("train", Place.FOLDER_NAME),
        segment("MoNuSeg", Place.FOLDER_NAME),
    )
    bad = (
        segment("SMITH_JOHN_19500312.dcm"),
        segment("王小明", Place.FOLDER_NAME),
        segment("chest_20240319.png"),
        segment("11010519491231002X", Place.FOLDER_NAME),
        segment("Carmen Sexton", Place.FOLDER_NAME),
        segment("Kowalski.dcm"),
        segment("李强.dcm"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per category that the segment shows."""
        if subject.place is Place.FILE_NAME:
            yield from _judge(_EXTENSION.sub("", subject.value), subject.place, context)
        elif subject.place is Place.FOLDER_NAME:
            yield from _judge(subject.value, subject.place, context)
        elif subject.tag in _STORED_PATHS and subject.place is Place.DATASET:
            for part in parts(subject.value):
                yield from _judge(part, Place.FOLDER_NAME, context)


def _judge(stem: str, place: Place, context: Context) -> Iterator[Match]:
    if _UID.fullmatch(stem) or is_dummy(stem):
        return
    best: dict[Category, tuple[Hit, str]] = {}
    for hit, text in _hits(stem, place):
        if (
            hit.category in _WEIGHTS
            and hit.confidence >= (0.3 if hit.kind == _LONE else 0.4)
            and not is_dummy(text)
        ):
            known = best.get(hit.category)
            if known is None or hit.confidence > known[0].confidence:
                best[hit.category] = hit, text
    for category, (hit, text) in best.items():
        severity = by_confidence(_WEIGHTS[category], hit.confidence)
        if category is Category.NAME and hit.confidence < 0.8:
            severity = at_most(severity, Severity.LOW)  # words of a file name often read as a rare name
        if hit.kind == "bare number" and text.startswith("0"):
            continue  # leading zeros are how images and subjects are numbered
        if hit.kind == "bare number" and not text.isdecimal():
            severity = Severity.INFO  # a letter and a number is how images are numbered
        if category is Category.DATE and _NEW_YEAR.search(text):
            severity = Severity.INFO  # what some archives write for a date they removed
        elif category is Category.RECORD_NUMBER and may_be_pseudonym(stem):
            severity = at_most(severity, Severity.LOW)
        elif category is Category.DATE and not context.codes.isdisjoint({FULL_DATES, MODIFIED_DATES}):
            severity = Severity.LOW
        yield Match(hit.confidence, text, severity, category, hit.kind)


def _hits(stem: str, place: Place) -> Iterator[tuple[Hit, str]]:
    """Hits in the stem as it stands, with separators as blanks, and in its words alone."""
    apart = " ".join(_BREAKS.sub(" ", stem).split())
    for text in dict.fromkeys((stem, *_FIELDS.split(stem))):
        for hit in detect(text):
            if not _is_one_word(hit, text):  # judged below
                yield hit, text[hit.start : hit.end]
    fields = _PARTS.split(stem)
    for hit in detect(apart):
        named = apart[hit.start : hit.end]
        # Digits that were apart are no one number, nor the humps of MoNuSeg a name.
        if hit.category in _OF_WORDS and not _is_one_word(hit, apart) and not _is_scrap(named, fields):
            yield hit, named
    if stem.islower():  # st-johns-hospital
        titled = apart.title()
        for hit in detect(titled):
            if hit.category is Category.INSTITUTION:
                yield hit, apart[hit.start : hit.end]
    for found in _COMPACT_DATE.finditer(stem):
        if date_in(found[0]):
            yield Hit(Category.DATE, "date", found.start(), found.end(), 0.8), found[0]
    words = [word for word in apart.split() if word.isalpha() and (len(word) > 1 or not word.isascii())]
    yield from _lone_name(words, place)
    for count in (2, 3) if len(words) > 1 else ():
        for start in range(max(1, min(len(words), 8) - count + 1)):
            run = " ".join(words[start : start + count])
            score = _name_score(run, len(words)) if run else 0.0
            if score >= 0.4 and not _is_scrap(run, fields):
                yield Hit(Category.NAME, "name", 0, len(run), score), run


def _is_one_word(hit: Hit, text: str) -> bool:
    """A name of one word that is not clearly two written together."""
    found = text[hit.start : hit.end]
    return hit.kind == "person name" and hit.confidence < 0.7 and found.isascii() and found.isalpha()


def _is_scrap(found: str, fields: list[str]) -> bool:
    """Short pieces of a longer word."""
    words = found.split()
    whole = (len(words) == 2 and "".join(words) in fields) or all(word in fields for word in words)
    return found.isascii() and not whole and all(len(word) <= 3 for word in words)


def _lone_name(words: list[str], place: Place) -> Iterator[tuple[Hit, str]]:
    """One word of the segment that may be somebody's name: alone, or beside words that say so or say nothing.

    A file that is called by one word that hardly occurs but as a name is likely called after a
    person; folders are called after places and collections as well.
    """
    own = [w for w in words if fold(w) not in _PERSON_WORDS and not _says_what(w)]
    if len(own) != 1:
        return
    word, known = own[0], look_up(own[0])
    bound = 0.5 if place is Place.FILE_NAME and len(words) == 1 else 1.5
    score = 0.0
    if not word.isascii():
        score = person_name(word) if len(words) == 1 else 0.0
    elif known.name and len(word) > 2 and any(fold(w) in _PERSON_WORDS for w in words):
        score = 0.7 if known.weight > 0.3 else 0.0
    elif joined_pinyin(word):
        score = 0.55
    elif known.name and len(word) > 3:
        acronym = word.isupper() and len(word) <= 5
        score = 0.45 if known.weight >= bound and not acronym else 0.3 if known.weight >= 0.5 else 0.0
    elif (
        not known.known and len(words) == 1 and place is Place.FILE_NAME and len(word) >= 8 and word.istitle()
    ):
        score = 0.3
    if score:
        yield Hit(Category.NAME, _LONE, 0, len(word), score), word


def _says_what(word: str) -> bool:
    """A word of imaging or of language, or too short to be anything."""
    known = look_up(word)
    return len(word) < 3 or (known.known and (known.weight < 0 or (known.clinical and known.weight < 0.5)))


def _name_score(run: str, words: int) -> float:
    """How sure a run of words is a name, given how many words the stem has."""
    score = person_name(run)
    if score < 0.7 or words > 4:
        return min(score, 0.45) if score >= 0.9 else 0.0  # a list of settings, part of which reads as a name
    return score if words == run.count(" ") + 1 else score * 0.85
