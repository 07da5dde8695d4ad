"""Which image of a release is this? For an image found in the wild: a screenshot, a crop, a photograph.

Candidates by aggregated local features of the whole image and of windows of it, since the image may be
a part of what was photographed; the verdict by matching local features under a perspective and
comparing what they bring together. Differs from `near` in what a copy may have gone through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.linkage.align import Float
from auditor.linkage.keypoints import RATIO, VARIANTS, Keypoints, find_keypoints, ratio_matches
from auditor.linkage.near import Index, correlation
from auditor.linkage.portrait import SIDE, portray
from auditor.model import Frame

Image = NDArray[np.uint8]

WINDOWS = (1.0, 0.7, 0.5)
"""Sides of the windows that are looked up, as shares of the image's."""
LISTED = 16
"""Candidates a window and variant."""
CANDIDATES = 100
"""Candidates that are matched: first the most alike of every window, then the second, and so on."""
DECISIVE, RIVALS = 60, 30
"""Inliers that settle it, once so many candidates were matched that a runner-up would have shown."""
TOLERANCE = 2.0
"""Pixels of a portrait that an inlier may be off: a lens and a bent page add to what sampling does."""
FEWEST = 8
LARGEST, SMALLEST = 4.0, 0.15
"""Plausible areas of the image found in a window, as multiples of the window's."""
WEIGHTS = (-9.0, 2.2, 5.0)
"""Of 1, log2 of the inliers beyond those of the runner-up, and correlation. Set by hand so
that chance agreement stays below one half; benchmarks/trace.py measures recall, false claims and
calibration, and `--fit` fits them."""


@dataclass(frozen=True, slots=True)
class Traced:
    """One image of the release as an answer: its position, and the probability that it is the one asked for."""

    position: int
    chance: float
    inliers: int
    correlation: float


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """What is kept of a release to trace its images: n portraits and their aggregates."""

    index: Index
    placed: NDArray[np.float16]
    """(n, k)."""
    portraits: list[bytes]
    """JPEG of each portrait, 256 pixels a side."""

    def trace(self, image: Image, most: int = 5) -> list[Traced]:
        """The likeliest answers, best first. image: grey, uint8, of any size."""
        return answers(list(self._evidence(image)))[:most]

    def _evidence(self, image: Image) -> Iterator[tuple[int, int, float]]:
        """Position, inliers and correlation of every candidate."""
        asked: dict[tuple[int, int, int], float] = {}
        looks = [portray(Frame(0, window)) for window in windows(image)]
        keypoints = [find_keypoints(look) for look in looks]
        if len(keypoints[0].points) >= FEWEST:  # the frame around a picture without features has corners
            looks.append(_smaller(looks[0]))
            keypoints.append(find_keypoints(looks[-1]))
        shown = self.placed.astype(np.float32)
        for number, own in enumerate(keypoints):
            if len(own.points) < FEWEST:
                continue
            similar = self.index.place(own) @ shown.T
            for variant, row in enumerate(similar):
                for rank, column in enumerate(np.argsort(-row)[:LISTED].tolist()):
                    asked[number, column, variant] = rank - float(row[column])
        best: dict[int, tuple[int, float]] = {}
        known: dict[int, tuple[Image, Keypoints]] = {}
        for tried, (number, column, variant) in enumerate(
            sorted(asked, key=lambda key: asked[key])[:CANDIDATES]
        ):
            if tried >= RIVALS and any(n >= DECISIVE and alike >= 0.5 for n, alike in best.values()):
                break
            if column not in known:
                portrait = np.asarray(
                    cv2.imdecode(np.frombuffer(self.portraits[column], np.uint8), cv2.IMREAD_GRAYSCALE),
                    np.uint8,
                )
                known[column] = portrait, find_keypoints(portrait)
            found = verify(keypoints[number], known[column][1], looks[number], known[column][0], variant)
            best[column] = max(best.get(column, (0, 0.0)), found)
        for column, (inliers, alike) in best.items():
            yield column, inliers, alike


def answers(evidence: list[tuple[int, int, float]]) -> list[Traced]:
    """Evidence (position, inliers, correlation) as answers with probabilities, best first."""
    ordered = sorted(evidence, key=lambda each: (-each[1], -each[2], each[0]))
    found = []
    for rank, (position, inliers, alike) in enumerate(ordered):
        rival = max((other for place, (_, other, _) in enumerate(ordered) if place != rank), default=0)
        found.append(Traced(position, round(chance(inliers, rival, alike), 4), inliers, round(alike, 3)))
    return found


