"""Which way up an image lies, against a template: turned by quarters, mirrored, black and white exchanged.

Exports lose orientation and polarity (a MONOCHROME1 film saved as PNG, a table turned on its side), and who
attacks would put that right first. All sixteen ways are compared at once by the highest correlation within a few
pixels' shift; inversion is the lowest one, since local contrast changes its sign with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
Kind = TypeVar("Kind", bound=np.generic)

SIDE = 32
"""Of the copies that are compared: at this size a pose that is off costs little."""
SHIFT = 6
"""Pixels of that size by which an image may be off."""
MARGIN = 0.1
"""Correlation that another way has to gain: most images lie as most images do."""


@dataclass(frozen=True, slots=True, order=True)
class Orientation:
    """What to do to an image so that it lies like the template: quarter turns against the clock, then the rest."""

    quarters: int = 0
    mirrored: bool = False
    inverted: bool = False

    @property
    def steps(self) -> int:
        """How many things would have gone wrong."""
        return bool(self.quarters) + self.mirrored + self.inverted

    def of_contrast(self, image: Float) -> Float:
        """Applied to local contrast, where inversion is a change of sign."""
        turned = self._turned(image)
        return np.ascontiguousarray(-turned if self.inverted else turned)

    def of_portrait(self, portrait: NDArray[np.uint8], shown: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """Applied to grey values; black bars, where not `shown`, stay black."""
        grey = np.where(shown, 255 - portrait, 0).astype(np.uint8) if self.inverted else portrait
        return np.ascontiguousarray(self._turned(grey))

    def _turned(self, image: NDArray[Kind]) -> NDArray[Kind]:
        turned = np.rot90(image, self.quarters)
        return turned[:, ::-1] if self.mirrored else turned


UPRIGHT = Orientation()
_PLAIN = tuple(Orientation(quarters, mirrored) for mirrored in (False, True) for quarters in range(4))
_WAYS = (*_PLAIN, *(replace(each, inverted=True) for each in _PLAIN))


def likeness(images: list[Float]) -> Float:
    """(n, n): how alike any two of `images`, local contrast, are within a few pixels' shift, as they lie; 1 for an
    image and itself."""
    spectra = np.fft.rfft2(np.stack([_small(image) for image in images]))
    found = np.ones((len(images), len(images)), np.float32)
    for row, spectrum in enumerate(spectra[:-1]):
        others = spectra[row + 1 :]
        found[row, row + 1 :] = found[row + 1 :, row] = _near(others * np.conj(spectrum)).max(axis=(1, 2))
    return found


def propose(image: Float, template: Float) -> Orientation:
    """The way in which `image` fits `template` best, both local contrast, float32 and square; upright unless
    another fits better by `MARGIN`."""
    small, pattern = _small(image), _small(template)
    variants = np.stack([each.of_contrast(small) for each in _PLAIN])
    near = _near(np.fft.rfft2(variants) * np.conj(np.fft.rfft2(pattern)))
    scores = np.concatenate([near.max(axis=(1, 2)), -near.min(axis=(1, 2))])
    if scores.max() < scores[0] + MARGIN:
        return UPRIGHT
    # Of ways that fit about as well the simplest: symmetric anatomy hardly tells them apart, mishaps are single.
    return min(
        (each for each, score in zip(_WAYS, scores, strict=True) if score > scores.max() - MARGIN / 2),
        key=lambda each: (each.steps, each),
    )


def _near(spectra: NDArray[np.complexfloating]) -> Float:
    """Correlations (n, shifts, shifts) from products of spectra, for shifts of `SHIFT` pixels at most."""
    found = np.fft.irfft2(spectra, s=(SIDE, SIDE))
    return np.asarray(
        np.roll(found, (SHIFT, SHIFT), axis=(1, 2))[:, : 2 * SHIFT + 1, : 2 * SHIFT + 1], np.float32
    )


def _small(image: Float) -> Float:
    """`SIDE` pixels a side, of mean 0 and length 1."""
    values = np.asarray(cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)
    values = values - values.mean()
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-6), np.float32)
