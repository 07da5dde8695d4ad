"""What a value is, where a check needs no more than that: parts, dummies, dates, counters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.detectors.lexicon import look_up
from auditor.detectors.placeholders import is_placeholder, is_pseudonym
from auditor.model import Severity

EARLIEST_YEAR, LATEST_YEAR = 1880, 2100
_DATE = re.compile(r"(\d{4})[-./:]?(0[1-9]|1[0-2])[-./:]?(0[1-9]|[12]\d|3[01])(?!\d{7})")
_TIME = re.compile(r"([01]\d|2[0-3]):?([0-5]\d)(?::?([0-5]\d|60)(\.\d{1,6})?)?")
_NOON = re.compile(r"12:?00:?00(?:\.0{1,6})?")
_ZONE = re.compile(r"[+-](0\d|1[0-4])[0-5]\d")
_HASH = re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{8,}")
"""A cut hash; record systems print letters as capitals."""
_TEST = re.compile(
    r"phantom|catphan|(?<![a-z])test|demo\b|dummy|simulat|virtual|sample|example|unknown|default|generic|(?<![a-z])q[ac](?![a-z])",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:station|workstation|computer|console|scanner|device|detector|unit|room|modality|site|ae|pacs|server|host|linac|accelerator|machine|center|centre|hospital|clinic|"
    r"institution|department|dept|ct|mr|us|dx|xr|pt|nm)[ _-]?(?:\d{0,3}|[A-Z]|xyz|abc)|"
    r"(?:our|my|the|your|any)?[ _-]?ae[ _-]?title|\w{2,8}[ _-][rv]\d{1,2}(?:\.\d{1,2}){1,2}",
    re.IGNORECASE,
)


_MAKERS = frozenset(
    "agfa barco bruker canon carestream cerner dcmtk elekta esaote fuji fujifilm ge hitachi hologic kodak konica "  # noqa: SIM905
    "medtronic mindray neusoft nemoto olympus osirix philips planmeca samsung shimadzu siemens sirona slicer toshiba "
    "varian vatech ziehm zeiss".split()
)
_SITE = re.compile(
    r"hosp|clini|klini|cent(?:er|re)|cntr|univ|infirmary|institut(?!ion)|memorial|trust|practice|college|school|"
    r"health (?:care )?system|sanat|hospice|associates|group|foundation|saint|\bst\b",
    re.IGNORECASE,
)


def parts(value: str) -> Iterator[str]:
    """The values of a multi-valued element, without padding; empty ones left out."""
    for part in value.split("\\"):
        if text := part.strip(" \0\t\r\n"):
            yield text


def is_dummy(text: str) -> bool:
    """Whether a value says nothing of a person: a placeholder or a pseudonym."""
    return is_placeholder(text) or is_pseudonym(text) or bool(_HASH.fullmatch(text))


def is_counter(text: str, digits: int = 4) -> bool:
    """Whether a value is a small number such as a row, visit or series counter."""
    return text.isdecimal() and len(text.lstrip("0")) <= digits


def is_test(text: str) -> bool:
    """Whether a value says that it belongs to a phantom, a test or a demonstration."""
    return _TEST.search(text) is not None


def is_generic(text: str) -> bool:
    """Whether a device's or site's name is a word for its kind, a number or a test name."""
    return bool(_NUMBERED.fullmatch(text) or is_test(text)) or is_counter(text, 3)


def says_no_more(text: str) -> bool | None:
    """Whether a name of a site or device is made of words that name none: True for a maker of devices, with
    words of imaging; False for words of language; None for everything else, and where a word says that it is
    an institution."""
    words = re.findall(r"[^\W\d_]+", text)
    if not words or not text.isascii() or any(map(str.isdigit, text)) or _SITE.search(text):
        return None
    found = [look_up(word) for word in words]
    if not all(word.known and word.weight < 0 for word in found):
        return None
    if all(word.clinical for word in found) and not _MAKERS.isdisjoint(map(str.lower, words)):
        return True
    return None if len(text) < 6 and text.isupper() else False  # NIH is no word


def date_in(text: str) -> str:
    """The date at the start of a DA, DT or ISO value, as YYYYMMDD; empty where there is none."""
    found = _DATE.match(text)
    if not found or not EARLIEST_YEAR <= int(found[1]) <= LATEST_YEAR:
        return ""
    date = found[1] + found[2] + found[3]
    return "" if is_placeholder(date) else date


def counted_date(text: str) -> bool:
    """Whether a number may count the days as spreadsheets do, or the seconds or milliseconds since 1970."""
    found = re.fullmatch(r"(\d{5}|\d{10}|\d{13})(?:\.\d{1,9})?", text)
    if not found:
        return False
    number = int(found[1])
    return (
        20_000 <= number <= 60_000
        if len(found[1]) == 5
        else 300_000_000 <= (number if len(found[1]) == 10 else number // 1000) <= 2_500_000_000
    )


def is_time(text: str) -> bool:
    """Whether a TM value is a time of day other than midnight and noon to the second, which stand for none."""
    if _NOON.fullmatch(text):
        return False
    return bool(_TIME.fullmatch(text)) and bool(text.strip("0:."))


def is_zone(text: str) -> bool:
    """Whether a value is an offset from UTC that tells something of the place."""
    return bool(_ZONE.fullmatch(text)) and text[1:] != "0000"


def at_most(severity: Severity, limit: Severity) -> Severity:
    """The lesser of two severities."""
    return severity if severity.rank <= limit.rank else limit


def raised(severity: Severity) -> Severity:
    """One step more severe; critical stays."""
    ranks = list(Severity)
    return ranks[min(severity.rank + 1, len(ranks) - 1)]


def by_confidence(severity: Severity, confidence: float) -> Severity:
    """Weak evidence counts as less: below 0.6 at most low, below 0.4 for information."""
    if confidence < 0.4:
        return Severity.INFO
    return at_most(severity, Severity.LOW) if confidence < 0.6 else severity
