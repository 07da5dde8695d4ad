"""The attack on single pictures of other devices than X-ray tubes, and on pictures that lie otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from auditor.linkage.attack import attack
from auditor.linkage.describe.align import build_template
from auditor.linkage.describe.features import Classical
from auditor.linkage.describe.orient import UPRIGHT, Orientation, propose
from auditor.linkage.describe.space import best_pose, build_templates
from auditor.model import LinkageOutcome, Portrait
from tests.builders.anatomy import image_of
from tests.builders.singles import KINDS, Image, mammogram, portrait_of

PATIENTS = 14


def pictures(kind: str, patients: int = PATIENTS) -> list[Portrait]:
    return [portrait_of(KINDS[kind](p, e), p, e, kind) for p in range(patients) for e in range(2)]


def run(portraits: list[Portrait]) -> LinkageOutcome:
    return attack(lambda: iter(portraits), seed=0, draws=5, workers=1, features=Classical())


@pytest.mark.parametrize("kind", KINDS)
def test_patients_are_found_by_any_kind_of_picture(kind: str) -> None:
    found = run(pictures(kind))
    assert found.rank1 is not None and found.auc is not None
    assert found.rank1.low > 0.5
    assert found.auc.value > 0.9
    permuted = next(each for each in found.controls if each.name == "permuted_ids")
    assert permuted.rank1.value < 0.25


def test_a_folder_of_all_kinds_without_headers_has_a_template_for_each() -> None:
    kinds = ("CT", "MR", "US", "MG")
    mixed = [replace(each, modality="") for kind in kinds for each in pictures(kind)]
    (templates,) = build_templates(mixed, np.random.default_rng(0)).values()
    assert len(templates) == len(kinds)
    chosen = {}
    for kind in kinds:
        found = [best_pose(templates, each.pixels) for each in pictures(kind, 5)]
        own = [templates.index(each[0]) for each in found if each is not None and each[1].believed]
        assert len(own) >= 8
        chosen[kind] = max(set(own), key=own.count)
    assert len(set(chosen.values())) == len(kinds)


def test_images_that_all_show_one_thing_keep_one_template() -> None:
    (templates,) = build_templates(pictures("MR"), np.random.default_rng(0)).values()
    assert len(templates) == 1


def lying(how: Callable[[Image, int], Image]) -> list[Portrait]:
    """Mammograms, every third of which lies otherwise."""
    return [
        portrait_of(how(mammogram(p, e), p + e) if (p + e) % 3 == 0 else mammogram(p, e), p, e, "MG")
        for p in range(PATIENTS)
        for e in range(2)
    ]


@pytest.mark.parametrize(
    "how",
    [
        lambda image, number: np.rot90(image, 1 + 2 * (number % 2)).copy(),
        lambda image, number: np.ascontiguousarray(image[:, ::-1]),
        lambda image, number: 255 - image,
    ],
    ids=["turned", "mirrored", "inverted"],
)
def test_how_a_picture_lies_hides_nobody(how: Callable[[Image, int], Image]) -> None:
    found = run(lying(how))
    assert found.rank1 is not None
    assert found.rank1.value > 0.8


def test_each_way_of_lying_is_recognised_and_undone() -> None:
    template = build_template([portrait_of(mammogram(p, 0), p, 0).pixels for p in range(20)])
    assert template is not None
    upright = portrait_of(mammogram(30, 0), 30, 0).pixels
    assert propose(template.image, template.image) == UPRIGHT
    whole = np.ones(upright.shape, bool)
    # A turn is undone by the turn back; mirroring and inversion undo themselves.
    for done, undone in (
        (Orientation(1), Orientation(3)),
        (Orientation(3), Orientation(1)),
        (Orientation(mirrored=True), Orientation(mirrored=True)),
        (Orientation(inverted=True), Orientation(inverted=True)),
    ):
        image = done.of_portrait(upright, whole)
        pose = template.register(image)
        assert pose.orientation == undone
        assert pose.believed
        straight, put_right = (
            template.cut(each, found, 256).astype(float).ravel()
            for each, found in ((upright, template.register(upright)), (image, pose))
        )
        assert np.corrcoef(straight, put_right)[0, 1] > 0.95


def test_upright_images_are_left_as_they_are() -> None:
    template = build_template([image_of(p, 0) for p in range(20)])
    assert template is not None
    assert all(template.register(image_of(p, 1)).orientation == UPRIGHT for p in range(20, 40))


def test_pictures_with_empty_regions_are_described_by_finite_numbers() -> None:
    """Running sums of an empty block must not fall below zero, of which there is no root."""
    blocks = [
        block for kind in KINDS for each in pictures(kind, 3) for block in Classical().describe(each.pixels)
    ]
    assert all(np.isfinite(block).all() for block in blocks)


def test_copies_and_blank_images_are_sorted_too() -> None:
    """Of copies, rounding gives a likeness above one: a distance below zero."""
    originals = pictures("CT", 4)
    blank = replace(originals[0], pixels=np.zeros_like(originals[0].pixels))
    for some in ([*originals, blank], [blank]):
        build_templates(some * 12, np.random.default_rng(0))
