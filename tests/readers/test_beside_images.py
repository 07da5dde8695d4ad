"""Text of image files that stands beside the image: segments, later pages, unused bytes, what follows the end."""

# The table of headers reads better in long lines.
# ruff: noqa: E501

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from auditor.model import Item, Place, Reason, Status
from auditor.readers import Reading, read_item
from auditor.readers.base import Limits
from auditor.readers.containers import container_of

NAME = "Patient Carmen Sexton"


def read(content: bytes, name: str = "file") -> Reading:
    return read_item(io.BytesIO(content), Item(name, len(content)))


def found(content: bytes, name: str = "file") -> dict[str, str]:
    return {element.value: element.location for element in read(content, name).record.elements}


def picture(form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((24, 16)).convert("RGB").save(stream, form, **options)
    return stream.getvalue()


def with_segment(marker: int, body: bytes) -> bytes:
    jpeg = picture("JPEG")
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + jpeg[2:]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "JPEG2000"])
def test_text_after_the_image_is_found_in_every_format(form: str) -> None:
    clean = picture(form)
    assert not [e for e in read(clean).record.elements if e.place is Place.TRAILING]
    dirty = read(clean + b"\0\0" + NAME.encode())
    assert (NAME, "trailing bytes") in {(e.value, e.location) for e in dirty.record.elements}
    assert dirty.record.status is Status.READ


def test_a_file_after_the_image_is_a_member() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("note.txt", NAME)
    content = picture("PNG") + packed.getvalue()
    (member,) = read(content).members
    assert member.size == len(packed.getvalue())
    container = container_of(io.BytesIO(content), "", Limits())
    assert container is not None
    assert container.open(0).read() == packed.getvalue()


def test_segments_of_a_jpeg_are_read_by_their_kind() -> None:
    caption = b"\x1c\x02\x78" + struct.pack(">H", len(NAME)) + NAME.encode()
    iptc = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">L", len(caption)) + caption
    assert found(with_segment(0xED, iptc))[NAME] == "iptc caption"
    assert found(with_segment(0xEB, b"VENDOR\0" + NAME.encode()))[NAME] == "jpeg APP11"
    assert found(with_segment(0xFE, NAME.encode()))[NAME] == "jpeg comment"


def test_a_thumbnail_is_a_layer_and_its_comment_is_read() -> None:
    reading = read(with_segment(0xE0, b"JFXX\0\x10" + picture("JPEG", comment=NAME.encode())))
    assert NAME in {e.value for e in reading.record.elements}
    assert [getattr(layer, "layer", None) for layer in reading.layers()] == ["thumbnail"]


def test_xmp_is_read_as_xml_without_its_namespaces() -> None:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Core 5.6, 2017/05/06-01:08:21">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/'
        f'elements/1.1/"><dc:title>{NAME}</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>'
    )
    elements = found(with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet.encode()))
    assert elements == {NAME: "text node=# title"}


def test_every_page_of_a_tiff_and_what_no_directory_points_to() -> None:
    stream = io.BytesIO()
    first, second = (Image.new("L", (8, 8), shade) for shade in (10, 20))
    first.save(stream, "TIFF", save_all=True, append_images=[second])
    assert not found(stream.getvalue())
    second_page = io.BytesIO()
    second.encoderinfo = {"tiffinfo": {270: NAME}}
    first.save(second_page, "TIFF", save_all=True, append_images=[second])
    assert found(second_page.getvalue())[NAME] == "tiff page=1 0x010E"
    raw = picture("TIFF", tiffinfo={270: NAME})
    entry = next(i for i in range(len(raw) - 12) if raw[i : i + 4] == struct.pack("<HH", 270, 2))
    new = b"removed\0"
    edited = bytearray(raw + new)
    struct.pack_into("<LL", edited, entry + 4, len(new), len(raw))
    shown = found(bytes(edited))
    assert shown["removed"] == "exif ImageDescription"
    assert shown[NAME] == "unused bytes"


