"""Volumes in a scan: one portrait a volume, whatever the number of its slices and files."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from auditor.inventory import Inventory
from auditor.keys import Key
from auditor.linkage.describe.volumes import portray_volume
from auditor.model import Volume
from auditor.pipeline.examining import examine_all
from auditor.pipeline.plan import Plan, no_progress
from auditor.pipeline.volumes import try_series
from auditor.sources import open_source
from tests.builders.dataset import write
from tests.builders.series import axial, enhanced
from tests.builders.volumes import as_nifti, brain, series_of

KEY = Key(bytes(range(32)))
RULE = "path:^(?P<patient>sub-[0-9]+)"


def inventory_of(folder: Path, state: Path, rule: str = "tag:PatientID") -> Inventory:
    inventory, plan = Inventory(state, KEY, "test"), Plan(stages=frozenset({"linkage"}), patient=rule)
    examine_all(open_source(folder), inventory, plan, None, 0, no_progress)
    try_series(open_source(folder), inventory, plan, 0, no_progress)
    return inventory


def test_a_nifti_volume_is_one_portrait_of_the_whole(tmp_path: Path) -> None:
    volume = series_of(brain(0, 48), 1, ct=False)
    write(tmp_path / "set", "sub-01/head.nii.gz", as_nifti(volume))
    with inventory_of(tmp_path / "set", tmp_path / "state", RULE) as inventory:
        (whole,) = inventory.portraits()
        (own,) = inventory.portraits(every=True)
    stored = volume.voxels.astype(np.int16)
    expected = portray_volume(Volume(stored, volume.spacing))
    assert whole.modality == "volume" and own.modality == ""
    assert np.abs(whole.pixels.astype(int) - expected).mean() < 1
    assert not np.array_equal(whole.pixels, own.pixels)
    assert whole.digest == own.digest


def test_a_series_of_single_files_counts_once_and_shows_the_whole(tmp_path: Path) -> None:
    voxels = brain(1, 40).astype(np.int16)
    slices = axial(voxels, mm=4.0)
    for number, content in enumerate(slices):
        write(tmp_path / "set", f"{(number * 7) % len(slices):03d}.dcm", content)
    write(tmp_path / "set", "other.dcm", axial(voxels, tags={"SeriesInstanceUID": "1.2.3"})[0])
    with inventory_of(tmp_path / "set", tmp_path / "state") as inventory:
        found = {portrait.modality: portrait for portrait in inventory.portraits()}
        every = list(inventory.portraits(every=True))
    assert set(found) == {"MR volume", "MR"} and len(every) == len(slices) + 1
    expected = portray_volume(Volume(voxels, (4.0, 4.0, 4.0)))
    assert np.corrcoef(found["MR volume"].pixels.ravel(), expected.ravel())[0, 1] > 0.97


def test_an_enhanced_object_shows_the_whole(tmp_path: Path) -> None:
    voxels = brain(1, 40).astype(np.int16)
    write(tmp_path / "set", "one.dcm", enhanced(voxels, mm=4.0))
    with inventory_of(tmp_path / "set", tmp_path / "state") as inventory:
        (found,) = inventory.portraits()
    assert found.modality == "MR volume"


def test_a_series_that_cannot_be_rebuilt_falls_back_to_its_middle_slice(tmp_path: Path) -> None:
    # Slices without a place: nothing says how they lie.
    for number, content in enumerate(
        axial(brain(1, 24).astype(np.int16), tags={"ImagePositionPatient": None})
    ):
        write(tmp_path / "set", f"{number:03d}.dcm", content)
    with inventory_of(tmp_path / "set", tmp_path / "state") as inventory:
        (found,) = inventory.portraits()
    assert found.modality == "MR"


@pytest.mark.parametrize("uid", [None, "own"], ids=["no series", "a series a file"])
def test_slices_that_name_no_common_series_are_put_together_by_geometry(
    tmp_path: Path, uid: str | None
) -> None:
    first, second = brain(1, 40).astype(np.int16), brain(2, 30).astype(np.int16)
    scout = {"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}
    files = [*axial(first, mm=4.0), *axial(second, mm=3.0), *axial(first, mm=4.0, tags=scout)[:2]]
    for number, content in enumerate(files):
        name = None if uid is None else f"1.2.{number}"
        dataset = dcmread(BytesIO(content))
        dataset.SeriesInstanceUID = name
        buffer = BytesIO()
        dataset.save_as(buffer)
        write(tmp_path / "set", f"{(number * 7) % len(files):03d}.dcm", buffer.getvalue())
    with inventory_of(tmp_path / "set", tmp_path / "state") as inventory:
        found = list(inventory.portraits())
        every = list(inventory.portraits(every=True))
    assert sorted(portrait.modality for portrait in found) == ["MR", "MR", "MR volume", "MR volume"]
    assert len(every) == len(files)
    wholes = [portrait.pixels.ravel() for portrait in found if portrait.modality == "MR volume"]
    for voxels, mm in ((first, 4.0), (second, 3.0)):
        expected = portray_volume(Volume(voxels, (mm, mm, mm))).ravel()
        assert max(np.corrcoef(whole, expected)[0, 1] for whole in wholes) > 0.97
