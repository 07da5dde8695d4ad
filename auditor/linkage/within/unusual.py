"""Which images look like nobody else's: implants, an opaque lung, anatomy the wrong way round, a rare view.

Four things are measured of every image, and each is compared with the same of the others: its most unusual part, the
brightest things in it, its left against its right, and how it had to be stretched. What is usual is read off the
middle of each distribution, so that the images that stand out do not hide themselves; how far out an image lies
is told as the share of usual images that would lie as far.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.embedding import Embedding
from auditor.linkage.describe.signs import Signs

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

FEWEST = 20
"""Images below which nobody can be called unusual."""
BRIGHTEST = 6
"""Cells whose brightness counts together: a thing of metal seldom fills one alone."""
HALF = 0.06
"""Share of usual images as far out at which the score is one half; at a third of it the score is 0.9."""
UPPER = 0.84
"""Quantile that, with the median, gives the usual spread."""
_LEAST = 1e-12
_FLAT = 0.05
"""Added to every robust standard deviation, in the unit of the measure: rounding is no deviation."""
_STEADY = 0.01
"""The same of a pose."""


class Sign(StrEnum):
    """What stands out most."""

    PART = "a part that looks like nobody else's"
    BRIGHT = "something brighter than what others show there"
    SIDES = "left and right, otherwise than in others"
    STRETCH = "size, proportions or posture"


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """n images. NaN and empty for blank images, those without a patient, and all where there are too few to compare."""

    share: Array
    """(n,): share of usual images that lie as far out."""
    sign: NDArray[np.str_]

    @property
    def score(self) -> Array:
        """(n,), 0 to 1: one half at `HALF`, 0.9 at a third of it."""
        return np.asarray(1 / (1 + (self.share / HALF) ** 2), np.float64)


def standing(embedding: Embedding) -> Standing:
    """How far out every image of a release lies.

    Images are compared with those that were brought to the same template, those without one with all. Of the images
    compared with, one of each patient counts where there are enough patients.
    """
    total, signs = len(embedding.paths), embedding.signs
    share, sign = np.full(total, np.nan), np.full(total, "", dtype=f"<U{max(map(len, Sign))}")
    rows = np.flatnonzero(~embedding.blank & (embedding.patients != ""))
    if signs is None or len(rows) < FEWEST or len(set(embedding.patients[rows].tolist())) < 2:
        return Standing(share, sign)
    for kind in np.unique(signs.kind[rows]):
        own = rows[signs.kind[rows] == kind]
        among = own if len(own) >= FEWEST and kind >= 0 else rows
        among = _one_each(among, embedding.patients)
        found = np.stack([_share(own, among, measure(signs, among)) for measure in _MEASURES])
        least = found.argmin(axis=0)
        # The smallest of several is small by chance too.
        tried = max(1, int((found < 1).any(axis=1).sum()))
        share[own] = np.minimum(1.0, found.min(axis=0) * tried)
        sign[own] = np.array(list(Sign))[least]
    return Standing(share, sign)


def _one_each(rows: Rows, patients: NDArray[np.str_]) -> Rows:
    """The first image of every patient; all where that leaves fewer than `FEWEST`."""
    _, first = np.unique(patients[rows], return_index=True)
    return rows[np.sort(first)] if len(first) >= FEWEST else rows


def _share(rows: Rows, among: Rows, outside: Array) -> Array:
    """(rows,): share of usual images that lie as far out as these; 1 where that cannot be told.

    `outside`: (n,), larger is further out. The largest of many deviations follows a Gumbel law (Fisher and Tippett,
    1928), whose two parameters are read off the median and the quantile `UPPER` of the images compared with.
    """
    known = outside[among][np.isfinite(outside[among])]
    shares = np.ones(len(rows))
    if len(known) < FEWEST:
        return shares
    middle, upper = (float(each) for each in np.quantile(known, (0.5, UPPER)))
    spread = (upper - middle) / (np.log(np.log(2)) - np.log(-np.log(UPPER)))
    if spread <= 1e-3:
        return shares
    beyond = (outside[rows] - middle) / spread - np.log(np.log(2))
    told = np.isfinite(beyond)
    shares[told] = np.clip(-np.expm1(-np.exp(-beyond[told])), _LEAST, 1)
    return shares


def _deviations(table: NDArray[np.float16], among: Rows, floor: float) -> NDArray[np.float32]:
    """Of all images by place, in robust standard deviations of those in `among`."""
    usual = table[among].astype(np.float32)
    usual = usual[np.isfinite(usual).all(axis=1)]
    if not len(usual):
        return np.full(table.shape, np.nan, np.float32)
    middle = np.median(usual, axis=0)
    spread = 1.4826 * np.median(np.abs(usual - middle), axis=0)
    return np.asarray((table - middle) / (spread + floor), np.float32)


def _part(signs: Signs, among: Rows) -> Array:
    """The most unusual cell."""
    return np.asarray(_deviations(signs.apart, among, _FLAT).max(axis=1), np.float64)


def _bright(signs: Signs, among: Rows) -> Array:
    """The mean over the cells that are brightest for their place."""
    outside = _deviations(signs.bright, among, _FLAT)
    return np.asarray(np.partition(outside, -BRIGHTEST, axis=1)[:, -BRIGHTEST:].mean(axis=1), np.float64)


def _sides(signs: Signs, among: Rows) -> Array:
    """How far the difference of left and right runs against that of most images (a matched filter)."""
    known = signs.sides[among].astype(np.float32)
    known = known[np.isfinite(known).all(axis=1)]
    if len(known) < FEWEST:
        return np.full(len(signs.kind), np.nan)
    usual, variance = np.median(known, axis=0), known.var(axis=0)
    weights = usual / (variance + _FLAT * (variance.mean() + 1))
    along = signs.sides.astype(np.float32) @ weights
    return np.asarray(-along, np.float64)


def _stretch(signs: Signs, among: Rows) -> Array:
    """The most unusual of size, proportions, slant and turn."""
    return np.asarray(np.abs(_deviations(signs.stretch, among, _STEADY)).max(axis=1), np.float64)


_MEASURES = (_part, _bright, _sides, _stretch)
