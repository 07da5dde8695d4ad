"""Whether a face can be seen on the skin of a head that was scanned: render it, and let a detector try.

A head CT or MR holds the skin, and with it the face, unless it was removed. The attack is the one
that anybody can do: find the surface against air, light it from the front, and show the picture to a
face detector. What it does not take for a face may still be one to a person who looks.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from auditor.model import Element, Place, Volume
from auditor.pixels.faces import Face, find_faces

LOCATION = "head volume"
SURE = 0.55
"""The detector's score from which the render shows a face."""
SMALLEST_MM, LARGEST_MM = 120.0, 500.0
"""A head is at least and at most this large along each axis; what is not is no head and is not tried."""
MM = 1.0
"""Edge of the voxels that the surface is found in."""
_FRACTIONS = (0.5, 0.35, 0.75)
"""Of Otsu's threshold between air and tissue: skin is darker than what Otsu separates best."""
_ZOOM = 3
_MARGIN = 64


def try_head(volume: Volume) -> list[Element]:
    """Return an element where the volume's surface shows a face; its confidence is the detector's score."""
    best = max((face.score for face in recognised(volume)), default=0.0)
    if best < SURE:
        return []
    return [Element(Place.FACE, LOCATION, "", confidence=round(best, 3))]


def recognised(volume: Volume) -> list[Face]:
    """The surest face in each render of the volume, if any; empty for what is not as large as a head."""
    sides = [n * mm for n, mm in zip(volume.voxels.shape, volume.spacing, strict=True)]
    if min(sides) < SMALLEST_MM or max(sides) > LARGEST_MM:
        return []
    return [found[0] for picture in renders(volume) if (found := find_faces(picture))]


def renders(volume: Volume) -> list[NDArray[np.uint8]]:
    """The skin seen from the front, (rows, columns) uint8, once for each threshold."""
    values = np.nan_to_num(volume.voxels.astype(np.float32), copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    values = ndimage.zoom(values, [mm / MM for mm in volume.spacing], order=1)
    values = ndimage.gaussian_filter(values, 1.0)
    low, high = (float(edge) for edge in np.percentile(values, (0.5, 99.5)))
    if high <= low:
        return []
    levels = np.clip((values - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
    otsu, _ = cv2.threshold(levels.reshape(-1, 1), 0, 255, cv2.THRESH_OTSU)
    return [_lit(_largest(levels > otsu * fraction)) for fraction in _FRACTIONS]


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part: the head, without its support and noise."""
    labels, count = ndimage.label(mask)
    if count < 2:
        return mask
    sizes = np.bincount(labels.ravel())
    largest: NDArray[np.bool_] = labels == 1 + int(np.argmax(sizes[1:]))
    return largest


def _lit(head: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Shade the surface by its slope, as seen from the front; the mask's axes run to right, front and top.

    The light comes from below: forehead and eyes, which defacing leaves, make no face then.
    """
    seen = head[:, ::-1, :]
    covered = seen.any(axis=1)
    depth = seen.argmax(axis=1).astype(np.float32)
    depth[~covered] = float(depth[covered].max()) if covered.any() else 0.0
    depth = ndimage.gaussian_filter(depth, 1.0)
    to_right, to_top = np.gradient(depth)
    light = np.clip((0.85 - 0.35 * to_top) / np.sqrt(to_right**2 + to_top**2 + 1), 0, 1)
    shade = np.where(covered, 40 + 200 * light, 0).astype(np.uint8)
    # Rows from the top down, columns from the person's right to the left: as somebody facing them sees it.
    picture = np.ascontiguousarray(shade[::-1, ::-1].T)
    large = cv2.resize(picture, None, fx=_ZOOM, fy=_ZOOM, interpolation=cv2.INTER_CUBIC)
    framed = cv2.copyMakeBorder(large, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(framed, dtype=np.uint8)
