"""Volumes as one picture: what it shows, whatever spacing and field of view; what the attack makes of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from auditor.linkage.attack import attack
from auditor.linkage.describe.volumes import FEWEST, TILE, is_volume, portray_volume
from auditor.model import Portrait, Volume
from tests.builders.features import Tiny
from tests.builders.volumes import brain, series_of, torso


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def ball(spacing: tuple[float, float, float], *, bone: bool = False) -> Volume:
    """An ellipsoid of 60, 80 and 100 mm radius in HU, with a bone column at its back."""
    sides = [220.0 / mm for mm in spacing]
    grid = np.ogrid[tuple(slice(0, int(side)) for side in sides)]
    mm = [(g - side / 2) * step for g, side, step in zip(grid, sides, spacing, strict=True)]
    voxels = np.where((mm[0] / 60) ** 2 + (mm[1] / 80) ** 2 + (mm[2] / 100) ** 2 <= 1, 40.0, -1000.0)
    if bone:
        voxels[(mm[0] ** 2 + (mm[1] + 40) ** 2 <= 100) & (np.abs(mm[2]) < 80)] = 900
    return Volume(voxels.astype(np.float32), spacing)


def test_spacing_and_free_space_change_little() -> None:
    fine = portray_volume(ball((1.5, 1.5, 1.5), bone=True))
    coarse = portray_volume(ball((2.0, 2.0, 5.0), bone=True))
    padded = ball((1.5, 1.5, 1.5), bone=True)
    wide = np.pad(padded.voxels, ((40, 0), (0, 30), (10, 20)), constant_values=-1000)
    assert fine.shape == (256, 256) and fine.dtype == np.uint8
    assert correlation(fine, coarse) > 0.93
    assert correlation(fine, portray_volume(Volume(wide, padded.spacing))) > 0.99


def test_projections_of_ct_show_bone_only_and_stand_upright() -> None:
    front = portray_volume(ball((2.0, 2.0, 2.0)))[:TILE, :TILE]
    assert front.max() == 0
    shown = portray_volume(ball((2.0, 2.0, 2.0), bone=True))
    side = shown[:TILE, TILE:]
    rows, columns = np.nonzero(side > 100)
    # The bone lies at the back, which the side view has on its left, and is longer than wide.
    assert columns.mean() < TILE / 2 - 10
    assert np.ptp(rows) > 2 * np.ptp(columns)
    axial = shown[TILE:, :TILE]
    assert axial[TILE // 2, TILE // 2] > 60 and axial[2, 2] == 0


def test_a_table_beside_the_body_does_not_count() -> None:
    free = ball((2.0, 2.0, 2.0), bone=True)
    voxels = free.voxels.copy()
    voxels[:, :3, :] = 200
    assert correlation(portray_volume(free), portray_volume(replace(free, voxels=voxels))) > 0.99


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float64])
@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (0.0, 1.0, 1.0), (1.0, 1e9, 40.0)], ids=str)
def test_odd_volumes_are_portrayed_without_an_error(kind: type, spacing: tuple[float, float, float]) -> None:
    rng = np.random.default_rng(0)
    for voxels in (
        np.zeros((20, 16, 14)),
        np.full((20, 16, 14), 7),
        rng.normal(50, 20, (12, 40, 13)).clip(0),
    ):
        assert portray_volume(Volume(voxels.astype(kind), spacing)).shape == (256, 256)
    broken = np.full((20, 20, 20), np.nan)
    broken[5:9, 5:9, 5:9] = np.inf
    assert portray_volume(Volume(broken, (1.0, 1.0, 1.0))).shape == (256, 256)


def test_a_stack_of_few_slices_is_no_volume() -> None:
    assert is_volume(Volume(np.zeros((40, 40, FEWEST)), (1.0, 1.0, 1.0)))
    assert not is_volume(Volume(np.zeros((40, 40, FEWEST - 1)), (1.0, 1.0, 1.0)))
    assert not is_volume(Volume(np.zeros((3, 40, 40, 40)), (1.0, 1.0, 1.0)))


@pytest.mark.parametrize("ct", [True, False], ids=["ct", "mr"])
def test_patients_are_found_by_another_series_of_other_pose_and_spacing(ct: bool) -> None:
    portraits = []
    for patient in range(8):
        model = torso(patient, 56) if ct else brain(patient, 56)
        for exam in range(2):
            pixels = portray_volume(series_of(model, 10 * patient + exam, ct=ct))
            portraits.append(
                Portrait(f"{patient}/{exam}", f"P{patient}", f"E{exam}", pixels, f"{patient}{exam}")
            )
    found = attack(lambda: iter(portraits), seed=0, draws=2, workers=1, features=Tiny())
    assert found.rank1 is not None and found.chance is not None
    assert found.rank1.value > 4 * found.chance
