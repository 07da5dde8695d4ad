"""Rows of a block of text that the detector overlooked, read where they must be.

Lines that begin below each other stand at even distances. Where one is wanting between two, or only a sign of it
was seen, the reader is asked what stands there.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from auditor.pixels.text.lines import CLEAR, SURE, Image, Line
from auditor.pixels.text.rapid import RapidEngine

PITCH = 1.5
"""Heights from one line of a block to the next, about: regions are drawn larger than their type."""
MOST_WANTING = 3
WIDER = 4.0
"""Heights that a row may be longer than its neighbours."""
LEAST_SIGNS = 3
MOST = 12
_SIGN = re.compile(r"[^\W_]")


def wanting(lines: list[Line], image: Image, engine: RapidEngine) -> list[Line]:
    """Lines that were read between others of their block; signs that stand alone do not fill a row."""
    sure = [
        line for line in lines if line.score >= SURE and _is_level(line) and len(_SIGN.findall(line.text)) > 1
    ]
    rows = sorted(sure, key=lambda line: line.quad[0][1])
    found: list[Line] = []
    for i, upper in enumerate(rows):
        lower = next((line for line in rows[i + 1 :] if _flush(upper, line)), None)
        if lower is None or len(found) >= MOST:
            continue
        found += _between(upper, lower, image, engine, rows)
    return found


def _between(upper: Line, lower: Line, image: Image, engine: RapidEngine, known: list[Line]) -> list[Line]:
    height = min(_height(upper), _height(lower))
    top, bottom = upper.quad[3][1], lower.quad[0][1]
    # Regions are drawn larger than their type, so that what is left for a row is less than its pitch.
    count = round((bottom - top) / (PITCH * height) + 0.25)
    if not 1 <= count <= MOST_WANTING or max(len(upper.text), len(lower.text)) < LEAST_SIGNS:
        return []
    left = max(0.0, min(upper.quad[0][0], lower.quad[0][0]))
    right = min(image.shape[1] - 1.0, max(upper.quad[1][0], lower.quad[1][0]) + WIDER * height)
    step = (bottom - top) / count
    tops = [top + i * step for i in range(count)]
    # A line that begins further in, as after a label, fills its row all the same.
    tops = [t for t in tops if not any(_stands_in(line, left, t, right, t + step) for line in known)]
    if not tops:
        return []
    over = 0.15 * height
    quads = np.array(
        [
            [(left, t - over), (right, t - over), (right, t + step + over), (left, t + step + over)]
            for t in tops
        ],
        np.float32,
    )
    read = engine.read_at(
        image, quads, np.full(len(tops), min(upper.region, lower.region), np.float32), turned=False
    )
    wide = max((line.quad[1][0] - line.quad[0][0]) / len(line.text) for line in (upper, lower))
    return [
        _cut(line, 1.2 * wide)
        for line in read
        if line.score >= CLEAR and len(_SIGN.findall(line.text)) >= LEAST_SIGNS
    ]


def _stands_in(line: Line, left: float, top: float, right: float, bottom: float) -> bool:
    middle = (line.quad[0][1] + line.quad[3][1]) / 2
    return top < middle < bottom and line.quad[0][0] < right and line.quad[1][0] > left


def _cut(line: Line, wide: float) -> Line:
    """The line without the blank behind its last sign; `wide` is the width of a sign in its neighbours."""
    (x0, y0), (x1, _), (_, y1), _ = line.quad
    end = min(x1, x0 + wide * (len(line.text) + 1))
    return replace(line, quad=((x0, y0), (end, y0), (end, y1), (x0, y1)))


def _is_level(line: Line) -> bool:
    (x0, y0), (x1, y1), _, (_, y3) = line.quad
    return abs(y1 - y0) < 0.2 * (y3 - y0) and x1 - x0 > 0.4 * (y3 - y0) > 0


def _flush(upper: Line, lower: Line) -> bool:
    a, b = _height(upper), _height(lower)
    near = lower.quad[0][1] - upper.quad[3][1] < (MOST_WANTING + 1) * PITCH * min(a, b)
    below = lower.quad[0][1] > upper.quad[0][1] + 0.5 * a
    return near and below and 0.6 < a / b < 1.7 and abs(upper.quad[0][0] - lower.quad[0][0]) < min(a, b)


def _height(line: Line) -> float:
    return line.quad[3][1] - line.quad[0][1]
