"""What pseudonyms keep of those they stand for: initials, digits of the id, the year of birth, an order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from auditor.checks.sequential_pseudonyms import rank_correlation
from auditor.detectors.lexicon import fold
from auditor.model.survey import Trait

FEWEST = 8
_EXCHANGES = 20
_RUN = 4
"""Digits in a row that two codes share by chance once in hundreds."""


@dataclass(frozen=True, slots=True)
class Identified:
    """A pseudonym of the release and whom the original says it stands for. Lives while a scan runs."""

    pseudonym: str
    name: str = ""
    number: str = ""
    birth: str = ""
    """YYYYMMDD, or empty."""


_Keeps = Callable[[Identified, Identified], bool]
"""Whether the first one's pseudonym keeps something of the other's original."""


def traits(patients: Sequence[Identified]) -> Iterator[Trait]:
    """Every trait with how many pseudonyms keep it of their own patient, and how many would of another's.

    The chance is that of patients exchanged in a ring, by 1 to 20 places.
    """
    asked: tuple[tuple[str, Callable[[Identified], bool], _Keeps], ...] = (
        ("initials", lambda one: bool(_initials(one.name)), _keeps_initials),
        ("digits of the identifier", lambda one: len(_digits(one.number)) >= _RUN, _keeps_digits),
        ("year of birth", lambda one: len(one.birth) >= _RUN, _keeps_year),
    )
    for kind, has, keeps in asked:
        known = [patient for patient in patients if has(patient)]
        if len(known) >= FEWEST:
            kept = sum(keeps(one, one) for one in known)
            yield Trait(kind, kept, len(known), _by_chance(known, keeps))
    numbered = [(int(found[1]), p) for p in patients if (found := re.search(r"(\d{1,9})\D*$", p.pseudonym))]
    orders: tuple[tuple[str, Callable[[Identified], str]], ...] = (
        ("order of the names", lambda one: fold(one.name)),
        ("order of the identifiers", lambda one: one.number.strip().rjust(24)),
    )
    for kind, order in orders:
        pairs = [(n, order(p)) for n, p in numbered if order(p).strip()]
        if len({value for _, value in pairs}) >= FEWEST:
            agreement = abs(rank_correlation([n for n, _ in pairs], [value for _, value in pairs]))
            yield Trait(kind, round(agreement * len(pairs)), len(pairs), 0.0, agreement)


def _by_chance(known: Sequence[Identified], keeps: _Keeps) -> float:
    steps = range(1, min(_EXCHANGES, len(known) - 1) + 1)
    kept = sum(keeps(one, known[(n + step) % len(known)]) for step in steps for n, one in enumerate(known))
    return kept / (len(steps) * len(known))


def _initials(name: str) -> str:
    """First letters of family and given name; empty for one name alone and for other scripts."""
    words = [word for word in re.split(r"[\^ ,=]+", fold(name)) if word.isascii() and word.isalpha()]
    return words[0][0] + words[1][0] if len(words) > 1 else ""


def _keeps_initials(one: Identified, other: Identified) -> bool:
    own = _initials(other.name)
    letters = re.findall(r"[a-z]+", fold(one.pseudonym))
    return any(len(run) <= 4 and (own in run or own[::-1] in run) for run in letters)


def _keeps_year(one: Identified, other: Identified) -> bool:
    return other.birth[:4] in one.pseudonym


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _keeps_digits(one: Identified, other: Identified) -> bool:
    code, number = _digits(one.pseudonym), _digits(other.number)
    return any(number[start : start + _RUN] in code for start in range(len(number) - _RUN + 1))
