"""Which image of a release is this? For an image found in the wild: a screenshot, a crop, a photograph.

Candidates by aggregated local features of the whole image and of windows of it, since the image may be
a part of what was photographed; the verdict by matching local features under a perspective and
comparing what they bring together. Differs from `near` in what a copy may have gone through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from auditor.linkage.copies.keypoints import RATIO, VARIANTS, Keypoints, find_keypoints, ratio_matches
from auditor.linkage.copies.near import Index, correlation
from auditor.linkage.copies.votes import elect
from auditor.linkage.describe.align import Float
from auditor.linkage.describe.portrait import SIDE, portray
from auditor.model import Frame

Image = NDArray[np.uint8]

WINDOWS = (0.7, 0.5)
"""Sides of the windows that are looked up, as shares of the image's."""
WIDE = 1.4
"""Ratio of the sides from which an image is also looked up half by half: two films side by side."""
LISTED = 12
"""Candidates a look and variant."""
CANDIDATES = 120
"""Candidates that are matched: first the most alike of every look, then the second, and so on."""
ELECTED = 4
"""Candidates by vote, a look and variant, where the aggregates gave none that is decisive."""
CHECKED = 4
"""Candidates that are matched with every whole once more."""
DECISIVE, ALIKE = 60, 0.5
"""Inliers and correlation that settle it: other films of one patient reach less, strangers far less."""
HELD = 2_000
"""Images whose features are kept from one question to the next."""
QUALITY = 85
"""Of JPEG, of the portraits that are kept."""
TOLERANCE = 2.0
"""Pixels of a portrait that an inlier may be off: a lens and a bent page add to what sampling does."""
FEWEST = 8
SMALLEST, LARGEST = 0.05, 16.0
"""Plausible areas of the image found in a look, as multiples of the look's."""
WEIGHTS = (-17.0, 3.4, 1.0)
"""Of 1, log2 of the inliers beyond those of the runner-up, and correlation. Chosen on cases of NIH chest
radiographs, where the correlation of what a few inliers bring together told little, and on the side of not
claiming; judged on Hannover's (ADR 19). benchmarks/trace.py measures recall, false claims and calibration."""


@dataclass(frozen=True, slots=True)
class Traced:
    """One image of the release as an answer: its position, and the probability that it is the one asked for."""

    position: int
    chance: float
    inliers: int
    correlation: float
    rival: int = 0
    """Inliers of the best other candidate that does not settle it for itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A part of the image asked about, as a portrait, with its local features."""

    picture: Image
    keypoints: Keypoints

    @classmethod
    def at(cls, picture: Image) -> Look:
        return cls(picture, find_keypoints(picture))


class Agreement(NamedTuple):
    """How far a look and a portrait agree, in that order; `variant` as in `VARIANTS`."""

    inliers: int
    correlation: float
    variant: int


