"""What linkage keeps of an image: a small grey copy, and a hash that no file format changes."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.model import Frame

SIDE = 256
"""Side of a portrait, in pixels."""
BLANK = 2.0
"""Grey levels of spread under which an image shows nothing."""


def grey_of(display: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A frame's display as grey values, uint8 (rows, columns)."""
    if display.ndim == 2:
        return display
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(display[..., :3]), cv2.COLOR_RGB2GRAY), np.uint8)


def portray(frame: Frame) -> NDArray[np.uint8]:
    """The frame as a viewer shows it, grey, shrunk to fit 256 × 256 with black bars where it is not square.

    Returns:
        uint8 (256, 256).
    """
    grey = grey_of(frame.display)
    rows, columns = grey.shape
    portrait = np.zeros((SIDE, SIDE), np.uint8)
    if rows == 0 or columns == 0:
        return portrait
    factor = SIDE / max(rows, columns)
    height, width = max(1, round(rows * factor)), max(1, round(columns * factor))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    small = cv2.resize(grey, (width, height), interpolation=method)
    portrait[top : top + height, left : left + width] = small
    return portrait


def is_blank(portrait: NDArray[np.uint8]) -> bool:
    """Whether the picture shows nothing; the black bars beside it do not count."""
    rows, columns = (np.flatnonzero(portrait.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return True
    return float(portrait[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].std()) < BLANK


def _levels(values: NDArray[np.generic]) -> NDArray[np.uint64] | None:
    """Integer values with offset and common factor taken out; None for values that are not integers."""
    if values.dtype.kind == "b":
        return values.astype(np.uint64)
    if values.dtype.kind not in "iu":
        return None
    # Modular subtraction is exact whatever the signed range.
    shifted = values.astype(np.int64).view(np.uint64) - values.min().astype(np.int64).astype(np.uint64)
    # What occurs decides the factor; 16-bit images have few distinct values, a table is quicker than a sort.
    highest = int(shifted.max())
    distinct = (
        np.flatnonzero(np.bincount(shifted.ravel().astype(np.int64)))
        if highest < 1 << 20
        else np.unique(shifted)
    )
    factor = int(np.gcd.reduce(distinct)) if distinct.size else 0
    return np.asarray(shifted // np.uint64(max(factor, 1)), np.uint64)


def pixel_digest(frame: Frame) -> str:
    """SHA-256 of the decoded grey values, the same for one exposure in any lossless container.

    Invariant to what containers change without touching the picture: an offset and a factor of the
    stored values (signed or unsigned, left-aligned bits, rescale), black and white exchanged
    (MONOCHROME1), grey stored as RGB. Not invariant to windowing or lossy compression: those are
    near-duplicates.

    Returns:
        64 hex digits.
    """
    values: NDArray[np.generic] = frame.display if frame.stored is None else frame.stored
    if values.ndim == 3 and (values[..., :1] == values).all():
        values = values[..., 0]
    shape = repr(values.shape).encode()
    levels = _levels(values) if values.size else None
    if levels is None:
        plain = np.ascontiguousarray(values)
        return hashlib.sha256(shape + plain.dtype.str.encode() + plain.tobytes()).hexdigest()
    width = np.min_scalar_type(int(levels.max()))
    polarities = (levels, levels.max() - levels)
    return min(hashlib.sha256(shape + each.astype(width).tobytes()).hexdigest() for each in polarities)
