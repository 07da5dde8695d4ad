"""Slices are put in order by where they lie, and a volume turned upright comes out."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest

from auditor.model import Frame, Item, Volume
from auditor.readers import read_item
from auditor.readers.dicom.series import FEWEST, VolumeBuilder, slices_of, stack, stacks
from tests.builders.dicom import make_dicom
from tests.builders.series import axial, enhanced


def ramp(shape: tuple[int, int, int] = (40, 50, 30)) -> np.ndarray:
    """Each voxel tells where it is: 1 to the right, 4 to the front, 300 to the top."""
    x, y, z = np.indices(shape)
    return (x + 4 * y + 300 * z).astype(np.int16)


def rebuilt(files: list[bytes]) -> Volume | None:
    places = [each for number, content in enumerate(files) for each in slices_of(io.BytesIO(content), number)]
    slices = stack(places)
    if not slices:
        return None
    builder = VolumeBuilder(slices)
    for (number, index), own in builder.wanted.items():
        frames = read_item(io.BytesIO(files[number]), Item("slice.dcm", len(files[number]))).frames()
        builder.add(own, next(f for f in frames if isinstance(f, Frame) and f.index == index))
    return builder.volume()


def test_slices_in_any_order_make_the_volume() -> None:
    files = axial(ramp(), mm=2.0)
    random.Random(0).shuffle(files)
    volume = rebuilt(files)
    assert volume is not None
    assert volume.spacing == pytest.approx((2.0, 2.0, 2.0))
    assert np.array_equal(volume.voxels, ramp())


def test_an_enhanced_file_makes_the_same_volume() -> None:
    content = enhanced(ramp(), mm=2.0)
    volume = read_item(io.BytesIO(content), Item("e.dcm", len(content))).volume()
    assert volume is not None
    assert np.array_equal(volume.voxels, ramp())


def test_a_missing_slice_is_bridged() -> None:
    files = axial(ramp())
    del files[10:12]
    volume = rebuilt(files)
    assert volume is not None
    assert np.allclose(volume.voxels, ramp(), atol=1)


def test_repeats_and_localisers_are_left_out() -> None:
    localiser = axial(ramp(), tags={"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]})[:3]
    repeats = axial(ramp() // 2, tags={"InstanceNumber": 900})
    volume = rebuilt([*repeats, *localiser, *axial(ramp())])
    assert volume is not None
    assert np.array_equal(volume.voxels, ramp())


@pytest.mark.parametrize("shift", [0.0, 0.5], ids=["same places", "between"])
def test_two_acquisitions_of_one_place_are_not_mixed(shift: float) -> None:
    late = axial(ramp() // 2, tags={"AcquisitionNumber": 2, "InstanceNumber": 1})
    if shift:
        late = axial(ramp() // 2, lift=shift, tags={"AcquisitionNumber": 2})
    volume = rebuilt([*axial(ramp()[:, :, :-4], tags={"AcquisitionNumber": 1}), *late])
    assert volume is not None
    # The larger of the two.
    assert np.array_equal(volume.voxels, ramp() // 2)


def test_acquisitions_that_follow_each_other_are_one_volume() -> None:
    files = [
        *axial(ramp()[:, :, :16], tags={"AcquisitionNumber": 1}),
        *axial(ramp()[:, :, 14:], lift=14, tags={"AcquisitionNumber": 2}),
    ]
    volume = rebuilt(files)
    assert volume is not None
    assert np.array_equal(volume.voxels, ramp())


def test_a_number_for_every_slice_is_no_acquisition() -> None:
    files = [
        file
        for n in range(30)
        for file in axial(ramp()[:, :, n : n + 1], lift=n, tags={"AcquisitionNumber": n})
    ]
    volume = rebuilt(files)
    assert volume is not None
    assert np.array_equal(volume.voxels, ramp())


def test_every_stack_of_an_exam_is_found_the_largest_first() -> None:
    files = [*axial(ramp()[:, :, :14]), *axial(ramp(), mm=2.0), *axial(ramp()[:, :, :5], mm=3.0)]
    places = [each for number, content in enumerate(files) for each in slices_of(io.BytesIO(content), number)]
    assert [len(each) for each in stacks(places)] == [30, 14]


def test_rescale_turns_stored_values_into_hounsfield_numbers() -> None:
    files = axial(ramp() // 10, tags={"Modality": "CT", "RescaleSlope": 1, "RescaleIntercept": -1024})
    volume = rebuilt(files)
    assert volume is not None
    assert np.array_equal(volume.voxels, ramp() // 10 - 1024)


def test_a_tilted_gantry_is_undone() -> None:
    cube = np.zeros((60, 60, 40), np.int16)
    cube[20:40, 30:50, 5:35] = 1000
    volume = rebuilt(axial(cube, tilt=12))
    assert volume is not None
    solid = volume.voxels > 500
    columns = np.nonzero(solid.any(axis=(0, 2)))[0]
    assert abs((columns[-1] - columns[0] + 1) * volume.spacing[1] - 20) <= 3


def test_large_slices_are_kept_small() -> None:
    files = axial(np.zeros((512, 512, FEWEST), np.int16))
    volume = rebuilt(files)
    assert volume is not None
    assert max(volume.voxels.shape) <= 160


@pytest.mark.parametrize(
    "tags",
    [
        {"ImagePositionPatient": None},
        {"ImageOrientationPatient": None},
        {"PixelSpacing": None},
        {"PixelSpacing": [0, 0]},
    ],
    ids=["no-position", "no-orientation", "no-spacing", "zero-spacing"],
)
def test_slices_without_a_place_make_no_volume(tags: dict[str, object]) -> None:
    assert rebuilt(axial(ramp(), tags=tags)) is None


def test_too_few_slices_make_no_volume() -> None:
    assert rebuilt(axial(ramp())[: FEWEST - 1]) is None


@pytest.mark.parametrize("content", [b"", b"\0" * 500, make_dicom()], ids=["empty", "noise", "no-pixels"])
def test_what_is_no_slice_gives_none(content: bytes) -> None:
    assert slices_of(io.BytesIO(content), 0) == []
