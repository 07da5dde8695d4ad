"""What is learnt from a release, without patient ids, to place its images as points in one space."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.linkage.align import Float, Template, build_template, register
from auditor.linkage.features import ZONE_COUNT, Features, Reduction, Whitening, unit, zones
from auditor.linkage.portrait import SIDE
from auditor.model import Portrait

TEMPLATE_FROM = 400
"""Images that a template is built from."""
COARSE = 8
"""Leading components a zone, not whitened, in which unusual anatomy stands out."""

SAME_ANATOMY = 0.8
"""Correlation of two templates from which they show the same."""

Described = tuple[bool, tuple[Float, ...]]
"""Whether the image was aligned, and its blocks of features."""


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """A template per modality, a whitening per zone of each block, and a reduction of all zones."""

    features: Features
    templates: dict[str, Template]
    whitenings: tuple[Whitening, ...] = ()
    reduction: Reduction | None = None

    def describe(self, portrait: Portrait) -> Described:
        """The portrait's features, in the common pose where it shows the common anatomy."""
        pixels, aligned = portrait.pixels, False
        template = self.templates.get(portrait.modality)
        if template is not None:
            pose = template.register(pixels)
            aligned = pose.believed
            if aligned:
                pixels = template.cut(pixels, pose, SIDE)
        return aligned, self.features.describe(pixels)

    def fit(self, described: list[Described]) -> Space:
        """The same space with whitenings and reduction fitted to `described`."""
        whitenings, fine = [], []
        for zone in _zones(described):
            whitening = Whitening.fit(zone)
            whitenings.append(whitening)
            fine.append(whitening.whiten(whitening.project(zone)))
        reduction = Reduction.fit(unit(np.hstack(fine)))
        return Space(self.features, self.templates, tuple(whitenings), reduction)

    def place(self, described: list[Described]) -> tuple[Float, Float]:
        """Unit vectors and coarse coordinates, a row an image."""
        if self.reduction is None:
            raise ValueError("a space is fitted before anything is placed in it")
        fine, coarse = [], []
        for whitening, zone in zip(self.whitenings, _zones(described), strict=True):
            coordinates = whitening.project(zone)
            fine.append(whitening.whiten(coordinates))
            total = float(np.sqrt((whitening.deviations**2).sum())) or 1.0
            coarse.append(coordinates[:, :COARSE] / total)
        vectors = unit(self.reduction.reduce(unit(np.hstack(fine))))
        return vectors, np.hstack(coarse).astype(np.float32)

    def centre(self, described: list[Described]) -> NDArray[np.float16]:
        """Unit vectors of the middle zone of each grid alone, (images, k): what no marker at an edge
        reaches. k is 0 where the features have no grid."""
        fine, place = [], 0
        for block in zip(*(vectors for _, vectors in described), strict=True):
            parts = zones(np.stack(block))
            if len(parts) == ZONE_COUNT:
                whitening = self.whitenings[place + ZONE_COUNT // 2]
                fine.append(whitening.whiten(whitening.project(parts[ZONE_COUNT // 2])))
            place += len(parts)
        if not fine:
            return np.zeros((len(described), 0), np.float16)
        return unit(np.hstack(fine)).astype(np.float16)


def _zones(described: list[Described]) -> Iterable[Float]:
    for block in zip(*(vectors for _, vectors in described), strict=True):
        yield from zones(np.stack(block))


def build_templates(portraits: Iterable[Portrait], rng: np.random.Generator) -> dict[str, Template]:
    """A template for every modality that has enough images alike; modalities whose templates show the
    same anatomy (CR and DX, or a DICOM file and a picture without a modality) share that of the larger."""
    groups: dict[str, list[NDArray[np.uint8]]] = {}
    for portrait in portraits:
        groups.setdefault(portrait.modality, []).append(portrait.pixels)
    templates: dict[str, Template] = {}
    for modality, members in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        chosen = sorted(rng.permutation(len(members))[:TEMPLATE_FROM])
        template = build_template([members[i] for i in chosen])
        if template is not None:
            known = templates.values()
            same = (each for each in known if register(template.image, each.image).confidence >= SAME_ANATOMY)
            templates[modality] = next(same, template)
    return templates
