"""Slices and cubes to a `Volume` whose axes run to the person's right, front and top."""

from __future__ import annotations

from typing import Any

import numpy as np
from nibabel.orientations import apply_orientation, io_orientation
from numpy.typing import NDArray
from scipy import ndimage

from auditor.model import Volume

Float = NDArray[np.float32]
_SLANT = 0.05
"""Sine of the angle from which a cube is resampled instead of only turned: oblique slices, a tilted gantry."""


def shrunk(voxels: NDArray[Any], blocks: tuple[int, ...]) -> Float:
    """Means over blocks of so many voxels along each axis; a rest at the end is left out.

    Takes as much memory as the result. NaN and infinities count as 0.
    """
    kept = [n // block for n, block in zip(voxels.shape, blocks, strict=True)]
    total = np.zeros(kept, np.float32)
    for start in np.ndindex(*blocks):
        part = tuple(slice(s, s + k * b, b) for s, k, b in zip(start, kept, blocks, strict=True))
        total += np.nan_to_num(voxels[part].astype(np.float32), copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return total / np.float32(np.prod(blocks))


def upright(cube: NDArray[Any], affine: NDArray[np.float64]) -> Volume | None:
    """The volume of a cube of voxels, `affine` from voxel to mm towards right, front and top (4, 4).

    None where the affine tells no orientation. A cube that lies askew is resampled, linearly.
    """
    try:
        turn = io_orientation(affine)
    except (ValueError, np.linalg.LinAlgError):
        return None
    if np.isnan(turn).any() or not np.isfinite(affine).all():
        return None
    lengths = np.sqrt((affine[:3, :3] ** 2).sum(axis=0))
    if not (lengths > 0).all():
        return None
    straight = affine[:3, :3] / lengths
    slant = float(np.abs(straight - np.round(straight)).max())
    if slant > _SLANT:
        return _resampled(cube, affine, float(lengths.min()))
    spacing = lengths[np.argsort(turn[:, 0])]
    return Volume(apply_orientation(cube, turn), (float(spacing[0]), float(spacing[1]), float(spacing[2])))


def _resampled(cube: NDArray[Any], affine: NDArray[np.float64], mm: float) -> Volume:
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)]) * (
        np.array(cube.shape) - 1
    )
    placed = corners @ affine[:3, :3].T + affine[:3, 3]
    low, high = placed.min(axis=0), placed.max(axis=0)
    # The box around a slanted cube is larger than the cube: never by so much that memory is at risk.
    mm = max(mm, float(np.cbrt(np.prod(high - low) / (4 * cube.size))))
    shape = tuple(int(n) for n in np.floor((high - low) / mm) + 1)
    back = np.linalg.inv(affine[:3, :3])
    values = ndimage.affine_transform(
        cube.astype(np.float32), back * mm, back @ (low - affine[:3, 3]), output_shape=shape, order=1,
        cval=float(cube.min()),
    )  # fmt: skip
    return Volume(values, (mm, mm, mm))
