"""Text, properties and members of documents, and that broken ones do no harm."""

from __future__ import annotations

import datetime as dt
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from auditor.model import Element, Item, Kind, Reason, Status
from auditor.readers import Reading, read_item
from auditor.readers.base import Limits
from auditor.readers.containers import container_of
from tests.builders.dicom import DEFLATED, make_dicom
from tests.builders.documents import HL7, make_docx, make_pdf, make_xlsx

RTF = rb"""{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\info{\author Marsh Dent}}
\pard Patient \b Carmen\b0  Sexton\par \u29579?\u23567?\u26126? seen\'20today\par}"""


def read(content: bytes, name: str = "file") -> Reading:
    return read_item(io.BytesIO(content), Item(name, len(content)))


def said(content: bytes) -> set[tuple[str, str]]:
    return {(e.location, e.value) for e in read(content).record.elements}


def test_pdf_text_information_and_attachments() -> None:
    content = make_pdf(["Patient Carmen Sexton"], {"Author": "Marsh"}, {"inner.txt": b"hidden"})
    reading = read(content)
    assert reading.record.status is Status.READ
    assert {("text page=# line #", "Patient Carmen Sexton"), ("pdf Author", "Marsh")} <= said(content)
    (member,) = reading.members
    assert member.path == "file!/inner.txt"
    container = container_of(io.BytesIO(content), "", Limits())
    assert container is not None
    assert container.open(member.members[-1]).read() == b"hidden"


def test_pictures_of_a_pdf_are_members() -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.arange(4096, dtype=np.uint8).reshape(64, 64)).save(buffer, "PDF")
    (member,) = read(buffer.getvalue()).members
    container = container_of(io.BytesIO(buffer.getvalue()), "", Limits())
    assert container is not None
    assert read(container.open(member.members[-1]).read()).record.kind is Kind.RASTER


def test_a_pdf_with_a_password_is_unreadable() -> None:
    record = read(make_pdf(["text"], password="secret")).record
    assert (record.status, record.reason) == (Status.UNREADABLE, Reason.ENCRYPTED)


def test_word_joins_runs_and_names_authors() -> None:
    content = make_docx([["Pat", "ient Sex", "ton"], ["next"]], "Marsh", {"scan.png": b"\x89PNG"})
    assert {("text paragraph #", "Patient Sexton"), ("document creator", "Marsh")} <= said(content)
    assert [item.path for item in read(content).members] == ["file!/word/media/scan.png"]


def test_excel_cells_are_a_table_with_dates() -> None:
    rows = [["name", "born"], ["Sexton", dt.datetime(1962, 5, 14)], ["Marsh", dt.datetime(1970, 1, 2, 3, 4)]]
    content = make_xlsx(rows, "Dent")
    assert read(content).record.kind is Kind.TABLE
    assert {
        ("table column=name row=#", "Sexton"),
        ("table column=born row=#", "1962-05-14"),
        ("table column=born row=#", "1970-01-02 03:04:00"),
        ("document creator", "Dent"),
    } <= said(content)


def test_rtf_text_and_author() -> None:
    assert said(RTF) == {
        ("text line #", "Patient Carmen Sexton"),
        ("text line #", "王小明 seen today"),
        ("document author", "Marsh Dent"),
    }


def test_hl7_fields_by_name() -> None:
    found = said(HL7.encode())
    assert {
        ("text node=# PID-5 patient name", "SEXTON^CARMEN"),
        ("text node=# PID-3 patient id", "48213957^^^HOSP"),
        ("text node=# OBX-5", "Seen by Dr Marsh & team"),
    } <= found


def test_dicom_json_is_read_as_dicom() -> None:
    model = {
        "00080005": {"vr": "CS", "Value": ["ISO_IR 192"]},
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Sexton^Carmen"}]},
        "00400275": {"vr": "SQ", "Value": [{"00401002": {"vr": "LO", "Value": ["pain"]}}]},
    }
    for content in (json.dumps(model), json.dumps([model, model], indent=1)):
        record = read(content.encode()).record
        assert (record.kind, record.status) == (Kind.DICOM, Status.READ)
        assert ("(0010,0010) PatientName", "Sexton^Carmen") in said(content.encode())
        assert any(e.value == "pain" and e.counts == (0,) for e in record.elements)


def test_native_dicom_xml_is_read_as_dicom() -> None:
    content = """<?xml version="1.0"?><NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM">
      <DicomAttribute tag="00100010" vr="PN"><PersonName number="1"><Alphabetic><FamilyName>Sexton</FamilyName>
      <GivenName>Carmen</GivenName></Alphabetic></PersonName></DicomAttribute>
      <DicomAttribute tag="00280010" vr="US"><Value number="1">12</Value></DicomAttribute></NativeDicomModel>"""
    assert ("(0010,0010) PatientName", "Sexton^Carmen") in said(content.encode())


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", DEFLATED])
def test_an_encapsulated_document_is_a_member(syntax: str) -> None:
    document = make_pdf(["Patient Carmen Sexton"])
    document += b"\0" * (len(document) % 2)
    content = make_dicom(
        syntax=syntax, EncapsulatedDocument=document, MIMETypeOfEncapsulatedDocument="application/pdf"
    )
    (member,) = read(content, "x.dcm").members
    assert member.path == "x.dcm!/document.pdf"
    container = container_of(io.BytesIO(content), "", Limits())
    assert container is not None
    assert container.open(0).read() == document


def values(elements: tuple[Element, ...]) -> set[str]:
    return {element.value for element in elements}


def test_annotations_records_and_reports_are_elements() -> None:
    content = make_dicom(
        GraphicAnnotationSequence=[{"TextObjectSequence": [{"UnformattedTextValue": "arrow by Marsh"}]}],
        WaveformAnnotationSequence=[{"UnformattedTextValue": "lead off, Sexton"}],
        ContentSequence=[{"ContentSequence": [{"TextValue": "reported to Dent"}]}],
        DirectoryRecordSequence=[{"PatientName": "Sexton^Carmen"}],
    )
    expected = {"arrow by Marsh", "lead off, Sexton", "reported to Dent", "Sexton^Carmen"}
    assert expected <= values(read(content).record.elements)


def test_types_without_a_reader_are_searched_for_runs_of_text() -> None:
    for magic, reason in (
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Reason.UNSUPPORTED),
        (b"SQLite format 3\0", Reason.MALFORMED),
    ):
        record = read(magic + bytes(64) + b"Patient Carmen Sexton\0" + bytes(64)).record
        assert (record.status, record.reason) == (Status.PARTIAL, reason)
        assert "Patient Carmen Sexton" in values(record.elements)


_WHOLE = [
    make_pdf(["text"], {"Author": "a"}, {"b": b"c"}),
    make_docx([["a", "b"]], "c"),
    make_xlsx([["a", 1], ["b", 2]]),
    RTF,
    HL7.encode(),
    b'{"00100010": {"vr": "PN", "Value": [{"Alphabetic": "A"}]}}',
]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(_WHOLE), st.data())
def test_damage_never_raises(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=10)):
        damaged[at] = data.draw(st.integers(0, 255))
    read(bytes(damaged[: data.draw(st.integers(1, len(content)))]))
