"""The skin of a scanned head: where air ends, as a depth map from any side, and as a lit picture.

A head is found by the surface between air and tissue. Its header may give sizes that are wrong by a
factor, so that what follows measures in widths of the head, not in millimetres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from auditor.model import Volume
from auditor.readers.volumes import shrunk

Float = NDArray[np.float32]
SIDE = 128
"""Voxels along the longest side of the copy that the surface is found in."""
AIR_HU, SKIN_HU = -1024.0, -300.0
"""CT: air, and half-way from it to skin."""
_FRACTIONS = (0.5, 0.35, 0.75)
"""Of Otsu's threshold between air and tissue: skin is darker in MR than what Otsu separates best."""
_NOISE = 4.0
"""A threshold lies at least this many standard deviations of the noise above air."""
_FRONT = 0.72
"""Of the extent from front to back, as much is looked at."""
_ZOOM = 3
_MARGIN = 64


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A copy of the volume in cubic voxels, axes to right, front and top, with air at 0 and tissue near 1.

    `solid`: the largest connected part above `threshold`. `mm`: edge of a voxel by the header.
    """

    values: Float
    solid: NDArray[np.bool_]
    threshold: float
    mm: float

    @property
    def width(self) -> float:
        """How wide the largest part is at its widest, in voxels, without its outermost hundredths."""
        columns = np.nonzero(self.solid.any(axis=(1, 2)))[0]
        return float(columns[-1] - columns[0] + 1) if columns.size else 0.0


def heads(volume: Volume) -> list[Head]:
    """The volume's surface, once for each threshold that may be its skin; none where nothing stands out."""
    values, mm = _cubic(volume)
    is_ct = _hounsfield(values)
    if is_ct:
        values = np.clip((values - AIR_HU) / -AIR_HU, 0, 2)
        thresholds = [(SKIN_HU - AIR_HU) / -AIR_HU]
    else:
        low, high = (float(edge) for edge in np.percentile(values, (0.5, 99.5)))
        if high <= low:
            return []
        values = np.clip((values - low) / (high - low), 0, 1)
        levels = (values * 255).astype(np.uint8)
        otsu = cv2.threshold(levels.reshape(-1, 1), 0, 255, cv2.THRESH_OTSU)[0] / 255
        air = values[values < otsu / 2]
        noise = (
            float(np.median(air) + _NOISE * 1.4826 * np.median(np.abs(air - np.median(air))))
            if air.size
            else 0.0
        )
        thresholds = list(dict.fromkeys(max(otsu * part, noise) for part in _FRACTIONS))
    return [Head(values, _largest(values > threshold), threshold, mm) for threshold in thresholds]


def _cubic(volume: Volume) -> tuple[Float, float]:
    """The volume in cubic voxels, at most SIDE + a rest of them along its longest side, smoothed a little."""
    sides = [n * mm for n, mm in zip(volume.voxels.shape, volume.spacing, strict=True)]
    mm = max(sides) / SIDE
    shape = volume.voxels.shape
    blocks = tuple(max(1, min(int(mm // own), n)) for own, n in zip(volume.spacing, shape, strict=True))
    values: Any = shrunk(volume.voxels, blocks)
    spacing = [own * block for own, block in zip(volume.spacing, blocks, strict=True)]
    # Smoothed before it is thinned out, else noise of single voxels becomes structure.
    values = ndimage.gaussian_filter(values, [0.5 * mm / own if own < mm else 0 for own in spacing])
    values = ndimage.zoom(values, [own / mm for own in spacing], order=1)
    return np.asarray(ndimage.gaussian_filter(values, 0.6), np.float32), mm


def _hounsfield(values: Float) -> bool:
    """Whether these are CT numbers: much lies at air's, and much at tissue's."""
    air = float(np.mean((values > AIR_HU - 176) & (values < -700)))
    tissue = float(np.mean((values > -250) & (values < 300)))
    return air > 0.05 and tissue > 0.02 and air + tissue > 0.5


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part: the head, without its support and noise."""
    labels, count = ndimage.label(mask)
    if count < 2:
        return mask
    sizes = np.bincount(labels.ravel())
    largest: NDArray[np.bool_] = labels == 1 + int(np.argmax(sizes[1:]))
    return largest


def depth(head: Head, yaw: float = 0.0, pitch: float = 0.0) -> Float:
    """How far back the surface lies, (right, top) in voxels, NaN beside it.

    yaw, pitch: degrees by which the head is turned to its left and upwards before it is looked at.
    """
    near = ndimage.binary_dilation(head.solid, iterations=2)
    values = np.where(near, head.values, 0).astype(np.float32)
    if yaw or pitch:
        values = _turned(values, yaw, pitch)
    seen = values[:, ::-1, :]
    mask = seen > head.threshold
    covered = mask.any(axis=1)
    first = mask.argmax(axis=1)
    inside = np.take_along_axis(seen, first[:, None, :], axis=1)[:, 0, :]
    before = np.take_along_axis(seen, np.maximum(first - 1, 0)[:, None, :], axis=1)[:, 0, :]
    # Between the last voxel of air and the first of skin, where the threshold is crossed.
    part = np.where(first > 0, (inside - head.threshold) / np.maximum(inside - before, 1e-6), 0)
    found = np.where(covered, first - np.clip(part, 0, 1), np.nan).astype(np.float32)
    # What lies behind the head, a table or a rest, is none of it.
    deep = np.nonzero(head.solid.any(axis=(0, 2)))[0]
    if deep.size:
        found[found - np.nanmin(found) > _FRONT * (deep[-1] - deep[0] + 1)] = np.nan
    return found


def _turned(values: Float, yaw: float, pitch: float) -> Float:
    a, b = np.radians((yaw, pitch))
    about_top = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_right = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    turn = about_top @ about_right
    centre = (np.array(values.shape) - 1) / 2
    return np.asarray(ndimage.affine_transform(values, turn, centre - turn @ centre, order=1), np.float32)


def lit(
    depths: Float, light: tuple[float, float, float] = (0.0, -0.35, 0.85), zoom: float = _ZOOM
) -> NDArray[np.uint8]:
    """Shade a depth map as somebody facing the head sees it, (rows, columns) uint8.

    light: from the person's right, from above, from the front. The default comes from below: forehead and
    eyes, which defacing leaves, make no face then.
    """
    covered = np.isfinite(depths)
    filled = np.where(covered, depths, np.nanmax(depths) if covered.any() else 0).astype(np.float32)
    smooth = ndimage.gaussian_filter(filled, 0.7)
    to_right, to_top = np.gradient(smooth)
    across, up, ahead = light
    bright = (ahead + up * to_top + across * to_right) / np.sqrt(to_right**2 + to_top**2 + 1)
    shade = np.where(covered, 40 + 200 * np.clip(bright, 0, 1), 0).astype(np.uint8)
    # Rows from the top down, columns from the person's right to the left.
    picture = np.ascontiguousarray(shade[::-1, ::-1].T)
    large = cv2.resize(picture, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    framed = cv2.copyMakeBorder(large, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(framed, dtype=np.uint8)
