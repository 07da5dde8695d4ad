"""Whole-slide images (PS3.3 C.8.12.4): tiles put together, since a line of text may lie across their borders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread

from auditor.model import Frame
from auditor.readers.base import FrameError
from auditor.readers.display import grey
from auditor.readers.hostile import PARSER_ERRORS, quiet

LARGEST = 32_000_000
"""Pixels of a slide that is put together: overviews, and the smaller levels of a pyramid."""
LAYER = "whole slide"
_TAGS = [
    "Rows", "Columns", "TotalPixelMatrixRows", "TotalPixelMatrixColumns", "DimensionOrganizationType",
    "PerFrameFunctionalGroupsSequence",
]  # fmt: skip
_PLANES = 64

Frames = Callable[[], Iterator[Frame | FrameError]]


def whole_slide(stream: BinaryIO, total: int, frames: Frames) -> Iterator[Frame]:
    """Yield each plane of a slide that is cut into tiles as one layer, boxes in pixels of the total pixel matrix.

    Nothing for what is no such slide, or larger than `LARGEST`. Frames that do not decode stay black."""
    try:
        stream.seek(0)
        with quiet():
            header = dcmread(stream, force=True, stop_before_pixels=True, specific_tags=list(_TAGS))
            size = int(header.TotalPixelMatrixRows), int(header.TotalPixelMatrixColumns)
            tile = int(header.Rows), int(header.Columns)
            if not (min(tile) > 0 and tile != size and min(size) > 0 and size[0] * size[1] <= LARGEST):
                return
            places = _places(header, size, tile, total)
    except PARSER_ERRORS:
        return
    canvas: NDArray[Any] | None = None
    plane, filled = 0, 0
    for frame in frames():
        if isinstance(frame, FrameError) or frame.index >= len(places):
            continue
        number, top, left = places[frame.index]
        # Each tile is displayed through a window of its own: grey ones are put together as they are stored.
        shown = frame.display if frame.stored is None or frame.display.ndim == 3 else frame.stored
        if canvas is not None and number != plane:
            yield _layer(plane, canvas)
            canvas = None
        if canvas is None:
            plane, filled = number, 0
            canvas = np.zeros((*size, *shown.shape[2:]), shown.dtype)
        part = canvas[top : top + tile[0], left : left + tile[1]]
        shown = shown[: part.shape[0], : part.shape[1]]
        if shown.shape[2:] == part.shape[2:]:
            part[: shown.shape[0], : shown.shape[1]] = shown
            filled += 1
    if canvas is not None and filled > 1:
        yield _layer(plane, canvas)


def _layer(plane: int, canvas: NDArray[Any]) -> Frame:
    if canvas.ndim == 3:
        return Frame(plane, canvas, layer=LAYER)
    return Frame(plane, grey(canvas), canvas, layer=LAYER)


def _places(
    header: Dataset, size: tuple[int, int], tile: tuple[int, int], total: int
) -> list[tuple[int, int, int]]:
    """Plane, top and left of each tile: by its number where all are there (TILED_FULL), else as the file tells."""
    if str(header.get("DimensionOrganizationType", "")) == "TILED_SPARSE":
        return [_told(group) for group in header.PerFrameFunctionalGroupsSequence]
    across, down = -(-size[1] // tile[1]), -(-size[0] // tile[0])
    return [
        (n // (across * down), n // across % down * tile[0], n % across * tile[1])
        for n in range(min(total, across * down * _PLANES))
    ]


def _told(group: Dataset) -> tuple[int, int, int]:
    place = group.PlanePositionSlideSequence[0]
    top, left = (
        int(place.RowPositionInTotalImagePixelMatrix),
        int(place.ColumnPositionInTotalImagePixelMatrix),
    )
    if min(top, left) < 1:
        raise ValueError("a tile outside its slide")
    return 0, top - 1, left - 1
