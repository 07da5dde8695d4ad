"""Pixels behind headers and fragments that are wrong: shown where a viewer could show them, and told where not."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from pydicom import Dataset
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit

from auditor.model import Frame, Item, Reason, Status
from auditor.readers import read_item
from auditor.readers.base import FrameError, Reading
from tests.builders.dicom import dataset_of, make_dicom

ROWS, COLUMNS = 48, 80
PICTURE = np.tile(np.arange(COLUMNS, dtype=np.uint8) * 3, (ROWS, 1))
OTHER = PICTURE[:, ::-1].copy()
JPEG, JPEG_OTHER = (cv2.imencode(".jpg", each)[1].tobytes() for each in (PICTURE, OTHER))


def reading_of(dataset: Dataset, cut: int = 0) -> Reading:
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=False)
    content = out.getvalue()[: -cut or None]
    return read_item(io.BytesIO(content), Item("a.dcm", len(content)))


def broken(**tags: Any) -> Reading:
    dataset = dataset_of(make_dicom(pixels=PICTURE))
    for keyword, value in tags.items():
        setattr(dataset, keyword, value)
    return reading_of(dataset)


def compressed(*items: bytes, frames: int = 1, end: bool = True, syntax: str = JPEGBaseline8Bit) -> Reading:
    """Of these items, the offset table first, as they are."""
    dataset = dataset_of(make_dicom(pixels=PICTURE, NumberOfFrames=frames))
    del dataset.PixelData
    out = io.BytesIO()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(out, enforce_file_format=False)
    out.write(b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff")
    for item in items:
        padded = item + bytes(len(item) % 2)
        out.write(b"\xfe\xff\x00\xe0" + struct.pack("<L", len(padded)) + padded)
    out.write(b"\xfe\xff\xdd\xe0\0\0\0\0" if end else b"")
    return read_item(io.BytesIO(out.getvalue()), Item("a.dcm", out.tell()))


def shown(reading: Reading) -> tuple[int, list[Reason]]:
    """How many frames show something, and why others do not."""
    frames = list(reading.frames())
    good = [frame for frame in frames if isinstance(frame, Frame)]
    assert all(np.ptp(frame.display) > 100 for frame in good)
    return len(good), [frame.reason for frame in frames if isinstance(frame, FrameError)]


@pytest.mark.parametrize(
    "tags",
    [
        {"BitsStored": 12},
        {"BitsStored": 0},
        {"PixelRepresentation": 9},
        {"PhotometricInterpretation": ""},
        {"PhotometricInterpretation": "NONSENSE"},
        {"SamplesPerPixel": 0},
        {"NumberOfFrames": 0},
        {"WindowCenter": "NaN", "WindowWidth": "NaN"},
        {"WindowCenter": "1e308", "WindowWidth": "1e308"},
        {"RescaleSlope": "-1", "RescaleIntercept": "0"},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore")
def test_a_header_that_nothing_can_mean_does_not_hide_the_picture(tags: dict[str, Any]) -> None:
    reading = broken(**tags)
    assert (reading.record.status, shown(reading)) == (Status.READ, (1, []))


def test_cells_of_a_size_that_there_is_not() -> None:
    dataset = dataset_of(make_dicom(pixels=PICTURE))
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 12, 12, 11
    dataset.PixelData = (PICTURE.astype(np.uint16) * 16).tobytes()
    assert shown(reading_of(dataset)) == (1, [])


@pytest.mark.parametrize("samples", [2, 4])
def test_samples_that_no_colour_space_has_are_shown_as_grey(samples: int) -> None:
    dataset = dataset_of(make_dicom(pixels=PICTURE))
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = samples, "CMYK"
    dataset.PixelData = np.repeat(PICTURE[..., None], samples, 2).tobytes()
    assert shown(reading_of(dataset)) == (1, [])


def test_frames_beyond_those_stated_are_examined() -> None:
    dataset = dataset_of(make_dicom(pixels=PICTURE))
    dataset.PixelData = PICTURE.tobytes() * 3 + b"ab"
    assert shown(reading_of(dataset)) == (3, [])
    assert shown(compressed(b"", JPEG, JPEG_OTHER)) == (2, [])


def test_pixel_data_shorter_than_stated_is_partly_read() -> None:
    dataset = dataset_of(make_dicom(pixels=PICTURE))
    dataset.PixelData = PICTURE.tobytes()[: PICTURE.size // 2]
    record = reading_of(dataset).record
    assert (record.status, record.reason) == (Status.PARTIAL, Reason.TRUNCATED)


@pytest.mark.parametrize("stated", [100, 2**31 - 1, 10**11])
def test_more_frames_than_there_is_room_for(stated: int) -> None:
    reading = broken(NumberOfFrames=stated)
    assert (reading.record.status, reading.record.frames_total) == (Status.PARTIAL, 1)
    assert shown(reading) == (1, [])


def test_pixels_without_a_size_are_told() -> None:
    dataset = dataset_of(make_dicom(pixels=PICTURE))
    del dataset.Rows
    reading = reading_of(dataset)
    assert shown(reading) == (0, [Reason.MALFORMED])


@pytest.mark.parametrize(("rows", "columns"), [(0, COLUMNS), (ROWS, 0), (60_000, 60_000), (65_535, 65_535)])
def test_absurd_sizes_are_told(rows: int, columns: int) -> None:
    reading = broken(Rows=rows, Columns=columns)
    count, reasons = shown(reading)
    assert count == 0 and len(reasons) == 1


TABLES: dict[str, Callable[[], Reading]] = {
    "beyond": lambda: compressed(struct.pack("<2L", 0, 99_999), JPEG, JPEG_OTHER, frames=2),
    "falling": lambda: compressed(struct.pack("<2L", 500, 0), JPEG, JPEG_OTHER, frames=2),
    "twice": lambda: compressed(struct.pack("<2L", 0, 0), JPEG, JPEG_OTHER, frames=2),
    "long": lambda: compressed(struct.pack("<5L", 0, 1, 2, 3, 4), JPEG, JPEG_OTHER, frames=2),
    "none": lambda: compressed(JPEG, JPEG_OTHER, frames=2),
}


@pytest.mark.parametrize("table", TABLES)
def test_an_offset_table_that_contradicts_the_fragments_is_not_believed(table: str) -> None:
    frames = [frame for frame in TABLES[table]().frames() if isinstance(frame, Frame)]
    assert [frame.display[0, 0] < frame.display[0, -1] for frame in frames] == [True, False]


def test_empty_fragments_cost_their_frame_alone() -> None:
    count, reasons = shown(compressed(b"", JPEG, b"", JPEG_OTHER, frames=3))
    assert (count, len(reasons)) == (2, 1)


@pytest.mark.parametrize("end", [True, False])
def test_a_jpeg_that_ends_too_early_is_shown_as_far_as_it_goes(end: bool) -> None:
    assert shown(compressed(b"", JPEG[:-100], end=end)) == (1, [Reason.TRUNCATED])


def test_uncompressed_pixels_under_a_compressed_syntax() -> None:
    dataset = dataset_of(make_dicom(pixels=PICTURE))
    out = io.BytesIO()
    dataset.save_as(out)
    content = out.getvalue().replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.5\0")
    assert shown(read_item(io.BytesIO(content), Item("a.dcm", len(content)))) == (1, [])


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, JPEG2000Lossless])
def test_codestreams_that_state_an_absurd_size_end_typed(syntax: str) -> None:
    bomb = bytearray(JPEG)
    at = bomb.find(b"\xff\xc0")
    bomb[at + 5 : at + 9] = b"\xff\xdc\xff\xdc"
    count, reasons = shown(compressed(b"", bytes(bomb), syntax=syntax))
    assert (count, len(reasons)) == (0, 1)
