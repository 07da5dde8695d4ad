"""Near-duplicates: one exposure twice, cut, resized, re-encoded, toned, mirrored, inverted or written on.

Candidates by an aggregate of local features (VLAD: Jégou et al., CVPR 2010) that needs no alignment;
the verdict by matching the local features themselves and comparing what they bring together. The
cost grows with the number of images, not of pairs, but for a product of small vectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cv2
import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans

from auditor.linkage.copies.keypoints import VARIANTS, Keypoints, find_keypoints, match
from auditor.linkage.describe.align import Float, local_contrast
from auditor.linkage.describe.features import unit
from auditor.linkage.describe.threads import threads

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
Rows = NDArray[np.intp]
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

    def state(self) -> dict[str, NDArray[np.generic]]:
        """What `of` makes the same index from."""
        return {"words": self._words, "order": self._order, "signs": self._signs}

    @classmethod
    def of(cls, state: Mapping[str, NDArray[np.generic]]) -> Index:
        """The index whose `state` this was."""
        index = cls.__new__(cls)
        index._words = np.asarray(state["words"], np.float32)
        index._order = np.asarray(state["order"], np.int64)
        index._signs = np.asarray(state["signs"], np.float32)
        return index

    def place(self, keypoints: Keypoints) -> Float:
        """(variants, k): a unit vector for each of `VARIANTS`."""
        return self._folded([keypoints.variant(*variant) for variant in VARIANTS])

    def place_plain(self, keypoints: Keypoints) -> Float:
        """(k,): that of the portrait as it is."""
        return np.asarray(self._folded([keypoints])[0], np.float32)

    def _folded(self, variants: list[Keypoints]) -> Float:
        each = np.stack([self._aggregate(variant) for variant in variants])
        return unit((each[:, self._order] * self._signs).reshape(len(variants), -1, FOLDED).sum(axis=2))

    def _aggregate(self, keypoints: Keypoints) -> Float:
        """Residuals to the nearest word, summed for each word."""
        found = keypoints.descriptors
        table = np.zeros(self._words.shape, np.float32)
        if len(found):
            nearest = (found @ self._words.T - (self._words**2).sum(axis=1) / 2).argmax(axis=1)
            np.add.at(table, nearest, found - self._words[nearest])
        length = np.linalg.norm(table, axis=1, keepdims=True)
        return np.asarray(table / np.maximum(length, 1e-6), np.float32).ravel()


def candidates(placed: Float, against: Float, own: Rows | None = None) -> Iterator[tuple[int, int, int]]:
    """Row, column that it may repeat, and variant.

    placed: (n, variants, k); against: (m, k), not varied; own: each row's own column, to be left out.
    """
    for variant, most in enumerate(NEAREST):
        for start in range(0, len(placed), BLOCK):
            similar = placed[start : start + BLOCK, variant] @ against.T
            if own is not None:
                similar[np.arange(len(similar)), own[start : start + BLOCK]] = -np.inf
            k = min(most, similar.shape[1])
            for row, columns in enumerate(np.argpartition(-similar, k - 1, axis=1)[:, :k], start):
                for column in columns.tolist():
                    if np.isfinite(similar[row - start, column]):
                        yield row, column, variant


class Exposures:
    """Portraits, uint8 square of one size, that are searched for copies of one exposure."""

    def __init__(self, portraits: list[NDArray[np.uint8]], *, seed: int, workers: int = 1) -> None:
        self._portraits = portraits
        self._workers = workers
        self._keypoints: list[Keypoints] = []
        self.index: Index | None = None
        self.placed = np.zeros((0, 1), np.float32)
        with threads(workers) as parallel:
            self._keypoints = parallel(joblib.delayed(find_keypoints)(each) for each in portraits)
            if not any(len(each.points) for each in self._keypoints):
                return
            chosen = np.random.default_rng(seed).permutation(len(portraits))[:LEARNT_FROM]
            self.index = Index([self._keypoints[each] for each in sorted(chosen)], seed=seed)
            placed = parallel(joblib.delayed(self.index.place_plain)(each) for each in self._keypoints)
            self.placed = np.stack(placed)

    def pairs(self) -> list[Pair]:
        """Those of the portraits that show one exposure, a before b."""
        return self._search(range(len(self._portraits)), self._portraits, self._keypoints, itself=True)

    def copies(self, others: list[NDArray[np.uint8]]) -> list[Pair]:
        """Pairs of one of the portraits, a, and one of the `others`, b."""
        with threads(self._workers) as parallel:
            keypoints = parallel(joblib.delayed(find_keypoints)(each) for each in others)
        return self._search(range(len(others)), others, keypoints, itself=False)

    def _search(
        self,
        rows: range,
        portraits: list[NDArray[np.uint8]],
        keypoints: list[Keypoints],
        *,
        itself: bool,
    ) -> list[Pair]:
        index, best = self.index, dict[tuple[int, int], Pair]()
        if index is None:
            return []
        with threads(self._workers) as parallel:
            asked: set[tuple[int, int, int]] = set()
            # The aggregates of all variants are large: they are made and looked up a block at a time.
            for start in range(0, len(rows), BLOCK):
                part = rows[start : start + BLOCK]
                placed = np.stack(parallel(joblib.delayed(index.place)(keypoints[each]) for each in part))
                own = np.array(part) if itself else None
                for row, column, variant in candidates(placed, self.placed, own):
                    a, b = column, part[row]
                    asked.add((min(a, b), max(a, b), variant) if itself else (a, b, variant))
            todo = sorted(asked)
            found = parallel(
                joblib.delayed(verify)(
                    keypoints[b], self._keypoints[a], portraits[b], self._portraits[a], variant
                )
                for a, b, variant in todo
            )
        for (a, b, _), (count, correlation) in zip(todo, found, strict=True):
            if is_same_exposure(count, correlation) and ((a, b) not in best or best[a, b].inliers < count):
                best[a, b] = Pair(a, b, count, correlation)
        return [best[pair] for pair in sorted(best)]


def find_near(portraits: list[NDArray[np.uint8]], *, seed: int, workers: int = 1) -> list[Pair]:
    """Pairs among `portraits`, uint8 square of one size, that show one exposure."""
    return Exposures(portraits, seed=seed, workers=workers).pairs()


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
    return matched.inliers, correlation(255 - shown if inverted else shown, b, matched.matrix)


def correlation(a: NDArray[np.uint8], b: NDArray[np.uint8], matrix: NDArray[np.float64]) -> float:
    """Of locally normalised grey values, over what both images show.

    matrix: (2, 3), a similarity or affine map of `a` onto `b`, or (3, 3), a perspective.
    """
    size = (b.shape[1], b.shape[0])
    move = cv2.warpAffine if len(matrix) == 2 else cv2.warpPerspective
    moved = np.asarray(move(a, matrix, size), np.uint8)
    inside = move(np.full(a.shape, 255, np.uint8), matrix, size)
    both = (inside > 0) & (b > 0)
    here, there = (
        local_contrast(np.where(both, each, 0).astype(np.uint8), COMPARED, COMPARED / 16)
        for each in (moved, b)
    )
    overlap = cv2.resize(both.astype(np.float32), (COMPARED, COMPARED), interpolation=cv2.INTER_AREA) > 0.99
    if overlap.sum() < COMPARED or here[overlap].std() < 1e-3 or there[overlap].std() < 1e-3:
        return 0.0
    return float(np.corrcoef(here[overlap], there[overlap])[0, 1])
