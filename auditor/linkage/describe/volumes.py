"""A volume as one picture: projections and central slices, so that a series of slices counts as one image.

What a CT shows best of who it is, is bone: its projections take the highest value above 200 HU along each ray,
like a radiograph. Other volumes are averaged along the ray. Both are cut to the body's box and scaled
alike, so that field of view and spacing matter little; turns are left to the alignment of portraits.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from auditor.linkage.describe.portrait import SIDE
from auditor.model import Volume
from auditor.readers.volumes import shrunk

Float = NDArray[np.float32]

TILE = SIDE // 2
MARGIN = 4
"""Pixels left free around the body in each tile."""
FEWEST = 12
"""Voxels along the shortest axis below which slices are no volume."""
GRID = 128
"""Voxels along the longest side of the body's box."""
BONE = (200.0, 1500.0)
"""Window of bone, HU."""
SOFT = (-200.0, 300.0)
"""Window of soft tissue, HU."""
AIR = -300.0
"""HU below which there is no body."""
_AIR_OF_CT = -500.0


def is_volume(volume: Volume) -> bool:
    """Whether there are enough slices to be seen from other sides than their own."""
    return volume.voxels.ndim == 3 and min(volume.voxels.shape) >= FEWEST


def shows_hounsfield(values: NDArray[np.generic]) -> bool:
    """Whether values are taken for HU: they reach as far below zero as air does."""
    return float(np.nanmin(values, initial=0.0)) < _AIR_OF_CT


def portray_volume(volume: Volume) -> NDArray[np.uint8]:
    """Four pictures in one, uint8 (256, 256): seen from the front and from the side, above; below, the
    slices through the middle of the body, axial and sagittal.

    Values that reach far below zero are taken for HU. Values that are not finite count as 0.
    """
    values = _coarse(volume)
    is_ct = shows_hounsfield(values)
    body = _largest(values > (AIR if is_ct else _otsu(values)))
    values = _boxed(values, body)
    if is_ct:
        dense, shown = _windowed(values, *BONE), _windowed(values, *SOFT)
        views = [dense.max(axis=1), dense.max(axis=0)]
    else:
        low, high = (float(edge) for edge in np.percentile(values, (1, 99.5)))
        shown = _windowed(values, low, max(high, low + 1e-6))
        views = [_stretched(shown.mean(axis=1)), _stretched(shown.mean(axis=0))]
    middle = [side // 2 for side in shown.shape]
    views += [shown[:, :, middle[2]], shown[middle[0]]]
    tiles = [_tile(view) for view in views]
    return np.asarray(np.vstack([np.hstack(tiles[:2]), np.hstack(tiles[2:])]), np.uint8)


def _coarse(volume: Volume) -> Float:
    """Voxels of one edge along all axes, at most twice `GRID` along each."""
    # A spacing that is no length is taken for 1 mm.
    spacing = [mm if np.isfinite(mm) and mm > 0 else 1.0 for mm in volume.spacing]
    # Blocks first: what is interpolated is never larger than it has to be.
    blocks = tuple(-(-n // (2 * GRID)) for n in volume.voxels.shape)
    values = shrunk(volume.voxels, blocks)
    sides = [mm * block for mm, block in zip(spacing, blocks, strict=True)]
    edge = max(max(n * mm for n, mm in zip(values.shape, sides, strict=True)) / (2 * GRID), min(sides))
    factors = [max(mm / edge, 1 / n) for mm, n in zip(sides, values.shape, strict=True)]
    return np.asarray(ndimage.zoom(values, factors, order=1), np.float32)


def _otsu(values: Float) -> float:
    """Half of what parts air from tissue best: dark tissue is tissue too."""
    low, high = (float(edge) for edge in np.percentile(values, (0.5, 99.5)))
    if high <= low:
        return high
    levels = np.clip((values - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
    found, _ = cv2.threshold(levels.reshape(-1, 1), 0, 255, cv2.THRESH_OTSU)
    return low + (high - low) * float(found) / 255 / 2


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part, without table and noise."""
    labels, count = ndimage.label(mask)
    if count < 2:
        return mask
    largest: NDArray[np.bool_] = labels == 1 + int(np.argmax(np.bincount(labels.ravel())[1:]))
    return largest


def _boxed(values: Float, body: NDArray[np.bool_]) -> Float:
    """What lies in the box around the body, at most `GRID` voxels a side; all where there is no body."""
    if body.any():
        ends = [np.flatnonzero(body.any(axis=tuple({0, 1, 2} - {axis})))[[0, -1]] for axis in range(3)]
        values = values[tuple(slice(int(first), int(last) + 1) for first, last in ends)]
    factor = GRID / max(values.shape)
    if factor >= 1:
        return values
    factors = [max(factor, 1 / n) for n in values.shape]
    return np.asarray(ndimage.zoom(values, factors, order=1), np.float32)


def _windowed(values: Float, low: float, high: float) -> Float:
    return np.asarray(np.clip((values - low) / (high - low), 0, 1), np.float32)


def _stretched(view: Float) -> Float:
    return np.asarray(view / max(float(view.max()), 1e-6), np.float32)


def _tile(view: Float) -> NDArray[np.uint8]:
    """A view, its axes running to right or front and to top, in the middle of a square, top up."""
    picture = np.ascontiguousarray(view.T[::-1]) * 255
    factor = (TILE - 2 * MARGIN) / max(picture.shape)
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    small = np.asarray(
        cv2.resize(picture, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    )
    tile = np.zeros((TILE, TILE), np.uint8)
    top, left = (TILE - size[1]) // 2, (TILE - size[0]) // 2
    tile[top : top + size[1], left : left + size[0]] = np.clip(np.rint(small), 0, 255)
    return tile
