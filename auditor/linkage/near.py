"""Near-duplicates: one exposure twice, cut, resized, re-encoded, toned, mirrored, inverted or written on.

Candidates by an aggregate of local features (VLAD: Jégou et al., CVPR 2010) that needs no alignment;
the verdict by matching the local features themselves and comparing what they bring together. The
cost grows with the number of images, not of pairs, but for a product of small vectors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans

from auditor.linkage.align import Float, local_contrast
from auditor.linkage.features import unit
from auditor.linkage.keypoints import VARIANTS, Keypoints, Match, find_keypoints, match

WORDS = 256
FOLDED = 4
"""Numbers of an aggregate that are added up, with random signs, to make it shorter."""
LEARNT_FROM = 1000
"""Images that the words are learnt from."""
DESCRIPTORS = 20_000
NEAREST = (6, 4, 4, 4)
"""Candidates an image, for each of `VARIANTS`."""
MIN_INLIERS = 40
"""On 256-pixel copies of NIH chest radiographs, films of one patient that were taken alike reach 39."""
MANY_INLIERS = 60
"""From which a copy may differ as much in tone as a narrow window makes it."""
MIN_CORRELATION = 0.5
HIGH_CORRELATION = 0.9
"""Of the copies brought together: a scanner's frame or a caption can be shared by different images."""
COMPARED = 128
BLOCK = 500


@dataclass(frozen=True, slots=True)
class Pair:
    """Positions of two images that show one exposure."""

    a: int
    b: int
    inliers: int
    correlation: float

    @property
    def score(self) -> float:
        """0.5 at the threshold, towards 1 with more agreement."""
        return self.inliers / (self.inliers + MIN_INLIERS)


class Index:
    """Finds, for portraits, those most alike in their local features."""

    def __init__(self, keypoints: list[Keypoints], *, seed: int) -> None:
        """Learns the words from `keypoints`."""
        rng = np.random.default_rng(seed)
        pool = np.concatenate([each.descriptors for each in keypoints])
        chosen = pool[rng.permutation(len(pool))[:DESCRIPTORS]]
        # With fewer descriptors than words every one would be its own word.
        if len(chosen) < WORDS:
            chosen = np.concatenate([chosen, rng.random((WORDS - len(chosen), pool.shape[1]), np.float32)])
        words = MiniBatchKMeans(WORDS, random_state=seed, n_init=1).fit(chosen)
        self._words = np.asarray(words.cluster_centers_, np.float32)
        # Whitening or leading components would lose what a cut copy still shares (measured).
        length = self._words.size
        self._order = rng.permutation(length)
        self._signs = np.asarray(rng.choice([-1.0, 1.0], length), np.float32)

    def place(self, keypoints: Keypoints) -> Float:
        """(variants, k): a unit vector for each of `VARIANTS`."""
        each = np.stack([self._aggregate(keypoints.variant(*variant)) for variant in VARIANTS])
        return unit((each[:, self._order] * self._signs).reshape(len(VARIANTS), -1, FOLDED).sum(axis=2))

    def _aggregate(self, keypoints: Keypoints) -> Float:
        """Residuals to the nearest word, summed for each word."""
        found = keypoints.descriptors
        table = np.zeros(self._words.shape, np.float32)
        if len(found):
            nearest = (found @ self._words.T - (self._words**2).sum(axis=1) / 2).argmax(axis=1)
            np.add.at(table, nearest, found - self._words[nearest])
        length = np.linalg.norm(table, axis=1, keepdims=True)
        return np.asarray(table / np.maximum(length, 1e-6), np.float32).ravel()


def candidates(placed: Float, against: Float | None = None) -> Iterator[tuple[int, int, int]]:
    """Row, row it may repeat, and variant; `placed` (n, variants, k), `against` itself by default."""
    others = placed[:, 0] if against is None else against
    seen = set()
    for variant, most in enumerate(NEAREST):
        for start in range(0, len(placed), BLOCK):
            similar = placed[start : start + BLOCK, variant] @ others.T
            if against is None:
                similar[np.arange(len(similar)), start + np.arange(len(similar))] = -np.inf
            k = min(most, similar.shape[1])
            for row, columns in enumerate(np.argpartition(-similar, k - 1, axis=1)[:, :k], start):
                for column in columns.tolist():
                    pair = (row, column) if against is not None else (min(row, column), max(row, column))
                    if (*pair, variant) not in seen and np.isfinite(similar[row - start, column]):
                        seen.add((*pair, variant))
                        yield *pair, variant


def find_near(portraits: list[NDArray[np.uint8]], *, seed: int, workers: int = 1) -> list[Pair]:
    """Pairs among `portraits`, uint8 square of one size, that show one exposure."""
    if len(portraits) < 2:
        return []
    with joblib.Parallel(n_jobs=workers, prefer="threads") as parallel:
        keypoints = parallel(joblib.delayed(find_keypoints)(each) for each in portraits)
        if not any(len(each.points) for each in keypoints):
            return []
        chosen = np.random.default_rng(seed).permutation(len(keypoints))[:LEARNT_FROM]
        index = Index([keypoints[each] for each in sorted(chosen)], seed=seed)
        placed = np.stack(parallel(joblib.delayed(index.place)(each) for each in keypoints))
        asked = list(candidates(placed))
        found = parallel(
            joblib.delayed(verify)(keypoints[a], keypoints[b], portraits[a], portraits[b], variant)
            for a, b, variant in asked
        )
    best: dict[tuple[int, int], Pair] = {}
    for (a, b, _), (count, correlation) in zip(asked, found, strict=True):
        if is_same_exposure(count, correlation) and ((a, b) not in best or best[a, b].inliers < count):
            best[a, b] = Pair(a, b, count, correlation)
    return [best[pair] for pair in sorted(best)]


def is_same_exposure(count: int, correlation: float) -> bool:
    """The verdict on what `verify` found."""
    needed = MIN_CORRELATION if count >= MANY_INLIERS else HIGH_CORRELATION
    return count >= MIN_INLIERS and correlation >= needed


def verify(
    here: Keypoints, there: Keypoints, a: NDArray[np.uint8], b: NDArray[np.uint8], variant: int
) -> tuple[int, float]:
    """Inliers between `a` in the given variant and `b`, and their correlation where they overlap."""
    mirrored, inverted = VARIANTS[variant]
    matched = match(here.variant(mirrored, inverted), there)
    if matched.inliers < MIN_INLIERS:
        return matched.inliers, 0.0
    shown = np.ascontiguousarray(a[:, ::-1]) if mirrored else a
    return matched.inliers, _correlation(255 - shown if inverted else shown, b, matched)


def _correlation(a: NDArray[np.uint8], b: NDArray[np.uint8], matched: Match) -> float:
    """Of locally normalised grey values, over what both images show."""
    size = (b.shape[1], b.shape[0])
    moved = np.asarray(cv2.warpAffine(a, matched.matrix, size), np.uint8)
    inside = cv2.warpAffine(np.full(a.shape, 255, np.uint8), matched.matrix, size)
    both = (inside > 0) & (b > 0)
    here, there = (
        local_contrast(np.where(both, each, 0).astype(np.uint8), COMPARED, COMPARED / 16)
        for each in (moved, b)
    )
    overlap = cv2.resize(both.astype(np.float32), (COMPARED, COMPARED), interpolation=cv2.INTER_AREA) > 0.99
    if overlap.sum() < COMPARED or here[overlap].std() < 1e-3 or there[overlap].std() < 1e-3:
        return 0.0
    return float(np.corrcoef(here[overlap], there[overlap])[0, 1])
