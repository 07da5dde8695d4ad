"""One frame read: views, pieces, engines, layout, and boxes mapped back to the stored frame."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from auditor.errors import UsageError
from auditor.model import Box, Element, Frame, Place, Text
from auditor.pixels.text.banner import beside
from auditor.pixels.text.engines import TESSERACT_ALONE, detector_of, load_engine
from auditor.pixels.text.growth import MOST, grown, is_fragment
from auditor.pixels.text.layout import Block, Rectangle, join, settle
from auditor.pixels.text.lines import CLEAR, Engine, Image, Line
from auditor.pixels.text.plausible import READABLE, placed
from auditor.pixels.text.rows import wanting
from auditor.pixels.text.screen import MEASURED, may_hold_text, may_tell
from auditor.pixels.text.views import Grey, Piece, pieces, pieces_around, views

EFFORTS = ("fast", "standard", "thorough")
LOCATION = "pixels frame=#"


@dataclass(slots=True)
class Tally:
    """How many pictures the screen looked at, and how many of these it spared reading."""

    looked: int = 0
    spared: int = 0


def read_frame(
    frame: Frame, engine: str = "rapid", effort: str = "standard", tally: Tally | None = None
) -> list[Element]:
    """Return the text of one frame, one element a line or labelled statement.

    `engine`: rapid, tesseract or both. `effort`: fast, standard or thorough (see `views`); the first two
    read only what passes `may_hold_text`, where RapidOCR's models are among the engines. Boxes are in pixels of the
    frame. The location is that of the layer for what is not the image. A region that looks like text and
    could not be read has value "" and a confidence below 0.5. `tally` counts what the screen did.
    Raises UsageError for an unknown name,
    EngineError for a missing engine.
    """
    reader = load_engine(engine)
    if effort not in EFFORTS:
        raise UsageError("No such OCR effort", todo=f"Choose one of {', '.join(EFFORTS)}")
    reading, detector = _Reading(frame, reader, effort), detector_of(reader)
    if effort != "thorough" and detector is not None:
        passed = may_hold_text(frame, detector, reading.tells)
        if tally is not None:
            tally.looked += 1
            tally.spared += not passed
        if not passed:
            return []
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
        for block in beside(reading.lines())
    ]


def limits_of(engine: str, effort: str) -> tuple[Text, ...]:
    """What reading with this engine at this effort misses, as measured, for the report."""
    if engine == "tesseract":
        return (TESSERACT_ALONE,)
    return () if effort == "thorough" else (MEASURED,)


class _Reading:
    """One frame as it is read, whole or in part; its copies are made when they are first asked for."""

    def __init__(self, frame: Frame, reader: Engine, effort: str) -> None:
        self._frame, self._reader, self._effort = frame, reader, effort

    @cached_property
    def _views(self) -> tuple[Grey, ...]:
        return tuple(views(self._frame, self._effort))

    def lines(self) -> list[Block]:
        """Everything that any view shows; at effort standard the image as it is counts only around what the others
        leave in doubt: what is plain in them is no plainer in it."""
        found = [block for view in self._views for block in self._look(pieces(view))]
        doubtful = [block.box for block in found if block.score < CLEAR]
        if self._effort == "standard" and doubtful:
            found += self._look(pieces_around(self._frame.display, doubtful))
        return join(settle(found))

    def tells(self, box: Rectangle) -> bool:
        """Whether what is read around a box says, or may say, anything of a person."""
        found = (block for view in self._views for block in self._look(pieces_around(view, [box])))
        return any(may_tell(block.text) for block in join(settle(found)))

    def _look(self, parts: Iterable[Piece]) -> Iterator[Block]:
        short_side = min(self._frame.display.shape[:2])
        for piece in parts:
            for line in _lines(piece.image, self._reader):
                block = placed(line, piece, short_side)
                if block is not None:
                    yield block


def _lines(image: Image, reader: Engine) -> list[Line]:
    """Lines of an image, and fragments beside what they are part of, where that could be read."""
    lines = reader.read(image)
    engine = detector_of(reader)
    if engine is None:
        return lines
    fragments = [line for line in lines if line.score >= READABLE and is_fragment(line.text)][:MOST]
    longer = [more for line in fragments if (more := grown(line, image, engine)) is not line]
    return lines + longer + wanting(lines + longer, image, engine)


def _bbox(block: Block, rows: int, columns: int) -> Box:
    """Whole pixels around the block, inside the frame, at least one pixel large."""
    x0, y0, x1, y1 = block.box
    left, top = min(max(0, math.floor(x0)), columns - 1), min(max(0, math.floor(y0)), rows - 1)
    return left, top, max(left + 1, min(columns, math.ceil(x1))), max(top + 1, min(rows, math.ceil(y1)))
