"""Alignment to a template made of the dataset itself."""

from __future__ import annotations

import numpy as np
import pytest

from auditor.linkage.align import IDENTITY, Pose, apply_pose, build_template, local_contrast, register
from tests.builders.anatomy import image_of


@pytest.fixture(scope="module")
def template() -> np.ndarray:
    built = build_template([local_contrast(image_of(p, 0), 64, 6) for p in range(30)])
    assert built is not None
    return built


def test_two_poses_of_a_patient_meet_after_alignment(template: np.ndarray) -> None:
    before, after = [], []
    for patient in range(40, 52):
        images = [image_of(patient, exam) for exam in (0, 1)]
        poses = [register(local_contrast(image, 64, 6), template) for image in images]
        assert all(pose.believed for pose in poses)
        aligned = [apply_pose(i, pose.matrix, 256) for i, pose in zip(images, poses, strict=True)]
        before.append(np.corrcoef(images[0][40:216, 40:216].ravel(), images[1][40:216, 40:216].ravel())[0, 1])
        after.append(
            np.corrcoef(aligned[0][40:216, 40:216].ravel(), aligned[1][40:216, 40:216].ravel())[0, 1]
        )
    assert np.mean(after) > np.mean(before) + 0.1


def test_what_is_not_in_the_template_is_not_believed(template: np.ndarray) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (256, 256)).astype(np.uint8)
    stripes = np.tile((np.arange(256) // 8 % 2 * 200).astype(np.uint8), (256, 1))
    for foreign in (noise, stripes, np.zeros((256, 256), np.uint8)):
        assert not register(local_contrast(foreign, 64, 6), template).believed


def test_images_without_common_anatomy_have_no_template() -> None:
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 255, (256, 256)).astype(np.uint8) for _ in range(12)]
    assert build_template([local_contrast(each, 64, 6) for each in noise]) is None
    assert build_template([]) is None


def test_the_identity_pose_changes_nothing() -> None:
    image = image_of(0, 0)
    assert np.abs(apply_pose(image, IDENTITY, 256).astype(int) - image).max() <= 1


def test_a_wild_stretch_is_not_believed() -> None:
    assert not Pose(np.array([[3, 0, 0], [0, 1, 0]], np.float32), 0.9).believed


def test_bars_beside_the_image_weigh_nothing() -> None:
    barred = image_of(0, 0)
    barred[:, :60] = 0
    assert not local_contrast(barred, 64, 6)[:, :14].any()