@pytest.mark.parametrize(
    ("content", "name", "location", "status"),
    [
        (f"NRRD0004\ntype: short\nPatientName:={NAME}\n\n".encode() + bytes(64), "a.nrrd", "header PatientName", Status.PARTIAL),
        (f"ObjectType = Image\nNDims = 3\nComment = {NAME}\nElementDataFile = LOCAL\n".encode() + bytes(9), "a.mha",
         "header Comment", Status.PARTIAL),
        (f"ObjectType = Image\nNDims = 3\nComment = {NAME}\nElementDataFile = a.raw\n".encode(), "a.mhd", "header Comment",
         Status.READ),
        (b"P5\n# " + NAME.encode() + b"\n2 2\n255\n" + bytes(4), "a.pgm", "header comment", Status.PARTIAL),
        (b"0       " + NAME.encode().ljust(80) + b" " * 80 + b"02.03.0220.15.00256     ".ljust(68) + b"0       1       0   ",
         "a.edf", "header patient", Status.PARTIAL),
        (f"# === DATA DESCRIPTION FILE ===\n.    Patient name   :   {NAME}\n".encode(), "a.par", "header Patient name",
         Status.READ),
        (b"solid " + NAME.encode().ljust(74) + struct.pack("<L", 1) + bytes(50), "a.stl", "header title", Status.PARTIAL),
        (b"\0\0\0\x10ftypisom\0\0\0\0" + struct.pack(">L", 16 + len(NAME)) + b"udta" + struct.pack(">L", 8 + len(NAME))
         + b"name" + NAME.encode(), "a.mp4", "box", Status.PARTIAL),
    ],
    ids=["nrrd", "mha", "mhd", "pgm", "edf", "par", "stl", "mp4"],
)  # fmt: skip
def test_text_headers_are_read_and_voxels_are_said_not_to_be(
    content: bytes, name: str, location: str, status: Status
) -> None:
    record = read(content, name).record
    shown = {element.value.removeprefix("solid "): element.location for element in record.elements}
    assert shown[NAME] == location
    assert (record.status, record.reason) == (
        status,
        Reason.UNSUPPORTED if status is Status.PARTIAL else None,
    )


def test_the_gzip_header_tells_a_name_and_a_comment() -> None:
    nifti = bytearray(352)
    struct.pack_into("<l", nifti, 0, 348)
    struct.pack_into("<8h", nifti, 40, 3, 1, 1, 1, 1, 1, 1, 1)
    struct.pack_into("<hh", nifti, 70, 2, 8)
    struct.pack_into("<f", nifti, 108, 352)
    nifti[344:348] = b"n+1\0"
    deflate = zlib.compressobj(wbits=-15)
    body = deflate.compress(bytes(nifti) + b"\0") + deflate.flush()
    packed = b"\x1f\x8b\x08\x18" + bytes(6) + b"Sexton_Carmen.nii\0" + NAME.encode() + b"\0" + body
    packed += struct.pack("<LL", zlib.crc32(bytes(nifti) + b"\0"), len(nifti) + 1)
    assert found(packed) == {"Sexton_Carmen.nii": "gzip name", NAME: "archive comment"}
    assert found(bytes(nifti) + b"\0" + NAME.encode())[NAME] == "trailing bytes"


def test_an_unknown_type_is_skipped_though_its_text_is_searched() -> None:
    record = read(b"\x00\x01\x02MEAS" + bytes(8) + NAME.encode() + bytes(range(256))).record
    assert (record.status, record.reason) == (Status.SKIPPED, Reason.UNKNOWN_TYPE)
    assert NAME in {element.value for element in record.elements}


def test_a_zip_behind_a_script_is_an_archive() -> None:
    packed = io.BytesIO(f"#!/bin/sh\n# {NAME}\n\0\0\x01".encode())
    packed.seek(0, 2)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("note.txt", NAME)
    reading = read(packed.getvalue())
    assert [member.path for member in reading.members] == ["file!/note.txt"]
    assert any(NAME in element.value for element in reading.record.elements)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "JPEG2000"]), st.data())
def test_damage_never_raises(form: str, data: st.DataObject) -> None:
    content = bytearray(picture(form) + NAME.encode())
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=12)):
        content[at] = data.draw(st.integers(0, 255))
    reading = read(bytes(content[: data.draw(st.integers(1, len(content)))]))
    list(reading.layers())
