"""One exposure, processed differently, and what only looks like it."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from auditor.linkage.copies.duplicates import find_near_duplicates
from auditor.linkage.copies.keypoints import VARIANTS, find_keypoints, match
from auditor.linkage.copies.near import find_near
from auditor.model import Portrait

Image = NDArray[np.uint8]


def scene(seed: int) -> Image:
    """Smooth blobs of many sizes, uint8 (256, 256)."""
    rng = np.random.default_rng(seed)
    fields = [
        cv2.resize(rng.normal(size=(n, n)).astype(np.float32), (256, 256), interpolation=cv2.INTER_CUBIC)
        for n in (8, 24, 48)
    ]
    return np.clip(120 + 22 * np.sum(fields, axis=0), 1, 255).astype(np.uint8)


COPIES: dict[str, Callable[[Image], Image]] = {
    "crop": lambda image: np.asarray(cv2.resize(image[20:230, 30:240], (256, 256)), np.uint8),
    "mirror": lambda image: np.ascontiguousarray(image[:, ::-1]),
    "inverted": lambda image: 255 - image,
    "mirrored and inverted": lambda image: 255 - image[::-1],
    "tone": lambda image: np.asarray(255 * (image / 255.0) ** 1.7, np.uint8),
    "jpeg": lambda image: np.asarray(
        cv2.imdecode(np.asarray(cv2.imencode(".jpg", image, [1, 40])[1]), 0), np.uint8
    ),
    "text box": lambda image: np.asarray(cv2.rectangle(image.copy(), (0, 0), (90, 40), 255, -1), np.uint8),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_found_among_others(name: str) -> None:
    images = [scene(seed) for seed in range(8)]
    copy = np.ascontiguousarray(COPIES[name](images[3]))
    found = find_near([*images, copy], seed=0)
    assert [(pair.a, pair.b) for pair in found] == [(3, 8)]
    assert 0.5 <= found[0].score < 1


def test_different_images_with_one_caption_are_not_copies() -> None:
    images = []
    for seed in range(6):
        image = scene(seed)
        for row in range(24, 256, 40):
            cv2.putText(image, "SITE 12 AP ERECT kVp", (4, row), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 2)
        images.append(image)
    assert find_near(images, seed=0) == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_permutation_gives_the_keypoints_of_the_variant(variant: tuple[bool, bool]) -> None:
    image = scene(1)
    mirrored, inverted = variant
    shown = np.ascontiguousarray(image[:, ::-1]) if mirrored else image
    shown = 255 - shown if inverted else shown
    kept = match(find_keypoints(image).variant(*variant), find_keypoints(shown))
    assert kept.inliers > 0.5 * len(find_keypoints(image).points)


def test_nothing_to_compare_is_no_pair() -> None:
    flat = np.full((256, 256), 90, np.uint8)
    assert find_near([], seed=0) == []
    assert find_near([scene(0)], seed=0) == []
    assert find_near([flat, flat], seed=0) == []
    assert find_near([flat, scene(0), flat], seed=0) == []


def test_pairs_carry_their_patients_and_skip_identical_pixels() -> None:
    image = scene(2)
    portraits = [
        Portrait("1", "a", "", image, "x"),
        Portrait("2", "b", "", image, "x"),
        Portrait("3", "b", "", COPIES["mirror"](image), "y"),
        Portrait("4", "c", "", scene(5), "z"),
        Portrait("5", "d", "", np.zeros((256, 256), np.uint8), "w"),
    ]
    found = find_near_duplicates(lambda: portraits, seed=0)
    assert [(d.file_a, d.file_b, d.patient_a, d.patient_b, d.kind) for d in found] == [
        ("1", "3", "a", "b", "near_duplicate")
    ]
