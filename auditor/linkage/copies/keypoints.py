"""Local features that two copies of one exposure share, however they were cut or processed.

SIFT (Lowe, IJCV 2004) with Hellinger normalisation (Arandjelović and Zisserman, CVPR 2012), matched
and verified by RANSAC. SIFT follows shift, scale and turn. A mirrored or black-white exchanged copy
has the same keypoints with descriptors permuted in a known way, so neither costs a second look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.align import Float
from auditor.linkage.describe.features import unit

KEYPOINTS = 800
RATIO = 0.8
"""Lowe's ratio: a match has to be this much nearer than the second nearest."""
TOLERANCE = 0.75
"""Pixels of a portrait that an inlier may be off: copies of one exposure fit to the pixel, two films of
one patient do not."""
FEWEST = 6
CELLS, TURNS = 4, 8
_ORDER = np.arange(CELLS * CELLS * TURNS).reshape(CELLS, CELLS, TURNS)
# A mirror turns the patch's rows over and its directions round; exchanging black and white turns
# every gradient, and with it the patch's frame, by half a turn.
_MIRROR = _ORDER[::-1][:, :, (-np.arange(TURNS)) % TURNS].ravel()
_INVERT = _ORDER[::-1, ::-1].ravel()
VARIANTS: tuple[tuple[bool, bool], ...] = ((False, False), (True, False), (False, True), (True, True))
"""Mirrored, black and white exchanged."""


@dataclass(frozen=True, slots=True, eq=False)
class Keypoints:
    """Points (k, 2) in pixels and descriptors (k, 128) of one portrait, in bytes: many are kept at once."""

    points: Float
    packed: NDArray[np.uint8]
    side: int

    @property
    def descriptors(self) -> Float:
        """Unit vectors."""
        return unit(self.packed.astype(np.float32))

    def variant(self, mirrored: bool, inverted: bool) -> Keypoints:
        """As the keypoints of the mirrored or inverted portrait would be."""
        points, packed = self.points, self.packed
        if mirrored:
            points = np.asarray([[self.side - 1, 0]] + points * [[-1, 1]], np.float32)
            packed = packed[:, _MIRROR]
        if inverted:
            packed = packed[:, _INVERT]
        return Keypoints(points, packed, self.side)


def find_keypoints(portrait: NDArray[np.uint8]) -> Keypoints:
    """The strongest keypoints of `portrait`, uint8 square, after its local contrast was evened out."""
    even = cv2.createCLAHE(3.0, (8, 8)).apply(portrait)
    found, raw = cv2.SIFT.create(KEYPOINTS, contrastThreshold=0.01).detectAndCompute(even, None)
    side = portrait.shape[0]
    if not len(found):
        return Keypoints(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.uint8), side)
    descriptors = np.asarray(raw, np.float32)
    descriptors = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1))
    points = np.array([each.pt for each in found], np.float32)
    return Keypoints(points, np.round(255 * descriptors).astype(np.uint8), side)


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """How many keypoints agree on one similarity transform, and the transform (2, 3)."""

    inliers: int
    matrix: NDArray[np.float64]


NO_MATCH = Match(0, np.eye(2, 3))


def ratio_matches(here: Keypoints, there: Keypoints, ratio: float) -> NDArray[np.intp]:
    """(m, 2): rows of keypoints that are each other's nearest, and by `ratio` nearer than the second."""
    if min(len(here.points), len(there.points)) < FEWEST:
        return np.zeros((0, 2), np.intp)
    similar = here.descriptors @ there.descriptors.T
    best = similar.argmax(axis=1)
    rows = np.arange(len(similar))
    first = similar[rows, best].copy()
    back = similar.argmax(axis=0)[best] == rows
    similar[rows, best] = -1
    distance = np.sqrt(np.maximum(2 - 2 * np.stack([first, similar.max(axis=1)]), 0))
    matched = np.flatnonzero(back & (distance[0] < ratio * distance[1]))
    return np.stack([matched, best[matched]], axis=1)


def match(here: Keypoints, there: Keypoints) -> Match:
    """The similarity transform that most matching keypoints agree on; `NO_MATCH` where too few match."""
    pairs = ratio_matches(here, there, RATIO)
    if len(pairs) < FEWEST:
        return NO_MATCH
    cv2.setRNGSeed(0)
    # OpenCV's stubs do not know that there may be no map.
    found: tuple[Any, Any] = cv2.estimateAffinePartial2D(
        here.points[pairs[:, 0]],
        there.points[pairs[:, 1]],
        method=cv2.RANSAC,
        ransacReprojThreshold=TOLERANCE,
        maxIters=1000,
    )
    matrix, mask = found
    if matrix is None:
        return NO_MATCH
    return Match(int(mask.sum()), np.asarray(matrix, np.float64))
