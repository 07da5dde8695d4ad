"""Reading rasters, NIfTI, tables, text, and what is only recognised."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zlib

import nibabel
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from auditor.model import Element, Frame, Item, Kind, Place, Reason, Status
from auditor.readers import Limits, Reading, read_item

GREY16 = (np.arange(32 * 40, dtype=np.uint16) * 40).reshape(32, 40)


def read(content: bytes, name: str, limits: Limits | None = None) -> Reading:
    return read_item(io.BytesIO(content), Item(name, len(content)), limits)


def pairs(content: bytes, name: str) -> set[tuple[str, str]]:
    return {(e.location, e.value) for e in read(content, name).record.elements}


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF"])
def test_rasters_are_recognised_by_content(kind: str) -> None:
    picture = Image.fromarray(np.tile(np.arange(64, dtype=np.uint8) * 4, (20, 1)))
    reading = read(encoded(picture, kind), "no-extension")
    assert (reading.record.kind, reading.record.status) == (Kind.RASTER, Status.READ)
    assert (reading.record.facts.rows, reading.record.facts.columns) == ("20", "64")
    (frame,) = reading.frames()
    assert isinstance(frame, Frame)
    assert frame.display.shape[:2] == (20, 64)


def test_sixteen_bit_grey_keeps_stored_values_and_fills_the_display() -> None:
    (frame,) = read(encoded(Image.fromarray(GREY16), "PNG"), "a.png").frames()
    assert isinstance(frame, Frame)
    assert frame.stored is not None
    assert np.array_equal(frame.stored, GREY16)
    assert frame.display.min() < 5
    assert frame.display.max() > 250


def test_every_page_of_a_tiff_is_a_frame() -> None:
    pages = [Image.new("L", (8, 8), shade) for shade in (10, 20, 30)]
    reading = read(encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:]), "a.tif")
    assert reading.record.frames_total == 3
    assert [int(f.display[0, 0]) for f in reading.frames() if isinstance(f, Frame)] == [10, 20, 30]


def test_png_text_in_every_kind_of_chunk_and_after_the_end() -> None:
    info = PngInfo()
    info.add_text("Author", "Jane Doe")
    info.add_text("Comment", "packed words", zip=True)
    info.add_itxt("Description", "患者王小明", zip=True)
    content = encoded(Image.new("L", (8, 8)), "PNG", pnginfo=info) + b"after the end Jane"
    found = pairs(content, "a.png")
    assert ("png text Author", "Jane Doe") in found
    assert ("png text Comment", "packed words") in found
    assert ("png text Description", "患者王小明") in found
    assert ("trailing bytes", "after the end Jane") in found


def test_a_png_keyword_that_is_data_is_not_a_location() -> None:
    info = PngInfo()
    info.add_text("ID 19700101", "x")
    locations = {
        e.location for e in read(encoded(Image.new("L", (8, 8)), "PNG", pnginfo=info), "a").record.elements
    }
    assert not any("1970" in location for location in locations)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_exif_with_gps(kind: str) -> None:
    exif = Image.Exif()
    exif[0x013B] = "Jane Doe"
    exif.get_ifd(0x8825)[2] = (52.0, 22.0, 33.0)
    exif.get_ifd(0x8769)[0x9003] = "2020:03:05 10:11:12"
    found = pairs(encoded(Image.new("RGB", (8, 8)), kind, exif=exif), "a")
    assert ("exif Artist", "Jane Doe") in found
    assert ("exif DateTimeOriginal", "2020:03:05 10:11:12") in found
    assert any(location == "exif GPSLatitude" for location, _ in found)


def test_jpeg_comment_and_trailer() -> None:
    content = (
        encoded(Image.new("L", (8, 8)), "JPEG", comment=b"scanned for Jane Doe") + b"\0\0tail of Jane Doe"
    )
    found = pairs(content, "a.jpg")
    assert ("jpeg comment", "scanned for Jane Doe") in found
    assert ("trailing bytes", "tail of Jane Doe") in found


def test_huge_png_dimensions_are_typed_before_anything_is_decoded() -> None:
    header = struct.pack(">2L5B", 100_000, 100_000, 8, 0, 0, 0, 0)
    chunk = struct.pack(">L", 13) + b"IHDR" + header + struct.pack(">L", zlib.crc32(b"IHDR" + header))
    body = zlib.compress(bytes(100))
    data = struct.pack(">L", len(body)) + b"IDAT" + body + struct.pack(">L", zlib.crc32(b"IDAT" + body))
    reading = read(b"\x89PNG\r\n\x1a\n" + chunk + data, "bomb.png")
    assert (reading.record.status, reading.record.reason) == (Status.PARTIAL, Reason.TOO_LARGE)
    assert not list(reading.frames())


def test_a_truncated_png_yields_a_frame_error() -> None:
    content = encoded(Image.fromarray(GREY16), "PNG")
    assert not any(isinstance(frame, Frame) for frame in read(content[: len(content) // 2], "a.png").frames())


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("version", [nibabel.Nifti1Image, nibabel.Nifti2Image])
def test_nifti_header_text_extension_and_slices(version: type, packed: bool) -> None:
    cube = np.arange(6 * 8 * 10, dtype=np.int16).reshape(6, 8, 10)
    image = version(cube, np.eye(4))
    image.header["descrip"] = b"Doe Jane 1970"
    image.header["aux_file"] = b"jane.txt"
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"taken by Roe"))
    content = image.to_bytes()
    content = gzip.compress(content) if packed else content
    reading = read(content, "scan")
    assert reading.record.kind is Kind.NIFTI
    assert {("nifti descrip", "Doe Jane 1970"), ("nifti aux_file", "jane.txt")} <= pairs(content, "scan")
    assert ("nifti extension", "taken by Roe") in pairs(content, "scan")
    frames = [frame for frame in reading.frames() if isinstance(frame, Frame)]
    assert len(frames) == reading.record.frames_total
    assert frames[0].stored is not None
    assert np.array_equal(np.sort(frames[0].stored.ravel()), np.sort(cube[:, :, 5].ravel()))


def test_a_gzip_bomb_is_inflated_no_further_than_the_limit() -> None:
    cube = np.zeros((200, 200, 100), np.int16)
    content = gzip.compress(nibabel.Nifti1Image(cube, np.eye(4)).to_bytes())
    (outcome,) = read(content, "a.nii.gz", Limits(inflated_bytes=1 << 20)).frames()
    assert not isinstance(outcome, Frame)
    assert outcome.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_delimited_tables_in_any_encoding(delimiter: str, codec: str) -> None:
    lines = [["姓名", "age", "site"], ["王小明", "41", "A"], ["张伟", "52", "A"], ["王小明", "60", "B"]]
    content = "\r\n".join(delimiter.join(line) for line in lines).encode(codec)
    elements = read(content, "table.csv").record.elements
    cells = {(e.location, e.value, e.counts) for e in elements}
    assert ("table column=姓名 row=#", "王小明", (1,)) in cells
    assert ("table column=age row=#", "60", (3,)) in cells
    assert ("table header", "site", ()) in cells
    assert sum(e.value == "王小明" for e in elements) == 1


def test_a_table_without_header_has_numbered_columns() -> None:
    content = b"Jane Doe,41,M\nJohn Roe,52,M\nJim Poe,63,F\n"
    assert ("table column=1 row=#", "Jane Doe") in pairs(content, "a.csv")
    assert not any("Jane" in location for location, _ in pairs(content, "a.csv"))


def test_json_sidecar_records_and_lines() -> None:
    sidecar = json.dumps({"InstitutionName": "General", "Nested": {"Operator": ["Roe", "Poe"]}}).encode()
    assert ("table column=InstitutionName row=#", "General") in pairs(sidecar, "a.json")
    assert ("table column=Nested.Operator row=#", "Poe") in pairs(sidecar, "a.json")
    lines = b'{"name": "Doe"}\n{"name": "Roe"}\n'
    rows = [(e.value, e.counts) for e in read(lines, "a.jsonl").record.elements if "row" in e.location]
    assert rows == [("Doe", (1,)), ("Roe", (2,))]


def test_a_json_key_that_is_data_is_not_a_location() -> None:
    elements = read(b'{"MRN 1234567": {"age": 4}}', "a.json").record.elements
    assert any(e.value == "MRN 1234567" for e in elements)
    assert not any("1234567" in e.location for e in elements)


def test_broken_or_bottomless_json_is_typed() -> None:
    assert read(b'{"a": "Doe", ', "a.json").record.status is not Status.READ
    deep = read(b"[" * 200_000, "a.json").record
    assert deep.status is Status.UNREADABLE


def test_parquet() -> None:
    buffer = io.BytesIO()
    pd.DataFrame({"name": ["Doe", "Roe"], "n": [1, 2]}).to_parquet(buffer)
    assert {("table column=name row=#", "Roe"), ("table header", "n")} <= pairs(buffer.getvalue(), "a")


def test_more_values_than_the_limit_are_partial() -> None:
    content = b"id,x\n" + b"".join(b"%d,a\n" % n for n in range(100))
    record = read(content, "a.csv", Limits(elements=10)).record
    assert (record.status, record.reason, len(record.elements)) == (Status.PARTIAL, Reason.TOO_LARGE, 10)


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5", "utf-16", "utf-16-le"])
def test_reports_in_any_encoding(codec: str) -> None:
    content = "檢查報告\n姓名: 王小明\nIMPRESSION: normal chest\n".encode(codec)
    elements = read(content, "report").record.elements
    assert ("text line #", "姓名: 王小明", (2,)) in {(e.location, e.value, e.counts) for e in elements}


def test_latin_1_text() -> None:
    assert ("text line #", "Größe: 170, Müller") in pairs(
        "Befund\nGröße: 170, Müller".encode("latin-1"), "r.txt"
    )


def test_xml_entities_are_resolved_and_bombs_refused() -> None:
    content = b'<?xml version="1.0"?><r><name id="A7">J&#97;ne Doe</name></r>'
    found = pairs(content, "a.xml")
    assert ("text node=# name", "Jane Doe") in found
    assert ("text node=# name @id", "A7") in found
    bomb = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "Jane"><!ENTITY b "&a;&a;">]><r>&b; Doe</r>'
    assert any("Jane" in value for _, value in pairs(bomb, "a.xml"))


def test_html_text_and_attributes() -> None:
    found = {
        value for _, value in pairs(b'<html><body>\n<p title="x">Jane&nbsp;Doe</p>\n</body></html>', "a.html")
    }
    assert any("Jane\xa0Doe" in value for value in found)


def test_archives_without_a_reader_are_named_and_not_opened() -> None:
    record = read(b"7z\xbc\xaf\x27\x1c....", "a").record
    assert (record.kind, record.status, record.reason) == (Kind.ARCHIVE, Status.SKIPPED, Reason.UNSUPPORTED)


def test_what_is_not_recognised_is_skipped_with_its_reason() -> None:
    record = read(bytes(range(256)) * 8, "a.bin").record
    assert (record.status, record.reason) == (Status.SKIPPED, Reason.UNKNOWN_TYPE)


def test_an_item_that_its_source_will_not_open_is_skipped() -> None:
    record = read_item(io.BytesIO(), Item("a", 0, Reason.LINK)).record
    assert (record.status, record.reason) == (Status.SKIPPED, Reason.LINK)


_STARTS = [
    b"",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0",
    b"II*\0",
    b"GIF89a",
    b"PAR1",
    b"{",
    b"<?xml ",
    b"a,b\n",
]


@given(st.sampled_from(_STARTS), st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_arbitrary_bytes_never_raise(start: bytes, tail: bytes) -> None:
    reading = read(start + tail, "x.csv")
    assert isinstance(reading.record.elements, tuple)
    assert all(isinstance(element, Element) and element.place in Place for element in reading.record.elements)
    for frame, _ in zip(reading.frames(), range(2), strict=False):
        assert isinstance(frame, (Frame, Exception))
