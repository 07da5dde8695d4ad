"""What of an image may stand out: a part unlike others', things brighter than tissue, left and right, proportions.

Features for linkage normalise brightness away and mean over wide zones, so that small metal drowns in them, and the
common pose hides how an image had to be stretched. These numbers keep both. All are taken in the common pose where
there is one, so that an image is compared with others place by place; `unusual` compares.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.align import GRID, SIGMA, Float, Pose, local_contrast
from auditor.linkage.describe.features import SHRINKAGE, Whitening

Half = NDArray[np.float16]

CELLS = 16
"""Side of the grid in which the brightest thing of each cell counts."""
RADII = (3, 7)
"""Half the width of things that are looked for, in pixels of 256: wires and clips, generators and prostheses."""
SIDES = 32
"""Side of the copy in which left and right are compared."""
CHANNELS = 64
"""Numbers of a cell of a grid of features that are compared at most."""
_WHITE = 262.0
"""What grey value 255 is a little short of, so that its logarithm is finite."""
_GAIN = 64.0
_LEAST = 0.01
"""Mean variance of a cell's features under which it is rounding, as a share of that of the whole grid."""


@dataclass(frozen=True, slots=True, eq=False)
class Signs:
    """n images; NaN in `sides` and `stretch` where an image is in no common pose."""

    apart: Half
    """(n, cells): how far each part of the image lies from what is usual there, see `Usual`."""
    bright: Half
    """(n, scales × cells): see `bright`."""
    sides: Half
    """(n, pixels): see `sides`."""
    stretch: Half
    """(n, 4): see `stretch`."""
    kind: NDArray[np.int16]
    """(n,): which template the image was brought to the pose of, by number; -1 for none."""

    def take(self, rows: NDArray[np.intp]) -> Signs:
        """Of these images only."""
        return Signs(*(getattr(self, each.name)[rows] for each in fields(self)))

    @classmethod
    def joined(cls, parts: list[Signs]) -> Signs:
        """Of all images, part after part."""
        return cls(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)))


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """Mean and inverse covariance of the features of every cell, learnt from the release: how far an image's cell
    lies from others' (Mahalanobis distance by place; after PaDiM: Defard et al., ICPR 2021)."""

    reduced: Whitening | None
    scale: Float
    """(channels,)."""
    mean: Float
    """(cells, channels)."""
    precision: Float
    """(cells, channels, channels)."""
    images: int
    """Learnt from."""

    @classmethod
    def fit(cls, blocks: Float) -> Usual:
        """From the first block of features, (images, channels, rows, columns) or (images, numbers)."""
        cells, reduced = _cells(blocks), None
        if cells.shape[2] > CHANNELS:
            reduced = Whitening.fit(cells[:, :: -(-cells.shape[1] // 8)].reshape(-1, cells.shape[2]))
            cells = _reduced(cells, reduced)
        # A channel that is the same everywhere is not blown up.
        least = 1e-3 * np.sqrt((cells**2).mean(axis=(0, 1))) + 1e-6
        scale = np.asarray(np.maximum(cells.std(axis=(0, 1)), least), np.float32)
        cells = cells / scale
        mean = np.asarray(cells.mean(axis=0, dtype=np.float64), np.float32)
        precision = []
        for place in np.moveaxis(cells - mean, 1, 0):
            covariance = (place.T @ place / len(place)).astype(np.float64)
            floor = SHRINKAGE * max(float(np.trace(covariance)) / len(covariance), _LEAST)
            precision.append(np.linalg.inv(covariance + floor * np.eye(len(covariance))))
        return cls(reduced, scale, mean, np.stack(precision).astype(np.float32), len(cells))

    def apart(self, blocks: Float) -> Half:
        """(images, cells)."""
        cells = _cells(blocks)
        if self.reduced is not None:
            cells = _reduced(cells, self.reduced)
        centred = cells / self.scale - self.mean
        squares = np.einsum("ncd,cde,nce->nc", centred, self.precision, centred, optimize=True)
        # An image that was learnt from pulls mean and covariance towards itself; so far it would lie without.
        held = np.maximum(1 - np.maximum(squares, 0) / self.images, 1 / self.images)
        return np.asarray(np.sqrt(np.maximum(squares, 0) / held), np.float16)


def _cells(blocks: Float) -> Float:
    """(images, cells, channels)."""
    return np.moveaxis(blocks.reshape(*blocks.shape[:2], -1), 1, 2)


def _reduced(cells: Float, reduced: Whitening) -> Float:
    flat = reduced.project(cells.reshape(-1, cells.shape[2]))[:, :CHANNELS]
    return flat.reshape(*cells.shape[:2], -1)


def bright(pixels: NDArray[np.uint8]) -> Half:
    """How far the brightest narrow thing of each cell stands out of its surroundings, (scales × cells,).

    White top-hats of the grey values after a logarithm towards white: metal before a bright mediastinum differs from it
    by few grey levels of the display, and by much of what reached the detector.

    pixels: uint8 (256, 256).
    """
    passed = -np.log1p(-pixels.astype(np.float32) / _WHITE)
    smooth = cv2.GaussianBlur(passed, (0, 0), 0.7)
    found = []
    for radius in RADII:
        probe = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        hat = np.asarray(cv2.morphologyEx(smooth, cv2.MORPH_TOPHAT, probe), np.float32)
        step = len(hat) // CELLS
        found.append(hat.reshape(CELLS, step, CELLS, step).max(axis=(1, 3)).ravel())
    return np.log1p(_GAIN * np.concatenate(found)).astype(np.float16)


def sides(pixels: NDArray[np.uint8]) -> Half:
    """By how much the left half of an image differs from the right one mirrored, in local contrast, flat."""
    contrast = local_contrast(pixels, GRID, SIGMA)
    small = np.asarray(cv2.resize(contrast, (SIDES, SIDES), interpolation=cv2.INTER_AREA), np.float32)
    return ((small - small[:, ::-1]) / 2)[:, : SIDES // 2].ravel().astype(np.float16)


def stretch(pose: Pose) -> Half:
    """How an image was brought to the common pose, (4,): logarithms of size and of width to height, slant, turn."""
    matrix = pose.matrix[:, :2].astype(np.float64)
    wide = max(float(np.hypot(matrix[0, 0], matrix[1, 0])), 1e-3)
    high = max(abs(float(np.linalg.det(matrix))) / wide, 1e-3)
    slant = float(matrix[:, 0] @ matrix[:, 1]) / (wide * high)
    turn = np.arctan2(matrix[1, 0], matrix[0, 0])
    return np.array([np.log(wide * high) / 2, np.log(wide / high), slant, turn], np.float16)
