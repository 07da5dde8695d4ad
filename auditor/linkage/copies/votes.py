"""Which images share local features with one that was found: every feature votes for the image with the nearest.

An aggregate says little of an image of which a small part was cut out: most of what it adds up was cut off. A
vote asks each feature alone, and counts it only where the nearest of all other images is clearly farther (Lowe's
ratio, between images), so that features that every film has, such as ribs, count for none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from auditor.linkage.copies.keypoints import Keypoints

ASKED = 200
"""Features of an image that vote, drawn at random."""
RATIO = 0.85
FEWEST = 3
"""Votes below which an image is not worth a look."""


def elect(
    asked: Sequence[Keypoints], stored: Iterable[Keypoints], most: int, *, seed: int = 0
) -> list[list[int]]:
    """For each of `asked` the places in `stored` with the most votes, at most `most`, the most first.

    `stored` is read once; of each image only its best similarity to every feature asked about is kept.
    """
    rng = np.random.default_rng(seed)
    parts = [each.descriptors[rng.permutation(len(each.points))[:ASKED]] for each in asked]
    if not any(len(part) for part in parts):
        return [[] for _ in asked]
    ends = np.cumsum([len(part) for part in parts])
    features = np.concatenate(parts)
    best, rival = np.full((2, len(features)), -1.0, np.float32)
    image = np.full(len(features), -1)
    for place, keypoints in enumerate(stored):
        if not len(keypoints.points):
            continue
        top = (features @ keypoints.descriptors.T).max(axis=1)
        ahead = top > best
        rival = np.where(ahead, best, np.maximum(rival, top))
        best, image = np.where(ahead, top, best), np.where(ahead, place, image)
    clear = _distance(best) < RATIO * _distance(rival)
    return [
        _winners(chosen[sure], most)
        for chosen, sure in zip(np.split(image, ends[:-1]), np.split(clear, ends[:-1]), strict=True)
    ]


def _distance(similarity: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.sqrt(np.maximum(2 - 2 * similarity, 0)), np.float32)


def _winners(voted: NDArray[np.intp], most: int) -> list[int]:
    places, votes = np.unique(voted, return_counts=True)
    order = np.argsort(-votes, kind="stable")[:most]
    return [int(places[each]) for each in order if votes[each] >= FEWEST]
