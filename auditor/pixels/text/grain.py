"""How rough the tissue under a face is against that under the rest of the skin: a face that was put over is smooth.

Programs that replace a face (mri_reface and others) put an average of many heads there, in which noise and the fine
structure of one person have cancelled out. A face that is somebody else's scan has the grain of one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from auditor.model import Volume
from auditor.pixels.faces.landmarks import frame_of, relief
from auditor.pixels.faces.surface import Head, depth

_SHALLOW, _DEEP = 0.02, 0.14
"""Between these depths under the skin tissue is compared, in widths of the head."""
_FEWEST = 1000
"""Voxels on either side for a comparison."""
_LEAST = 0.005
"""Roughness of the rest of the head, against its values, below which there is none to compare with."""


def smoothness(volume: Volume, head: Head) -> float:
    """Roughness under the face over that under the rest of the skin; 1 where it cannot be told.

    `head`: of this volume, its axes not turned. Roughness is the mean of |2·x[i] − x[i−1] − x[i+1]| / 2 from right to
    left on the volume's own grid, over the mean value.
    """
    depths = depth(head)
    found, nose = frame_of(np.isfinite(depths)), relief(depths)
    if found is None or not np.isfinite(depths[nose.tip]):
        return 1.0
    inside = ndimage.distance_transform_edt(head.solid) / found.width
    at = np.nonzero((inside > _SHALLOW) & (inside < _DEEP))
    tip = nose.tip[0], head.values.shape[1] - 1 - depths[nose.tip], nose.tip[1]
    right, front, top = ((axis - middle) / found.width for axis, middle in zip(at, tip, strict=True))
    face = (abs(right) < 0.4) & (front > -0.35) & (abs(top) < 0.45)
    rest = (top > 0.5) | (front < -0.6)
    scale = np.array(volume.voxels.shape) / head.values.shape
    cells = [
        np.clip(np.round(axis * factor).astype(np.intp), 0, size - 1)
        for axis, factor, size in zip(at, scale, volume.voxels.shape, strict=True)
    ]
    own, other = _roughness(volume, cells, face), _roughness(volume, cells, rest)
    return 1.0 if own is None or other is None or other < _LEAST else own / other


def _roughness(volume: Volume, cells: list[NDArray[np.intp]], chosen: NDArray[np.bool_]) -> float | None:
    x, y, z = (axis[chosen] for axis in cells)
    if x.size < _FEWEST:
        return None
    last = volume.voxels.shape[0] - 1
    before, here, after = (
        np.asarray(volume.voxels[np.clip(x + step, 0, last), y, z], np.float64) for step in (-1, 0, 1)
    )
    # CT begins at -1024: what counts is how much there is above the least.
    level = float(np.mean(here) - volume.voxels.min())
    return float(np.mean(np.abs(2 * here - before - after))) / 2 / level if level > 0 else None
