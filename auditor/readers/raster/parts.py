"""What image files hold besides the image: comments, application segments, unused bytes, what follows the end.

One walker a format, by its own structure, so that a marker inside compressed pixels is not taken for one
of the file. Each gives `Part`s and returns where the image ends; bytes beyond are no part of any picture.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from auditor.readers.raster.tiff import tiff_parts
from auditor.readers.window import Window

BODY = 1 << 20
"""Bytes looked at of one segment, gap or tail."""
MOST = 20_000
"""Segments of one file."""
THUMBNAIL = "thumbnail"
"""A small copy of the image, which programs that edit the image may leave as it was."""
_SCAN = 1 << 20
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_MEDIA = frozenset({b"mdat", b"jp2c", b"moof", b"wide"})
_NESTED = frozenset({b"moov", b"udta", b"trak", b"mdia", b"ilst", b"jp2h", b"asoc", b"res "})
RASTERS = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
    b"GIF87a",
    b"GIF89a",
    b"\0\0\0\x0cjP  \r\n\x87\n",
    b"\xff\x4f\xff\x51",
)
FILES = (
    b"PK\x03\x04", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\0",
    b"{\\rtf", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"SQLite format 3\0", b"II*\0", b"MM\0*",
)  # fmt: skip
"""How files begin that are found inside others."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the file. `where` names it in a location; an empty `where` is a file inside the file."""

    where: str
    offset: int
    size: int


def parts(window: Window) -> list[Part]:
    """Every part of an image file in order, then what follows its end; empty for an unknown format."""
    walker = _walker(window)
    if walker is None:
        return []
    found: list[Part] = []
    end = window.size
    try:
        while len(found) < MOST:
            found.append(next(walker))
    except StopIteration as stop:
        end = window.size if stop.value is None else int(stop.value)
    except (struct.error, IndexError, OverflowError):
        pass  # cut off in the middle: Pillow says so, and there is no end to look beyond
    return found + list(_after(window, end))


def inner_files(window: Window) -> list[Part]:
    """The parts that are files of their own, in order; empty where the file is no image."""
    return [part for part in parts(window) if not part.where]


def is_raster(head: bytes) -> bool:
    """Whether a file begins as an image whose parts are known here."""
    bitmap = head[:2] == b"BM" and head[6:10] == bytes(4)
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return bitmap or webp or head.startswith(RASTERS)


def is_file(head: bytes) -> bool:
    """Whether bytes begin as a file of their own does, DICOM included."""
    return head.startswith(FILES) or head[128:132] == b"DICM"


def _after(window: Window, end: int) -> Iterator[Part]:
    """What follows the image: text, and a file where one begins within the first bytes (padding apart)."""
    if not 0 < end < window.size:
        return
    yield Part("trailing bytes", end, min(window.size - end, BODY))
    tail = window.get(end, 4096)
    skipped = len(tail) - len(tail.lstrip(b"\0\r\n "))
    if is_file(tail[skipped : skipped + 132]):
        yield Part("", end + skipped, window.size - end - skipped)


def _walker(window: Window) -> Generator[Part, None, int | None] | None:
    head = window.get(0, 16)
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg(window)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(window)
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return _tiff(window)
    if head.startswith(b"GIF8"):
        return _gif(window)
    if head.startswith(b"BM"):
        return _bmp(window)
    if head.startswith(b"RIFF"):
        return _riff(window)
    if head[4:8] in (b"jP  ", b"ftyp"):
        return _boxes(window, 0, window.size, 0)
    return None


def _jpeg(window: Window) -> Generator[Part, None, int | None]:
    """ITU-T T.81, B.1: marker segments, and scans that end where a marker other than RST or stuffing stands."""
    pos, several = 2, False
    while True:
        marker = window.get(pos, 4)
        if len(marker) < 2 or marker[0] != 0xFF:
            return None
        code = marker[1]
        if code == 0xD9:
            return None if several else pos + 2
        if code in (0x01, 0xFF, *range(0xD0, 0xD9)):
            pos += 1 if code == 0xFF else 2
            continue
        size = int(struct.unpack(">H", marker[2:4])[0])
        if size < 2:
            return None
        several |= (
            code == 0xE2 and window.get(pos + 4, 4) == b"MPF\0"
        )  # more images follow, which Pillow reads
        yield from _jpeg_segment(window, code, pos + 4, size - 2)
        pos += 2 + size
        if code == 0xDA:
            after = _next_marker(window, pos)
            if after is None:
                return None
            pos = after


def _jpeg_segment(window: Window, code: int, offset: int, size: int) -> Iterator[Part]:
    start = window.get(offset, min(size, 40))
    if code == 0xFE:
        yield Part("jpeg comment", offset, size)
    elif code == 0xE0 and start.startswith(b"JFXX\0\x10"):
        yield Part(THUMBNAIL, offset + 6, size - 6)
    elif code == 0xE1 and start.startswith(b"Exif\0"):
        at = window.get(offset, size).find(b"\xff\xd8\xff")
        if at >= 0:
            yield Part(THUMBNAIL, offset + at, size - at)
    elif code == 0xED and start.startswith(b"Photoshop 3.0\0"):
        yield Part("iptc", offset + 14, size - 14)
    elif code == 0xE1 and start.startswith(b"http://ns.adobe.com/xmp/extension/\0"):
        yield Part("xmp", offset + 75, size - 75)
    elif 0xE0 <= code <= 0xEF and not start.startswith(
        (b"JFIF\0", b"Exif\0", b"http://ns.adobe.com/xap", b"ICC_PROFILE\0", b"Adobe", b"MPF\0")
    ):
        yield Part(f"jpeg APP{code - 0xE0}", offset, size)


