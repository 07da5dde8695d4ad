"""Which of an engine's lines are text: score, and a size that type can have."""

from __future__ import annotations

from auditor.pixels.text.layout import Block
from auditor.pixels.text.lines import SURE, Line
from auditor.pixels.text.views import Piece

READABLE = 0.5
"""A reading below this score is noise more often than text."""
SURELY_TEXT = 0.75
"""A region that the detector is this sure of, yet nobody could read, is reported as unread."""
UNREAD_ASPECT = 1.8
"""Unread regions are lines, not dots: at least this much longer than high."""
TALL = 1 / 12
"""Higher than this share of the image's short side, what is not read surely is anatomy: ribs, vertebrae."""
TALL_PIXELS = 48
"""Type up to this height is never called too high: thumbnails and strips have a small short side."""


def placed(line: Line, piece: Piece, short_side: int) -> Block | None:
    """Return the line in pixels of the frame, with no text where it could not be read; None for noise.

    `short_side`: of the frame, in pixels.
    """
    xs = [piece.left + x / piece.zoom_x for x, _ in line.quad]
    ys = [piece.top + y / piece.zoom_y for _, y in line.quad]
    box = (min(xs), min(ys), max(xs), max(ys))
    width, height = box[2] - box[0], box[3] - box[1]
    block = Block(line.text, line.score, line.region, box, height < 1.5 * width)
    if line.score < SURE and block.height > max(TALL_PIXELS, TALL * short_side):
        return None
    if line.text and line.score >= READABLE:
        return block
    aspect = max(width, height) / max(1.0, min(width, height))
    if line.region >= SURELY_TEXT and aspect >= UNREAD_ASPECT:
        return Block("", min(line.score, READABLE - 0.01), line.region, box, block.upright)
    return None


def is_too_high(quad: tuple[tuple[float, float], ...], short_side: int) -> bool:
    """Whether a region, in pixels of the frame, is higher than type is unless it reads surely."""
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    return min(max(xs) - min(xs), max(ys) - min(ys)) > max(TALL_PIXELS, TALL * short_side)
