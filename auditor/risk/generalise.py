"""Header and table values as an attacker would know them: whole years, days, centimetres, kilograms.

Without this, `045Y` and `45`, or 0.143 and 0.14300000000000002, would tell patients apart who are not.
An empty string means the value is missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from auditor.model import Facts

_AGE = re.compile(r"\s*(\d{1,3}(?:\.\d+)?)\s*(y|m|w|d)?(?:ears?|r|rs|onths?|eeks?|ays?)?\s*\Z", re.IGNORECASE)
_YEARS_PER = {"y": 1.0, "m": 1 / 12, "w": 7 / 365.25, "d": 1 / 365.25}
_DATE = re.compile(r"\s*(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?", re.IGNORECASE)
_SEX = {"m": "m", "male": "m", "男": "m", "男性": "m", "f": "f", "female": "f", "女": "f", "女性": "f"}
_UNKNOWN = frozenset({"", "unknown", "none", "null", "nan", "n/a", "na", "?", "不详", "未知"})

OLDEST = 150.0
"""Years; an age above it is a data error and counts as missing."""
METRES_BELOW = 3.0
"""A body height below this is in metres (DICOM), above it in centimetres (many tables)."""


def parse_day(text: str) -> date | None:
    """A DICOM DA or ISO date, with or without a time after it; None when it is not a date."""
    found = _DATE.match(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def age_years(text: str) -> str:
    """Whole years of a DICOM AS (`045Y`, `018M`) or a plain number; other text (`40-50`) is a group."""
    found = _AGE.match(text)
    if found is None:
        return plain(text)
    years = float(found[1]) * _YEARS_PER[(found[2] or "y").lower()]
    return str(int(years)) if years <= OLDEST else ""


def age_between(birth: str, study: str) -> str:
    """Whole years from a date of birth to a date of study; empty when either is not a date."""
    born, seen = parse_day(birth), parse_day(study)
    if born is None or seen is None or seen < born:
        return ""
    years = seen.year - born.year - ((seen.month, seen.day) < (born.month, born.day))
    return str(years) if years <= OLDEST else ""


def day(text: str) -> str:
    """The day as `YYYY-MM-DD`; what is not a date (a year, `day 12`) stays a group of its own."""
    found = parse_day(text)
    return found.isoformat() if found else plain(text)


def sex(text: str) -> str:
    """`m` or `f` in any of the usual spellings, English or Chinese; other values as they are."""
    return _SEX.get(plain(text), plain(text))


def centimetres(text: str) -> str:
    """Body height in whole centimetres; a number below 3 is taken for metres."""
    number = _first_number(text)
    if number is None or number == 0:
        return ""
    return str(round(number * 100 if number < METRES_BELOW else number))


def kilograms(text: str) -> str:
    """Body weight in whole kilograms; 0, which scanners write for unknown, is missing."""
    number = _first_number(text)
    return str(round(number)) if number else ""


def spacing(text: str) -> str:
    """Pixel spacing to six significant figures, which float noise does not reach, both directions."""
    return " ".join(f"{float(number):.6g}" for number in _NUMBER.findall(text))


def plain(text: str) -> str:
    """Case and surrounding blanks do not tell people apart; words for unknown are missing."""
    folded = " ".join(text.casefold().split())
    return "" if folded in _UNKNOWN else folded


def _first_number(text: str) -> float | None:
    found = _NUMBER.search(text)
    return float(found[0]) if found else None


GENERALISE: Mapping[str, Callable[[str], str]] = {
    "age": age_years,
    "sex": sex,
    "study_date": day,
    "size": centimetres,
    "weight": kilograms,
    "spacing": spacing,
}
"""Quasi-identifier to the function that coarsens its text; `plain` for the others."""


def value_of(facts: Facts, attribute: str) -> str:
    """The raw text of one quasi-identifier; an age that is not given follows from two dates.

    A study date that the file declares as modified is not what anybody knows of the patient, so it
    counts as missing; whether the declaration is true is for the checks of claims.
    """
    text: str = getattr(facts, attribute)
    if attribute == "study_date" and facts.dates == "MODIFIED":
        return ""
    if attribute == "age" and not text:
        return age_between(facts.birth_date, facts.study_date)
    return text
