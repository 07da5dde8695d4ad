"""Lines of a patient banner that could be a name, and are nothing but words where they stand alone."""

from __future__ import annotations

import re
from enum import IntEnum

from auditor.detectors.acquisition import is_acquisition_text
from auditor.detectors.cjk_names import CLINICAL_CHARS
from auditor.detectors.lexicon import Word, chinese_surnames, look_up, simplify
from auditor.detectors.placeholders import is_placeholder

USUAL = 0.5
"""Weight of a listed name from which one word is enough."""
MOST_WORDS = 4
_HAN = re.compile(r"[\u3400-\u9fff]{2,4}")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*\.?")
_PARTS = re.compile(r"[\s,^/]+")


class Likeness(IntEnum):
    """How much a line looks like a name."""

    NONE = 0
    FORM = 1
    """Words of no language in the form of a name."""
    LISTED = 2
    """A listed name among them, or a surname in characters with one or two more."""


def likeness(line: str) -> Likeness:
    """How far a line could be the name of somebody whom the lines beside it number or date."""
    line = line.strip(" ,.^")
    if not line or is_placeholder(line) or is_acquisition_text(line):
        return Likeness.NONE
    han = re.sub(r"[\s^]", "", line)
    if _HAN.fullmatch(han):
        return Likeness.LISTED if _chinese(simplify(han)) else Likeness.NONE
    words = [word for word in _PARTS.split(line) if word]
    if len(words) > MOST_WORDS or not all(_WORD.fullmatch(w) and w[0].isupper() for w in words):
        return Likeness.NONE
    known = [look_up(word.rstrip(".")) for word in words if len(word) > 2]
    if not known or any(_is_language(word) for word in known):
        return Likeness.NONE
    if any(word.name and word.weight >= (0 if len(words) > 1 else USUAL) for word in known):
        return Likeness.LISTED
    return Likeness.FORM if len(words) > 1 else Likeness.NONE


def _is_language(word: Word) -> bool:
    return word.known and (not word.name or (word.clinical and word.weight < 0))


def _chinese(text: str) -> bool:
    surnames = chinese_surnames()
    return any(
        text[:size] in surnames and 1 <= len(text) - size <= 2 and not set(text[size:]) & CLINICAL_CHARS
        for size in (1, 2)
    )
