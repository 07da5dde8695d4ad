"""First letters of Chinese characters in pinyin.

GB 2312-1980 orders the 3,755 characters of its first level by their pinyin, so that the place of a character in it
gives the letter. Of names that is nearly all; of a surname with a reading of its own (单, 查, 解 …) it gives the
usual reading.
"""

from __future__ import annotations

from bisect import bisect_right

from auditor.detectors.lexicon import simplify

_STARTS = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"), (0xB8C1, "g"),
    (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"), (0xC4C3, "n"), (0xC5B6, "o"),
    (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"), (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"),
    (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
_LAST = 0xD7F9
_CODES = [code for code, _ in _STARTS]


def pinyin_initials(text: str) -> str:
    """One letter a character; characters that the first level lacks are left out."""
    return "".join(map(_initial, simplify(text)))


def _initial(char: str) -> str:
    try:
        code = int.from_bytes(char.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return ""
    return _STARTS[bisect_right(_CODES, code) - 1][1] if _CODES[0] <= code <= _LAST else ""
