"""PNG, JPEG, TIFF, BMP, GIF, WebP, JPEG 2000: their pixels, and the text they carry beside them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import numpy as np
from PIL import ExifTags, Image, ImageSequence, TiffTags

from auditor.model import Element, Facts, Frame, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import FrameError, Limits, Reading, no_frames
from auditor.readers.charsets import guess
from auditor.readers.display import colour, grey
from auditor.readers.hostile import PARSER_ERRORS, quiet
from auditor.readers.scraps import scraps
from auditor.readers.window import Window

_MAGIC = (
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
_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP", "JPEG2000", "MPO")
_NOT_TEXT = frozenset({"exif", "compression", "jfif", "icc_profile", "version", "background", "extension"})
_CHUNK_BYTES = 1 << 20
_TRAILER_BYTES = 1 << 20
_EXIF_IFDS = {ExifTags.IFD.Exif: "", ExifTags.IFD.GPSInfo: "GPS ", ExifTags.IFD.Interop: "interop "}
_WINDOWS_NAMES = range(0x9C9B, 0x9CA0)
"""XPTitle to XPSubject: UTF-16 in a byte field."""


class RasterReader:
    """Reads through Pillow; PNG chunks, which Pillow skips or reads late, are walked here."""

    kind = Kind.RASTER

    def matches(self, head: bytes, name: str) -> bool:
        """By the format's magic number."""
        bitmap = head[:2] == b"BM" and head[6:10] == bytes(4)
        return head.startswith(_MAGIC) or bitmap or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Metadata now, pixels on demand. Dimensions beyond the limit leave the pixels unread."""
        window = Window(stream)
        elements = list(_beside_image(window))
        try:
            with _opened(stream) as image:
                elements.extend(_metadata(image))
                size, frames = image.size, int(getattr(image, "n_frames", 1))
        except PARSER_ERRORS:
            status = Status.PARTIAL if elements else Status.UNREADABLE
            record = Record(item, Kind.RASTER, status, Reason.MALFORMED, tuple(elements))
            return Reading(record, no_frames)
        too_large = size[0] * size[1] > limits.frame_pixels
        record = Record(
            item,
            Kind.RASTER,
            Status.PARTIAL if too_large else Status.READ,
            Reason.TOO_LARGE if too_large else None,
            tuple(elements),
            facts=Facts(rows=str(size[1]), columns=str(size[0])),
            frames_total=frames,
        )

        def decode() -> Iterator[Frame | FrameError]:
            return _frames(stream, limits)

        return Reading(record, no_frames if too_large else decode)


@contextmanager
def _opened(stream: BinaryIO) -> Iterator[Image.Image]:
    """Pillow's own pixel limit is lifted: it raises before metadata can be read, ours comes later."""
    pillow_limit = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    stream.seek(0)
    try:
        with quiet():
            yield Image.open(stream, formats=_FORMATS)
    finally:
        Image.MAX_IMAGE_PIXELS = pillow_limit


def _frames(stream: BinaryIO, limits: Limits) -> Iterator[Frame | FrameError]:
    index = 0
    try:
        with _opened(stream) as image:
            for picture in ImageSequence.Iterator(image):
                if picture.width * picture.height > limits.frame_pixels:
                    yield FrameError(Reason.TOO_LARGE, index)
                else:
                    yield _frame(index, picture)
                index += 1
    except PARSER_ERRORS:
        yield FrameError(Reason.MALFORMED, index)


def _frame(index: int, picture: Image.Image) -> Frame:
    mode = picture.mode
    if mode in ("1", "L", "LA", "La"):
        stored = np.asarray(picture.convert("L"))
        return Frame(index, stored, stored)
    if mode.startswith("I") or mode == "F":
        values = np.asarray(picture)
        return Frame(index, grey(values), values)
    return Frame(index, colour(np.asarray(picture.convert("RGB"))))


def _metadata(image: Image.Image) -> Iterator[Element]:
    """EXIF, TIFF tags, XMP, comments: whatever Pillow holds as text without decoding pixels."""
    if image.format == "PNG":
        return  # Pillow decodes the image to reach its EXIF; the chunks are walked instead
    yield from _exif(image.getexif())
    for key, value in image.info.items():
        if key in _NOT_TEXT or not isinstance(value, (str, bytes)):
            continue
        kind = (image.format or "image").lower()
        location = f"{kind} comment" if key == "comment" else f"exif {key}"
        for text in _texts(value):
            yield Element(Place.EXIF, location, text)


