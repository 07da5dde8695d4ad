"""Faces are found in pictures and on heads; what has no face stays quiet."""

from __future__ import annotations

import io

import nibabel as nib
import numpy as np
import pytest
from nibabel.orientations import axcodes2ornt, inv_ornt_aff, ornt_transform

from auditor.model import Frame, Item, Place, Volume
from auditor.pixels import FaceFinder, try_head
from auditor.pixels.faces import photographs as faces_module
from auditor.pixels.faces.photographs import EVERY, SURE, find_faces
from auditor.pixels.faces.surface import depth, heads, lit
from auditor.readers import read_item
from tests.builders.drawing import noise
from tests.builders.head import head


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    """A face of 200 pixels in a picture of 512."""
    return lit(depth(heads(Volume(head(), (1.0, 1.0, 1.0)))[0]))


def test_a_face_is_boxed(picture: np.ndarray) -> None:
    finder = FaceFinder()
    finder.add(Frame(0, np.repeat(picture[:, :, None], 3, axis=2)))
    (element,) = finder.elements
    assert (element.place, element.value, element.counts) == (Place.FACE, "", (0,))
    assert element.bbox is not None
    x0, y0, x1, y1 = element.bbox
    assert 100 < x0 < 230 < 282 < x1 < 412 and y0 < 280 < y1


def test_of_a_video_every_eighth_frame_is_looked_at(picture: np.ndarray) -> None:
    finder = FaceFinder()
    for index in range(2 * EVERY):
        finder.add(Frame(index, np.repeat(picture[:, :, None], 3, axis=2)))
    assert [element.counts for element in finder.elements] == [(0,), (EVERY,)]


def test_a_face_that_shows_between_is_met_where_its_scene_begins(picture: np.ndarray) -> None:
    finder = FaceFinder()
    for index in range(2 * EVERY):
        shown = picture if index in (EVERY + 3, EVERY + 4) else np.zeros_like(picture)
        finder.add(Frame(index, np.repeat(shown[:, :, None], 3, axis=2)))
    assert [element.counts for element in finder.elements] == [(EVERY + 3,)]


@pytest.mark.parametrize("shape", [(1, 1), (31, 500), (64, 64), (300, 400, 3)])
def test_nothing_is_no_face(shape: tuple[int, ...]) -> None:
    assert find_faces(np.full(shape, 90, np.uint8)) == []


def test_noise_is_no_face() -> None:
    assert find_faces(noise()) == []


def test_what_is_not_as_large_as_a_head_is_not_tried() -> None:
    assert try_head(Volume(head(), (0.3, 0.3, 0.3))) == []
    assert try_head(Volume(np.zeros((150, 150, 150), np.float32), (1.0, 1.0, 1.0))) == []


@pytest.mark.parametrize("codes", ["RAS", "LPS", "ASR", "PIL"])
def test_nifti_volumes_are_turned_upright_however_they_are_stored(codes: str) -> None:
    voxels = head()[::2, ::2, ::2].astype(np.int16)
    turn = ornt_transform(axcodes2ornt("RAS"), axcodes2ornt(codes))
    stored = nib.orientations.apply_orientation(voxels, turn)
    affine = np.diag([2.0, 2.0, 2.0, 1.0]) @ inv_ornt_aff(turn, voxels.shape)
    content = nib.Nifti1Image(stored, affine).to_bytes()
    volume = read_item(io.BytesIO(content), Item("head.nii", len(content))).volume()
    assert volume is not None
    assert volume.spacing == pytest.approx((2.0, 2.0, 2.0))
    assert np.array_equal(volume.voxels, voxels)


def test_a_volume_that_was_cut_off_is_none() -> None:
    content = nib.Nifti1Image(np.zeros((40, 40, 40), np.int16), np.eye(4)).to_bytes()[:5000]
    assert read_item(io.BytesIO(content), Item("head.nii", len(content))).volume() is None


@pytest.mark.parametrize(("modality", "faces"), [("MR", 0), ("DX", 0), ("XC", 1), ("", 1)])
def test_grey_of_more_than_8_bits_is_a_photograph_unless_the_modality_says_a_scan(
    picture: np.ndarray, modality: str, faces: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faces_module, "SURE_GREY", SURE)
    finder = FaceFinder(modality)
    finder.add(Frame(0, picture, picture.astype(np.uint16) * 16))
    assert len(finder.elements) == faces


def test_a_colour_photograph_of_16_bits_is_looked_at(picture: np.ndarray) -> None:
    colour = np.repeat(picture[:, :, None], 3, axis=2)
    finder = FaceFinder("XC")
    finder.add(Frame(0, colour, colour.astype(np.uint16) * 257))
    assert len(finder.elements) == 1


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_face_on_its_side_is_boxed_where_it_is(picture: np.ndarray, turns: int) -> None:
    x0, y0, x1, y1 = find_faces(picture)[0].box
    marked = np.zeros(picture.shape, np.uint8)
    marked[y0:y1, x0:x1] = 1
    finder = FaceFinder()
    finder.add(Frame(0, np.ascontiguousarray(np.rot90(np.repeat(picture[:, :, None], 3, axis=2), turns))))
    a0, b0, a1, b1 = finder.elements[0].bbox or (0, 0, 0, 0)
    turned = np.rot90(marked, turns)
    assert turned[b0:b1, a0:a1].sum() > 0.7 * turned.sum()
