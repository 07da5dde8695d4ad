"""The text of an image file's metadata blocks: XMP, IPTC, comments, and segments that nobody registered."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from auditor.model import Element, Place
from auditor.readers.charsets import guess
from auditor.readers.codestreams import segments
from auditor.readers.raster.parts import THUMBNAIL
from auditor.readers.scraps import scraps
from auditor.readers.text import xml_elements

_PLACES = {"trailing bytes": Place.TRAILING, "unused bytes": Place.TRAILING}
_TOOLKIT = ("@xmptk", "@schemaLocation")
"""Attributes that name a program or a schema, build date included."""
_IPTC = {
    5: "object name", 12: "subject reference", 25: "keywords", 40: "special instructions", 55: "date created",
    60: "time created", 80: "by-line", 85: "by-line title", 90: "city", 92: "sublocation", 95: "state", 101: "country",
    103: "transmission reference", 105: "headline", 110: "credit", 115: "source", 116: "copyright", 118: "contact",
    120: "caption", 122: "writer",
}  # fmt: skip
"""Data sets of record 2, IPTC-IIM 4.2."""
_IPTC_RESOURCE = 0x0404


def part_elements(where: str, raw: bytes) -> Iterator[Element]:
    """What one part of an image file says, by where it stands."""
    if where == "xmp":
        yield from xmp_elements(raw)
    elif where == "iptc":
        yield from _photoshop(raw)
    elif where == "codestream":
        for comment in segments(raw):
            yield from _plain("jpeg comment", comment)
    elif where == THUMBNAIL:
        for segment in segments(raw):
            for text in scraps(segment):
                yield Element(Place.EXIF, THUMBNAIL, text)
    elif where.startswith("gif"):
        content = _chain(raw)
        yield from xmp_elements(content) if b"<rdf:RDF" in content else _plain(where, content)
    elif where == "jpeg comment":
        yield from _plain(where, raw)
    else:
        for text in scraps(raw):
            yield Element(_PLACES.get(where, Place.EXIF), where, text)


def xmp_elements(raw: bytes) -> Iterator[Element]:
    """Nodes and attributes of an XML packet; its runs of text where it does not parse."""
    begin, end = raw.find(b"<"), raw.rfind(b">")
    text = raw[begin : end + 1].decode("utf-8", "replace")
    nodes = xml_elements(text) if begin >= 0 else None
    if nodes is None:
        for scrap in scraps(raw):
            yield Element(Place.EXIF, "exif xmp", scrap)
        return
    yield from (node for node in nodes if not node.location.endswith(_TOOLKIT))


def _plain(where: str, raw: bytes) -> Iterator[Element]:
    """A comment is text in some encoding; one with control characters in it is searched."""
    text = guess(raw.rstrip(b"\0 \r\n"))
    if text.strip() and not any(character < " " and character not in "\t\r\n\f" for character in text):
        yield Element(Place.EXIF, where, text.strip())
    else:
        for scrap in scraps(raw):
            yield Element(Place.EXIF, where, scrap)


def _photoshop(raw: bytes) -> Iterator[Element]:
    """Image resource blocks (Adobe Photoshop file formats): IPTC by its names, others by their text."""
    pos = 0
    while raw[pos : pos + 4] == b"8BIM" and pos + 12 <= len(raw):
        number, name = struct.unpack(">HB", raw[pos + 4 : pos + 7])
        start = pos + 6 + (name + 1 + 1) // 2 * 2
        size = int.from_bytes(raw[start : start + 4], "big")
        body = raw[start + 4 : start + 4 + size]
        if number == _IPTC_RESOURCE:
            yield from _iptc(body)
        elif number not in (
            0x040F,
            0x0422,
            0x0423,
            0x0424,
            0x0409,
            0x040C,
        ):  # profiles, EXIF, XMP, thumbnails
            for text in scraps(body):
                yield Element(Place.EXIF, "jpeg photoshop", text)
        pos = start + 4 + size + size % 2


def _iptc(raw: bytes) -> Iterator[Element]:
    pos = 0
    while pos + 5 <= len(raw) and raw[pos] == 0x1C:
        record, number, size = struct.unpack(">BBH", raw[pos + 1 : pos + 5])
        if size & 0x8000:
            return
        text = guess(raw[pos + 5 : pos + 5 + size]).strip("\0 \r\n")
        if record == 2 and number > 0 and text:
            yield Element(Place.EXIF, f"iptc {_IPTC.get(number, number)}", text)
        pos += 5 + size


def _chain(raw: bytes) -> bytes:
    """The content of GIF sub-blocks. XMP is written without them, ended by its own trailer."""
    if raw[1:12] == b"XMP DataXMP":
        return raw[12:]
    out, pos = bytearray(), 0
    while pos < len(raw) and raw[pos]:
        out += raw[pos + 1 : pos + 1 + raw[pos]]
        pos += 1 + raw[pos]
    return bytes(out)
