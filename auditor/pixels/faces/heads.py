"""Whether a face can be seen on the skin of a head that was scanned: render it, and try.

A head CT or MR holds the skin, and with it the face, unless it was removed. Two witnesses are asked: a
face detector that is shown the lit surface from several sides, and the relief itself, in which a nose
stands out beside cheeks and above lips. What neither takes for a face may still be one to a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from auditor.model import Element, Place, Volume
from auditor.pixels.faces.landmarks import frame_of, relief
from auditor.pixels.faces.photographs import find_faces
from auditor.pixels.faces.surface import Head, depth, heads, lit
from auditor.pixels.text.grain import smoothness

LOCATION = "head volume"
SURE = 0.58
"""The detector's mean score over views and lights from which there is a face; see benchmarks/heads.py."""
DOUBTFUL = 0.52
PLAIN = 0.8
"""Relief from which there is a nose between cheeks, over lips."""
BLURRED = 0.4
"""Steepness of the face's surface against the forehead's below which the face was blurred."""
SMALLEST_MM, LARGEST_MM = 100.0, 600.0
"""A head is at least and at most this large along each axis; what is not is no head and is not tried."""
SMOOTH = 0.4
"""Roughness under the face against the rest of the head below which the face was put over; see benchmarks/heads.py."""
LOW = 0.3
"""Height of the tip of the nose over the lower end of the volume, in widths of the head, below which the mouth is out
of view, and the detector less sure: 0.54 to 0.57 on a CT that ends there."""
HALF = 0.15
"""Score from which a nose at the lower end of a head is part of a face: 0.15 to 0.57 on two heads that end there, in
nine poses each, but once 0.10; 0.02 at most on one of them after defacing. See docs/heads.md."""
SHORT = 1.3
"""Height in widths below which a head is cut off above the chin: 1.0 to 1.25 where it ends at the nose, in any pose."""
FEWEST = 12
"""Voxels along each axis that a volume must have."""
_VIEWS = ((0, 0), (-18, 0), (18, 0), (0, -12), (0, 12), (0, -24), (0, 24))
_POSES = tuple(product((0, -25, 25), (0, 12, 24, -12, -24)))
"""Yaw and pitch in which a face that ends at the nose is looked for."""
_MIDDLE = 0.1
"""Half the breadth, in widths of the head, in which its lower end is looked for."""
_LIGHTS = ((0.0, -0.35, 0.85), (0.0, 0.0, 1.0), (0.0, 0.35, 0.85))
_BLANK = 0.05
_TURNED = 0.6


