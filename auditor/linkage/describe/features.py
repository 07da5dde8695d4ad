"""From a portrait to numbers that say who it shows: one interface, whatever computes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from auditor.linkage.describe.align import local_contrast

Float = NDArray[np.float32]

COMPONENTS = 256
DIMENSIONS = 1024
"""Of the space that all zones together are reduced to."""
ZONE_STEPS = 4
ZONE_COUNT = (ZONE_STEPS - 1) ** 2
"""Of a grid; the middle one is at half of them."""
SHRINKAGE = 0.1
"""Added to every variance, as a share of their mean, so that noise is not blown up to signal."""


class Features(Protocol):
    """Describes a portrait by one or more grids of numbers; each zone of a grid is whitened on its own."""

    name: str

    def describe(self, portrait: NDArray[np.uint8]) -> tuple[Float, ...]:
        """`portrait`: uint8 (side, side), aligned where that succeeded. Returns float32
        (channels, rows, columns), or (numbers,) where there is no grid."""
        ...


def _gabor_bank(waves: tuple[float, ...], orientations: int) -> list[tuple[Float, Float]]:
    bank = []
    for wave in waves:
        sigma = wave / 2
        side = 2 * (int(3 * sigma) | 1) + 1
        for turn in range(orientations):
            pair = []
            for phase in (0.0, np.pi / 2):
                kernel = cv2.getGaborKernel(
                    (side, side), sigma, np.pi * turn / orientations, wave, 1.0, phase, cv2.CV_32F
                )
                kernel -= kernel.mean()
                pair.append((kernel / np.abs(kernel).sum()).astype(np.float32))
            bank.append((pair[0], pair[1]))
    return bank


def _length(across: Float, down: Float) -> Float:
    """Root of the sum of squares. OpenCV's own gives other last bits when memory lies differently,
    and a seed has to decide everything."""
    return np.asarray(np.sqrt(across * across + down * down), np.float32)


def _filter(image: Float, kernel: Float) -> Float:
    return np.asarray(cv2.filter2D(image, -1, kernel), np.float32)


def _pool(field: Float, cells: int) -> Float:
    """Mean of `field` in each cell of a `cells` × `cells` grid."""
    return np.asarray(cv2.resize(field, (cells, cells), interpolation=cv2.INTER_AREA), np.float32)


class Classical:
    """Gabor energies on an 8 × 8 grid and histograms of oriented gradients on a 16 × 16 grid."""

    name = "classical: Gabor energies 8x8 + HOG 16x16, PCA-whitened by zones"
    gabor_side, gabor_cells = 128, 8
    hog_side, hog_cells, hog_bins = 256, 16, 9

    def __init__(self) -> None:
        self._bank = _gabor_bank((4, 6, 9, 13, 19), 6)

    def describe(self, portrait: NDArray[np.uint8]) -> tuple[Float, ...]:
        """(30, 8, 8) and (9, 16, 16)."""
        return self._gabor(portrait), self._hog(portrait)

    def _gabor(self, portrait: NDArray[np.uint8]) -> Float:
        image = local_contrast(portrait, self.gabor_side, self.gabor_side / 16)
        energies = [_length(_filter(image, even), _filter(image, odd)) for even, odd in self._bank]
        # The square root evens out strong and weak edges.
        pooled = [_pool(energy, self.gabor_cells) for energy in energies]
        return np.asarray(np.sqrt(np.stack(pooled)), np.float32)

    def _hog(self, portrait: NDArray[np.uint8]) -> Float:
        """Dalal and Triggs, CVPR 2005, with soft orientation bins and blocks of 3 × 3 cells."""
        image = local_contrast(portrait, self.hog_side, self.hog_side / 16)
        across = np.asarray(cv2.Sobel(image, cv2.CV_32F, 1, 0), np.float32)
        down = np.asarray(cv2.Sobel(image, cv2.CV_32F, 0, 1), np.float32)
        strength = _length(across, down)
        position = np.mod(np.arctan2(down, across), np.float32(np.pi)) * np.float32(self.hog_bins / np.pi)
        cells = []
        for each in range(self.hog_bins):
            away = np.abs(position - np.float32(each))
            away = np.minimum(away, self.hog_bins - away)
            cells.append(_pool(strength * np.maximum(1 - away, 0), self.hog_cells))
        histogram = np.stack(cells)
        # OpenCV's running sums leave empty blocks a rounding error below zero.
        block = np.sqrt(np.maximum(cv2.blur((histogram**2).sum(axis=0), (3, 3)), 0)) + 1e-3
        return np.asarray(np.minimum(histogram / block, 0.6), np.float32)


def zones(blocks: Float) -> list[Float]:
    """The overlapping quarters of a grid: nine windows of half its side, a quarter of it apart.

    Anatomy differs by place; whitened on its own, no zone is drowned by one that varies more, and a
    pose that is a little off, or a lung that changed, spoils few of them.

    Args:
        blocks: (images, channels, rows, columns), or (images, numbers), which is one zone.

    Returns:
        Arrays (images, numbers).
    """
    if blocks.ndim == 2 or min(blocks.shape[2:]) < ZONE_STEPS:
        return [blocks.reshape(len(blocks), -1)]
    starts = [[side * step // ZONE_STEPS for step in range(ZONE_STEPS - 1)] for side in blocks.shape[2:]]
    high, wide = (side // 2 for side in blocks.shape[2:])
    return [
        np.ascontiguousarray(blocks[:, :, y : y + high, x : x + wide]).reshape(len(blocks), -1)
        for y in starts[0]
        for x in starts[1]
    ]


def components_for(images: int) -> int:
    """How many principal components a release of this size supports.

    Whitening as many components as there are images makes all images equally distant; half of them
    was best on sub-samples of chest radiographs from 8 images up.
    """
    return max(1, min(COMPONENTS, (images + 1) // 2, images - 1))


def _principal(vectors: Float, most: int) -> tuple[NDArray[np.float64], Float]:
    """The largest eigenvalues of the scatter of `vectors` (images, length), and axes (length, k)."""
    images, length = vectors.shape
    # The smaller of the two Gram matrices has the same eigenvalues as the other.
    small = images <= length
    gram = (vectors @ vectors.T if small else vectors.T @ vectors).astype(np.float64)
    last = len(gram) - 1
    values, basis = eigh(gram, subset_by_index=[max(0, last + 1 - most), last], overwrite_a=True)
    values, basis = np.maximum(values[::-1], 0), basis[:, ::-1]
    kept = values > values.max(initial=0) * 1e-9
    values, basis = values[kept], basis[:, kept]
    axes = vectors.T @ (basis / np.sqrt(values)).astype(np.float32) if small else basis
    return values, axes.astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Whitening:
    """Principal components scaled to equal variance, fitted on the release without patient ids."""

    mean: Float
    axes: Float
    """(length of the vectors, k)."""
    deviations: Float
    """(k,), of the data along the axes."""

    @classmethod
    def fit(cls, vectors: Float) -> Whitening:
        """From `vectors` (images, length)."""
        mean = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
        centred = vectors - mean
        images = len(centred)
        values, axes = _principal(centred, components_for(images))
        return cls(mean, axes, np.sqrt(values / images).astype(np.float32))

    def project(self, vectors: Float) -> Float:
        """Coordinates along the axes, not scaled, (images, k)."""
        return np.asarray((vectors - self.mean) @ self.axes, np.float32)

    def whiten(self, coordinates: Float) -> Float:
        """Unit vectors: scaled coordinates divided by their length, (images, k)."""
        variance = self.deviations**2
        floor = SHRINKAGE * (variance.mean() if variance.size else 0.0)
        return unit(np.asarray(coordinates / np.sqrt(variance + floor), np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Reduction:
    """The `DIMENSIONS` directions that keep most of the similarities between images."""

    axes: Float
    """(length of the vectors, k)."""

    @classmethod
    def fit(cls, vectors: Float) -> Reduction:
        """From unit vectors (images, length); not centred, so that cosines are kept."""
        return cls(_principal(vectors, DIMENSIONS)[1])

    def reduce(self, vectors: Float) -> Float:
        """(images, k)."""
        return np.asarray(vectors @ self.axes, np.float32)


def unit(vectors: Float) -> Float:
    """Rows divided by their length; a row of zeros stays one."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12), np.float32)
