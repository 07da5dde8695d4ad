"""Stored values to what a viewer would show first: uint8, white high."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_SAMPLES = 1 << 18
_TAILS = (0.5, 99.5)
_DARK = 32
"""Colour whose brightest level of 255 is below this shows next to nothing."""
_HIDDEN = 0.98
"""A stored window that clips more than this share of the pixels shows next to nothing."""


def grey(
    values: NDArray[Any], window: tuple[float, float] | None = None, inverted: bool = False
) -> NDArray[np.uint8]:
    """Map `values` (rows, columns) to 0..255 through `window` (low, high), or automatically.

    The automatic window spans the 0.5 to 99.5 percentiles; where those meet, the extremes.
    """
    sample = _sample(values)
    if window is None or _hides(sample, *window):
        window = automatic(sample)
    low, high = window
    scaled = (values.astype(np.float32) - np.float32(low)) * np.float32(255.0 / (high - low))
    np.nan_to_num(scaled, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
    shown: NDArray[np.uint8] = np.clip(scaled, 0, 255).astype(np.uint8)
    return 255 - shown if inverted else shown


def automatic(sample: NDArray[np.generic]) -> tuple[float, float]:
    """Low and high of a window over the finite values of `sample`; never of zero width."""
    finite = sample[np.isfinite(sample)] if sample.dtype.kind == "f" else sample
    if not finite.size:
        return 0.0, 1.0
    low, high = (float(edge) for edge in np.percentile(finite, _TAILS))
    if high <= low:
        low, high = float(finite.min()), float(finite.max())
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def colour(values: NDArray[Any], bits: int = 8) -> NDArray[np.uint8]:
    """RGB of `bits` significant bits to (rows, columns, 3) uint8; what would all be dark is shown automatically."""
    values = values[..., :3]
    if values.dtype.kind not in "ui":
        values = grey(values)
    elif values.dtype != np.uint8:
        shown = np.right_shift(values, max(bits - 8, 0))
        values = grey(values) if values.size and int(values.max()) > 0 and int(shown.max()) < _DARK else shown
    return np.ascontiguousarray(np.clip(values, 0, 255).astype(np.uint8))


def deep(values: NDArray[np.generic]) -> NDArray[np.generic] | None:
    """Colour as it is stored, (rows, columns, 3), where 8 bits do not hold it."""
    return np.ascontiguousarray(values[..., :3]) if values.dtype.itemsize > 1 else None


def _sample(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """All values, or about `_SAMPLES` of them evenly spread."""
    flat = values.reshape(-1)
    if flat.size <= _SAMPLES:
        return flat
    # A stride that shares no factor with the width visits every column.
    step = flat.size // _SAMPLES
    while np.gcd(step, values.shape[-1]) != 1:
        step += 1
    return flat[::step]


def _hides(sample: NDArray[Any], low: float, high: float) -> bool:
    if not (np.isfinite(low) and np.isfinite(high) and high > low):
        return True
    clipped = np.mean((sample <= low) | (sample >= high))
    return bool(clipped > _HIDDEN and np.unique(sample).size > 2)
