"""PNG, JPEG, TIFF, BMP, GIF, WebP, JPEG 2000: their pixels, and the text they carry beside them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageSequence, TiffTags

from auditor.model import Element, Facts, Frame, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import FrameError, Limits, Reading, TimeUp, no_frames
from auditor.readers.charsets import guess
from auditor.readers.display import colour, deep, grey
from auditor.readers.gather import gather
from auditor.readers.hostile import PARSER_ERRORS, quiet
from auditor.readers.raster.parts import RASTERS, THUMBNAIL, inner_files, is_raster, parts
from auditor.readers.raster.text import part_elements, xmp_elements
from auditor.readers.scraps import scraps
from auditor.readers.window import Window

_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP", "JPEG2000", "MPO")
_NOT_TEXT = frozenset(
    {
        "exif",
        "comment",
        "photoshop",
        "compression",
        "jfif",
        "icc_profile",
        "version",
        "background",
        "extension",
    }
)
_CHUNK_BYTES = 1 << 20
_EXIF_IFDS = {ExifTags.IFD.Exif: "", ExifTags.IFD.GPSInfo: "GPS ", ExifTags.IFD.Interop: "interop "}
_XMP_TAG = 700
_WINDOWS_NAMES = range(0x9C9B, 0x9CA0)
"""XPTitle to XPSubject: UTF-16 in a byte field."""


class RasterReader:
    """Reads through Pillow; PNG chunks, which Pillow skips or reads late, are walked here."""

    kind = Kind.RASTER

    def matches(self, head: bytes, name: str) -> bool:
        """By the format's magic number."""
        return is_raster(head)

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Metadata now, pixels on demand. Dimensions beyond the limit leave the pixels unread."""
        window = Window(stream)
        elements: list[Element] = []
        late = gather(elements, _beside_image(window), limits.elements)
        try:
            with _opened(stream) as image:
                if late is not Reason.TIMEOUT:
                    late = gather(elements, _metadata(image), limits.elements) or late
                size, frames = image.size, int(getattr(image, "n_frames", 1))
        except TimeUp:
            late = Reason.TIMEOUT
        except PARSER_ERRORS:
            status = Status.PARTIAL if elements else Status.UNREADABLE
            record = Record(item, Kind.RASTER, status, Reason.MALFORMED, tuple(elements))
            return Reading(record, no_frames)
        if late is Reason.TIMEOUT:
            return Reading(Record(item, Kind.RASTER, Status.PARTIAL, late, tuple(elements)))
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

        def layers() -> Iterator[Frame | FrameError]:
            yield from _thumbnails(window, limits)
            yield from _transparency(stream, limits)

        members = tuple(_members(window, item, limits))
        return Reading(record, no_frames if too_large else decode, layers, members)


def _members(window: Window, item: Item, limits: Limits) -> Iterator[Item]:
    """Files that stand behind the image."""
    if len(item.members) < limits.nesting:
        for position, part in enumerate(inner_files(window)):
            yield item.member(position, f"after the image {position + 1}", part.size)


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
                    yield _frame(index, picture, _deep(stream, picture, index))
                index += 1
    except PARSER_ERRORS:
        yield FrameError(Reason.MALFORMED, index)


def _thumbnails(window: Window, limits: Limits) -> Iterator[Frame | FrameError]:
    """Small copies in JPEG's metadata: they may show what was painted over in the image."""
    for part in parts(window):
        if part.where == THUMBNAIL:
            small = io.BytesIO(window.get(part.offset, min(part.size, _CHUNK_BYTES)))
            for frame in _frames(small, limits):
                yield frame if isinstance(frame, FrameError) else replace(frame, layer=THUMBNAIL)


def _transparency(stream: BinaryIO, limits: Limits) -> Iterator[Frame | FrameError]:
    """How opaque each pixel is, where that differs: a grey picture may carry its text in it."""
    try:
        with _opened(stream) as image:
            if image.width * image.height > limits.frame_pixels or not image.has_transparency_data:
                return
            opaque = np.asarray((image if "A" in image.getbands() else image.convert("RGBA")).getchannel("A"))
    except PARSER_ERRORS:
        yield FrameError(Reason.MALFORMED)
        return
    if opaque.size and int(opaque.min()) != int(opaque.max()):
        yield Frame(0, opaque, opaque, layer="transparency")


def _deep(stream: BinaryIO, picture: Image.Image, index: int) -> NDArray[np.generic] | None:
    """Colour of 16 bits, of which Pillow keeps 8, (rows, columns, 3); None for any other."""
    if picture.format not in ("PNG", "TIFF") or ";16" not in str(getattr(picture, "tile", "")):
        return None
    if picture.mode not in ("RGB", "RGBA"):
        return None
    before = stream.tell()
    stream.seek(0)
    content = np.frombuffer(stream.read(), np.uint8)
    stream.seek(before)
    try:
        _, pages = cv2.imdecodemulti(content, cv2.IMREAD_UNCHANGED, range=(index, index + 1))
    except cv2.error:
        return None
    fits = len(pages) == 1 and pages[0].ndim == 3 and pages[0].shape[:2] == (picture.height, picture.width)
    return deep(pages[0][..., 2::-1]) if fits else None


def _frame(index: int, picture: Image.Image, stored: NDArray[np.generic] | None = None) -> Frame:
    mode = picture.mode
    if stored is not None:
        return Frame(index, colour(stored, 16), stored)
    if mode in ("1", "L", "LA", "La"):
        levels = np.asarray(picture.convert("L"))
        return Frame(index, levels, levels)
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
        if key in ("xmp", "XML:com.adobe.xmp"):
            yield from xmp_elements(value if isinstance(value, bytes) else value.encode())
            continue
        for text in _texts(value):
            yield Element(Place.EXIF, f"exif {key}", text)


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
    if tag == _XMP_TAG and isinstance(value, (bytes, tuple)):
        yield from xmp_elements(bytes(value))
        return
    if name == "ImageDescription" and isinstance(value, str) and value.lstrip().startswith("<"):
        yield from xmp_elements(value.encode())  # OME-TIFF describes itself in XML
        return
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
    """PNG chunks, segments and boxes of the other formats, and what follows the end of any."""
    if window.get(0, 8) == RASTERS[0]:
        yield from _png_chunks(window)
    for part in parts(window):
        if part.where:
            yield from part_elements(part.where, window.get(part.offset, min(part.size, _CHUNK_BYTES)))


def _png_chunks(window: Window) -> Iterator[Element]:
    """Text chunks (PNG 3rd edition, 11.3.3), time, and text in chunks nobody registered."""
    pos = 8
    while pos + 12 <= window.size:
        length, name = struct.unpack(">L4s", window.get(pos, 8))
        body = b"" if name == b"IDAT" else window.get(pos + 8, min(length, _CHUNK_BYTES))
        pos += 12 + length
        if name in (b"tEXt", b"zTXt", b"iTXt"):
            keyword, _, rest = body.partition(b"\0")
            text = _png_text(name, rest)
            if text.strip() and keyword == b"XML:com.adobe.xmp":
                yield from xmp_elements(text.encode())
            elif text.strip():
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
