"""What an engine is shown: locally normalised copies of a frame, in pieces of a size it reads well.

Text may be a few grey levels above its background, or lie outside the default window. Local
contrast normalisation (each pixel less the mean of its neighbourhood, over its deviation) makes
such text as plain as any other, and on stored values it does not depend on a window at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.model import Frame
from auditor.readers.display import automatic

Grey = NDArray[np.uint8]
"""(rows, columns) or (rows, columns, 3)."""
Box = tuple[float, float, float, float]
"""x0, y0, x1, y1."""

SHORT_SIDE = 920
LONG_SIDE = 1920
"""At sides below this order type of 7 px is lost."""
CLOSE = 1.25
"""Images that need no tiles are shown larger than they are: on twelve scans with type of 12 px on a busy ground this
finds 52 of 68 values, where their own size gives 46 and 1.5 times it 53."""
MAX_ZOOM = 3.75
MULTIPLE = 32
"""Of which the detector takes sides as they are; a scaled view is given such sides."""
MARGIN = 96
"""Pixels around what is looked at once more: the rest of its line, and the lines beside it."""
TILE_ABOVE = 2048
TILE = 1536
OVERLAP = 200
GRAIN, GRAIN_SIDE, QUIET = 18.0, 512, 95
"""Its standard deviation in grey levels, and the side of the square around a pixel in which nothing may vary for it to
have grain. The detector overlooks type on large blank areas without grain, and fine type where strong grain comes near
it (ADR 20 has the figures)."""
STRIP_PIXELS = 16_000_000
"""Normalised at once: with the floating copies that takes, memory stays bounded whatever the image's size."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A part of a view as the engine sees it, uint8, grey or RGB. `zoom_x`, `zoom_y`: engine pixels per
    pixel of the frame; `left`, `top`: where the part starts, in pixels of the frame."""

    image: NDArray[np.uint8]
    zoom_x: float
    zoom_y: float
    left: float
    top: float


def local_contrast(image: NDArray[Any], box: int = 31, *, grain: bool = True) -> Grey:
    """Return 128 + 40·(x − mean) / √(variance + 4) over a box of `box` pixels, per channel, as uint8.

    `image`: (rows, columns) or (rows, columns, 3) of any real type. Floating values, whose unit may be
    anything, are first scaled so that their middle 99 % span 12 bits; NaN and infinities count as the least.
    Where nothing varies there is grain, the same at every call, unless `grain` is False: the detector overlooks type on
    large blank areas.
    """
    if not image.size:
        return np.zeros(image.shape, np.uint8)
    # Centred first: the variance of large numbers as mean of squares loses all its digits in float32.
    low, scale = _unit(image)
    normal = np.empty(image.shape, np.uint8)
    rows = max(1, STRIP_PIXELS // max(1, image.size // len(image)))
    halo = max(box, QUIET) // 2
    for top in range(0, len(image), rows):
        first, last = max(0, top - halo), min(len(image), top + rows + halo)
        strip = _normalised(_centred(image[first:last], low, scale), box, first, grain)
        normal[top : top + rows] = strip[top - first : top - first + rows]
    return normal


def _unit(image: NDArray[Any]) -> tuple[float, float]:
    """What to take from the values, and what to multiply them with."""
    if image.dtype.kind != "f":
        return float(image.mean(dtype=np.float64)), 1.0
    low, high = automatic(image)
    return low, 4095 / (high - low)


def _centred(image: NDArray[Any], low: float, scale: float) -> NDArray[np.float32]:
    if image.dtype.kind != "f":
        values = image.astype(np.float32)
        values -= np.float32(low)
        return values
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.clip((image.astype(np.float64) - low) * scale, -1e5, 1e5)
    return np.nan_to_num(scaled, copy=False, nan=0.0).astype(np.float32)


def _normalised(values: NDArray[np.float32], box: int, first: int, grained: bool) -> Grey:
    """`first`: the row of the image that `values` begin with."""
    mean = cv2.blur(values, (box, box), borderType=cv2.BORDER_REPLICATE)
    square = cv2.blur(values * values, (box, box), borderType=cv2.BORDER_REPLICATE)
    variance = np.maximum(square - mean * mean, 0)
    levels = 128 + 40 * (values - mean) / np.sqrt(variance + 4)
    blank = _blank(values) if grained else None
    if blank is not None and blank.any():
        grain = _grain(blank.shape[1])[(first + np.arange(len(blank))) % GRAIN_SIDE]
        levels[blank] += (grain if blank.ndim == 2 else np.broadcast_to(grain[..., None], blank.shape))[blank]
    normal: Grey = np.clip(levels, 0, 255).astype(np.uint8)
    return normal


def _blank(values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where all values around are the same, by comparing neighbours: a variance in float32 is never 0."""
    changes = np.zeros(values.shape, np.uint8)
    changes[:, 1:] = values[:, 1:] != values[:, :-1]
    changes[1:] |= values[1:] != values[:-1]
    if changes.all():
        return np.zeros(values.shape, np.bool_)
    near = cv2.dilate(changes, np.ones((QUIET, QUIET), np.uint8), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(near == 0)


@lru_cache(maxsize=4)
def _grain(columns: int) -> NDArray[np.float32]:
    """Noise of GRAIN_SIDE rows, repeated to so many columns."""
    tile = np.random.default_rng(0).normal(0, GRAIN, (GRAIN_SIDE, GRAIN_SIDE)).astype(np.float32)
    return np.tile(tile, (1, -(-columns // GRAIN_SIDE)))[:, :columns]


def views(frame: Frame, effort: str) -> Iterator[Grey]:
    """Yield the copies of a frame that are read at this effort, uint8, of the frame's size.

    `fast`: the displayed image, normalised. `standard`: as well the stored values, normalised, where they
    span more than the 8 bits displayed; where they do not and the window clips them, they alone. `thorough`: as well
    the displayed image as it is.
    """
    stored, clipped = frame.stored, _is_clipped(frame)
    yield local_contrast(stored if stored is not None and clipped else frame.display)
    if effort != "fast" and stored is not None and _exceeds_display(stored):
        # In a narrow blank band the detector does better without grain: the two copies make up for each other.
        yield local_contrast(stored, grain=False)
    if effort == "thorough":
        yield frame.display


def richest(frame: Frame) -> NDArray[Any]:
    """The copy that holds most: stored values where they exceed the 8 bits displayed, or are clipped there."""
    stored = frame.stored
    if stored is None or stored.ndim != frame.display.ndim:
        return frame.display
    if _exceeds_display(stored) or _is_clipped(frame):
        return stored
    return frame.display


def _exceeds_display(stored: NDArray[Any]) -> bool:
    if stored.dtype.kind == "f":
        return stored.size > 0
    return stored.size > 0 and float(stored.max()) - float(stored.min()) > 255


def _is_clipped(frame: Frame) -> bool:
    """Whether values of 8 bits or fewer differ in store and not on display, as beyond the ends of a window."""
    stored, display = frame.stored, frame.display
    if (
        display.ndim != 2
        or stored is None
        or stored is display
        or stored.dtype.kind not in "iu"
        or not stored.size
    ):
        return False
    least = int(stored.min())
    if int(stored.max()) - least > 255:
        return False
    levels = np.bincount((stored.astype(np.int32) - least).ravel(), minlength=256)
    return bool(np.count_nonzero(levels) > np.count_nonzero(np.bincount(display.ravel(), minlength=256)))


def pieces(view: Grey, share: float = 1.0) -> Iterator[Piece]:
    """Cut a view into what an engine reads well: enlarged when small, reduced or tiled when large.

    `share`: of that size, for a coarser look."""
    rows, columns = view.shape[:2]
    if min(rows, columns) == 0:
        return
    zoom = share * zoom_of(rows, columns)
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


def pieces_around(view: Grey, boxes: list[Box]) -> Iterator[Piece]:
    """Cut the rectangle around some boxes (x0, y0, x1, y1), with a margin, into pieces of the view's own zoom."""
    rows, columns = view.shape[:2]
    left, top = (max(0, int(min(box[i] for box in boxes)) - MARGIN) for i in (0, 1))
    right, bottom = (int(max(box[i] for box in boxes)) + MARGIN for i in (2, 3))
    part = np.ascontiguousarray(view[top:bottom, left:right])
    if not part.size:
        return
    for piece in pieces(part, zoom_of(rows, columns) / zoom_of(*part.shape[:2])):
        yield replace(piece, left=piece.left + left, top=piece.top + top)


def zoom_of(rows: int, columns: int) -> float:
    """Engine pixels per pixel of a frame of this size."""
    longest, shortest = max(rows, columns), min(rows, columns)
    if longest > TILE_ABOVE:
        return 1.0
    return min(MAX_ZOOM, max(CLOSE, SHORT_SIDE / shortest), LONG_SIDE / longest)


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
