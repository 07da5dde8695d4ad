"""Volumes in a scan: one portrait a volume, whatever the number of its slices and files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from auditor.inventory import Inventory
from auditor.keys import Key
from auditor.linkage.volumes import portray_volume
from auditor.pipeline.plan import Plan
from auditor.pipeline.scan import examine_all
from auditor.sources import open_source
from tests.builders.dataset import write
from tests.builders.volumes import as_nifti, brain, series_of

KEY = Key(bytes(range(32)))
RULE = "path:^(?P<patient>sub-[0-9]+)"


def inventory_of(folder: Path, state: Path, **plan: object) -> Inventory:
    inventory = Inventory(state, KEY, "test")
    examine_all(
        open_source(folder),
        inventory,
        Plan(stages=frozenset({"linkage"}), **plan),
        None,
        0,
        lambda *_: None,  # type: ignore[arg-type]
    )
    return inventory


def test_a_nifti_volume_is_one_portrait_of_the_whole(tmp_path: Path) -> None:
    volume = series_of(brain(0), 1, ct=False)
    write(tmp_path / "set", "sub-01/head.nii.gz", as_nifti(volume))
    with inventory_of(tmp_path / "set", tmp_path / "state", patient=RULE) as inventory:
        (whole,) = inventory.portraits()
        (own,) = inventory.portraits(every=True)
    stored = volume.voxels.astype(np.int16)
    expected = portray_volume(type(volume)(stored, volume.spacing))
    assert whole.modality == "volume" and own.modality == ""
    assert np.abs(whole.pixels.astype(int) - expected).mean() < 1
    assert not np.array_equal(whole.pixels, own.pixels)
    assert whole.digest == own.digest
