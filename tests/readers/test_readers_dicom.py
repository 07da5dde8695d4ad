"""Reading DICOM: where text is looked for, and what becomes of broken files."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model import Element, Frame, Item, Kind, Place, Reason, Status
from auditor.readers import Limits, Reading, read_item
from tests.builders import dicom as build

GREY = np.arange(48 * 64, dtype=np.uint16).reshape(48, 64)
SYNTAXES = [build.IMPLICIT, build.EXPLICIT, build.DEFLATED, build.BIG_ENDIAN, build.RLE]


def read(content: bytes, name: str = "a.dcm", limits: Limits | None = None) -> Reading:
    return read_item(io.BytesIO(content), Item(name, len(content)), limits)


def found(content: bytes, location: str) -> list[str]:
    return [e.value for e in read(content).record.elements if e.location == location]


def located(elements: tuple[Element, ...], value: str) -> list[str]:
    return [e.location for e in elements if value in e.value]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_transfer_syntax_gives_elements_and_stored_pixels(syntax: str) -> None:
    content = build.make_dicom(
        GREY,
        syntax=syntax,
        PatientName="Doe^Jane",
        RequestAttributesSequence=[
            {"ReasonForTheRequestedProcedure": "first"},
            {"ReasonForTheRequestedProcedure": "second"},
        ],
    )
    reading = read(content, "no-extension")
    assert (reading.record.kind, reading.record.status) == (Kind.DICOM, Status.READ)
    assert found(content, "(0010,0010) PatientName") == ["Doe^Jane"]
    nested = [e for e in reading.record.elements if e.value in ("first", "second")]
    assert {e.location for e in nested} == {"(0040,0275)[#].(0040,1002) ReasonForTheRequestedProcedure"}
    assert [e.counts for e in nested] == [(0,), (1,)]
    (frame,) = reading.frames()
    assert isinstance(frame, Frame)
    assert frame.stored is not None
    assert np.array_equal(frame.stored, GREY)
    assert frame.display[0, 0] < frame.display[-1, -1]


@pytest.mark.parametrize("syntax", [build.IMPLICIT, build.EXPLICIT, build.BIG_ENDIAN])
def test_a_bare_data_set_is_recognised_by_its_structure(syntax: str) -> None:
    content = build.make_dicom(GREY, syntax=syntax, preamble=None, PatientID="P7")
    reading = read(content, "IM0001")
    assert reading.record.facts.patient == "P7"
    assert all(isinstance(frame, Frame) for frame in reading.frames())


@pytest.mark.parametrize(
    ("charset", "codec", "name"),
    [
        ("GB18030", "gb18030", "王小明"),
        ("ISO_IR 192", "utf-8", "王小明"),
        ("ISO_IR 100", "latin-1", "Müller^José"),
        ("ISO_IR 144", "iso8859-5", "Люкceмбypг"),
        (None, "gb18030", "王小明^张伟"),
        (None, "utf-8", "王小明"),
        ("ISO_IR 100", "gb18030", "王小明"),
        ("ISO_IR 100", "utf-8", "Müller"),
        ("NO_SUCH_SET", "utf-8", "王小明"),
    ],
)
def test_names_are_readable_whatever_the_character_set_says(
    charset: str | None, codec: str, name: str
) -> None:
    plain = build.make_dicom(SpecificCharacterSet=charset, PatientName="X" * len(name.encode(codec)))
    content = plain.replace(b"X" * len(name.encode(codec)), name.encode(codec))
    assert found(content, "(0010,0010) PatientName") == [name]


def test_iso_2022_escapes_are_followed() -> None:
    raw = b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B"
    plain = build.make_dicom(SpecificCharacterSet="\\ISO 2022 IR 87", PatientName="X" * len(raw))
    assert found(plain.replace(b"X" * len(raw), raw), "(0010,0010) PatientName") == ["Yamada^Tarou=山田^太郎"]


def test_private_elements_are_named_only_by_public_creators() -> None:
    content = build.make_dicom(
        private=[
            (0x0029, "SIEMENS CSA HEADER", 0x10, "OB", b"\1\2\0\0Doe^Jane\0\0\3\4"),
            (0x0031, "Klinik Musterstadt", 0x01, "LO", "something"),
        ]
    )
    elements = read(content).record.elements
    assert located(elements, "Doe^Jane") == ["(0029,1010) [SIEMENS CSA HEADER]"]
    (private,) = [e for e in elements if e.value == "something"]
    assert (private.location, private.creator) == ("(0031,xx01) private", "Klinik Musterstadt")


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "gb18030", "utf-16-le"])
def test_private_bytes_that_are_text_in_some_encoding_are_text(encoding: str) -> None:
    text = "Patient Doe Jane" if encoding in ("ascii", "utf-16-le") else "患者王小明住院号"
    content = build.make_dicom(
        private=[(0x0029, "X", 0x10, "UN", bytes(8) + text.encode(encoding) + bytes(8))]
    )
    assert found(content, "(0029,xx10) private") == [text]


def test_random_bytes_are_hardly_ever_taken_for_text() -> None:
    noise = np.random.default_rng(3).integers(0, 256, 60_000, dtype=np.uint8).tobytes()
    content = build.make_dicom(private=[(0x0029, "X", 0x10, "OB", noise)])
    assert len(found(content, "(0029,xx10) private")) <= 3


def test_text_outside_of_the_elements_is_found() -> None:
    content = build.make_dicom(
        GREY,
        preamble=b"preamble says Doe Jane",
        slack=b"\0\0slack says Doe Jane\0",
        trailing=b"trailer says Doe Jane",
        meta={"SourceApplicationEntityTitle": "SITE7"},
    )
    reading = read(content)
    places = {(e.place, e.location): e.value for e in reading.record.elements}
    assert places[Place.PREAMBLE, "preamble"] == "preamble says Doe Jane"
    assert places[Place.TRAILING, "pixel data slack"] == "slack says Doe Jane"
    assert places[Place.TRAILING, "trailing bytes"] == "trailer says Doe Jane"
    assert places[Place.FILE_META, "file meta (0002,0016) SourceApplicationEntityTitle"] == "SITE7"
    assert reading.record.status is Status.READ


def test_jpeg_comments_inside_encapsulated_frames_are_found() -> None:
    comment = b"Doe Jane 1970"
    jpeg = b"\xff\xd8\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + b"\xff\xd9"
    content = build.make_dicom(
        GREY.astype(np.uint8), syntax=build.JPEG, fragments=[jpeg + b"\0" * (len(jpeg) % 2)]
    )
    assert found(content, "pixel data codestream comment") == ["Doe Jane 1970"]


def test_claim_and_facts() -> None:
    record = read(
        build.make_dicom(
            GREY,
            PatientID="P1",
            PatientSex="F",
            PatientAge="041Y",
            StudyDate="20200102",
            PatientIdentityRemoved="YES",
            DeidentificationMethodCodeSequence=[{"CodeValue": "113105"}, {"CodeValue": "113100"}],
            LongitudinalTemporalInformationModified="MODIFIED",
        )
    ).record
    assert record.claim.is_dicom
    assert record.claim.identity_removed == "YES"
    assert record.claim.codes == ("113100", "113105")
    assert record.claim.has_method
    assert record.claim.longitudinal == "MODIFIED"
    facts = record.facts
    assert (facts.patient, facts.sex, facts.age, facts.rows, facts.columns) == ("P1", "F", "041Y", "48", "64")
    assert facts.exam.endswith(".2")


def test_patient_name_stands_in_for_a_missing_id() -> None:
    assert read(build.make_dicom(PatientName="sub-01")).record.facts.patient == "sub-01"


def test_a_file_cut_anywhere_keeps_what_was_before_the_cut() -> None:
    content = build.make_dicom(GREY, PatientName="Doe^Jane")
    reading = read(content[: len(content) // 2])
    assert (reading.record.status, reading.record.reason) == (Status.PARTIAL, Reason.TRUNCATED)
    assert reading.record.facts.rows == "48"
    assert located(reading.record.elements, "Doe^Jane") == ["(0010,0010) PatientName"]
    (frame,) = reading.frames()
    assert isinstance(frame, Frame)
    assert frame.stored is not None
    assert np.array_equal(frame.stored[:10], GREY[:10])


def test_an_absurd_length_ends_the_elements_and_its_bytes_are_searched() -> None:
    content = build.make_dicom(PatientName="Doe^Jane") + b"\x40\0\0\x40UT\0\0\xf0\xff\xff\xff"
    content += b"text behind an absurd length"
    record = read(content).record
    assert (record.status, record.reason) == (Status.PARTIAL, Reason.TRUNCATED)
    assert located(record.elements, "behind an absurd length")


def test_nesting_beyond_the_limit_is_typed_and_the_rest_is_read() -> None:
    inner: dict[str, object] = {"PatientComments": "deep"}
    for _ in range(12):
        inner = {"RequestAttributesSequence": inner}
    content = build.make_dicom(**inner, OperatorsName="Roe", PlacerOrderNumberImagingServiceRequest="9")
    record = read(content, limits=Limits(depth=4)).record
    assert (record.status, record.reason) == (Status.PARTIAL, Reason.TOO_DEEP)
    assert "9" in [e.value for e in record.elements]


def test_a_deflated_bomb_is_cut_at_the_limit() -> None:
    content = build.make_dicom(syntax=build.DEFLATED, PatientComments="A" * 200_000)
    record = read(content, limits=Limits(inflated_bytes=10_000)).record
    assert (record.status, record.reason) == (Status.PARTIAL, Reason.TOO_LARGE)


@pytest.mark.parametrize(
    ("content", "status", "reason"),
    [
        (b"", Status.UNREADABLE, Reason.EMPTY),
        (b"this is only a text", Status.UNREADABLE, Reason.NOT_DICOM),
        (bytes(5000), Status.UNREADABLE, Reason.NOT_DICOM),
    ],
)
def test_what_is_named_dicom_and_is_not(content: bytes, status: Status, reason: Reason) -> None:
    record = read(content, "x.DCM").record
    assert (record.status, record.reason) == (status, reason)


def test_a_frame_that_fails_does_not_end_the_others() -> None:
    frames = np.stack([GREY, GREY + 1, GREY + 2])
    content = build.make_dicom(frames, syntax=build.RLE)
    first = content.index(b"\xfe\xff\x00\xe0", content.index(b"\xe0\x7f\x10\x00") + 20)
    second = content.index(b"\xfe\xff\x00\xe0", first + 8)
    broken = content[: second + 8] + b"\xff" * 64 + content[second + 72 :]
    outcomes = [isinstance(frame, Frame) for frame in read(broken).frames()]
    assert len(outcomes) == 3
    assert outcomes.count(False) == 1


def test_colour_palette_and_inverted_grey_are_displayed_as_a_viewer_would() -> None:
    rgb = np.zeros((4, 4, 3), np.uint8)
    rgb[0] = (250, 10, 20)
    (frame,) = read(build.make_dicom(rgb)).frames()
    assert isinstance(frame, Frame)
    assert np.array_equal(frame.display, rgb)
    ramp = np.tile(np.arange(64, dtype=np.uint8), (8, 1))
    (inverted,) = read(build.make_dicom(ramp, photometric="MONOCHROME1")).frames()
    assert isinstance(inverted, Frame)
    assert inverted.display[0, 0] > 250
    assert inverted.display[0, -1] < 5


def test_a_window_that_hides_the_image_is_not_used() -> None:
    (frame,) = read(build.make_dicom(GREY, WindowCenter="-9000", WindowWidth="10")).frames()
    assert isinstance(frame, Frame)
    assert np.unique(frame.display).size > 200


def test_a_frame_larger_than_the_limit_is_typed() -> None:
    (outcome,) = read(build.make_dicom(GREY), limits=Limits(frame_pixels=100)).frames()
    assert not isinstance(outcome, Frame)
    assert outcome.reason is Reason.TOO_LARGE


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damaged_bytes_never_raise(data: st.DataObject) -> None:
    content = bytearray(
        build.make_dicom(
            GREY[:4, :4],
            syntax=data.draw(st.sampled_from(SYNTAXES)),
            RequestAttributesSequence=[{"ReasonForTheRequestedProcedure": "x"}],
            private=[(0x29, "X", 1, "OB", b"abcdefgh")],
        )
    )
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(132, len(content) - 1))] = data.draw(st.integers(0, 255))
    reading = read(bytes(content[: data.draw(st.integers(140, len(content)))]))
    assert reading.record.status in Status
    for frame, _ in zip(reading.frames(), range(3), strict=False):
        assert isinstance(frame, (Frame, Exception))


@given(st.binary(max_size=400))
@settings(max_examples=80, deadline=None)
def test_arbitrary_bytes_behind_a_prefix_never_raise(tail: bytes) -> None:
    assert read(bytes(128) + b"DICM" + tail).record.kind is Kind.DICOM


@pytest.mark.parametrize("syntax", [build.EXPLICIT, build.RLE])
def test_an_absurd_number_of_frames_is_bounded_by_the_data(syntax: str) -> None:
    content = build.make_dicom(np.stack([GREY, GREY + 1]), syntax=syntax)
    absurd = content.replace(b"IS\x02\x002 ", b"IS\x0a\x00 999999999")
    assert absurd != content
    reading = read(absurd)
    assert reading.record.frames_total == 2
    assert sum(isinstance(frame, Frame) for frame in reading.frames()) == 2


def test_the_frames_before_a_cut_are_decoded() -> None:
    content = build.make_dicom(np.stack([GREY] * 5))
    frames = list(read(content[: -2 * GREY.nbytes - 100]).frames())
    assert len(frames) == 3
    assert all(isinstance(frame, Frame) for frame in frames)


def test_video_is_typed_as_lacking_a_decoder() -> None:
    content = build.make_dicom(
        GREY.astype(np.uint8), syntax="1.2.840.10008.1.2.4.100", fragments=[b"\0\0\1\xb3"]
    )
    (outcome,) = read(content).frames()
    assert not isinstance(outcome, Frame)
    assert outcome.reason is Reason.NO_DECODER


def test_bottomless_nesting_ends() -> None:
    sequence = b"\x08\0\0\x11SQ\0\0\xff\xff\xff\xff"
    nested = (b"\xfe\xff\x00\xe0\xff\xff\xff\xff" + sequence) * 20_000
    record = read(bytes(128) + b"DICM" + sequence + nested).record
    assert (record.status, record.reason) == (Status.UNREADABLE, Reason.TOO_DEEP)


def test_no_value_leaves_through_warnings_or_logs(
    recwarn: pytest.WarningsRecorder, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    content = build.make_dicom(GREY, syntax=build.RLE, StudyDate="20200101", PatientAge="041Y")
    content = content.replace(b"1.2.840.10008.1.2.5\0", b"1.2.840.SECRET.1.2.5").replace(
        b"20200101", b"SECRETDA"
    )
    caplog.clear()
    recwarn.clear()
    list(read(content).frames())
    assert "SECRET" not in caplog.text + "".join(capfd.readouterr())
    assert not [warning for warning in recwarn if "SECRET" in str(warning.message)]


def test_a_number_of_the_wrong_length_in_the_file_meta_is_no_exception() -> None:
    content = build.make_dicom(GREY)
    broken = content.replace(b"UL\x04\0", b"UL\x06\0", 1)
    assert broken != content
    assert len(list(read(broken).frames())) <= 1
