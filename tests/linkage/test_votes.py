"""Features vote for the image that has them, and those that every image has for none."""

from __future__ import annotations

import numpy as np

from auditor.linkage.copies.keypoints import Keypoints
from auditor.linkage.copies.votes import elect


def keypoints(seed: int, count: int = 60) -> Keypoints:
    rng = np.random.default_rng(seed)
    points = rng.random((count, 2)).astype(np.float32)
    return Keypoints(points, rng.integers(0, 255, (count, 128)).astype(np.uint8), 256)


def joined(*parts: Keypoints) -> Keypoints:
    return Keypoints(
        np.concatenate([each.points for each in parts]), np.concatenate([each.packed for each in parts]), 256
    )


def test_a_small_share_of_the_features_elects_its_image_and_common_ones_nobody() -> None:
    common = keypoints(99, 200)
    stored = [joined(common, keypoints(each)) for each in range(8)]
    part = keypoints(5)
    asked = joined(common, Keypoints(part.points[:12], part.packed[:12], 256))
    assert elect([asked, common], stored, 3) == [[5], []]


def test_an_image_without_features_elects_nobody() -> None:
    empty = Keypoints(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.uint8), 256)
    assert elect([], [keypoints(1)], 3) == []
    assert elect([empty], [keypoints(1)], 3) == [[]]
    assert elect([keypoints(1), empty], [empty, keypoints(1)], 3) == [[1], []]
