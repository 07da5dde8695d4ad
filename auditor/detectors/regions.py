"""Where in a text there is anything a costly pattern could match, so that it is tried only there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MARGIN = 40
"""Characters kept on both sides: more than a month's name and its surroundings take."""
_DIGITS = re.compile(r"\d")
# Numbers and the signs that group them; the shortest national number has six digits in a row of groups.
_SIX_DIGITS = re.compile(r"\d(?:[^\w\n]{0,3}\d){5}")


def regions(text: str, signs: re.Pattern[str], margin: int = MARGIN) -> Iterator[tuple[int, int]]:
    """Start and end of every stretch of text around what `signs` finds; stretches do not overlap."""
    return around((match.span() for match in signs.finditer(text)), len(text), margin)


def around(spans: Iterable[tuple[int, int]], length: int, margin: int = MARGIN) -> Iterator[tuple[int, int]]:
    """Ordered spans with their margins in a text of this length, joined where they touch."""
    start, end = 0, -1
    for first, last in spans:
        left, right = max(0, first - margin), min(length, last + margin)
        if left <= end:
            end = right
            continue
        if end >= 0:
            yield start, end
        start, end = left, right
    if end >= 0:
        yield start, end


def digit_regions(text: str) -> Iterator[tuple[int, int]]:
    """The stretches around digits."""
    return regions(text, _DIGITS)


def has_six_digits(text: str) -> bool:
    """Whether six digits stand in a row or in groups."""
    return _SIX_DIGITS.search(text) is not None


def six_digit_regions(text: str) -> Iterator[tuple[int, int]]:
    """The stretches around six digits in a row or in groups."""
    return regions(text, _SIX_DIGITS)
