"""Text in the bytes of a DICOM file that belong to no element: preamble, slack, trailer, codestreams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.model import BINARY, Element, Place
from auditor.readers.codestreams import after_runs, has_preview, is_image, is_run_length, notes
from auditor.readers.dicom.walk import Walk
from auditor.readers.scraps import reads_as_text, scraps
from auditor.readers.window import Window

SEARCHED = 16 << 20
"""How many bytes after the last element or pixel are searched for text."""
_FRAGMENTS = 4096
_HEADER = 1 << 16
_TAIL = 1 << 12
_OFFSETS = 1 << 12
"""How much of the basic offset table is looked at."""


def outside(
    window: Window, start: int, walk: Walk, values: Mapping[int, str], deflated: bool = False
) -> Iterator[Element]:
    """Elements for the text that lies outside of the data set's values.

    deflated: `window` is on the inflated data set, which the preamble is no part of.
    """
    if start == 132 and not deflated:
        yield from _elements(Place.PREAMBLE, "preamble", window.get(0, 128))
    yield from _slack(window, walk, values)
    if walk.end < window.size:
        yield from _elements(Place.TRAILING, "trailing bytes", window.get(walk.end, SEARCHED))
    yield from _compressed(window, walk, _plane(values))


def _plane(values: Mapping[int, str]) -> int:
    """Pixels of a frame; 0 where the header does not say."""
    rows, columns = (values.get(tag, "") for tag in (0x00280010, 0x00280011))
    return int(rows) * int(columns) if rows.isdecimal() and columns.isdecimal() else 0


def _compressed(window: Window, walk: Walk, plane: int) -> Iterator[Element]:
    """Text in the offset table, in comments and boxes of frames, after their end and in place of them."""
    begun = False
    for number, (offset, length) in enumerate(walk.fragments[:_FRAGMENTS]):
        head = window.get(offset, min(length, _HEADER))
        if number == 0 and not is_image(head):
            if reads_as_text(head[:_OFFSETS]):
                yield from _elements(Place.TRAILING, "pixel data offset table", head[:_OFFSETS])
            continue
        if is_image(head):
            begun = True
            video = head[4:8] == b"ftyp" and length > _HEADER
            tail = window.get(offset + length - _HEADER, _HEADER) if video else b""
            for note in notes(head, tail):
                if has_preview(note):
                    yield Element(Place.TRAILING, "pixel data codestream preview", BINARY)
                yield from _elements(Place.TRAILING, "pixel data codestream comment", note)
        elif begun and reads_as_text(head):
            yield from _elements(Place.TRAILING, "pixel data slack", head)
        yield from _elements(Place.TRAILING, "pixel data slack", _after_image(window, offset, length, plane))


def around_deflated(preamble: bytes, rest: bytes) -> Iterator[Element]:
    """Elements for what stands before and behind the compressed data set of a deflated file."""
    yield from _elements(Place.PREAMBLE, "preamble", preamble)
    yield from _elements(Place.TRAILING, "trailing bytes", rest[:SEARCHED])


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


def _after_image(window: Window, offset: int, length: int, plane: int) -> bytes:
    """Bytes after the end-of-image marker of a fragment; after the last run of one that is run-length coded."""
    head = window.get(offset, min(length, 64))
    if is_run_length(head):
        # Walking through every run would take long.
        tail = window.get(offset + length - 16, 16) if plane and length > 80 else b""
        return after_runs(window.get(offset, min(length, SEARCHED)), plane) if _has_words(tail) else b""
    if head[:2] not in (b"\xff\xd8", b"\xff\x4f"):
        return b""
    for reach in (_TAIL, SEARCHED):
        reach = min(length, reach)
        tail = window.get(offset + length - reach, reach)
        marker = tail.rfind(b"\xff\xd9")
        if marker >= 0:
            return tail[marker + 2 :]
    return b""


def _has_words(tail: bytes) -> bool:
    """Whether the last bytes of a frame could be text in any encoding."""
    kept = tail.strip(b"\0 ")
    return len(kept) >= 4 and not any(byte < 32 or byte == 127 for byte in kept)
