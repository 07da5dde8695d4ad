"""Small pictures in a DICOM file: icons at any depth, and pictures that private elements hold as files.

An icon image (PS3.3 C.7.6.1.1.6) is an item with rows, columns and pixel data of its own. Vendors keep the
like in private sequences, or a whole JPEG or PNG in a private element. De-identification that blackens the
frames leaves these as they were.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.pixels.processing import apply_color_lut
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag, Tag
from pydicom.uid import UID

from auditor.model import Frame, Reason
from auditor.readers.base import FrameError, Limits
from auditor.readers.display import colour, grey
from auditor.readers.hostile import PARSER_ERRORS, quiet

MOST = 64
"""Pictures of one file that are looked at."""
_PIXEL_DATA, _ICONS = Tag(0x7FE00010), Tag(0x00880200)
_MAGIC = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\x4f\xff\x51",
    b"\0\0\0\x0cjP  ",
    b"GIF8",
    b"II*\0",
    b"MM\0*",
)
_FORMATS = ("JPEG", "PNG", "JPEG2000", "GIF", "TIFF", "BMP")
_PREFIX = 512
"""Bytes of its own that a vendor may put before a picture."""
_SMALLEST = 100
"""Bytes of a picture with anything in it."""


def small_pictures(dataset: Dataset, uid: UID, limits: Limits) -> Iterator[Frame | FrameError]:
    """Yield the pictures that the elements hold, at most `MOST`, as layers `icon` and `private picture`.

    `dataset`: read without its own pixel data. `uid`: its transfer syntax, which icons share. A `FrameError` for an
    icon that does not decode; bytes that only begin like a picture are none, and give nothing.
    """
    found = _search(dataset, uid, limits, limits.depth)
    for count, picture in enumerate(found):
        if count == MOST:
            yield FrameError(Reason.TOO_LARGE)
            return
        yield picture


def _search(dataset: Dataset, uid: UID, limits: Limits, depth: int) -> Iterator[Frame | FrameError]:
    if depth == 0:
        return
    for tag in list(dataset.keys()):
        value = _nested(dataset, BaseTag(tag))
        if isinstance(value, Sequence):
            for item in value:
                if tag == _ICONS or (_PIXEL_DATA in item and "Rows" in item and "Columns" in item):
                    yield _icon(item, uid, limits)
                yield from _search(item, uid, limits, depth - 1)
        elif isinstance(value, bytes) and BaseTag(tag).is_private:
            yield from _file(value, limits)


def _nested(dataset: Dataset, tag: BaseTag) -> object:
    """The sequence of an element, or its bytes where it is none; elements that hold no picture are not parsed."""
    raw = dataset.get_item(tag)
    value = getattr(raw, "value", None)
    if isinstance(value, bytes) and raw is not None:
        marks = (_PIXEL_DATA.group.to_bytes(2, "little") + b"\x10\0", b"\x7f\xe0\0\x10", *_MAGIC)
        if raw.VR in ("SQ", "UN", None) and (tag == _ICONS or any(mark in value for mark in marks)):
            try:
                with quiet():
                    parsed = dataset[tag].value
            except PARSER_ERRORS:
                return value
            return parsed if isinstance(parsed, Sequence) else value
    return value


def _icon(item: Dataset, uid: UID, limits: Limits) -> Frame | FrameError:
    try:
        with quiet():
            if int(item.Rows) * int(item.Columns) > limits.frame_pixels:
                return FrameError(Reason.TOO_LARGE)
            item.file_meta = FileMetaDataset()
            item.file_meta.TransferSyntaxUID = uid
            item.setdefault("SamplesPerPixel", 1)
            item.setdefault("PixelRepresentation", 0)
            item.setdefault("PhotometricInterpretation", "MONOCHROME2")
            pixels = item.pixel_array
            if item.PhotometricInterpretation == "PALETTE COLOR":
                looked_up = apply_color_lut(pixels, item)
                pixels = colour(looked_up, 8 * looked_up.dtype.itemsize)
    except PARSER_ERRORS:
        return FrameError(Reason.MALFORMED)
    return Frame(0, colour(pixels) if pixels.ndim == 3 else grey(pixels), layer="icon")


def _file(value: bytes, limits: Limits) -> Iterator[Frame | FrameError]:
    """The picture that a value holds as a file, perhaps behind a short header."""
    starts = sorted(at for at in (value.find(magic, 0, _PREFIX) for magic in _MAGIC) if at >= 0)
    for start in starts if len(value) >= _SMALLEST else ():
        try:
            with quiet(), Image.open(io.BytesIO(value[start:]), formats=_FORMATS) as picture:
                if picture.width * picture.height > limits.frame_pixels:
                    yield FrameError(Reason.TOO_LARGE)
                else:
                    yield Frame(0, colour(np.asarray(picture.convert("RGB"))), layer="private picture")
                return
        except PARSER_ERRORS:
            continue
