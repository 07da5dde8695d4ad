"""Ways to change an image before it is shared so that its patient is harder to find.

Lengths are in pixels of an image whose longer side has 512, so that a strength means the same on
every dataset. Every mitigation returns an image of the size that it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.errors import UsageError

Image = NDArray[np.uint8]
Change = Callable[[Image, np.random.Generator], Image]

REFERENCE_SIDE = 512
DP_CELL = 16
"""Side of a DP-Pix cell, in pixels."""
DP_PIXELS = 16
"""Pixels by which two images may differ that DP-Pix makes indistinguishable."""
CONTROL = 8
"""Side of the grid of random displacements that a warp interpolates."""


@dataclass(frozen=True, slots=True)
class Mitigation:
    """A change at one strength. `parameter` names what `value` is, for people to read."""

    name: str
    parameter: str
    value: float | None
    change: Change
    steady: bool = False
    """Whether all slices of a volume share one random draw: what moves anatomy moves it through all of them."""

    def __call__(self, image: Image, rng: np.random.Generator) -> Image:
        """`image`: uint8 (rows, columns); of random changes `rng` decides all."""
        return self.change(image, rng)


def _side(image: Image) -> float:
    """What a length at 512 pixels is multiplied by."""
    return float(max(image.shape)) / REFERENCE_SIDE


def _resized(image: Image, size: tuple[int, int], method: int) -> Image:
    return np.asarray(cv2.resize(image, size, interpolation=method), np.uint8)


def _levels(image: NDArray[np.floating]) -> Image:
    return np.asarray(np.clip(np.rint(image), 0, 255), np.uint8)


def _blur(sigma: float) -> Change:
    """Gaussian blur."""

    def change(image: Image, _: np.random.Generator) -> Image:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma * _side(image)), np.uint8)

    return change


def _cells(image: Image, cell: float) -> NDArray[np.float32]:
    """Mean grey level of every cell."""
    rows, columns = (max(1, round(side / (cell * _side(image)))) for side in image.shape)
    return np.asarray(
        cv2.resize(image.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA), np.float32
    )


def _spread(cells: NDArray[np.floating], image: Image) -> Image:
    return _resized(_levels(cells), (image.shape[1], image.shape[0]), cv2.INTER_NEAREST)


def _pixelate(cell: float) -> Change:
    """Every cell becomes its mean."""

    def change(image: Image, _: np.random.Generator) -> Image:
        return _spread(_cells(image, cell), image)

    return change


def _dp_pix(epsilon: float) -> Change:
    """Pixelation with Laplace noise of scale 255 m / (b² ε) for cells of b × b pixels (DP-Pix: Fan,
    "Image pixelization with differential privacy", DBSec 2018). Images that differ in at most m
    pixels cannot be told apart better than ε allows; what a patient's anatomy gives away is not in
    that promise. Where cells do not divide the image, b² is the area that a cell really has; of a volume
    the promise is made slice by slice."""

    def change(image: Image, rng: np.random.Generator) -> Image:
        cells = _cells(image, DP_CELL)
        pixels = DP_PIXELS * _side(image) ** 2
        scale = 255 * pixels * cells.size / (image.size * epsilon)
        return _spread(cells + rng.laplace(0, scale, cells.shape), image)

    return change


def _downsample(side: float) -> Change:
    """Shared with so many pixels on the longer side, and enlarged again by who looks at it."""

    def change(image: Image, _: np.random.Generator) -> Image:
        factor = side / max(image.shape)
        if factor >= 1:
            return image
        rows, columns = (max(1, round(length * factor)) for length in image.shape)
        small = _resized(image, (columns, rows), cv2.INTER_AREA)
        return _resized(small, (image.shape[1], image.shape[0]), cv2.INTER_LINEAR)

    return change


def _crop(share: float) -> Change:
    """The middle, by the share that is kept of each side; the rest becomes black."""

    def change(image: Image, _: np.random.Generator) -> Image:
        top, left = (round(length * (1 - share) / 2) for length in image.shape)
        kept = np.zeros_like(image)
        inner = (slice(top, image.shape[0] - top), slice(left, image.shape[1] - left))
        kept[inner] = image[inner]
        return kept

    return change


def _noise(deviation: float) -> Change:
    """Gaussian noise, in grey levels of 256."""

    def change(image: Image, rng: np.random.Generator) -> Image:
        return _levels(image + rng.normal(0, deviation, image.shape))

    return change


def _warp(shift: float) -> Change:
    """A smooth random displacement of every point, of so many pixels along each axis (root mean
    square); after the elastic distortions of Simard, Steinkraus and Platt, ICDAR 2003."""

    def change(image: Image, rng: np.random.Generator) -> Image:
        rows, columns = image.shape
        field = []
        for _ in range(2):
            coarse = rng.normal(size=(CONTROL, CONTROL)).astype(np.float32)
            fine = np.asarray(cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC), np.float32)
            field.append(
                fine * np.float32(shift * _side(image) / max(float(np.sqrt((fine**2).mean())), 1e-6))
            )
        x, y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
        moved = cv2.remap(
            image, x + field[0], y + field[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
        )
        return np.asarray(moved, np.uint8)

    return change


@dataclass(frozen=True, slots=True)
class _Kind:
    parameter: str
    make: Callable[[float], Change]
    strengths: tuple[float, ...]
    low: float
    high: float
    steady: bool = False


_KINDS = {
    "blur": _Kind("sigma", _blur, (2, 4, 8), 0.1, 256),
    "pixelate": _Kind("cell", _pixelate, (8, 16, 32), 1, 512),
    "downsample": _Kind("side", _downsample, (128, 64, 32), 1, 4096),
    "crop": _Kind("share", _crop, (0.9, 0.75, 0.5), 0.05, 1),
    "noise": _Kind("deviation", _noise, (10, 30, 90), 0.1, 10_000),
    "warp": _Kind("shift", _warp, (4, 8, 16), 0.1, 256, steady=True),
    "dp-pix": _Kind("epsilon", _dp_pix, (1, 0.3, 0.1), 1e-6, 1e6),
}
NAMES = tuple(_KINDS)


def default_mitigations() -> list[Mitigation]:
    """Every mitigation at three strengths, the weakest first."""
    return chosen(NAMES)


def chosen(wanted: Iterable[str]) -> list[Mitigation]:
    """The mitigations that `NAME` or `NAME=STRENGTH,STRENGTH` ask for.

    Raises UsageError for a name that is not known, and a strength that is no number or out of range.
    """
    found = []
    for each in wanted:
        name, _, strengths = each.partition("=")
        kind = _KINDS.get(name.strip())
        if kind is None:
            raise UsageError("The mitigation is not known", "--mitigate", f"Use {', '.join(NAMES)}.")
        try:
            values = [float(part) for part in strengths.split(",")] if strengths else list(kind.strengths)
        except ValueError:
            values = [float("nan")]
        if not all(kind.low <= value <= kind.high for value in values):
            raise UsageError(
                f"A strength of {name.strip()} is not a number from {kind.low:g} to {kind.high:g}",
                "--mitigate",
                f"For example --mitigate {name.strip()}={kind.strengths[0]:g}",
            )
        found += [
            Mitigation(name.strip(), kind.parameter, value, kind.make(value), kind.steady) for value in values
        ]
    return found