def inputs(inliers: int, rival: int, alike: float) -> tuple[float, float, float]:
    """What the probability is computed from, with a 1 for the constant."""
    return 1.0, float(np.log2(1 + max(0, inliers - rival))), max(0.0, alike)


def chance(inliers: int, rival: int, alike: float) -> float:
    """That so many inliers, those of the runner-up being `rival`, mean one exposure."""
    score = float(np.dot(WEIGHTS, inputs(inliers, rival, alike)))
    return float(1 / (1 + np.exp(-np.clip(score, -30, 30))))


def windows(image: Image) -> Iterator[Image]:
    """The image, what is not even of its border, and windows of several sizes half their side apart."""
    yield image
    box = content(image)
    if box is not None:
        yield box
    rows, columns = image.shape
    for share in WINDOWS[1:]:
        high, wide = max(1, int(rows * share)), max(1, int(columns * share))
        steps = round(2 / share) - 1
        for y in np.linspace(0, rows - high, steps).astype(int):
            for x in np.linspace(0, columns - wide, steps).astype(int):
                yield np.ascontiguousarray(image[y : y + high, x : x + wide])


def _smaller(look: Image) -> Image:
    """At half the size: what was cut off is shown larger than it is kept, and local features differ."""
    small = np.zeros_like(look)
    quarter = SIDE // 4
    small[quarter : 3 * quarter, quarter : 3 * quarter] = cv2.resize(
        look, (SIDE // 2, SIDE // 2), interpolation=cv2.INTER_AREA
    )
    return small


def content(image: Image) -> Image | None:
    """The part that is framed by even rows and columns, as a picture in a window or on a page is."""
    small = cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    busy = cv2.blur(np.abs(cv2.Laplacian(cv2.GaussianBlur(small, (0, 0), 1), cv2.CV_32F)), (9, 9))
    mask = (busy > 0.5 * float(np.median(busy)) + 0.3).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return None
    x, y, wide, high, _ = stats[1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())]
    rows, columns = image.shape
    top, bottom = y * rows // SIDE, (y + high) * rows // SIDE
    left, right = x * columns // SIDE, (x + wide) * columns // SIDE
    if min(bottom - top, right - left) < 32 or (wide > 0.95 * SIDE and high > 0.95 * SIDE):
        return None
    return np.ascontiguousarray(image[top:bottom, left:right])


def verify(here: Keypoints, there: Keypoints, a: Image, b: Image, variant: int) -> tuple[int, float]:
    """Inliers of a perspective between `a` in the given variant and `b`, and their correlation."""
    mirrored, inverted = VARIANTS[variant]
    turned = here.variant(mirrored, inverted)
    pairs = ratio_matches(turned, there, RATIO)
    if len(pairs) < FEWEST:
        return 0, 0.0
    source, target = turned.points[pairs[:, 0]], there.points[pairs[:, 1]]
    cv2.setRNGSeed(0)
    # OpenCV's stubs do not know that there may be no map.
    found: tuple[Any, Any] = cv2.findHomography(source, target, cv2.USAC_MAGSAC, TOLERANCE, maxIters=3000)
    fitted, mask = found
    if fitted is None:
        return 0, 0.0
    matrix = np.asarray(fitted, np.float64)
    if not _plausible(matrix):
        return 0, 0.0
    inliers = int(mask.sum())
    if inliers < FEWEST:
        return inliers, 0.0
    shown = np.ascontiguousarray(a[:, ::-1]) if mirrored else a
    return inliers, correlation(255 - shown if inverted else shown, b, matrix)


def _plausible(matrix: NDArray[np.float64]) -> bool:
    """Whether the perspective keeps the window a convex figure of a plausible size, not turned over."""
    corners: Float = np.array([[[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]]], np.float32)
    moved = cv2.perspectiveTransform(corners, matrix)[0]
    edges = np.roll(moved, -1, axis=0) - moved
    following = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]
    area = abs(float(cv2.contourArea(moved.astype(np.float32)))) / SIDE**2
    return bool((turns > 0).all() and SMALLEST <= area <= LARGEST**2)
