"""What pseudonyms keep of those they stand for: letters of the name, dates, digits of an id, an order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from auditor.checks.sequential_pseudonyms import rank_correlation
from auditor.detectors.initials import pinyin_initials
from auditor.detectors.lexicon import fold
from auditor.model.survey import Trait

FEWEST = 4
_FEWEST_ORDERED = 8
_EXCHANGES = 20
_MOST = 1000
"""Patients whose pseudonyms are held against those of others; a thousand tell the chance."""
_RUN = 4
"""Digits in a row that two codes share by chance once in hundreds."""
_LETTERS = 6
_CHINESE = re.compile(r"[\u3400-\u9fff]{2,4}")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[-_./ ](?=\d)")


@dataclass(frozen=True, slots=True)
class Identified:
    """A pseudonym and what is known of whom it stands for. Lives while a scan runs."""

    pseudonym: str
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    births: tuple[str, ...] = ()
    """YYYYMMDD."""
    days: tuple[str, ...] = ()
    """On which the patient was examined, YYYYMMDD."""
    ages: tuple[str, ...] = ()
    """In whole years."""
    sexes: tuple[str, ...] = ()


_Keeps = Callable[[str, str], bool]
"""Whether a pseudonym keeps something of a name, a date or a number."""
_Of = Callable[[Identified], Sequence[str]]


def traits(patients: Sequence[Identified]) -> Iterator[Trait]:
    """Every trait with how many pseudonyms keep it of their own patient, and how many would of another's.

    The chance is that of patients exchanged in a ring, by 1 to 20 places. A whole date is told from few
    patients, all else from four.
    """
    asked: tuple[tuple[str, _Of, _Keeps, int], ...] = (
        ("initials", lambda one: one.names, _keeps_letters, FEWEST),
        ("digits of the identifier", _numbers, _keeps_digits, FEWEST),
        ("date of birth", _births, _keeps_date, 1),
        ("year of birth", _births, lambda code, day: day[:4] in code, FEWEST),
        ("day of the examination", lambda one: one.days, _keeps_date, 1),
        ("age", lambda one: one.ages, _keeps_age, FEWEST),
        ("sex", lambda one: one.sexes, _keeps_sex, FEWEST),
    )
    for kind, told, keeps, fewest in asked:
        known = [(fold(patient.pseudonym), told(patient)) for patient in patients if told(patient)]
        if len(known) >= fewest:
            kept = sum(any(keeps(code, each) for each in own) for code, own in known)
            yield Trait(kind, kept, len(known), _by_chance(known, keeps))
    numbered = [(int(found[1]), p) for p in patients if (found := re.search(r"(\d{1,9})\D*$", p.pseudonym))]
    orders: tuple[tuple[str, Callable[[Identified], str]], ...] = (
        ("order of the names", lambda one: fold(min(one.names, default=""))),
        ("order of the identifiers", lambda one: min(_others(one), default="").strip().rjust(24)),
    )
    for kind, order in orders:
        pairs = [(n, order(p)) for n, p in numbered if order(p).strip()]
        if len({value for _, value in pairs}) >= _FEWEST_ORDERED:
            agreement = abs(rank_correlation([n for n, _ in pairs], [value for _, value in pairs]))
            yield Trait(kind, round(agreement * len(pairs)), len(pairs), 0.0, agreement)


def _by_chance(known: Sequence[tuple[str, Sequence[str]]], keeps: _Keeps) -> float:
    known = known[:_MOST]
    steps = range(1, min(_EXCHANGES, len(known) - 1) + 1)
    if not steps:
        return 0.0
    kept = sum(
        any(keeps(code, each) for each in known[(n + step) % len(known)][1])
        for step in steps
        for n, (code, _) in enumerate(known)
    )
    return kept / (len(steps) * len(known))


@lru_cache(4096)
def _beginnings(name: str) -> frozenset[str]:
    """What the first letters of two or three parts of a name come to, in any order, and a part's first three.

    Of Chinese characters the first letters of their pinyin.
    """
    if found := _CHINESE.search(name):
        letters = pinyin_initials(found[0])
        return (
            frozenset({letters, letters[1:] + letters[0]}) if len(letters) == len(found[0]) else frozenset()
        )
    words = [word for word in re.split(r"[\W\d_]+", fold(name)) if len(word) > 1 and word.isascii()][:3]
    if len(words) < 2:
        return frozenset()
    made = {word[:length] for word in words for length in range(3, _LETTERS + 1)}
    for one in words:
        for other in words:
            if one is not other:
                made |= {one[:a] + other[:b] for a in range(1, 4) for b in range(1, 4)}
    return frozenset(made | {"".join(word[0] for word in words)})


def _keeps_letters(code: str, name: str) -> bool:
    made = _beginnings(name)
    initials = {each for each in made if len(each) == 2}
    runs = re.findall(r"[a-z]{2,}", code)
    return any(run in made or (len(run) <= _RUN and any(pair in run for pair in initials)) for run in runs)


def _others(one: Identified) -> list[str]:
    """The numbers that are not the pseudonym itself, which a rule may take for a hospital's."""
    return [number for number in one.numbers if fold(number) != fold(one.pseudonym)]


def _numbers(one: Identified) -> list[str]:
    digits = (re.sub(r"\D", "", number) for number in _others(one))
    return [number for number in digits if len(number) >= _RUN]


def _keeps_digits(code: str, number: str) -> bool:
    own = re.sub(r"\D", "", code)
    return any(number[start : start + _RUN] in own for start in range(len(number) - _RUN + 1))


def _births(one: Identified) -> list[str]:
    return [day for day in one.births if re.fullmatch(r"\d{8}", day)]


def _keeps_date(code: str, day: str) -> bool:
    """Whole, in any usual order, the year with two digits or four."""
    year, month, date = day[:4], day[4:6], day[6:]
    forms = [
        form for y in (year, year[2:]) for form in (y + month + date, date + month + y, month + date + y)
    ]
    runs = re.findall(r"\d{6,10}", _BETWEEN_DIGITS.sub("", code))
    return any(form in run for run in runs for form in forms)


def _keeps_age(code: str, age: str) -> bool:
    return age in (run.lstrip("0") for run in re.findall(r"\d+", code)[:-1] or re.findall(r"\d{2,3}y", code))


def _keeps_sex(code: str, sex: str) -> bool:
    return sex.lower() in re.findall(r"(?<![a-z])[a-z](?![a-z])", code)
