"""Text in the bytes of a DICOM file that belong to no element: preamble, slack, trailer, codestreams."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from auditor.model import Element, Place
from auditor.readers.dicom_walk import Walk
from auditor.readers.scraps import scraps
from auditor.readers.window import Window

SEARCHED = 16 << 20
"""How many bytes after the last element or pixel are searched for text."""
_FRAGMENTS = 4096
_HEADER = 1 << 16
_JPEG2000_COMMENT = 0x64


def outside(
    window: Window, start: int, walk: Walk, values: Mapping[int, str], deflated: bool = False
) -> Iterator[Element]:
    """Elements for the text that lies outside of the data set's values."""
    if start == 132 and not deflated:
        yield from _elements(Place.PREAMBLE, "preamble", window.get(0, 128))
    yield from _slack(window, walk, values)
    if walk.end < window.size:
        yield from _elements(Place.TRAILING, "trailing bytes", window.get(walk.end, SEARCHED))
    for offset, length in walk.fragments[:_FRAGMENTS]:
        for segment in segments(window.get(offset, min(length, _HEADER))):
            yield from _elements(Place.TRAILING, "pixel data codestream comment", segment)
        yield from _elements(Place.TRAILING, "pixel data slack", _after_image(window, offset, length))


def _elements(place: Place, location: str, raw: bytes) -> Iterator[Element]:
    if raw.strip(b"\0"):
        for text in scraps(raw):
            yield Element(place, location, text)


def _slack(window: Window, walk: Walk, values: Mapping[int, str]) -> Iterator[Element]:
    """What native pixel data holds beyond its last pixel (PS3.5 8.1.1 gives the expected length)."""
    pixels = walk.pixels
    if pixels is None or pixels.tag != 0x7FE00010 or walk.fragments:
        return
    needed = [values.get(tag, "") for tag in (0x00280010, 0x00280011, 0x00280002, 0x00280100)]
    frames = values.get(0x00280008, "1").strip() or "1"
    if not all(number.isdecimal() for number in (*needed, frames)):
        return
    rows, columns, samples, bits = map(int, needed)
    if values.get(0x00280004, "") == "YBR_FULL_422":
        samples = 2
    expected = (rows * columns * samples * bits * int(frames) + 7) // 8
    if 0 < expected < pixels.length:
        extra = min(pixels.length - expected, SEARCHED)
        yield from _elements(Place.TRAILING, "pixel data slack", window.get(pixels.offset + expected, extra))


def segments(codestream: bytes) -> Iterator[bytes]:
    """Comment and application segments before the image data of JPEG, JPEG-LS and JPEG 2000."""
    if codestream[:2] not in (b"\xff\xd8", b"\xff\x4f"):
        return
    jpeg2000 = codestream[1] == 0x4F
    pos = 2
    while pos + 4 <= len(codestream) and codestream[pos] == 0xFF:
        marker = codestream[pos + 1]
        if marker in (0xDA, 0x90, 0x93, 0xD9):  # SOS, SOT, SOD, EOI: image data begins
            return
        length = struct.unpack_from(">H", codestream, pos + 2)[0]
        body = codestream[pos + 4 : pos + 2 + length]
        if jpeg2000 and marker == _JPEG2000_COMMENT:
            yield body[2:]
        elif not jpeg2000 and (marker == 0xFE or 0xE0 <= marker <= 0xEF):
            yield body
        pos += 2 + max(length, 2)


def _after_image(window: Window, offset: int, length: int) -> bytes:
    """Bytes after the end-of-image marker of a fragment, when the last kilobytes hold one."""
    if length < 4 or window.get(offset, 2) not in (b"\xff\xd8", b"\xff\x4f"):
        return b""
    reach = min(length, 4096)
    tail = window.get(offset + length - reach, reach)
    marker = tail.rfind(b"\xff\xd9")
    return tail[marker + 2 :] if marker >= 0 else b""
