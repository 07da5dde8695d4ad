"""Lines that stand together, as scanners write who is on the image, are judged together.

A name that no list has reads like any other words; above a number and a date of birth it is a name.
"""

from __future__ import annotations

from dataclasses import replace

from auditor.detectors.burned_in import BESIDE, named_by
from auditor.pixels.text.layout import Block

NEAR = 5.0
"""Heights of a line that another of its block may be away, above or below."""
GAP = 1.5
"""Heights between two lines of one block at most, from the bottom of one to the top of the next."""
ASIDE = 6.0
"""The same for lines in a row, from the end of one to the begin of the next."""


def beside(blocks: list[Block]) -> list[Block]:
    """Give each line that could be a name the nearest line of its block that numbers, dates or describes a person.

    The text becomes that of the line, BESIDE, and that of the other line; the box stays that of the line."""
    lines = [block for block in blocks if block.upright and block.text]
    return [_with(block, lines) if block in lines else block for block in blocks]


def _with(line: Block, lines: list[Block]) -> Block:
    telling = [other for other in lines if other is not line and named_by(line.text, other.text)]
    for other in sorted(telling, key=lambda each: _apart(line, each)):
        if _apart(line, other) <= NEAR * line.height and _joined(line, other, lines):
            return replace(line, text=f"{line.text}{BESIDE}{other.text}")
    return line


def _joined(line: Block, other: Block, lines: list[Block]) -> bool:
    """Whether a chain of neighbours leads from one to the other."""
    reached, rest = [line], [each for each in lines if each is not line]
    while reached:
        last = reached.pop()
        if _neighbours(last, other):
            return True
        more = [each for each in rest if _neighbours(last, each) and _apart(line, each) <= NEAR * line.height]
        rest = [each for each in rest if each not in more]
        reached += more
    return False


def _neighbours(a: Block, b: Block) -> bool:
    height = min(a.height, b.height)
    if not 0.55 < a.height / max(b.height, 1e-9) < 1.8:
        return False
    if _apart(a, b) == 0:
        return max(a.box[0], b.box[0]) - min(a.box[2], b.box[2]) < ASIDE * height
    flush = min(abs(a.box[0] - b.box[0]), abs(a.box[2] - b.box[2])) < 2 * height
    over = min(a.box[2], b.box[2]) > max(a.box[0], b.box[0])
    return (flush or over) and _apart(a, b) < GAP * height


def _apart(a: Block, b: Block) -> float:
    """Pixels between two lines from top to bottom; 0 for lines of one row."""
    gap = max(a.box[1], b.box[1]) - min(a.box[3], b.box[3])
    centre = abs(a.box[1] + a.box[3] - b.box[1] - b.box[3]) / 2
    return 0.0 if centre < 0.5 * min(a.height, b.height) else max(1.0, gap)
