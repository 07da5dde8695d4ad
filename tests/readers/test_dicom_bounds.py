"""What a DICOM file holds beyond what is read is never silently left out."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest

from auditor.model import Frame, Item, Reason, Record, Status
from auditor.readers import Limits, read_item
from auditor.readers.charsets import guess
from tests.builders.dicom import make_dicom

PIXELS = np.arange(3 * 16 * 16, dtype=np.uint8).reshape(3, 16, 16)


def record(content: bytes, limits: Limits | None = None) -> Record:
    return read_item(io.BytesIO(content), Item("a.dcm", len(content)), limits).record


def test_frames_that_the_data_cannot_hold_are_missed() -> None:
    found = record(make_dicom(PIXELS).replace(b"IS\x02\x003 ", b"IS\x02\x009 "))
    assert (found.frames_total, found.status, found.reason) == (3, Status.PARTIAL, Reason.TRUNCATED)


def test_an_opaque_value_beyond_the_limit_makes_the_file_partial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.readers.dicom_walk._OPAQUE_BYTES", 1000)
    found = record(make_dicom(private=[(0x29, "ACME", 0x10, "OB", bytes(2000))]))
    assert (found.status, found.reason) == (Status.PARTIAL, Reason.TOO_LARGE)


@pytest.mark.parametrize("note", [b"exported by night shift", b"Dr M"])
def test_a_note_behind_the_data_set_does_not_make_it_partial(note: bytes) -> None:
    found = record(make_dicom(trailing=note))
    assert found.status is Status.READ
    assert record(make_dicom(trailing=bytes(range(1, 60)) * 2)).status is Status.PARTIAL


def test_a_preamble_that_makes_the_file_a_tiff_is_read_as_one() -> None:
    # A directory at byte 8, whose ImageDescription lies in a private element.
    text = b"Patient Carmen Sexton\0"
    content = make_dicom(private=[(0x29, "ACME", 0x10, "OB", text)])
    at = content.index(text)
    fields = ((256, 3, 1, 1), (257, 3, 1, 1), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (270, 2, len(text), at),
              (273, 4, 1, at), (278, 3, 1, 1), (279, 4, 1, 1))  # fmt: skip
    directory = b"".join(struct.pack("<HHLL", *field) for field in fields)
    preamble = (b"II*\0\x08\0\0\0" + struct.pack("<H", len(fields)) + directory).ljust(128, b"\0")
    found = record(preamble + content[128:])
    assert any(e.place == "exif" and "Carmen" in e.value for e in found.elements)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5"])
@pytest.mark.parametrize("bound", [0, 1 << 40])
def test_frames_on_demand_are_those_of_the_whole(
    monkeypatch: pytest.MonkeyPatch, syntax: str, bound: int
) -> None:
    monkeypatch.setattr("auditor.readers.dicom_frames.WHOLE", bound)
    content = make_dicom(PIXELS, syntax=syntax)
    reading = read_item(io.BytesIO(content), Item("a.dcm", len(content)))
    frames = [frame.stored for frame in reading.frames() if isinstance(frame, Frame)]
    assert np.array_equal(np.stack([f for f in frames if f is not None]), PIXELS)


def test_shift_jis_without_a_declaration() -> None:
    assert guess("検査 タロウ さん".encode("shift_jis")) == "検査 タロウ さん"
