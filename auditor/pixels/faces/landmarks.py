"""Whether the front of a head has the relief of a face: a nose, what lies beside it, and lips below it.

All lengths are in widths of the head, so that a wrong voxel size in the header changes nothing. An adult
head is about 150 mm wide; the tip of the nose stands 25 to 30 mm before the cheeks and 15 mm before the
upper lip, about 0.8 to 1.0 widths below the top (Farkas, Anthropometry of the Head and Face, 1994).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.pixels.faces.surface import Float

_BESIDE = 0.22
"""The cheeks are looked at this far to both sides of the middle."""
_TIP_FROM, _TIP_TO = 0.55, 1.25
"""Where below the top of the head the tip of the nose may lie."""
_LIPS_FROM, _LIPS_TO = 0.12, 0.34
"""The lips and the chin, below the tip."""


@dataclass(frozen=True, slots=True)
class Relief:
    """What the front shows. `nose`: how far its tip stands out beyond the cheeks; `drop`: how far the lip
    lies behind the tip; `lower`: the same for lips and chin on average; `bridge`: how much further the tip
    stands out than the root of the nose. 0 to 1 for `score`: how much of a face that makes."""

    nose: float = 0.0
    drop: float = 0.0
    lower: float = 1.0
    bridge: float = 0.0
    tip: tuple[int, int] = (0, 0)
    """Voxel to the right and to the top where the tip was found."""

    @property
    def score(self) -> float:
        """The weakest of the signs: a face has all of them."""
        return min(
            _between(self.nose, 0.05, 0.12),
            _between(self.drop, 0.015, 0.04),
            _between(-self.lower, -0.30, -0.20),
            _between(self.bridge, 0.01, 0.04),
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the head lies in its volume: top row, middle column and width, in voxels."""

    top: int
    middle: float
    width: float


def frame_of(mask: NDArray[np.bool_]) -> Frame | None:
    """The top of the head and its width above shoulders and neck, from a mask as seen from the front
    (right, top); None where there is none."""
    rows = np.nonzero(mask.any(axis=0))[0]
    if not rows.size:
        return None
    top, width, middle = int(rows[-1]), 0.0, 0.0
    for row in range(top, -1, -1):
        # A head is widest about 0.6 widths below its top; shoulders begin below 1.5.
        if top - row > max(width, 12):
            break
        columns = np.nonzero(mask[:, row])[0]
        if columns.size and columns[-1] - columns[0] + 1 > width:
            width, middle = float(columns[-1] - columns[0] + 1), float(columns[0] + columns[-1]) / 2
    return Frame(top, middle, width) if width >= 24 else None


def relief(depths: Float) -> Relief:
    """Find the nose on a depth map (right, top) as `surface.depth` gives it, and measure around it."""
    found = frame_of(np.isfinite(depths))
    if found is None:
        return Relief()
    best = Relief()
    for shift in (-0.06, -0.03, 0.0, 0.03, 0.06):
        measured = _along(depths, found, found.middle + shift * found.width)
        if measured.score > best.score or (measured.score == best.score and measured.nose > best.nose):
            best = measured
    return best


def _along(depths: Float, found: Frame, middle: float) -> Relief:
    width, centre = found.width, round(middle)
    half, side = max(1, round(0.03 * width)), round(_BESIDE * width)
    first, last = round(found.top - _TIP_TO * width), round(found.top - _TIP_FROM * width)
    if centre - side - half < 0 or centre + side + half >= depths.shape[0] or last <= 0:
        return Relief()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rows beside the head are all NaN
        ridge = np.nanmin(depths[centre - half : centre + half + 1], axis=0)
        cheeks = np.fmin(
            np.nanmean(depths[centre - side - half : centre - side + half + 1], axis=0),
            np.nanmean(depths[centre + side - half : centre + side + half + 1], axis=0),
        )
    out = (cheeks - ridge) / width
    rows = np.arange(max(first, 0), last + 1)
    known = rows[np.isfinite(out[rows])]
    if not known.size or out[known].max() <= 0:
        return Relief()
    # The tip is where the ridge comes furthest forward among rows where it stands out well.
    standing = known[out[known] >= 0.7 * out[known].max()]
    tip = int(standing[np.argmin(ridge[standing])])
    # What lies below the end of the head, or of the view, says nothing.
    end = int(np.nonzero(np.isfinite(ridge))[0][0])
    lips = ridge[max(end, round(tip - _LIPS_TO * width)) : max(end, round(tip - _LIPS_FROM * width)) + 1]
    near = ridge[max(end, round(tip - 0.16 * width)) : max(end, round(tip - 0.09 * width)) + 1]
    root = ridge[round(tip + 0.14 * width) : round(tip + 0.30 * width)]
    if not (np.isfinite(lips).mean() > 0.5 and np.isfinite(near).any() and np.isfinite(root).any()):
        return Relief(float(out[tip]), tip=(centre, tip))
    return Relief(
        nose=float(out[tip]),
        drop=float((np.nanmin(near) - ridge[tip]) / width),
        lower=float((np.nanmean(lips) - ridge[tip]) / width),
        bridge=float((np.nanmax(root) - ridge[tip]) / width),
        tip=(centre, tip),
    )


def _between(value: float, low: float, high: float) -> float:
    return float(np.clip((value - low) / (high - low), 0, 1))
