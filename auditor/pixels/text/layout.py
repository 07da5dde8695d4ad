"""From regions to lines as a person reads them: overlaps settled, labels joined with their values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce

from auditor.detectors.label_list import find_labels

Rectangle = tuple[float, float, float, float]
"""x0, y0, x1, y1."""

LABEL_ENDS = ":：#"
BARE_LABELS = frozenset(
    "name id patient sex age gender dob sex/age geschlecht alter sexe sexo edad 姓名 性别 年龄 性别/年龄".split()  # noqa: SIM905
)
"""What the first column of a form says without a colon, beside the labels that mean nothing else."""
COLUMN = 14
"""Heights of a line between a label and its value at most: in forms, values stand in a column of their own."""
_TIMED = re.compile(r"\d:\d\d")
"""A time of day has a colon and is a value."""


@dataclass(frozen=True, slots=True)
class Block:
    """Text and where it is, in pixels of the frame; `upright` is false for text that runs vertically."""

    text: str
    score: float
    region: float
    box: Rectangle
    upright: bool = True

    @property
    def height(self) -> float:
        """Of the type: the short side of the line."""
        x0, y0, x1, y1 = self.box
        return (y1 - y0) if self.upright else (x1 - x0)


def settle(blocks: Iterable[Block]) -> list[Block]:
    """Keep one reading of each place.

    Several passes, and tiles that overlap, read the same line more than once: the longer and
    surer reading wins, and a fragment inside a line that was read whole is dropped.
    """
    kept: list[Block] = []
    for block in sorted(blocks, key=_worth, reverse=True):
        if not any(_inside(block.box, other.box) > 0.6 for other in kept):
            kept.append(block)
    return sorted(kept, key=lambda b: (b.box[1], b.box[0]))


def _worth(block: Block) -> float:
    return block.score * (1 + len(block.text)) if block.text else 0.0


def _area(box: Rectangle) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _inside(box: Rectangle, other: Rectangle) -> float:
    """Share of the smaller box that the other covers."""
    common = _area(
        (max(box[0], other[0]), max(box[1], other[1]), min(box[2], other[2]), min(box[3], other[3]))
    )
    return common / max(1e-9, min(_area(box), _area(other)))


def join(blocks: list[Block]) -> list[Block]:
    """Join what belongs to one statement, so that it is judged and boxed as one.

    A label and the value right of it; a label and the value below it; a labelled line and its
    continuations, which start below its value (a hanging indent). Only upright text is joined.
    """
    done = [b for b in blocks if not b.upright or not b.text]
    # Labels first: what follows one of them begins no statement of its own.
    lines = sorted(
        (b for b in blocks if b.upright and b.text), key=lambda b: (not _opens(b), b.box[1], b.box[0])
    )
    while lines:
        head = last = lines.pop(0)
        below: list[Block] = []
        while (following := _next(head, last, lines)) is not None:
            lines.remove(following)
            if last is head and _same_row(head, following):
                head = last = _joined(head, following)
            else:
                below.append(following)
                last = following
        done.append(reduce(_joined, below, head))
    return sorted(done, key=lambda b: (b.box[1], b.box[0]))


def _next(head: Block, last: Block, lines: list[Block]) -> Block | None:
    """What goes on with the statement: what stands nearest in the same row, else what stands below."""
    more = [block for block in lines if _continues(head, last, block)]
    return min(
        more,
        key=lambda b: (not _same_row(last, b), b.box[0] if _same_row(last, b) else b.box[1]),
        default=None,
    )


def _opens(block: Block) -> bool:
    first, start, end = next(find_labels(block.text), (None, 0, 0))
    labelled = first is not None and start == 0 and block.text[end:].lstrip()[:1].isdecimal()
    return labelled or is_label(block.text) or any(end in block.text for end in LABEL_ENDS)


def is_label(text: str) -> bool:
    """Whether a line is the label of something personal and nothing else, as in the first column of a form."""
    words = text.strip(" .:：#").casefold()
    if words in BARE_LABELS:
        return True
    label, start, end = next(find_labels(words), (None, 0, 0))
    return label is not None and not label.weak and start == 0 and end == len(words)


def _awaits_value(text: str) -> bool:
    return text[-1] in LABEL_ENDS or is_label(text)


def _same_row(line: Block, other: Block) -> bool:
    return line.box[1] < (other.box[1] + other.box[3]) / 2 < line.box[3]


def _continues(head: Block, last: Block, following: Block) -> bool:
    """Whether `following` belongs to the statement that `head` begins and `last` ends so far."""
    height = last.height
    if not 0.6 < following.height / max(height, 1e-9) < 1.7:
        return False
    if _opens(following) and not _TIMED.search(following.text):
        return False
    awaits_value = last is head and _awaits_value(head.text)
    if _same_row(last, following):
        gap = following.box[0] - last.box[2]
        return awaits_value and -0.5 * height < gap < COLUMN * height
    if not last.box[3] - 0.6 * height < following.box[1] < last.box[3] + 0.4 * height:
        return False
    if awaits_value:
        return abs(following.box[0] - head.box[0]) < height
    start = _value_start(head)
    return start is not None and abs(following.box[0] - start) < 2 * height


def _value_start(line: Block) -> float | None:
    """Where the text after the label begins, estimated from the share of characters before it."""
    cut = next((i for i, char in enumerate(line.text) if char in LABEL_ENDS), None)
    if cut is None:
        return None
    x0, _, x1, _ = line.box
    return x0 + (x1 - x0) * (cut + 2) / len(line.text)


def _joined(line: Block, following: Block) -> Block:
    a, b = line.box, following.box
    return replace(
        line,
        text=f"{line.text}{': ' if is_label(line.text) and line.text[-1] not in LABEL_ENDS else ' '}{following.text}",
        score=min(line.score, following.score),
        region=min(line.region, following.region),
        box=(min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])),
    )
