"""What may be shown of a found value: its shape, and nothing it is made of."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 40
_SHORTEST_WORD = 4
_BETWEEN_WORDS = re.compile(r"[^0-9A-Za-z\u00c0-\u024f\u0370-\u1fff\u2e80-\uffef]+")
_KEPT = frozenset(" ^-/.@:,_()\\+")


def mask(value: str) -> str:
    """The shape of a value: `DOE^Jane 1970` becomes `XXX^Xxxx 9999`, `张三` becomes `口口`.

    Letters become X or x, digits 9, ideographs and other letters without case 口, common
    separators stay, everything else becomes `?`. At most 40 characters, then an ellipsis.
    """
    shape = "".join(_shape(char) for char in value[:LONGEST])
    return shape + ("…" if len(value) > LONGEST else "")


def words(text: str) -> list[str]:
    """The runs of letters and digits in a text: of a name, a path segment, a column."""
    return [word for word in _BETWEEN_WORDS.split(text) if word]


def telling_words(text: str) -> list[str]:
    """The words by which two places can be told to speak of the same value: four Latin letters or
    digits, or two ideographs; shorter ones are too common."""
    return [word for word in words(text) if len(word) >= (_SHORTEST_WORD if word.isascii() else 2)]


def _shape(char: str) -> str:
    if char in _KEPT:
        return char
    if char.isdigit():
        return "9"
    if char.isupper():
        return "X"
    if char.islower():
        return "x"
    if unicodedata.category(char) == "Lo":
        return "口"
    return " " if char.isspace() else "?"
