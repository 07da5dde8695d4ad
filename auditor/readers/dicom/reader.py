"""DICOM files: any extension or none, with or without preamble and file meta, whole or cut off."""

from __future__ import annotations

import io
import math
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from auditor.model import Element, Frame, Item, Kind, Place, Reason, Record, Status, Volume
from auditor.readers.base import FrameError, Limits, Reading, TimeUp, no_frames, no_volume
from auditor.readers.dicom.facts import claim_of, facts_of
from auditor.readers.dicom.fragments import frames_begun, pictures
from auditor.readers.dicom.frames import Where, decode_frames
from auditor.readers.dicom.layers import decode_layers
from auditor.readers.dicom.raw import SEARCHED, around_deflated, outside
from auditor.readers.dicom.recall import Gathered, gather
from auditor.readers.dicom.series import FEWEST, frames_volume
from auditor.readers.dicom.tiles import whole_slide
from auditor.readers.dicom.walk import DOCUMENT, TEXT_VRS, Walk, describe
from auditor.readers.film import film_frames, is_film, joined
from auditor.readers.raster.reader import RasterReader
from auditor.readers.window import Window

DEFLATED = "1.2.840.10008.1.2.1.99"
IMPLICIT = "1.2.840.10008.1.2"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
_TRANSFER_SYNTAX = 0x00020010
_NUMBER_OF_FRAMES = 0x00280008
_VIDEO = "1.2.840.10008.1.2.4.10"
"""MPEG-2, MPEG-4, HEVC: many frames in one fragment."""
_ROWS = 0x00280010
_MODALITY = 0x00080060
_SLIDE = "SM"
_MOST_STATED = (1 << 31) - 1


