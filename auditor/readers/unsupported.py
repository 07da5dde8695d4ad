"""Types without a reader of their own: runs of text in their bytes are searched, and the coverage says so."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading
from auditor.readers.gather import gather
from auditor.readers.raster_parts import parts
from auditor.readers.raster_text import part_elements
from auditor.readers.scraps import scraps
from auditor.readers.window import Window

_DOCUMENTS = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"CDF\x01", b"CDF\x02", b"CDF\x05")
_SEARCHED = 8 << 20
_END = 1 << 20
_MANY = 2000
_PARAMETER = re.compile(
    rb'<Param(?:String|Long|Double)\."([A-Za-z]{3,40})">\s{0,8}\{\s{0,8}"([^"{}\x00]{1,256})"\s{0,8}\}'
)
"""A parameter of a Siemens raw data file."""
_WORDS = re.compile(r"\b(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}|\d{2,}|[^\W\d_a-zA-Z]{2,})\b[ \t,.:;=/_^-]?")
_WORDY, _LONG = 0.85, 16


class UnsupportedReader:
    """Old Office files and other compound documents, netCDF and MINC 1, moving pictures."""

    kind = Kind.OTHER

    def matches(self, head: bytes, name: str) -> bool:
        """By magic number."""
        return head.startswith(_DOCUMENTS) or _is_film(head)

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Partly examined: text that is stored plainly is found, compressed text is not."""
        stream.seek(0)
        elements: list[Element] = []
        source = _of_film(stream) if _is_film(stream.read(16)) else text_runs(stream)
        reason = gather(elements, source, limits.elements) or Reason.UNSUPPORTED
        return Reading(Record(item, self.kind, Status.PARTIAL, reason, tuple(elements)))


class UnknownReader:
    """What nobody recognises. It counts as skipped; that its text was searched does not make it examined."""

    kind = Kind.OTHER

    def matches(self, head: bytes, name: str) -> bool:
        """Anything."""
        return True

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Runs of text in the first bytes and in the last."""
        elements: list[Element] = []
        reason = gather(elements, text_runs(stream), limits.elements) or Reason.UNKNOWN_TYPE
        return Reading(Record(item, self.kind, Status.SKIPPED, reason, tuple(elements)))


def text_runs(stream: BinaryIO) -> Iterator[Element]:
    """Readable text in the first 8 MiB and the last of a file, each run once.

    Samples of 8 bits read as text by the thousand; of so many runs only long ones of words count.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    blocks = [stream.read(_SEARCHED)]
    if size > _SEARCHED:
        stream.seek(max(_SEARCHED, size - _END))
        blocks.append(stream.read(_END))
    runs = dict.fromkeys(text for block in blocks for text in scraps(block))
    for block in blocks:
        for name, value in dict.fromkeys(found.groups() for found in _PARAMETER.finditer(block)):
            key, text = name.decode().removeprefix("t"), value.decode("latin-1").strip()
            yield Element(Place.EXIF, "header", key)
            if text:
                yield Element(Place.EXIF, f"header {key}", text)
    noisy = len(runs) > _MANY
    for text in runs:
        if not noisy or (len(text) >= _LONG and len("".join(_WORDS.findall(text))) >= _WORDY * len(text)):
            yield Element(Place.TEXT, "text run", text)


def _is_film(head: bytes) -> bool:
    return head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")


def _of_film(stream: BinaryIO) -> Iterator[Element]:
    window = Window(stream)
    for part in parts(window):
        yield from part_elements(
            part.where or "trailing bytes", window.get(part.offset, min(part.size, _END))
        )
