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
from auditor.model import Category

LONGEST = 64
_WORD = re.compile(r"(?<![^\W\d_]-)(?<![^\W\d_])[^\W\d_]{4,}+(?!-[^\W\d_]{2})")
"""Not parts of double names, which are eponyms more often than surnames: Spetzler-Martin."""
_FAMILY, _GIVEN = 1.5, 2.0
"""Decimal logarithm of how much more often a word is a name than anything else."""
_LONG_NUMBER = re.compile(r"(?<![\w.\-/+:#])(?!(?:19|20)\d{6}(?!\d))[1-9]\d{6,11}(?![\w.\-/:])")
_WEAK = 0.45


def lone_names(text: str) -> Iterator[Hit]:
    """Words of a short text that hardly occur but as names, and that name no disease or device."""
    if len(text) > LONGEST:
        return
    for match in _WORD.finditer(text):
        word = match.group()
        known = look_up(word)
        rare = known.weight >= (_FAMILY if known.family else _GIVEN)
        if (
            (word.istitle() or word.isupper())
            and known.name
            and rare
            and not known.clinical
            and not names_a_thing(text, match.end())
        ):
            yield Hit(Category.NAME, "one word that is a name", match.start(), match.end(), _WEAK)


def long_numbers(text: str) -> Iterator[Hit]:
    """Numbers of seven to twelve digits, as record systems issue them; days are found as dates."""
    for match in _LONG_NUMBER.finditer(text):
        yield Hit(Category.RECORD_NUMBER, "long number", match.start(), match.end(), _WEAK)
