"""What identifies in a short description of an image, where nothing but imaging is expected.

A surname alone is weak evidence: in free text half of them are other things. Between `CT` and `Thorax`,
or as the name of a region of interest, it is a patient's or a physician's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.detectors.base import Hit
from auditor.detectors.free_names import names_a_thing
from auditor.detectors.lexicon import look_up
from auditor.detectors.name_words import joined_pinyin
from auditor.model import Category

LONGEST = 64
_WORD = re.compile(r"(?<![^\W\d_]-)(?<![^\W\d_])[^\W\d_]{4,}+(?!-[^\W\d_]{2})")
"""Not parts of double names, which are eponyms more often than surnames: Spetzler-Martin."""
_FAMILY, _GIVEN = 1.5, 2.0
"""Decimal logarithm of how much more often a word is a name than anything else."""
_LONG_NUMBER = re.compile(r"(?<![\w.\-/+:#])(?!(?:19|20)\d{6}(?!\d))[1-9]\d{6,11}(?![\w.\-/:])")
_WEAK, _SURE = 0.45, 0.65
_LOWER, _SMITH = 2.0, 1.8
"""The same for a word in lower case, and for one that medicine uses as well."""
_PIECE = re.compile(r"[^\W\d_]+|\d+")


def lone_names(text: str) -> Iterator[Hit]:
    """Words of a short text that hardly occur but as names, and that name no disease or device."""
    if len(text) > LONGEST:
        return
    words = list(_WORD.finditer(text))
    for match in words:
        word = match.group()
        known = look_up(word)
        eponym = known.clinical and not (known.family and known.weight >= _SMITH and _in_a_code(text, match))
        rare = known.weight >= (_FAMILY if known.family else _GIVEN)
        if not known.name or not rare or eponym or names_a_thing(text, match.end()):
            continue
        alone = _rest_is_imaging(text, match)
        if word.istitle() or word.isupper():
            yield Hit(
                Category.NAME,
                "one word that is a name",
                match.start(),
                match.end(),
                _SURE if alone else _WEAK,
            )
        elif word.islower() and known.family and known.weight >= _LOWER and alone:
            yield Hit(Category.NAME, "one word that is a name", match.start(), match.end(), _SURE)
    if not any(c.isspace() for c in text) and (joined_pinyin(text) or is_account(text)):
        yield Hit(Category.NAME, "joined name", 0, len(text), 0.65)


def _rest_is_imaging(text: str, name: re.Match[str]) -> bool:
    """Whether the name stands among words of imaging and nothing else: `t2 tse tra kowalski`, `GTV_Smith`."""
    rest = _PIECE.findall(text[: name.start()] + " " + text[name.end() :])
    known = [look_up(w) for w in rest if len(w) > 2 and w.isalpha()]
    return bool(rest) and all(w.clinical and w.weight < 0.5 for w in known)


def _in_a_code(text: str, name: re.Match[str]) -> bool:
    """Whether an underscore ties the word to another, as in the names of regions and not in language."""
    return "_" in text[max(0, name.start() - 1) : name.start()] + text[name.end() : name.end() + 1]


def is_account(text: str) -> bool:
    """`jsmith`: an initial and a family name, and no word."""
    if not text.isascii() or not text.isalpha() or not text.islower() or not 6 <= len(text) <= 16:
        return False
    known = look_up(text[1:])
    return not look_up(text).known and known.family and known.weight >= _FAMILY and len(text) > 5


def long_numbers(text: str) -> Iterator[Hit]:
    """Numbers of seven to twelve digits, as record systems issue them; days are found as dates."""
    for match in _LONG_NUMBER.finditer(text):
        yield Hit(Category.RECORD_NUMBER, "long number", match.start(), match.end(), _WEAK)
