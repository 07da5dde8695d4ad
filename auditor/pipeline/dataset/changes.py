"""What became of an image: masked, altered elsewhere, rounded, or another one. Seen on the small copies."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.model.survey import Change

_VISIBLE = 12.0
"""Grey levels of 256 that a changed pixel differs by at least, once brightness and contrast agree."""
_SMALLEST = 6
"""Pixels of a region; smaller ones are edges that resampling moved."""
_FLAT, _MOSTLY = 3.0, 0.7
"""Grey levels around the median that this share of a region lies within where it was painted over."""
_MASKED = 0.9
_SAME_IMAGE = 0.5


def describe(path: str, released: NDArray[np.uint8], original: NDArray[np.uint8]) -> Change:
    """Compare two small grey copies of one size, uint8 (side, side).

    Brightness and contrast are fitted first, since a mask moves the window of what is shown: by least
    squares, twice, without what differs most.
    """
    ours, theirs = released.astype(np.float64), original.astype(np.float64)
    left = np.abs(_fitted(theirs, ours) - ours)
    changed = (left > _VISIBLE).astype(np.uint8)
    joined = cv2.morphologyEx(changed, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    regions = [n for n in range(1, count) if stats[n, cv2.CC_STAT_AREA] >= _SMALLEST]
    share = sum(int(stats[n, cv2.CC_STAT_AREA]) for n in regions) / changed.size
    if not regions:
        return Change(path, "rounded")
    flat = sum(int(stats[n, cv2.CC_STAT_AREA]) for n in regions if _is_flat(ours, labels == n))
    if flat >= _MASKED * share * changed.size:
        return Change(path, "masked", len(regions), share)
    if _alike(ours, theirs) < _SAME_IMAGE:
        return Change(path, "another image", 0, share)
    return Change(path, "altered", len(regions), share)


def _fitted(theirs: NDArray[np.float64], ours: NDArray[np.float64]) -> NDArray[np.float64]:
    """The original in the brightness and contrast of the release."""
    kept = np.ones(ours.shape, bool)
    fit = np.array([1.0, 0.0])
    for _ in range(3):
        known, seen = theirs[kept], ours[kept]
        if np.ptp(known) < 1:
            break
        fit = np.polyfit(known, seen, 1)
        left = np.abs(np.polyval(fit, theirs) - ours)
        kept = left <= max(float(np.quantile(left, 0.8)), 1.0)
    return np.asarray(np.polyval(fit, theirs), np.float64)


def _is_flat(ours: NDArray[np.float64], region: NDArray[np.bool_]) -> bool:
    """Whether most of a region is of one grey; resampling blurs its border."""
    values = ours[region]
    return float(np.mean(np.abs(values - np.median(values)) <= _FLAT)) >= _MOSTLY


def _alike(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    """Pearson's correlation, 0 where one of them is flat."""
    if ours.std() == 0 or theirs.std() == 0:
        return 0.0
    return float(np.corrcoef(ours.ravel(), theirs.ravel())[0, 1])
