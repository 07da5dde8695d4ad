"""Images and signals whose header is text: NRRD, MetaImage, PNM, EDF, VTK, STL, Philips PAR, BrainVision.

The header is read field by field; voxels and samples are not, and the coverage says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading
from auditor.readers.charsets import guess
from auditor.readers.gather import gather
from auditor.readers.scraps import scraps

_HEAD = 1 << 20
_NRRD = re.compile(rb"NRRD000[1-9]\r?\n")
_META = re.compile(
    rb"(?:Comment|ObjectType|ObjectSubType|NDims|TransformType|Name|ID)[ \t]*=.*?\n", re.DOTALL
)
_PNM = re.compile(rb"P[1-7][ \t\r\n]")
_PAIR = re.compile(r"\s*([^:=#][^:=]{0,80}?)\s*(?::=|:|=)\s*(.*)")
_PAR_FIELD = re.compile(r"\.\s+([^:]{2,80}?)\s*:\s*(.*)")
_KEY = re.compile(r"[A-Za-z][\w ()/.,-]{0,63}")
_DICOM_KEY = re.compile(r"^DICOM_[0-9A-Fa-f]{4}_[0-9A-Fa-f]{4}_(?=\w)")
_EDF = (
    ("patient", 8, 80),
    ("recording", 88, 80),
    ("start date", 168, 8),
    ("start time", 176, 8),
    ("reserved", 192, 44),
)
"""European Data Format (Kemp 1992, 2003): local patient and recording identification, start."""
_EDF_VERSION = (b"0       ", b"\xffBIOSEMI")
_DETACHED = (".nhdr", ".mhd", ".par")


class HeaderReader:
    """Recognises the format by its first bytes, never by its name alone."""

    kind = Kind.OTHER

    def matches(self, head: bytes, name: str) -> bool:
        """By magic word; MetaImage by its first key."""
        return _format(head, name) is not None

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Key and value where the format has them, comments as text, binary headers by their fields."""
        stream.seek(0)
        head = stream.read(min(_HEAD, limits.text_bytes))
        form = _format(head[:4096], item.path) or ""
        elements: list[Element] = []
        late = gather(elements, _ELEMENTS[form](head), limits.elements)
        if late:
            return Reading(Record(item, self.kind, Status.PARTIAL, late, tuple(elements)))
        if form == "par" or (item.path.lower().endswith(_DETACHED) and b"\0" not in head):
            return Reading(Record(item, self.kind, Status.READ, None, tuple(elements)))
        return Reading(Record(item, self.kind, Status.PARTIAL, Reason.UNSUPPORTED, tuple(elements)))


def _format(head: bytes, name: str) -> str | None:
    if _NRRD.match(head):
        return "nrrd"
    if _META.match(head) and (b"ElementDataFile" in head or b"ObjectType" in head or b"NDims" in head):
        return "meta"
    if _PNM.match(head) and name.lower().endswith((".pgm", ".ppm", ".pbm", ".pnm", ".pam")):
        return "pnm"
    if head.startswith(_EDF_VERSION) and len(head) >= 256 and head[236:244].strip().lstrip(b"-").isdigit():
        return "edf"
    if head.startswith(b"# vtk DataFile") and b"BINARY" in head[:512]:
        return "vtk"
    if head.startswith(b"# === DATA DESCRIPTION FILE"):
        return "par"
    if name.lower().endswith(".stl") and b"\0" in head and len(head) >= 84:
        return "stl"
    return None


def _pairs(lines: Iterator[str], pattern: re.Pattern[str] = _PAIR) -> Iterator[Element]:
    """`key: value`, `key:=value` and `key = value`; a line with a key that could be a value stays whole."""
    for number, line in enumerate(lines, 1):
        found = pattern.match(line)
        key = _DICOM_KEY.sub("", found[1]) if found else ""
        if found and _KEY.fullmatch(key) and not re.search(r"\d{4}", key):
            # A key is shown in locations; told as a value too, one that identifies is masked there.
            yield Element(Place.EXIF, "header", key)
            if found[2].strip():
                yield Element(Place.EXIF, f"header {key}", found[2].strip())
        elif line.strip("#. \t\r"):
            yield Element(Place.TEXT, "text line #", line.strip("# \t\r"), counts=(number,))


def _lines(raw: bytes) -> Iterator[str]:
    return iter(guess(raw).splitlines())


def _nrrd(raw: bytes) -> Iterator[Element]:
    """Up to the first blank line (teem, NRRD0005: header, blank line, data)."""
    end = re.search(rb"\r?\n\r?\n", raw)
    yield from _pairs(_lines(raw[: end.start()] if end else raw))


def _meta(raw: bytes) -> Iterator[Element]:
    """Up to and including ElementDataFile, after which data may follow in the same file."""
    end = re.search(rb"ElementDataFile[ \t]*=[^\n]*\n?", raw)
    yield from _pairs(_lines(raw[: end.end()] if end else raw))


def _pnm(raw: bytes) -> Iterator[Element]:
    """Comments, which stand between the numbers of the header."""
    for found in re.finditer(rb"#([^\n]*)", raw[:4096]):
        text = guess(found[1]).strip()
        if text.isprintable() and text:
            yield Element(Place.EXIF, "header comment", text)


def _edf(raw: bytes) -> Iterator[Element]:
    for name, start, size in _EDF:
        text = guess(raw[start : start + size]).strip("\0 ")
        if text:
            yield Element(Place.EXIF, f"header {name}", text.replace("_", " ") if name == "patient" else text)
    signals = int(raw[252:256].strip() or 0) if raw[252:256].strip().isdigit() else 0
    for start, size in ((256, 16), (256 + 96 * signals, 0)):  # labels of the channels
        for text in scraps(raw[start : start + size * min(signals, 512)]):
            yield Element(Place.TEXT, "text run", text)


def _vtk(raw: bytes) -> Iterator[Element]:
    """The title is the second line."""
    title = guess(raw.split(b"\n", 2)[1]).strip()
    if title:
        yield Element(Place.EXIF, "header title", title)


def _par(raw: bytes) -> Iterator[Element]:
    yield from _pairs((line for line in _lines(raw) if line.startswith((".", "#"))), _PAR_FIELD)


def _stl(raw: bytes) -> Iterator[Element]:
    """80 bytes that nobody defined."""
    for text in scraps(raw[:80]):
        yield Element(Place.EXIF, "header title", text)


_ELEMENTS = {"nrrd": _nrrd, "meta": _meta, "pnm": _pnm, "edf": _edf, "vtk": _vtk, "par": _par, "stl": _stl}
