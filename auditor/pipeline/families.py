"""Values of one family: codes, and columns of names.

A surname alone is weak evidence; where most values of a table's column are one each, the column is one of names.
What a short hash in hexadecimal looks like when it happens to hold digits only.

Of random hexadecimal codes of eight digits one in 43 holds no letter and reads as a hospital's number.
Whether it is one only its location as a whole can tell: where nearly all values are codes of the same
form, and no more are all digits than chance gives, such a number weighs little.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import PurePosixPath

from auditor.checks._values import is_dummy
from auditor.detectors.lexicon import look_up
from auditor.model import Category, Context, Element, Match, Place, Severity

FEWEST = 20
"""Codes of a location from which its form is known."""
_NEARLY_ALL = 0.8
_MOST_FORMS = 20_000
_MOST_HELD = 100_000
"""Beyond, a match counts as it is."""
_LONGEST = 64
_PLACES = frozenset({Place.DATASET, Place.TABLE, Place.FILE_NAME, Place.FOLDER_NAME})
_VRS = frozenset({"", "LO", "SH", "PN", "UC"})
_CATEGORIES = frozenset({Category.RECORD_NUMBER, Category.UNIQUE_CODE})
_CODE = re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{6,}", re.IGNORECASE)
FEWEST_NAMES = 5
_MOSTLY_NAMES = 0.6
_PLACES_OF_WORK = re.compile(
    r"column=.*(?:site|cent(?:er|re)|city|town|country|region|state|cohort|dataset|scanner|vendor|model|manufactur|class|label|diagnos|finding|brand|drug)",
    re.IGNORECASE,
)
"""Columns of places, products and diseases, which are called like people."""
_RUN = re.compile(r"[0-9A-Za-z]+")

Judged = tuple[int, str, Match, str]


@dataclass(slots=True)
class _Form:
    """What the values of one length pattern at one location consist of."""

    codes: int = 0
    numbers: int = 0
    others: int = 0
    digits: int = 0
    characters: int = 0

    def explains(self, length: int) -> bool:
        """Whether chance makes as many codes all digits: mean and three standard deviations, and one more."""
        total = self.codes + self.numbers + self.others
        if self.codes < FEWEST or self.codes < _NEARLY_ALL * (self.codes + self.others):
            return False
        expected = total * (self.digits / self.characters) ** length
        return self.numbers <= expected + 3 * sqrt(expected) + 1 and expected > 0.2


class Families:
    """Watches distinct values on their way to the checks, and settles what was held back after them."""

    def __init__(self) -> None:
        self._forms: dict[tuple[Place, str, str], _Form] = {}
        self._numbers: dict[int, tuple[tuple[Place, str, str], int]] = {}
        self._held: list[Judged] = []
        self._columns: dict[int, str] = {}
        self._values: Counter[str] = Counter()
        self._named: Counter[str] = Counter()
        self._names: dict[str, list[Judged]] = {}

    def watch(
        self, subjects: Iterable[tuple[int, Element, Context]]
    ) -> Iterator[tuple[int, Element, Context]]:
        """The same values, counted by location and form."""
        for number, element, context in subjects:
            if element.place in _PLACES and element.vr in _VRS and 6 <= len(element.value) <= _LONGEST:
                self._count(number, element)
            if element.place is Place.TABLE and not _PLACES_OF_WORK.search(element.location):
                self._values[element.location] += 1
                self._named[element.location] += _is_a_name(element.value.strip())
                if len(self._columns) < _MOST_HELD and len(element.value) <= _LONGEST:
                    self._columns[number] = element.location
            yield number, element, context

    def hold(self, judged: Judged) -> bool:
        """Whether a match has to wait until all values were seen."""
        number, _, match, text = judged
        column = self._columns.get(number)
        weak = match.severity in (Severity.LOW, Severity.INFO)
        if column is not None and weak and match.category is Category.NAME and match.confidence >= 0.3:
            self._names.setdefault(column, []).append(judged)
            return True
        if len(self._held) >= _MOST_HELD:
            return False
        if (
            number in self._numbers
            and text.isdecimal()
            and (match.category or Category.RECORD_NUMBER) in _CATEGORIES
        ):
            self._held.append(judged)
            return True
        return False

    def settle(self) -> Iterator[tuple[Judged, bool]]:
        """Every match held back, and whether the number in it is one of a family of codes."""
        for column, names in self._names.items():
            known = self._named[column] >= max(FEWEST_NAMES, _MOSTLY_NAMES * self._values[column])
            for judged in names:
                yield (_strengthened(judged) if known else judged), False
        for judged in self._held:
            key, length = self._numbers[judged[0]]
            form = self._forms.get(key)
            member = form is not None and form.explains(length)
            yield (_weakened(judged) if member else judged), member

    def _count(self, number: int, element: Element) -> None:
        text = element.value.strip()
        if element.place is Place.FILE_NAME:
            text = PurePosixPath(text).stem
        key = element.place, element.location, _RUN.sub(lambda run: str(len(run.group())), text)
        form = self._forms.get(key)
        if form is None:
            if len(self._forms) >= _MOST_FORMS:
                return
            form = self._forms[key] = _Form()
        plain = re.sub(r"[\W_]", "", text)
        if plain.isdecimal():
            form.numbers += 1
            if len(self._numbers) < _MOST_HELD:
                self._numbers[number] = key, len(plain)
        elif _CODE.fullmatch(plain) and is_dummy(text):
            form.codes += 1
            form.digits += sum(map(str.isdigit, plain))
            form.characters += len(plain)
        else:
            form.others += 1


def _is_a_name(text: str) -> bool:
    """Whether one word is known as a name more than as anything else."""
    if not text.isalpha() or not 2 <= len(text) <= 24:
        return False
    known = look_up(text)
    return known.name and known.weight > 0.3


def _strengthened(judged: Judged) -> Judged:
    number, rule, match, text = judged
    detail = "most values of the column read as names"
    return number, rule, replace(match, confidence=0.75, severity=Severity.HIGH, detail=detail), text


def _weakened(judged: Judged) -> Judged:
    number, rule, match, text = judged
    detail = "all digits by chance, among codes of the same form"
    return number, rule, replace(match, confidence=0.2, severity=Severity.INFO, detail=detail), text
