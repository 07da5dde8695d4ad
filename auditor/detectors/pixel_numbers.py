"""Numbers in a line that was read off pixels: which of them could be somebody's.

Most numbers in medical images are measured, counted or set. What tells them apart is not how they look but what
stands beside them: a unit, a word for a quantity, other numbers of the same row or scale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from auditor.detectors.base import Hit
from auditor.detectors.lexicon import look_up
from auditor.model import Category

_NUMBER = re.compile(
    r"(?<![\w.,])(?<!\d:)[A-Za-z]{0,4}[#:\- ]{0,2}(?P<digits>\d(?:[- ]?\d){4,17}|0\d{3})(?![\w]|[.,]\d)"
)
_GLUED = re.compile(
    r"(?<!\d)(?<!\d[.,])(?P<digits>[1-9]\d{6,11})(?=[.,]\d(?!\d)|[A-Za-z])"
    r"|(?<=[A-Za-z]{3})(?P<behind>[1-9]\d{6,11})(?!\d)"
)
_UNIT = (
    r"(?:[cmkuµn]?m[23²³]?|ha|[mdcuµ]?[lL]|[mkuµ]?g|[mkMG]?Hz|[kKmMhcuµ]?(?:V|W|A|Pa|Gy|Sv|Bq|mol)p?|mAs|uAs|µAs|ms|sec|min|"
    r"[hsuµ]|[mcduµ]*Gy ?[*.·]? ?[cm]?m?[23²]?|bpm|BPM|fps|HU|dB|mmHg|ppm|pix|pixels?|counts?|kcts|cts|%|°)"
)
_BEFORE_UNIT = re.compile(rf"\s?(?:[x×*/]\s?\d+\s?)?\(?{_UNIT}(?![^\W\d_])|\s?[x×]\s?\d")
_BEHIND_UNIT = re.compile(rf"[(\[]{_UNIT}(?:/[\w²³]+)?[)\]]\s?[:=]?\s?$")
_QUANTITY = re.compile(
    r"(?<![^\W\d_])(?:counts?|mean|avg|average|med(?:ian)?|min|max|sd|std|sum|total|area|vol(?:ume)?|length|dist(?:ance)?|"
    r"frames?|fr|loop|clip|cine|run|image|img|ima?|slice|sl|seq|series|scan|scale|step|level|threshold|index|voltage|"
    r"current|exposure|dose|dap|kerma|dlp|mass|fat|lean|bmc|bmd|score|pixels?|voxels?|matrix|resolution|hz|"
    r"计数|均值|面积|体积|帧|图像)\s?[#:=.]?\s?$",
    re.IGNORECASE,
)
"""Words for what is measured and counted, right before the number."""
_VERSION = re.compile(
    r"(?<![^\W\d_])(?:re[vyr]|ver|version|release|build|software|firmware|sw|copy[rn]ight|patent|made in|版本)"
    r"(?![^\W\d_])|\(c\)|©",
    re.IGNORECASE,
)
_OF_SO_MANY = re.compile(r"\d{1,4}\s?/\s?\d{2,4}")
_DECIMAL = re.compile(r"(?<![\d.,])\d{1,5}[.,]\d{1,3}(?![\d.,])")
_LONGEST_MEASURED = 6
"""Digits of a number that may be one among measured ones."""
_LEAST_GROUPED, _MOST_GROUPS = 9, 4
"""Digits of a number in groups, and groups: shorter ones are neighbours in a row of a table more often."""


def is_of_a_program(line: str) -> bool:
    """Whether a line tells the version of a program or test pattern: its dates are those of its makers."""
    return _VERSION.search(line) is not None


def is_a_count(text: str) -> bool:
    """Whether a text is two numbers of a few digits each, one of the other: `127/1280`, frames of a loop."""
    return _OF_SO_MANY.fullmatch(text.strip()) is not None


def lone_numbers(line: str, confidence: float) -> Iterator[Hit]:
    """Yield what could be somebody's number although nothing says so."""
    if is_of_a_program(line):
        return
    for kind, pattern in (
        ("number that stands alone", _NUMBER),
        ("number that runs into its neighbours", _GLUED),
    ):
        for found in pattern.finditer(line):
            name = "digits" if found["digits"] else "behind"
            if not _is_measured(line, *found.span(name)):
                yield Hit(Category.RECORD_NUMBER, kind, found.start(), found.end(), confidence)
                return


def _is_measured(line: str, start: int, end: int) -> bool:
    text, before, after = line[start:end], line[:start], line[end:]
    length = sum(map(str.isdigit, text))
    if _BEFORE_UNIT.match(after) or _BEHIND_UNIT.search(before):
        return True
    if length <= _LONGEST_MEASURED and _QUANTITY.search(before):
        return True
    if length == 4 and any(look_up(word).clinical for word in re.findall(r"[^\W\d_]{3,}", before)[-1:]):
        return True
    if length <= _LONGEST_MEASURED and len(_DECIMAL.findall(before + " " + after)) > 1:
        return True
    return " " in text and not _is_in_groups(text, before + after)


def _is_in_groups(text: str, rest: str) -> bool:
    """Whether numbers parted by blanks are one: long enough, in few groups that are no scale, alone in the line."""
    groups = text.split()
    long = sum(map(str.isdigit, text)) >= _LEAST_GROUPED and len(groups) <= _MOST_GROUPS
    if not long or any(map(str.isdigit, rest)):
        return False
    values = [int(re.sub(r"\D", "", group)) for group in groups]
    steps = {b - a for a, b in pairwise(values)}
    return not (len(values) > 2 and len(steps) == 1) and len(set(values)) > 1
