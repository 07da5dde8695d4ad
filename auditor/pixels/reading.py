"""One frame read: views, pieces, engines, layout, and boxes mapped back to the stored frame."""

from __future__ import annotations

import math
from collections.abc import Iterator

from auditor.errors import UsageError
from auditor.model import Box, Element, Frame, Place
from auditor.pixels.engines import Engine, Line, engines_of
from auditor.pixels.layout import Block, join, settle
from auditor.pixels.views import Piece, pieces, views

EFFORTS = ("fast", "standard", "thorough")
LOCATION = "pixels frame=#"

READABLE = 0.5
"""A reading below this score is noise more often than text."""
SURELY_TEXT = 0.75
"""A region that the detector is this sure of, yet nobody could read, is reported as unread."""
UNREAD_ASPECT = 1.8
"""Unread regions are lines, not dots: at least this much longer than high."""


def read_frame(frame: Frame, engine: str = "rapid", effort: str = "standard") -> list[Element]:
    """Return the text of one frame, one element a line or labelled statement.

    `engine`: rapid, tesseract or both. `effort`: fast, standard or thorough (see `views`). Boxes are
    in pixels of the frame. The location is that of the layer for what is not the
    image. A region that looks like text and could not be read has value "" and a
    confidence below 0.5. Raises UsageError for an unknown name, EngineError for a missing engine.
    """
    readers = engines_of(engine)
    if effort not in EFFORTS:
        raise UsageError("No such OCR effort", todo=f"Choose one of {', '.join(EFFORTS)}")
    rows, columns = frame.display.shape[:2]
    return [
        Element(
            place=Place.PIXELS,
            location=frame.layer or LOCATION,
            value=block.text,
            counts=() if frame.layer else (frame.index,),
            bbox=_bbox(block, rows, columns),
            confidence=round(block.score, 3),
        )
        for block in join(settle(_blocks(frame, readers, effort)))
    ]


def _blocks(frame: Frame, readers: tuple[Engine, ...], effort: str) -> Iterator[Block]:
    for view in views(frame, effort):
        for piece in pieces(view):
            for reader in readers:
                for line in reader.read(piece.image):
                    block = _placed(line, piece)
                    if block is not None:
                        yield block


def _placed(line: Line, piece: Piece) -> Block | None:
    xs = [piece.left + x / piece.zoom_x for x, _ in line.quad]
    ys = [piece.top + y / piece.zoom_y for _, y in line.quad]
    box = (min(xs), min(ys), max(xs), max(ys))
    width, height = box[2] - box[0], box[3] - box[1]
    upright = height < 1.5 * width
    if line.text and line.score >= READABLE:
        return Block(line.text, line.score, line.region, box, upright)
    aspect = max(width, height) / max(1.0, min(width, height))
    if line.region >= SURELY_TEXT and aspect >= UNREAD_ASPECT:
        return Block("", min(line.score, READABLE - 0.01), line.region, box, upright)
    return None


def _bbox(block: Block, rows: int, columns: int) -> Box:
    """Whole pixels around the block, inside the frame, at least one pixel large."""
    x0, y0, x1, y1 = block.box
    left, top = min(max(0, math.floor(x0)), columns - 1), min(max(0, math.floor(y0)), rows - 1)
    return left, top, max(left + 1, min(columns, math.ceil(x1))), max(top + 1, min(rows, math.ceil(y1)))