def _next_marker(window: Window, pos: int) -> int | None:
    while pos < window.size:
        block = window.get(pos, _SCAN)
        found = _JPEG_MARKER.search(block)
        if found:
            return pos + found.start()
        if len(block) < 2:
            return None
        pos += len(block) - 1
    return None


def _png(window: Window) -> Generator[Part, None, int | None]:
    """Only where the image ends: the chunks are read one by one elsewhere."""
    yield from ()
    pos = 8
    while pos + 12 <= window.size:
        length, name = struct.unpack(">L4s", window.get(pos, 8))
        pos += 12 + int(length)
        if name == b"IEND":
            return pos
    return None


def _gif(window: Window) -> Generator[Part, None, int | None]:
    """GIF89a: extensions and images are chains of sub-blocks; 0x3B ends the file."""
    flags = window.get(10, 1)[0]
    pos = 13 + (3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0)
    while pos < window.size:
        kind = window.get(pos, 2)
        if kind[0] == 0x3B:
            return pos + 1
        if kind[0] == 0x2C:
            packed = window.get(pos + 9, 1)[0]
            pos += 11 + (3 * 2 ** ((packed & 7) + 1) if packed & 0x80 else 0)
            where = ""
        elif kind[0] == 0x21 and len(kind) == 2:
            where = {0xFE: "gif comment", 0x01: "gif text", 0xFF: "gif application"}.get(kind[1], "")
            pos += 2
        else:
            return None
        start = pos
        while (size := window.get(pos, 1)) and size[0]:
            pos += 1 + size[0]
        pos += 1
        if where:
            yield Part(where, start, pos - start)
    return None


def _bmp(window: Window) -> Generator[Part, None, int | None]:
    """The header, then a gap where there is one, then rows of known length (MSDN: BITMAPINFOHEADER)."""
    stated, _, data, header = struct.unpack("<LLLL", window.get(2, 16))
    width, height, _, bits, compression, size = struct.unpack("<llHHLL", window.get(18, 20))
    used = 14 + header + 1024
    if used < data < window.size:
        yield Part("unused bytes", used, data - used)
    rows = (width * bits + 31) // 32 * 4 * abs(height)
    end = data + (rows if compression in (0, 3) else size)
    return int(max(end, stated) if stated < window.size else end)


def _riff(window: Window) -> Generator[Part, None, int | None]:
    """Chunks of WebP and AVI; EXIF and XMP are Pillow's, pictures and sound are no text."""
    end = 8 + int(struct.unpack("<L", window.get(4, 4))[0])
    pos = 12
    while pos + 8 <= min(end, window.size):
        name, size = struct.unpack("<4sL", window.get(pos, 8))
        inner = window.get(pos + 8, 4)
        if name == b"LIST" and inner != b"movi":
            yield Part("riff list", pos + 12, max(0, size - 4))
        elif name not in (
            b"VP8 ",
            b"VP8L",
            b"ALPH",
            b"ANMF",
            b"EXIF",
            b"XMP ",
            b"ICCP",
            b"LIST",
            b"idx1",
            b"JUNK",
        ):
            yield Part("riff chunk", pos + 8, size)
        elif name == b"JUNK":
            yield Part("unused bytes", pos + 8, size)
        pos += 8 + size + size % 2
    return end + end % 2


def _boxes(window: Window, pos: int, end: int, depth: int) -> Generator[Part, None, int | None]:
    """Boxes of JPEG 2000 and MP4 (ISO 14496-12, 4.2); those of boxes are gone into, media passed over."""
    while pos + 8 <= end:
        size, name = struct.unpack(">L4s", window.get(pos, 8))
        head = 8
        if size == 1:
            size, head = int(struct.unpack(">Q", window.get(pos + 8, 8))[0]), 16
        size = size or end - pos
        if size < head or (size > end - pos and name not in _MEDIA | _NESTED):
            return pos
        body, length = pos + head, min(pos + size, end) - pos - head
        if name in _NESTED and depth < 8:
            yield from _boxes(window, body, body + length, depth + 1)
        elif name == b"xml ":
            yield Part("xmp", body, length)
        elif name in (b"free", b"skip"):
            yield Part("unused bytes", body, length)
        elif name == b"jp2c":
            yield Part("codestream", body, min(length, BODY))
        elif name not in _MEDIA:
            yield Part("box", body, length)
        pos += size
    return pos if depth == 0 else None


def _tiff(window: Window) -> Generator[Part, None, int | None]:
    yield from (Part(*found) for found in tiff_parts(window))
    return None