class DicomReader:
    """Reads elements by our own walk of the structure, frames by pydicom and its decoders."""

    kind = Kind.DICOM

    def matches(self, head: bytes, name: str) -> bool:
        """By the prefix, or by a first element that only a DICOM data set begins with."""
        return data_set_start(head) is not None

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Elements at any depth, file meta, preamble, bytes between and after; frames on demand."""
        found = Gathered()
        try:
            return self._read(stream, item, limits, found)
        except TimeUp:
            return Reading(_record(item, found, Reason.TIMEOUT))

    def _read(self, stream: BinaryIO, item: Item, limits: Limits, found: Gathered) -> Reading:
        window, start, begin, syntax, reason = _opened(Window(stream), limits, found)
        explicit, little = _encoding(window.get(begin, 8), syntax)
        walk = Walk(window, limits)
        gather(walk, window, begin, Place.DATASET, explicit, little, found)
        if walk.end + SEARCHED < window.size:
            reason = reason or walk.reason or Reason.TOO_LARGE
        found.elements.extend(_polyglot(stream, window, item, limits))
        found.elements.extend(outside(window, start, walk, found.values, deflated=syntax == DEFLATED))
        stated = _stated_frames(found.values)
        frames_total = _frames_total(stated, found.values, walk, syntax, stream)
        if 0 < frames_total < stated or _is_short(frames_total, found.values, walk):
            reason = reason or Reason.TRUNCATED
        reason = reason or walk.reason
        record = _record(item, found, reason, frames_total)

        where = Where() if syntax == DEFLATED else _where(found.values, walk)
        # A decoder would inflate what is too large to be inflated here.
        refused = syntax == DEFLATED and reason is Reason.TOO_LARGE

        def frames() -> Iterator[Frame | FrameError]:
            named = _syntax(syntax, explicit, little, walk, window)
            if named.startswith(_VIDEO) and walk.fragments:
                return film_frames(joined(stream, _video_parts(walk, window)), frames_total, limits)
            return _too_large() if refused else decode_frames(stream, frames_total, limits, named, where)

        def layers() -> Iterator[Frame | FrameError]:
            named = _syntax(syntax, explicit, little, walk, window)
            if refused:
                yield FrameError(Reason.TOO_LARGE)
                return
            yield from decode_layers(stream, limits, named, where)
            if frames_total > 1 and found.values.get(_MODALITY, "").strip() == _SLIDE:
                yield from whole_slide(stream, frames_total, frames)

        def volume() -> Volume | None:
            return frames_volume(stream, frames)

        return Reading(
            record,
            frames if frames_total else no_frames,
            layers=layers,
            members=_documents(found, window, item),
            volume=volume if frames_total >= FEWEST else no_volume,
        )


def _video_parts(walk: Walk, window: Window) -> list[tuple[int, int]]:
    """The fragments that make up a video: all but the offset table, which comes first where it is not left out."""
    (offset, length), *rest = walk.fragments
    return rest if rest and not is_film(window.get(offset, min(length, 512))) else walk.fragments


def _too_large() -> Iterator[FrameError]:
    yield FrameError(Reason.TOO_LARGE)


def encapsulated(stream: BinaryIO, limits: Limits) -> tuple[Window, list[tuple[int, int]]]:
    """Where the encapsulated documents of a file lie: offset and length of each in the window."""
    found = Gathered()
    window, _, begin, syntax, _ = _opened(Window(stream), limits, found)
    for raw in Walk(window, limits).elements(begin, *_encoding(window.get(begin, 8), syntax)):
        if raw.tag == DOCUMENT:
            found.documents.append((raw.offset, raw.length))
    return window, found.documents


def document_name(head: bytes) -> str:
    """A plain name for an encapsulated document, with the extension of what it is."""
    names = {b"%PDF": "document.pdf", b"PK\x03\x04": "document.zip"}
    known = next((name for magic, name in names.items() if head.startswith(magic)), "")
    return known or ("document.xml" if head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<") else "document")


def _polyglot(stream: BinaryIO, window: Window, item: Item, limits: Limits) -> Iterator[Element]:
    """What the file says as a TIFF, when its preamble makes it one (PS3.10 7.1 allows that)."""
    if window.get(128, 4) == b"DICM" and RasterReader().matches(window.get(0, 128), ""):
        # To a TIFF reader the data set itself is trailing bytes.
        for element in RasterReader().read(stream, item, limits).record.elements:
            if element.place is not Place.TRAILING:
                yield element


def _documents(found: Gathered, window: Window, item: Item) -> tuple[Item, ...]:
    return tuple(
        item.member(number, document_name(window.get(offset, 64)), length)
        for number, (offset, length) in enumerate(found.documents)
    )


def _opened(window: Window, limits: Limits, found: Gathered) -> tuple[Window, int, int, str, Reason | None]:
    """Read the file meta; the window on the data set, where the file and the data set begin, its syntax."""
    start = data_set_start(window.get(0, 4096)) or 0
    meta = Walk(window, limits)
    gather(meta, window, start, Place.FILE_META, explicit=True, little=True, found=found, stop_group=2)
    syntax = found.values.get(_TRANSFER_SYNTAX, "")
    begin, reason = meta.end, meta.reason
    if syntax == DEFLATED:
        inflated, rest, problem = _inflate(window, begin, limits)
        found.elements.extend(around_deflated(window.get(0, 128) if start == 132 else b"", rest))
        window, begin, reason = Window(io.BytesIO(inflated)), 0, reason or problem
    return window, start, begin, syntax, reason


def data_set_start(head: bytes) -> int | None:
    """Offset of the first element: after `DICM`, or 0 where the bytes can only be a data set."""
    if head[128:132] == b"DICM":
        return 132
    if head[:4] == b"DICM":
        return 4
    if _begins_data_set(head):
        return 0
    # Some writers keep the preamble and leave the prefix out.
    return 128 if len(head) > 136 and not head[:128].strip(b"\0") and _begins_data_set(head[128:]) else None


def _begins_data_set(head: bytes) -> bool:
    """Whether two elements follow each other as a data set's first ones do."""
    for order in "<", ">":
        pos, previous, count = 0, 0, 0
        while count < 3 and pos + 8 <= len(head):
            group, number = struct.unpack_from(order + "HH", head, pos)
            tag = group << 16 | number
            if tag <= previous or not (2 <= group <= 0x20 or count) or describe(tag)[0] == "UN":
                break
            vr = head[pos + 4 : pos + 6].decode("latin-1")
            if vr in TEXT_VRS or vr in ("UL", "US", "OB", "SQ", "UN"):
                wide = vr in ("OB", "SQ", "UN", "UT", "UC", "UR")
                if pos + 12 > len(head):
                    break
                length = struct.unpack_from(order + ("L" if wide else "H"), head, pos + (8 if wide else 6))[0]
                pos += 12 if wide else 8
            else:
                length = struct.unpack_from(order + "L", head, pos + 4)[0]
                pos += 8
            if length > 1 << 16:
                break
            previous, count = tag, count + 1
            pos += length
        if count >= 2:
            return True
    return False


