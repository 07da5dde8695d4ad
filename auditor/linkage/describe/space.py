"""What is learnt from a release, without patient ids, to place its images as points in one space."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from auditor.linkage.describe.align import (
    GRID,
    MIN_IMAGES,
    SIGMA,
    Float,
    Pose,
    Template,
    build_template,
    filling,
    local_contrast,
)
from auditor.linkage.describe.features import ZONE_COUNT, Features, Reduction, Whitening, unit, zones
from auditor.linkage.describe.orient import likeness
from auditor.linkage.describe.portrait import SIDE
from auditor.linkage.describe.signs import SIDES, Half, Signs, Usual, bright, sides, stretch
from auditor.model import Portrait

TEMPLATE_FROM = 400
"""Images that a template is built from."""
TEMPLATES = 8
"""Of one modality at most: a folder of pictures without a header may hold films, slices and photographs."""
SORTED = 200
"""Images that are sorted by what they show."""
SAME_KIND = 0.33
"""Mean likeness of two groups of images from which they show the same; see `_kinds`."""
SAME_ANATOMY = 0.8
"""Correlation of two templates from which they show the same: 0.86 and more for chest films of two hospitals."""
SAME_PICTURE = 0.95
"""The same for two templates of one modality."""
_SIDES = SIDES * SIDES // 2


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """One image, in the common pose where it shows the common anatomy."""

    aligned: bool
    blocks: tuple[Float, ...]
    """Its features."""
    bright: Half
    sides: Half
    stretch: Half
    """See `signs`; the last two are NaN where the image is in no common pose."""
    kind: int
    """Which of the space's templates it was aligned to; -1 for none."""


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """The templates of every modality, a whitening per zone of each block, a reduction of all zones, and what is
    usual of each part of an image."""

    features: Features
    templates: dict[str, tuple[Template, ...]]
    whitenings: tuple[Whitening, ...] = ()
    reduction: Reduction | None = None
    usual: Usual | None = None

    def describe(self, portrait: Portrait) -> Described:
        """The portrait's features, in the common pose where it shows the common anatomy."""
        shown = filling(portrait.pixels)
        found = best_pose(self.templates.get(portrait.modality, ()), shown)
        if found is None or not found[1].believed:
            blocks, unknown = self.features.describe(shown), np.full(_SIDES + 4, np.nan, np.float16)
            return Described(False, blocks, bright(shown), unknown[:_SIDES], unknown[_SIDES:], kind=-1)
        template, pose = found
        pixels = template.cut(shown, pose, SIDE)
        blocks, kind = self.features.describe(pixels), self._known().index(template)
        # What was put right counts as it lay: an export that mirrors, or a heart on the other side.
        lying = -sides(pixels) if pose.orientation.mirrored else sides(pixels)
        return Described(True, blocks, bright(pixels), lying, stretch(pose), kind)

    def _known(self) -> list[Template]:
        """Every template once."""
        return list(dict.fromkeys(each for own in self.templates.values() for each in own))

    def fit(self, described: list[Described]) -> Space:
        """The same space with whitenings and reduction fitted to `described`."""
        whitenings, fine = [], []
        for zone in _zones(described):
            whitening = Whitening.fit(zone)
            whitenings.append(whitening)
            fine.append(whitening.whiten(whitening.project(zone)))
        reduction = Reduction.fit(unit(np.hstack(fine)))
        usual = Usual.fit(np.stack([each.blocks[0] for each in described]))
        return Space(self.features, self.templates, tuple(whitenings), reduction, usual)

    def place(self, described: list[Described]) -> Float:
        """Unit vectors (images, k)."""
        if self.reduction is None:
            raise ValueError("a space is fitted before anything is placed in it")
        fine = []
        for whitening, zone in zip(self.whitenings, _zones(described), strict=True):
            fine.append(whitening.whiten(whitening.project(zone)))
        return unit(self.reduction.reduce(unit(np.hstack(fine))))

    def signs(self, described: list[Described]) -> Signs:
        """What of each image may stand out."""
        if self.usual is None:
            raise ValueError("a space is fitted before it tells what is unusual")
        return Signs(
            self.usual.apart(np.stack([each.blocks[0] for each in described])),
            np.stack([each.bright for each in described]),
            np.stack([each.sides for each in described]),
            np.stack([each.stretch for each in described]),
            np.array([each.kind for each in described], np.int16),
        )

    def centre(self, described: list[Described]) -> NDArray[np.float16]:
        """Unit vectors of the middle zone of each grid alone, (images, k): what no marker at an edge
        reaches. k is 0 where the features have no grid."""
        fine, place = [], 0
        for block in zip(*(each.blocks for each in described), strict=True):
            parts = zones(np.stack(block))
            if len(parts) == ZONE_COUNT:
                whitening = self.whitenings[place + ZONE_COUNT // 2]
                fine.append(whitening.whiten(whitening.project(parts[ZONE_COUNT // 2])))
            place += len(parts)
        if not fine:
            return np.zeros((len(described), 0), np.float16)
        return unit(np.hstack(fine)).astype(np.float16)


def _zones(described: list[Described]) -> Iterable[Float]:
    for block in zip(*(each.blocks for each in described), strict=True):
        yield from zones(np.stack(block))


def best_pose(templates: Iterable[Template], pixels: NDArray[np.uint8]) -> tuple[Template, Pose] | None:
    """The template that `pixels` fit best, with their pose."""
    found = [(template, template.register(pixels)) for template in templates]
    return max(found, key=lambda each: each[1].confidence, default=None)


def build_templates(
    portraits: Iterable[Portrait], rng: np.random.Generator
) -> dict[str, tuple[Template, ...]]:
    """Templates for every modality that has enough images alike; modalities whose templates show the
    same anatomy (CR and DX, or a DICOM file and a picture without a modality) share that of the larger."""
    groups: dict[str, list[NDArray[np.uint8]]] = {}
    for portrait in portraits:
        groups.setdefault(portrait.modality, []).append(portrait.pixels)
    known: list[Template] = []
    templates: dict[str, tuple[Template, ...]] = {}
    for modality, members in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        chosen = sorted(rng.permutation(len(members))[:TEMPLATE_FROM])
        own: list[Template] = []
        for kind in _kinds([members[i] for i in chosen]):
            # Sorted as they were exported: with their frames taken off, some films of one kind fell apart in two.
            template = build_template([filling(image) for image in kind])
            if template is not None:
                # What was told apart within a modality is the same only if it lies otherwise: turned, mirrored.
                same = (each for each in own if _alike(each, template, SAME_PICTURE))
                alike = (each for each in known if _alike(each, template, SAME_ANATOMY))
                own.append(next(same, next(alike, template)))
        if own:
            templates[modality] = tuple(dict.fromkeys(own))
            known += [each for each in own if each not in known]
    return templates


def _alike(one: Template, other: Template, enough: float) -> bool:
    return one.fit(other.image).confidence >= enough


def _kinds(images: list[NDArray[np.uint8]]) -> list[list[NDArray[np.uint8]]]:
    """`images` by what they show, the largest kind first, where several kinds have enough; else all together.

    Average linkage of a random part of them, by how alike two are as they lie. Chest films of different people are
    0.41 to 0.54 alike on average, films and slices of different kinds 0.15 to 0.32.
    """
    part = images[:: -(-len(images) // SORTED)]
    if len(part) < 2 * MIN_IMAGES:
        return [images]
    # Of images that are the same, rounding may give a likeness above one.
    apart = np.maximum(0.0, 1 - likeness([local_contrast(image, GRID, SIGMA) for image in part]))
    tree = linkage(squareform(apart, checks=False), "average")
    _, labels = np.unique(fcluster(tree, 1 - SAME_KIND, "distance"), return_inverse=True)
    sizes = np.bincount(labels)
    several = [each for each in np.argsort(-sizes, kind="stable")[:TEMPLATES] if sizes[each] >= MIN_IMAGES]
    if len(several) < 2:
        return [images]
    return [[part[i] for i in np.flatnonzero(labels == each)] for each in several]
