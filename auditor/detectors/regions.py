"""Where in a text there are digits, so that costly patterns are tried only there."""

from __future__ import annotations

import re
from collections.abc import Iterator

MARGIN = 40
"""Characters kept on both sides of the digits: more than a month's name and its surroundings take."""
_DIGITS = re.compile(rf"\d(?:.{{0,{2 * MARGIN}}}\d)*", re.DOTALL)


def digit_regions(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every stretch of text around digits; stretches do not overlap."""
    for match in _DIGITS.finditer(text):
        yield max(0, match.start() - MARGIN), min(len(text), match.end() + MARGIN)