def _encoding(head: bytes, syntax: str) -> tuple[bool, bool]:
    """Explicit VR? little endian? By the bytes, since files contradict their own transfer syntax."""
    if len(head) < 8:
        return syntax != IMPLICIT, syntax != BIG_ENDIAN
    vr = head[4:6]
    explicit = vr.isalpha() and vr.isupper()
    small, large = struct.unpack_from("<H", head)[0], struct.unpack_from(">H", head)[0]
    little = syntax != BIG_ENDIAN if syntax else small <= large
    if syntax and min(small, large) <= 0x20 < max(small, large):
        little = small < large
    return explicit, little


def _syntax(named: str, explicit: bool, little: bool, walk: Walk, window: Window) -> str:
    """The transfer syntax to decode by where the file meta names none."""
    if named:
        return named
    if walk.fragments:
        marks = {b"\xff\x4f": "1.2.840.10008.1.2.4.90", b"\xff\xd8": "1.2.840.10008.1.2.4.50"}
        starts = (window.get(offset, 2) for offset, length in walk.fragments[:2] if length)
        return next((marks[start] for start in starts if start in marks), "1.2.840.10008.1.2.5")
    if explicit:
        return "1.2.840.10008.1.2.1" if little else BIG_ENDIAN
    return IMPLICIT


def _inflate(window: Window, begin: int, limits: Limits) -> tuple[bytes, bytes, Reason | None]:
    """The deflated data set (PS3.5 A.5), at most `limits.inflated_bytes` of it, and what follows it."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = engine.decompress(window.get(begin, window.size - begin), limits.inflated_bytes)
    except zlib.error:
        return b"", b"", Reason.MALFORMED
    if engine.eof:
        return data, engine.unused_data, None
    return data, b"", Reason.TOO_LARGE if engine.unconsumed_tail else Reason.TRUNCATED


def _stated_frames(values: dict[int, str]) -> int:
    """(0028,0008), 1 where it is none."""
    stated = values.get(_NUMBER_OF_FRAMES, "1").split("\\")[0].strip()
    return min(max(1, int(stated)), _MOST_STATED) if stated.isdecimal() and len(stated) <= 12 else 1


def _frames_total(total: int, values: dict[int, str], walk: Walk, syntax: str, stream: BinaryIO) -> int:
    """Frames that the file could hold, whole ones beyond those it states included; 0 without pixels."""
    if walk.pixels is None:
        return 0
    if syntax.startswith(_VIDEO):
        return total
    if walk.fragments:
        held = max(1, len(pictures(stream, walk.fragments)))
        return min(held, total) if held <= total else max(total, frames_begun(stream, walk.fragments))
    bits = _frame_bits(values)
    if bits is None:
        return min(total, walk.pixels.length) if _ROWS in values else 1
    held = 8 * walk.pixels.length
    return max(min(total, max(1, -(-held // bits))), held // bits) if bits else 1


def _is_short(frames: int, values: dict[int, str], walk: Walk) -> bool:
    """Whether native pixel data ends before its last frame does."""
    bits = _frame_bits(values)
    if walk.pixels is None or walk.fragments or not bits:
        return False
    return 0 < walk.pixels.length < frames * bits // 8


def _frame_bits(values: dict[int, str]) -> int | None:
    """Bits of one native frame, None where the header does not say."""
    shape = [values.get(tag, "") for tag in (_ROWS, 0x00280011, 0x00280002, 0x00280100)]
    if not all(number.isdecimal() for number in shape):
        return None
    bits = math.prod(map(int, shape))
    return bits * 2 // 3 if values.get(0x00280004) == "YBR_FULL_422" else bits


def _where(values: dict[int, str], walk: Walk) -> Where:
    """Where the pixel data lies, so that frames can be read one at a time."""
    if walk.pixels is None:
        return Where()
    if walk.fragments:
        length = sum(length for _, length in walk.fragments)
        return Where(walk.fragments[0][0] - 8, length, encapsulated=True, fragments=walk.fragments)
    bits = _frame_bits(values) or 0
    return Where(walk.pixels.offset, walk.pixels.length, frame=0 if bits % 8 else bits // 8)


def _record(item: Item, found: Gathered, reason: Reason | None, frames_total: int = 0) -> Record:
    """What was gathered of a file, and why no more."""
    status = Status.READ if reason is None else Status.PARTIAL if found.elements else Status.UNREADABLE
    return Record(
        item,
        Kind.DICOM,
        status,
        reason,
        elements=tuple(found.elements),
        claim=claim_of(found.values, found.codes),
        facts=facts_of(found.values),
        frames_total=frames_total,
    )
