"""What may be shown of a found value: its shape, and nothing it is made of."""

from __future__ import annotations

import unicodedata

LONGEST = 40
_KEPT = frozenset(" ^-/.@:,_()\\+")


def mask(value: str) -> str:
    """The shape of a value: `DOE^Jane 1970` becomes `XXX^Xxxx 9999`, `张三` becomes `口口`.

    Letters become X or x, digits 9, ideographs and other letters without case 口, common
    separators stay, everything else becomes `?`. At most 40 characters, then an ellipsis.
    """
    shape = "".join(_shape(char) for char in value[:LONGEST])
    return shape + ("…" if len(value) > LONGEST else "")


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
