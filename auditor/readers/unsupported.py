"""Types without a reader of their own: runs of text in their bytes are searched, and the coverage says so."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from auditor.model import Element, Facts, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading, TimeUp
from auditor.readers.film import film_frames, film_of, is_film
from auditor.readers.gather import gather
from auditor.readers.raster.parts import parts
from auditor.readers.raster.text import part_elements
from auditor.readers.scraps import scraps
from auditor.readers.window import Window

_DOCUMENTS = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"CDF\x01", b"CDF\x02", b"CDF\x05")
_TAG = re.compile(rb"(?:\x7b\xa9|\x45\xa3|\x44\x87)([\x81-\xfe])")
_STILLS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif")
_SEARCHED = 8 << 20
_END = 1 << 20
_MANY = 2000
_PARAMETER = re.compile(
    rb'<Param(?:String|Long|Double)\."([A-Za-z]{3,40})">\s{0,8}\{\s{0,8}"([^"{}\x00]{1,256})"\s{0,8}\}'
)
"""A parameter of a Siemens raw data file."""
_WORDS = re.compile(r"\b(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}|\d{2,}|[^\W\d_a-zA-Z]{2,})\b[ \t,.:;=/_^-]?")
_WORDY, _LONG = 0.85, 16


class FilmReader:
    """Moving pictures: every frame, and the text beside them. Sound is not listened to."""

    kind = Kind.RASTER

    def matches(self, head: bytes, name: str) -> bool:
        """By magic number."""
        return is_film(head)

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Frames on demand. Partly examined where nothing can be decoded, and still pictures in a film's container,
        of which only one tile may be."""
        stream.seek(0)
        head = stream.read(16)
        boxed = head[4:8] == b"ftyp" or head[:4] == b"RIFF"
        elements: list[Element] = []
        reason = gather(elements, _of_film(stream) if boxed else _beside_film(stream), limits.elements)
        film = None
        if reason is not Reason.TIMEOUT:
            try:
                film = film_of(stream)
            except TimeUp:
                reason = Reason.TIMEOUT
        if film is None:
            reason = reason or Reason.UNSUPPORTED
            return Reading(Record(item, Kind.OTHER, Status.PARTIAL, reason, tuple(elements)))
        if head[8:12] in _STILLS:
            reason = Reason.UNSUPPORTED
        total = max(1, film.frames)
        record = Record(
            item,
            self.kind,
            Status.PARTIAL if reason else Status.READ,
            reason,
            tuple(elements),
            facts=Facts(rows=str(film.rows), columns=str(film.columns)),
            frames_total=total,
        )
        return Reading(record, lambda: film_frames(stream, total, limits))


class UnsupportedReader:
    """Old Office files and other compound documents, netCDF and MINC 1."""

    kind = Kind.OTHER

    def matches(self, head: bytes, name: str) -> bool:
        """By magic number."""
        return head.startswith(_DOCUMENTS)

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Partly examined: text that is stored plainly is found, compressed text is not."""
        elements: list[Element] = []
        reason = gather(elements, text_runs(stream), limits.elements) or Reason.UNSUPPORTED
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
        if not noisy or _is_wordy(text):
            yield Element(Place.TEXT, "text run", text)


def _beside_film(stream: BinaryIO) -> Iterator[Element]:
    """Titles and tags of Matroska (RFC 9559: 0x7BA9, 0x45A3, 0x4487), and runs of words: compressed pictures and
    sound read as runs of other text by the thousand."""
    size = stream.seek(0, io.SEEK_END)
    blocks = []
    for begin in sorted({0, max(0, size - _END)}):
        stream.seek(begin)
        blocks.append(stream.read(_END))
    for block in blocks if blocks[0].startswith(b"\x1aE\xdf\xa3") else ():
        for found in _TAG.finditer(block):
            body = block[found.end() : found.end() + (found[1][0] & 0x7F)]
            text = body.decode("utf-8", "replace").strip("\0 ")
            if text.isprintable() and text:
                yield Element(Place.EXIF, "film tag", text)
    for text in dict.fromkeys(text for block in blocks for text in scraps(block)):
        if _is_wordy(text):
            yield Element(Place.TEXT, "text run", text)


def _is_wordy(text: str) -> bool:
    return len(text) >= _LONG and len("".join(_WORDS.findall(text))) >= _WORDY * len(text)


def _of_film(stream: BinaryIO) -> Iterator[Element]:
    window = Window(stream)
    for part in parts(window):
        yield from part_elements(
            part.where or "trailing bytes", window.get(part.offset, min(part.size, _END))
        )
