"""Overlay planes, icons and unused bits come out as layers, where they lie on the image."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRBigEndian, ExplicitVRLittleEndian, RLELossless

from auditor.model import Frame, Item, Reason
from auditor.readers import read_item
from auditor.readers.base import FrameError, Limits
from auditor.readers.dicom.layers import decode_layers
from tests.builders.dicom import DEFLATED, make_dicom

ROWS, COLUMNS = 24, 40
MARK = np.zeros((8, 16), bool)
MARK[2:6, 3:12] = True


def image(
    bits: int = 12, signed: bool = False, frames: int = 1, cells: NDArray[np.uint16] | None = None
) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, "1.2.3.4"
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = ROWS, COLUMNS, frames
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, bits, bits - 1
    dataset.PixelRepresentation = int(signed)
    if cells is None:
        cells = (
            np.random.default_rng(0).integers(0, 1 << (bits - 1), (frames, ROWS, COLUMNS)).astype(np.uint16)
        )
    dataset.PixelData = cells.astype("<u2").tobytes()
    return dataset


def add_overlay(
    dataset: Dataset, plane: NDArray[np.bool_], origin: tuple[int, int], group: int = 0x6000
) -> None:
    dataset.add_new((group, 0x0010), "US", plane.shape[0])
    dataset.add_new((group, 0x0011), "US", plane.shape[1])
    dataset.add_new((group, 0x0040), "CS", "G")
    dataset.add_new((group, 0x0050), "SS", list(origin))
    dataset.add_new((group, 0x0100), "US", 1)
    dataset.add_new((group, 0x0102), "US", 0)
    packed = np.packbits(plane.reshape(-1), bitorder="little").tobytes()
    dataset.add_new((group, 0x3000), "OW", packed + b"\0" * (len(packed) % 2))


def saved(dataset: Dataset) -> io.BytesIO:
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    stream.seek(0)
    return stream


def layers(dataset: Dataset) -> list[Frame | FrameError]:
    stream = saved(dataset)
    return list(read_item(stream, Item("a.dcm", len(stream.getvalue()))).layers())


def marked(layer: Frame | FrameError) -> NDArray[np.bool_]:
    assert isinstance(layer, Frame)
    return layer.display > 127


def test_an_image_without_layers_has_none() -> None:
    assert layers(image()) == []
    assert layers(image(bits=16)) == []


def test_an_overlay_lies_at_its_origin_on_the_image() -> None:
    dataset = image()
    add_overlay(dataset, MARK, (5, 9), group=0x6002)
    (layer,) = layers(dataset)
    assert isinstance(layer, Frame) and (layer.layer, layer.index) == ("overlay 6002", 0)
    expected = np.zeros((ROWS, COLUMNS), bool)
    expected[4:12, 8:24] = MARK
    assert (marked(layer) == expected).all()


def test_an_overlay_that_sticks_out_is_kept_whole() -> None:
    dataset = image()
    add_overlay(dataset, MARK, (20, 9))
    (layer,) = layers(dataset)
    assert (marked(layer) == MARK).all()


def with_bits(value: int, **options: int) -> tuple[Dataset, NDArray[np.bool_]]:
    where = np.zeros((ROWS, COLUMNS), bool)
    where[3:9, 5:30] = True
    cells = np.full((1, ROWS, COLUMNS), 100, np.uint16)
    cells[0][where] |= value
    return image(cells=cells, **options), where


def test_an_overlay_in_a_bit_of_the_pixels_is_extracted_once() -> None:
    dataset, where = with_bits(1 << 13)
    dataset.add_new((0x6000, 0x0100), "US", 16)
    dataset.add_new((0x6000, 0x0102), "US", 13)
    (layer,) = layers(dataset)
    assert isinstance(layer, Frame) and layer.layer == "overlay 6000"
    assert (marked(layer) == where).all()


@pytest.mark.parametrize("value", [1 << 12, 1 << 15, 5 << 12])
def test_a_picture_in_unused_high_bits_is_a_layer(value: int) -> None:
    dataset, where = with_bits(value)
    (layer,) = layers(dataset)
    assert isinstance(layer, Frame) and layer.layer == "unused bits"
    assert (marked(layer) == where).all()


def test_a_picture_below_the_lowest_stored_bit_is_a_layer() -> None:
    dataset, where = with_bits(0)
    dataset.HighBit = 15
    dataset.PixelData = np.where(where, (100 << 4) + 9, 100 << 4).astype("<u2").tobytes()
    (layer,) = layers(dataset)
    assert (marked(layer) == where).all()


def test_repeated_sign_bits_are_no_picture() -> None:
    cells = np.where(np.arange(ROWS * COLUMNS) % 3, 50, -50).astype(np.int16).view(np.uint16)
    assert layers(image(signed=True, cells=cells.reshape(1, ROWS, COLUMNS))) == []


def test_big_endian_cells_are_read_in_their_order() -> None:
    dataset, where = with_bits(1 << 14)
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
    dataset["PixelData"].VR = "OW"
    (layer,) = layers(dataset)
    assert (marked(layer) == where).all()


def an_icon() -> Dataset:
    icon = Dataset()
    icon.Rows, icon.Columns, icon.SamplesPerPixel = 8, 16, 1
    icon.PhotometricInterpretation, icon.PixelRepresentation = "MONOCHROME2", 0
    icon.BitsAllocated, icon.BitsStored, icon.HighBit = 8, 8, 7
    icon.PixelData = np.where(MARK, 200, 10).astype(np.uint8).tobytes()
    return icon


def top_level(dataset: Dataset, icon: Dataset) -> None:
    dataset.IconImageSequence = [icon]


def deep_down(dataset: Dataset, icon: Dataset) -> None:
    reference = Dataset()
    reference.IconImageSequence = [icon]
    dataset.ReferencedImageSequence = [reference]


def in_a_private_sequence(dataset: Dataset, icon: Dataset) -> None:
    dataset.add_new((0x0029, 0x0010), "LO", "MAKER 1")
    dataset.add_new((0x0029, 0x1010), "SQ", [icon])


@pytest.mark.parametrize("put", [top_level, deep_down, in_a_private_sequence])
def test_an_icon_is_a_layer_wherever_it_is(put: Callable[[Dataset, Dataset], None]) -> None:
    dataset = image(bits=16)
    put(dataset, an_icon())
    (layer,) = layers(dataset)
    assert isinstance(layer, Frame) and layer.layer == "icon"
    assert (marked(layer) == MARK).all()


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
@pytest.mark.parametrize("prefix", [b"", b"THUMB\0\1\0"], ids=["bare", "with a header"])
def test_a_picture_file_in_a_private_element_is_a_layer(form: str, prefix: bytes) -> None:
    picture = np.repeat(np.repeat(np.where(MARK, 250, 5).astype(np.uint8), 8, axis=0), 8, axis=1)
    body = io.BytesIO()
    Image.fromarray(picture).save(body, form)
    dataset = image(bits=16)
    dataset.add_new((0x0029, 0x0010), "LO", "MAKER 1")
    dataset.add_new((0x0029, 0x1020), "OB", prefix + body.getvalue())
    (layer,) = layers(dataset)
    assert isinstance(layer, Frame) and layer.layer == "private picture"
    assert ((layer.display[..., 0] > 127) == (picture > 127)).mean() > 0.98


def test_bytes_that_begin_like_a_picture_are_none() -> None:
    dataset = image(bits=16)
    dataset.add_new((0x0029, 0x0010), "LO", "MAKER 1")
    dataset.add_new((0x0029, 0x1020), "OB", b"\xff\xd8\xff" + bytes(400))
    assert layers(dataset) == []


def test_cells_are_searched_in_run_length_encoding_too() -> None:
    dataset, where = with_bits(1 << 14)
    dataset.compress(RLELossless)
    (layer,) = layers(dataset)
    assert isinstance(layer, Frame) and layer.layer == "unused bits"
    assert (marked(layer) == where).all()


def test_an_overlay_in_compressed_cells_is_extracted() -> None:
    dataset, where = with_bits(1 << 13)
    dataset.compress(RLELossless)
    dataset.add_new((0x6000, 0x0100), "US", 16)
    dataset.add_new((0x6000, 0x0102), "US", 13)
    (layer,) = layers(dataset)
    assert isinstance(layer, Frame) and layer.layer == "overlay 6000"
    assert (marked(layer) == where).all()


def test_every_frame_of_an_overlay_is_a_layer() -> None:
    dataset = image(frames=3)
    planes = np.stack([np.roll(MARK, shift, axis=1) for shift in range(3)])
    add_overlay(dataset, planes[0], (1, 1))
    dataset.add_new((0x6000, 0x0015), "IS", "3")
    dataset[0x6000, 0x3000].value = np.packbits(planes.reshape(-1), bitorder="little").tobytes()
    found = layers(dataset)
    assert [layer.index for layer in found if isinstance(layer, Frame)] == [0, 1, 2]
    for layer, plane in zip(found, planes, strict=True):
        assert (marked(layer)[:8, :16] == plane).all()


def broken_overlay(dataset: Dataset) -> None:
    add_overlay(dataset, MARK, (1, 1))
    dataset[0x6000, 0x3000].value = b"\0\0"


def huge_overlay(dataset: Dataset) -> None:
    add_overlay(dataset, MARK, (1, 1))
    dataset[0x6000, 0x0010].value = dataset[0x6000, 0x0011].value = 65_000


def icon_without_pixels(dataset: Dataset) -> None:
    dataset.IconImageSequence = [Dataset()]


@pytest.mark.parametrize("damage", [broken_overlay, huge_overlay, icon_without_pixels])
def test_a_broken_layer_is_typed_and_the_others_still_come(damage: Callable[[Dataset], None]) -> None:
    dataset, _ = with_bits(1 << 15)
    damage(dataset)
    found = layers(dataset)
    assert sum(isinstance(layer, FrameError) for layer in found) == 1
    assert [layer.layer for layer in found if isinstance(layer, Frame)] == ["unused bits"]


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 900), at=st.integers(0, 900), junk=st.binary(max_size=12))
def test_damaged_files_never_raise(cut: int, at: int, junk: bytes) -> None:
    dataset, _ = with_bits(1 << 15)
    add_overlay(dataset, MARK, (1, 1))
    data = saved(dataset).getvalue()
    data = data[:at] + junk + data[at + len(junk) : len(data) - cut]
    for layer in decode_layers(io.BytesIO(data), Limits(), ExplicitVRLittleEndian):
        assert isinstance(layer, Frame | FrameError)


def test_native_cells_are_read_a_frame_at_a_time_however_large_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cells = np.zeros((3, ROWS, COLUMNS), np.uint16)
    cells[1, 2:10, 3:20] = 1 << 14
    data = io.BytesIO()
    image(frames=3, cells=cells).save_as(data, enforce_file_format=True)
    monkeypatch.setattr("auditor.readers.dicom.layers.LARGEST", 64)
    data.seek(0)
    found = list(read_item(data, Item("a.dcm", len(data.getvalue()))).layers())
    assert [(layer.index, layer.layer) for layer in found if isinstance(layer, Frame)] == [(1, "unused bits")]
    assert len(found) == 1


def test_what_is_too_large_to_inflate_is_not_inflated_by_a_decoder() -> None:
    content = make_dicom(np.zeros((64, 64), np.uint16), bits_stored=12, syntax=DEFLATED)
    reading = read_item(io.BytesIO(content), Item("a.dcm", len(content)), Limits(inflated_bytes=600))
    for pictures in reading.layers(), reading.frames() if reading.record.frames_total else reading.layers():
        assert [error.reason for error in pictures if isinstance(error, FrameError)] == [Reason.TOO_LARGE]
