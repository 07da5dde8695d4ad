"""What an engine is shown: locally normalised copies of a frame, in pieces of a size it reads well.

Text may be a few grey levels above its background, or lie outside the default window. Local
contrast normalisation (each pixel less the mean of its neighbourhood, over its deviation) makes
such text as plain as any other, and on stored values it does not depend on a window at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.model import Frame

Grey = NDArray[np.uint8]
"""(rows, columns) or (rows, columns, 3)."""

SHORT_SIDE = 736
LONG_SIDE = 1536
"""The detector was trained on sides of this order; below, type of 7 px is lost."""
MAX_ZOOM = 3.0
MULTIPLE = 32
"""Of which the detector takes sides as they are; a scaled view is given such sides."""
TILE_ABOVE = 2048
TILE = 1536
OVERLAP = 200
MAX_PIXELS = 64_000_000
"""A larger view is reduced before it is tiled, so that memory and time stay bounded."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A part of a view as the engine sees it, uint8, grey or RGB. `zoom_x`, `zoom_y`: engine pixels per
    pixel of the frame; `left`, `top`: where the part starts, in pixels of the frame."""

    image: NDArray[np.uint8]
    zoom_x: float
    zoom_y: float
    left: float
    top: float


def local_contrast(image: NDArray[Any], box: int = 31) -> Grey:
    """Return 128 + 40·(x − mean) / √(variance + 4) over a box of `box` pixels, per channel, as uint8.

    `image`: (rows, columns) or (rows, columns, 3) of any real type. NaN and infinities count as 0.
    """
    values = np.nan_to_num(image.astype(np.float32), copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    # Centred first: the variance of large numbers as mean of squares loses all its digits in float32.
    values -= np.float32(values.mean(dtype=np.float64))
    mean = cv2.blur(values, (box, box), borderType=cv2.BORDER_REPLICATE)
    square = cv2.blur(values * values, (box, box), borderType=cv2.BORDER_REPLICATE)
    variance = np.maximum(square - mean * mean, 0)
    normal: Grey = np.clip(128 + 40 * (values - mean) / np.sqrt(variance + 4), 0, 255).astype(np.uint8)
    return normal


def views(frame: Frame, effort: str) -> Iterator[Grey]:
    """Yield the copies of a frame that are read at this effort, uint8, of the frame's size.

    `fast`: the displayed image, normalised. `standard`: as well the stored values, normalised,
    where they hold more than the 8 bits displayed. `thorough`: as well the displayed image as it is.
    """
    yield local_contrast(frame.display)
    if effort != "fast" and frame.stored is not None and _exceeds_display(frame.stored):
        yield local_contrast(frame.stored)
    if effort == "thorough":
        yield frame.display


def richest(frame: Frame) -> NDArray[Any]:
    """The copy that holds most: stored values where they exceed the 8 bits displayed."""
    if frame.display.ndim == 2 and frame.stored is not None and _exceeds_display(frame.stored):
        return frame.stored
    return frame.display


def _exceeds_display(stored: NDArray[Any]) -> bool:
    return stored.size > 0 and float(stored.max()) - float(stored.min()) > 255


def pieces(view: Grey) -> Iterator[Piece]:
    """Cut a view into what an engine reads well: enlarged when small, reduced or tiled when large."""
    rows, columns = view.shape[:2]
    if min(rows, columns) == 0:
        return
    zoom = zoom_of(rows, columns)
    height, width = _whole(rows, zoom), _whole(columns, zoom)
    scaled = view
    if (height, width) != (rows, columns):
        how = cv2.INTER_CUBIC if zoom > 1 else cv2.INTER_AREA
        scaled = cv2.resize(view, (width, height), interpolation=how).astype(np.uint8)
    zoom_x, zoom_y = width / columns, height / rows
    for top in _starts(height):
        for left in _starts(width):
            part = scaled[top : top + _tile(height), left : left + _tile(width)]
            yield Piece(np.ascontiguousarray(part), zoom_x, zoom_y, left / zoom_x, top / zoom_y)


def zoom_of(rows: int, columns: int) -> float:
    """Engine pixels per pixel of a frame of this size."""
    longest, shortest = max(rows, columns), min(rows, columns)
    if longest > TILE_ABOVE:
        return min(1.0, float(np.sqrt(MAX_PIXELS / (rows * columns))))
    if longest > LONG_SIDE:
        return LONG_SIDE / longest
    return min(MAX_ZOOM, max(1.0, SHORT_SIDE / shortest), LONG_SIDE / longest)


def _whole(length: int, zoom: float) -> int:
    """A side at this zoom; of a side that changes anyway, a length that the engine need not pad."""
    if zoom == 1 or length * zoom < MULTIPLE:
        return max(1, round(length * zoom))
    return round(length * zoom / MULTIPLE) * MULTIPLE


def _tile(length: int) -> int:
    return TILE if length > TILE_ABOVE else length


def _starts(length: int) -> list[int]:
    """Where tiles start along a side: evenly spread, each overlapping the next by at least OVERLAP."""
    tile = _tile(length)
    if tile >= length:
        return [0]
    count = -(-(length - OVERLAP) // (tile - OVERLAP))
    return [round(i * (length - tile) / (count - 1)) for i in range(count)]
