"""Alignment to a template made of the dataset itself."""

from __future__ import annotations

import numpy as np
import pytest

from auditor.linkage.describe.align import GRID, IDENTITY, Pose, Template, build_template, local_contrast
from tests.builders.anatomy import image_of


@pytest.fixture(scope="module")
def template() -> Template:
    built = build_template([image_of(p, 0) for p in range(30)])
    assert built is not None
    return built


def test_two_poses_of_a_patient_meet_after_alignment(template: Template) -> None:
    before, after = [], []
    for patient in range(40, 52):
        images = [image_of(patient, exam) for exam in (0, 1)]
        poses = [template.register(image) for image in images]
        assert all(pose.believed for pose in poses)
        aligned = [template.cut(i, pose, 256) for i, pose in zip(images, poses, strict=True)]
        before.append(np.corrcoef(images[0][40:216, 40:216].ravel(), images[1][40:216, 40:216].ravel())[0, 1])
        after.append(
            np.corrcoef(aligned[0][40:216, 40:216].ravel(), aligned[1][40:216, 40:216].ravel())[0, 1]
        )
    assert np.mean(after) > np.mean(before) + 0.1


def test_what_is_not_in_the_template_is_not_believed(template: Template) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (256, 256)).astype(np.uint8)
    stripes = np.tile((np.arange(256) // 8 % 2 * 200).astype(np.uint8), (256, 1))
    for foreign in (noise, stripes, np.zeros((256, 256), np.uint8)):
        assert not template.register(foreign).believed


def test_images_without_common_anatomy_have_no_template() -> None:
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 255, (256, 256)).astype(np.uint8) for _ in range(12)]
    assert build_template(noise) is None
    assert build_template([]) is None


def test_the_identity_pose_changes_nothing_and_a_window_cuts() -> None:
    image = image_of(0, 0)
    blank = np.zeros((GRID, GRID), np.float32)
    whole = Template(blank, (0, 0, GRID, GRID)).cut(image, Pose(IDENTITY, 1.0), 256)
    assert np.array_equal(whole, image)
    corner = Template(blank, (0, 16, 32, 48)).cut(image, Pose(IDENTITY, 1.0), 128)
    assert np.array_equal(corner, image[64:192, :128])


def test_only_what_nearly_all_images_show_is_compared() -> None:
    barred = [image_of(p, 0, pose=0.2) for p in range(20)]
    for each in barred[:10]:
        each[:, 216:] = 0
    built = build_template(barred)
    assert built is not None
    assert 48 <= built.window[2] <= 57
    assert built.window[0] <= 4


def test_a_wild_stretch_is_not_believed() -> None:
    assert not Pose(np.array([[3, 0, 0], [0, 1, 0]], np.float32), 0.9).believed


def test_bars_beside_the_image_weigh_nothing() -> None:
    barred = image_of(0, 0)
    barred[:, :60] = 0
    assert not local_contrast(barred, 64, 6)[:, :14].any()