NONE = Agreement(0, 0.0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """What is kept of a release to trace its images: n portraits and their aggregates."""

    index: Index
    placed: NDArray[np.float16]
    """(n, k)."""
    portraits: list[bytes]
    """JPEG of each portrait, 256 pixels a side."""
    _known: dict[int, Look] = field(default_factory=dict)

    def trace(self, image: Image, most: int = 5) -> list[Traced]:
        """The likeliest answers, best first. image: grey, uint8, of any size."""
        # Small products of matrices cost more in waiting for threads than they gain by them.
        with threadpool_limits(1):
            found = self._evidence(image)
        return answers([(place, each.inliers, each.correlation) for place, each in found.items()])[:most]

    def _evidence(self, image: Image) -> dict[int, Agreement]:
        """Inliers and correlation of every candidate that was matched, by position."""
        whole, parts = looks(image)
        seen = [look for look in (*whole, *parts) if len(look.keypoints.points) >= FEWEST]
        whole = [look for look in whole if len(look.keypoints.points) >= FEWEST]
        best: dict[int, Agreement] = {}
        asked: dict[tuple[int, int, int], float] = {}
        shown = self.placed.astype(np.float32)
        for number, look in enumerate(seen):
            for variant, row in enumerate(self.index.place(look.keypoints) @ shown.T):
                for rank, column in enumerate(np.argsort(-row)[:LISTED].tolist()):
                    asked[number, column, variant] = rank - float(row[column])
        for number, column, variant in sorted(asked, key=lambda key: asked[key])[:CANDIDATES]:
            self._match(seen[number], column, variant, best)
        if not any(_settles(each.inliers, each.correlation) for each in best.values()):
            every = (
                self._look(column, keep=len(self.portraits) <= HELD).keypoints for column in range(len(shown))
            )
            questions = [(look, variant) for look in whole for variant in range(len(VARIANTS))]
            turned = [look.keypoints.variant(*VARIANTS[variant]) for look, variant in questions]
            for (look, variant), columns in zip(questions, elect(turned, every, ELECTED), strict=True):
                for column in columns:
                    self._match(look, column, variant, best)
        # The whole image shows more of a candidate than the window that it was found by.
        for column in sorted(best, key=lambda each: best[each], reverse=True)[:CHECKED]:
            variant = best[column].variant
            for look in whole:
                self._match(look, column, variant, best)
        return best

    def _match(self, look: Look, column: int, variant: int, best: dict[int, Agreement]) -> None:
        there = self._look(column)
        found = verify(look.keypoints, there.keypoints, look.picture, there.picture, variant)
        best[column] = max(best.get(column, NONE), Agreement(*found, variant))

    def _look(self, column: int, *, keep: bool = True) -> Look:
        known = self._known.get(column)
        if known is None:
            known = Look.at(unpacked(self.portraits[column]))
            if keep and len(self._known) < HELD:
                self._known[column] = known
        return known


def packed(portrait: Image) -> bytes:
    """A portrait as it is kept."""
    return cv2.imencode(".jpg", portrait, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()


def unpacked(kept: bytes) -> Image:
    """The portrait that was kept."""
    return np.asarray(cv2.imdecode(np.frombuffer(kept, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


def _settles(inliers: int, alike: float) -> bool:
    return inliers >= DECISIVE and alike >= ALIKE


def answers(evidence: list[tuple[int, int, float]]) -> list[Traced]:
    """Evidence (position, inliers, correlation) as answers with probabilities, best first.

    A runner-up that settles it for itself is no rival: the image may show two films, or a release one twice.
    """
    ordered = sorted(evidence, key=lambda each: (-each[1], -each[2], each[0]))
    rivals = [(place, inliers) for place, inliers, alike in ordered if not _settles(inliers, alike)]
    found = []
    for position, inliers, alike in ordered:
        rival = max((other for place, other in rivals if place != position), default=0)
        probability = round(chance(inliers, rival, alike), 4)
        found.append(Traced(position, probability, inliers, round(alike, 3), rival))
    return sorted(found, key=lambda each: (-each.chance, -each.inliers, each.position))


def inputs(inliers: int, rival: int, alike: float) -> tuple[float, float, float]:
    """What the probability is computed from, with a 1 for the constant."""
    return 1.0, float(np.log2(1 + max(0, inliers - rival))), max(0.0, alike)


def chance(inliers: int, rival: int, alike: float) -> float:
    """That so many inliers, those of the runner-up being `rival`, mean one exposure."""
    score = float(np.dot(WEIGHTS, inputs(inliers, rival, alike)))
    return float(1 / (1 + np.exp(-np.clip(score, -30, 30))))


def looks(image: Image) -> tuple[list[Look], list[Look]]:
    """What is looked up of an image: wholes of it, and windows. The wholes are the image, what is framed by even
    rows and columns, its halves where it is wide or high, and these at half the size: what was cut off is shown
    larger than it is kept, and local features differ."""
    wholes = [
        portray(Frame(0, part)) for part in (image, content(image), *_halves(image)) if part is not None
    ]
    first = Look.at(wholes[0])
    # The frame around a picture without features has corners.
    smaller = [_smaller(wholes[0])] if len(first.keypoints.points) >= FEWEST else []
    parts = [Look.at(portray(Frame(0, window))) for window in windows(image)]
    return [first, *map(Look.at, (*wholes[1:], *smaller))], parts


def _halves(image: Image) -> Iterator[Image]:
    rows, columns = image.shape
    if max(rows, columns) < WIDE * min(rows, columns):
        return
    axis = int(columns > rows)
    yield from (np.ascontiguousarray(half) for half in np.array_split(image, 2, axis=axis))


def windows(image: Image) -> Iterator[Image]:
    """Windows of several sizes, half their side apart."""
    rows, columns = image.shape
    for share in WINDOWS:
        high, wide = max(1, int(rows * share)), max(1, int(columns * share))
        steps = round(2 / share) - 1
        for y in np.linspace(0, rows - high, steps).astype(int):
            for x in np.linspace(0, columns - wide, steps).astype(int):
                yield np.ascontiguousarray(image[y : y + high, x : x + wide])


def _smaller(look: Image) -> Image:
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
    return bool((turns > 0).all() and SMALLEST <= area <= LARGEST)