class Look(StrEnum):
    """What a head volume shows. The text is the element's location."""

    FACE = "head volume"
    PARTLY = "head volume, face partly removed"
    ALTERED = "head volume, face altered"
    REPLACED = "head volume, face replaced"
    REMOVED = "head volume, face removed"
    STRIPPED = "head volume, skull-stripped"
    OUTSIDE = "head volume, no face in view"


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What was seen on one volume: the look, how sure a face is (0 to 1), and the render that shows it best."""

    look: Look
    score: float
    relief: float
    picture: NDArray[np.uint8]


def try_head(volume: Volume) -> list[Element]:
    """Return one element whose location says what the volume shows; none where it cannot be a head."""
    seen = look_at(volume)
    if seen is None:
        return []
    return [Element(Place.FACE, str(seen.look), "", confidence=round(seen.score, 3))]


def is_head_sized(shape: tuple[int, ...], spacing: tuple[float, ...]) -> bool:
    """Whether a volume of so many voxels, so many mm large, could hold a head."""
    sides = [n * mm for n, mm in zip(shape, spacing, strict=True)]
    return min(sides) >= SMALLEST_MM and max(sides) <= LARGEST_MM and min(shape) >= FEWEST


def look_at(volume: Volume) -> Seen | None:
    """Render the volume and judge it; None for what is not as large as a head or is empty."""
    if not is_head_sized(volume.voxels.shape, volume.spacing):
        return None
    found = heads(volume)
    if not found:
        return None
    tried = [(_try(head, 0, 0), head) for head in found]
    front, head = max(tried, key=lambda each: each[0].score + each[0].relief)
    if front.score + front.relief < _BLANK:
        turned = next(_faces_elsewhere(found), None)
        if turned is None:
            return Seen(_faceless(head), front.score, front.relief, front.picture)
        head, front = turned
    views = [front] + [_try(head, yaw, pitch) for yaw, pitch in _VIEWS[1:]]
    best = max(views, key=lambda view: view.score + view.relief)
    score = (best.score + float(np.mean([view.score for view in views]))) / 2
    if score < SURE and front.relief < PLAIN and (turned := next(_faces_elsewhere(found), None)) is not None:
        return Seen(Look.FACE, turned[1].score, turned[1].relief, turned[1].picture)
    look = _look(head, score, front.relief)
    if look is Look.FACE and head in found and smoothness(volume, head) < SMOOTH:
        look = Look.REPLACED
    return Seen(look, score, best.relief, best.picture)


def _look(head: Head, score: float, front_relief: float) -> Look:
    if score >= SURE:
        return Look.ALTERED if _steepness(head) < BLURRED else Look.FACE
    if front_relief >= PLAIN and score >= DOUBTFUL and _ends_at_the_nose(head):
        return Look.FACE
    if front_relief < PLAIN and score >= DOUBTFUL:
        return Look.PARTLY
    # However the head is held: what is seen of such a face is eyes and nose.
    if score >= HALF and _is_short(head) and any(_ends_at_the_nose(head, *pose) for pose in _POSES):
        return Look.PARTLY
    return Look.ALTERED if front_relief >= PLAIN else _faceless(head)


def _ends_at_the_nose(head: Head, yaw: float = 0, pitch: float = 0) -> bool:
    """Whether, turned like this, the head has the relief of a face and ends close below the tip of its nose."""
    depths = depth(head, yaw, pitch)
    nose, covered = relief(depths), np.isfinite(depths)
    found = frame_of(covered)
    if found is None or nose.score < PLAIN:
        return False
    aside = round(_MIDDLE * found.width)
    rows = np.nonzero(covered[max(0, nose.tip[0] - aside) : nose.tip[0] + aside + 1].any(axis=0))[0]
    return bool(rows.size) and nose.tip[1] - int(rows[0]) < LOW * found.width


def _is_short(head: Head) -> bool:
    """Whether too little of the head is in view for a chin: a whole one is 1.4 widths high, or more."""
    seen: NDArray[np.bool_] = np.asarray(head.solid.any(axis=1))
    found, rows = frame_of(seen), np.nonzero(seen.any(axis=0))[0]
    return found is not None and int(rows[-1] - rows[0] + 1) < SHORT * found.width


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    score: float
    relief: float
    picture: NDArray[np.uint8]


def _try(head: Head, yaw: float, pitch: float) -> _View:
    depths = depth(head, yaw, pitch)
    pictures = [lit(depths, light) for light in _LIGHTS]
    scores = [max((face.score for face in find_faces(picture)), default=0.0) for picture in pictures]
    return _View(float(np.mean(scores)), relief(depths).score, pictures[int(np.argmax(scores))])


def _faces_elsewhere(found: list[Head]) -> Iterator[tuple[Head, _View]]:
    """The head turned about its axes as a wrong header would have it, where that shows a face."""
    upright = ((0, 1, 2), (1, 1, 1))
    turns = list(product(permutations(range(3)), product((1, -1), repeat=3)))
    for head, (order, flips) in product(found, turns):
        if (order, flips) == upright or _mirrors(order, flips):
            continue
        steps = tuple(slice(None, None, flip) for flip in flips)
        values, solid = head.values.transpose(order)[steps], head.solid.transpose(order)[steps]
        turned = Head(values, solid, head.threshold, head.mm)
        if relief(depth(turned)).score >= PLAIN:
            view = _try(turned, 0, 0)
            if view.score >= _TURNED:
                yield turned, view


def _mirrors(order: tuple[int, ...], flips: tuple[int, ...]) -> bool:
    """A mirrored head looks as its twin does: only turns are tried."""
    swaps = sum(order[i] > order[j] for i in range(3) for j in range(i + 1, 3))
    return (swaps + flips.count(-1)) % 2 == 1


def _faceless(head: Head) -> Look:
    """Why there is no face: the brain alone, the face beyond the edge of the volume, or removed."""
    mask: NDArray[np.bool_] = ndimage.binary_fill_holes(head.solid)
    found = frame_of(np.asarray(mask.any(axis=1)))
    if found is None:
        return Look.OUTSIDE
    rows = np.nonzero(mask.any(axis=(0, 1)))[0]
    height = (rows[-1] - rows[0] + 1) / found.width
    cut_front, cut_top = float(mask[:, -1].mean()), float(mask[:, :, -1].mean())
    cut_bottom = float(mask[:, :, :2].all(axis=2).mean())
    if cut_front > 0.1 or cut_top > 0.1 or (height < 1.15 and cut_bottom > 0.1):
        return Look.OUTSIDE
    if height < 1.15 and not _has_skull(head, mask, found.top, found.width):
        return Look.STRIPPED
    return Look.REMOVED


def _has_skull(head: Head, mask: NDArray[np.bool_], top: int, width: float) -> bool:
    """Whether something dark (MR) or bright (CT) lies between the surface and what is deep in the vault."""
    inside = ndimage.distance_transform_edt(mask)
    inside[:, :, : max(0, int(top - 0.55 * width))] = 0
    shells = [
        head.values[(inside > a * width) & (inside <= (a + 0.0125) * width)]
        for a in np.arange(0.02, 0.2, 0.0125)
    ]
    profile = np.array([np.median(shell) for shell in shells if shell.size])
    if profile.size < 6:
        return False
    near, deep = profile[:3].max(), profile[-4:].mean()
    dip = min(near, deep) - profile[1:-2].min()
    bump = profile[1:-2].max() - max(profile[0], deep)
    return bool(max(dip, bump) > 0.08 * profile.max())


def _steepness(head: Head) -> float:
    """How steep the step from air to skin is in the face, against the forehead; 1 where it is not known."""
    depths = depth(head)
    nose, found = relief(depths), frame_of(np.isfinite(depths))
    if found is None:
        return 1.0
    edge = ndimage.gaussian_gradient_magnitude(head.values, 0.7)
    right, up = np.nonzero(np.isfinite(depths))
    front = np.clip(np.round(edge.shape[1] - 1 - depths[right, up]).astype(int), 2, edge.shape[1] - 3)
    steep = np.max([edge[right, front + step, up] for step in range(-2, 3)], axis=0)
    face = (np.abs(right - nose.tip[0]) < 0.3 * found.width) & (np.abs(up - nose.tip[1]) < 0.4 * found.width)
    brow = (up > found.top - 0.45 * found.width) & (up < found.top - 0.1 * found.width)
    if not (face.any() and brow.any()):
        return 1.0
    return float(np.median(steep[face]) / max(float(np.median(steep[brow])), 1e-6))