def _exif(exif: Image.Exif) -> Iterator[Element]:
    """The tags of an EXIF block and of its sub-directories."""
    names: dict[int, str] = {**{tag: info.name for tag, info in TiffTags.TAGS_V2.items()}, **ExifTags.TAGS}
    for tag, value in exif.items():
        yield from _tag(names.get(tag, f"0x{tag:04X}"), tag, value)
    for ifd, prefix in _EXIF_IFDS.items():
        # GPS tag numbers are small and of another table than EXIF's.
        table = ExifTags.GPSTAGS if ifd is ExifTags.IFD.GPSInfo else names
        for tag, value in exif.get_ifd(ifd).items():
            known = table.get(tag, f"0x{tag:04X}")
            yield from _tag(known if known.startswith("GPS") else prefix + known, tag, value)


def _tag(name: str, tag: int, value: object) -> Iterator[Element]:
    if isinstance(value, bytes) and tag in _WINDOWS_NAMES:
        value = value.decode("utf-16-le", "replace").rstrip("\0")
    for text in _texts(value):
        yield Element(Place.EXIF, f"exif {name}", text, tag=tag)


def _texts(value: object) -> Iterator[str]:
    """The text of a metadata value; numbers are text only in groups that could be a position."""
    if isinstance(value, bytes):
        body = value[8:] if value[:8] in (b"ASCII\0\0\0", b"UNICODE\0") else value
        yield from scraps(body[:_CHUNK_BYTES])
    elif isinstance(value, str):
        if text := value.replace("\0", " ").strip():
            yield text
    elif isinstance(value, (tuple, list)):
        if value and all(isinstance(part, (str, bytes)) for part in value):
            for part in value:
                yield from _texts(part)
        elif 1 < len(value) <= 4:
            yield " ".join(str(part) for part in value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)


def _beside_image(window: Window) -> Iterator[Element]:
    """PNG chunks, and whatever follows the end of a PNG or JPEG."""
    head = window.get(0, 8)
    if head.startswith(_MAGIC[0]):
        end = yield from _png_chunks(window)
        tail = window.get(end, _TRAILER_BYTES)
    elif head.startswith(_MAGIC[1]):
        reach = min(window.size, _TRAILER_BYTES)
        tail = window.get(window.size - reach, reach)
        marker = tail.rfind(b"\xff\xd9")
        tail = tail[marker + 2 :] if marker >= 0 else b""
    else:
        return
    for text in scraps(tail):
        yield Element(Place.TRAILING, "trailing bytes", text)


def _png_chunks(window: Window) -> Generator[Element, None, int]:
    """Text chunks (PNG 3rd edition, 11.3.3), time, and text in chunks nobody registered."""
    pos = 8
    while pos + 12 <= window.size:
        length, name = struct.unpack(">L4s", window.get(pos, 8))
        body = b"" if name == b"IDAT" else window.get(pos + 8, min(length, _CHUNK_BYTES))
        pos += 12 + length
        if name in (b"tEXt", b"zTXt", b"iTXt"):
            keyword, _, rest = body.partition(b"\0")
            text = _png_text(name, rest)
            if text.strip():
                key = keyword.decode("latin-1")
                shown = (
                    key if key.replace(" ", "").replace("_", "").isalpha() and len(key) < 40 else "keyword"
                )
                yield Element(Place.EXIF, f"png text {shown}", text.strip())
                if shown != key:
                    yield Element(Place.EXIF, "png keyword", key)
        elif name == b"tIME" and len(body) >= 7:
            when = struct.unpack(">H5B", body[:7])
            yield Element(Place.EXIF, "png time", "{:04d}-{:02d}-{:02d} {:02d}:{:02d}:{:02d}".format(*when))
        elif name == b"eXIf":
            yield from _png_exif(body)
        elif name == b"IEND":
            break
        elif name not in (b"IDAT", b"IHDR", b"PLTE", b"eXIf", b"iCCP", b"tRNS", b"fdAT"):
            for text in scraps(body):
                yield Element(Place.EXIF, "png chunk", text)
    return pos


def _png_exif(body: bytes) -> list[Element]:
    exif = Image.Exif()
    try:
        with quiet():
            exif.load(b"Exif\0\0" + body)
            return list(_exif(exif))
    except PARSER_ERRORS:
        return [Element(Place.EXIF, "exif", text) for text in scraps(body)]


def _png_text(name: bytes, rest: bytes) -> str:
    """The text of a tEXt, zTXt or iTXt chunk after its keyword; empty when it does not inflate."""
    if name == b"tEXt":
        return guess(rest)
    packed = rest[:1] == b"\1"
    if name == b"zTXt":
        rest, packed = rest[1:], True
    else:
        _, _, rest = rest[2:].partition(b"\0")
        _, _, rest = rest.partition(b"\0")
    if not packed:
        return guess(rest)
    try:
        return guess(zlib.decompressobj().decompress(rest, _CHUNK_BYTES))
    except zlib.error:
        return ""
