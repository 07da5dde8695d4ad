"""NIfTI-1, NIfTI-2 and Analyze 7.5 volumes, plain or gzipped: header text, extensions, slices."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
from nibabel.nifti1 import Nifti1Header
from nibabel.nifti2 import Nifti2Header
from nibabel.spatialimages import HeaderDataError
from numpy.typing import NDArray

from auditor.model import Element, Facts, Frame, Item, Kind, Place, Reason, Record, Status, Volume
from auditor.readers.base import FrameError, Limits, Reading
from auditor.readers.charsets import guess
from auditor.readers.containers.tars import gzip_header, gzip_notes
from auditor.readers.display import grey
from auditor.readers.gather import gather
from auditor.readers.scraps import scraps
from auditor.readers.volumes import upright

_GZIP = b"\x1f\x8b"
_FIELDS_1 = (("data_type", 4, 10), ("db_name", 14, 18), ("descrip", 148, 80), ("aux_file", 228, 24))
_FIELDS_NIFTI = (("intent_name", 328, 16),)
_FIELDS_ANALYZE = (
    ("originator", 253, 10),
    ("generated", 263, 10),
    ("scannum", 273, 10),
    ("patient_id", 283, 10),
    ("exp_date", 293, 10),
    ("exp_time", 303, 10),
)
_FIELDS_2 = (("descrip", 240, 80), ("aux_file", 320, 24), ("intent_name", 508, 16))
_TYPES = {
    2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 128: "u1", 256: "i1", 512: "u2", 768: "u4",
    1024: "i8", 1280: "u8",
}  # fmt: skip
"""`datatype` codes of nifti1.h to numpy's."""
_RGB = 128
_HEADER_BYTES = 1 << 20
_AXIAL_SLICES = 16


class NiftiReader:
    """The header is read in full; of the volume, slices: the middle of each plane, then axial ones."""

    kind = Kind.NIFTI

    def matches(self, head: bytes, name: str) -> bool:
        """By the header's size field and magic; Analyze has no magic, so its dimensions must make sense."""
        return header_order(_inflated(head, 1024) if head[:2] == _GZIP else head) is not None

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """A gzip stream is inflated no further than the limit."""
        head = _content(stream, _HEADER_BYTES)
        order = header_order(head) or "<"
        shape, offset, code = _layout(head, order)
        elements: list[Element] = []
        for part in (_elements(head, order, offset), _beside(stream, head, order, offset, code)):
            if gather(elements, part, limits.elements) is Reason.TIMEOUT:
                return Reading(Record(item, Kind.NIFTI, Status.PARTIAL, Reason.TIMEOUT, tuple(elements)))
        slices = _slices(shape)
        paired = head[344:347] == b"ni1" or not is_nifti(head)
        record = Record(
            item,
            Kind.NIFTI,
            Status.READ if code in _TYPES or paired else Status.PARTIAL,
            None if code in _TYPES or paired else Reason.UNSUPPORTED,
            tuple(elements),
            facts=Facts(rows=str(shape[1]), columns=str(shape[0])),
            frames_total=0 if paired else len(slices),
        )

        def frames() -> Iterator[Frame | FrameError]:
            if not paired:
                yield from _frames(stream, order, shape, offset, code, slices, limits)

        def volume() -> Volume | None:
            if paired or code not in _TYPES or code == _RGB:
                return None
            cube = _cube(stream, order, shape, offset, code, limits)
            return None if isinstance(cube, Reason) else _upright(cube, head, order)

        return Reading(record, frames, volume=volume)


def _inflated(raw: bytes, count: int) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, count)
    except zlib.error:
        return b""


def _content(stream: BinaryIO, count: int) -> bytes:
    """The first `count` bytes, inflated when gzipped; fewer when the stream ends or breaks."""
    stream.seek(0)
    first = stream.read(1 << 16)
    if first[:2] != _GZIP:
        return first[:count] if count <= len(first) else first + stream.read(count - len(first))
    engine, parts, held = zlib.decompressobj(zlib.MAX_WBITS | 16), [], 0
    block = first
    while block and held < count and not engine.eof:
        try:
            part = engine.decompress(block, count - held)
        except zlib.error:
            break
        parts.append(part)
        held += len(part)
        block = engine.unconsumed_tail or stream.read(1 << 16)
    return b"".join(parts)


def header_order(head: bytes) -> str | None:
    """Byte order of a header, None when it is none."""
    for order in "<", ">":
        if (
            len(head) >= 540
            and struct.unpack_from(order + "l", head)[0] == 540
            and head[4:6] in (b"n+", b"ni")
        ):
            return order
        if len(head) >= 348 and struct.unpack_from(order + "l", head)[0] == 348:
            rank = struct.unpack_from(order + "h", head, 40)[0]
            if 1 <= rank <= 7 and struct.unpack_from(order + "h", head, 70)[0] in {
                0,
                1,
                32,
                1536,
                2048,
                1792,
                *_TYPES,
            }:
                return order
    return None


def is_nifti(head: bytes) -> bool:
    """Whether a header is NIfTI's, not that of Analyze 7.5."""
    return head[344:346] in (b"n+", b"ni") or head[4:6] in (b"n+", b"ni")


def _layout(head: bytes, order: str) -> tuple[tuple[int, int, int], int, int]:
    """The first three dimensions, where the voxels begin, and their datatype code."""
    if struct.unpack_from(order + "l", head)[0] == 540:
        dims = struct.unpack_from(order + "8q", head, 16)
        offset = struct.unpack_from(order + "q", head, 168)[0]
        code = struct.unpack_from(order + "h", head, 12)[0]
    else:
        dims = struct.unpack_from(order + "8h", head, 40)
        stated = struct.unpack_from(order + "f", head, 108)[0]
        offset = int(stated) if 0 <= stated < 2**40 else 352
        code = struct.unpack_from(order + "h", head, 70)[0]
    sizes = [max(1, dims[axis]) if axis <= dims[0] else 1 for axis in (1, 2, 3)]
    return (sizes[0], sizes[1], sizes[2]), max(0, offset), code


def _elements(head: bytes, order: str, offset: int) -> Iterator[Element]:
    second = struct.unpack_from(order + "l", head)[0] == 540
    fields = _FIELDS_2 if second else _FIELDS_1 + (_FIELDS_NIFTI if is_nifti(head) else _FIELDS_ANALYZE)
    for name, begin, length in fields:
        raw = head[begin : begin + length]
        text, _, rest = raw.partition(b"\0")
        if text.strip():
            yield Element(Place.NIFTI, f"nifti {name}", guess(text).strip())
        # Shorter text written over longer leaves the longer one's end behind the NUL.
        for remnant in scraps(rest):
            yield Element(Place.NIFTI, f"nifti {name}", remnant)
    pos = 540 if second else 348
    if len(head) >= pos + 4 and head[pos]:
        yield from _extensions(head, order, pos + 4, min(offset or len(head), len(head)))


def _extensions(head: bytes, order: str, pos: int, end: int) -> Iterator[Element]:
    """Header extensions (esize, ecode, edata); the text of XML, comments and embedded DICOM alike."""
    while pos + 8 <= end:
        size, _code = struct.unpack_from(order + "2l", head, pos)
        if size < 8:
            return
        for text in scraps(head[pos + 8 : min(pos + size, end)]):
            yield Element(Place.NIFTI, "nifti extension", text)
        pos += size


def _beside(stream: BinaryIO, head: bytes, order: str, offset: int, code: int) -> Iterator[Element]:
    """The gzip header; of a volume that is not compressed, what follows its last voxel."""
    name, _, _ = gzip_header(stream)
    if name:
        yield Element(Place.FILE_NAME, "gzip name", name)
    for where, text in gzip_notes(stream):
        yield Element(Place.NIFTI, where, text)
    stream.seek(0)
    if stream.read(2) == _GZIP or not is_nifti(head) or head[344:347] == b"ni1" or code not in _TYPES:
        return
    dims = struct.unpack_from(
        order + ("8q" if head[4:6] == b"n+" else "8h"), head, 16 if head[4:6] == b"n+" else 40
    )
    size = np.dtype(_TYPES[code]).itemsize * (3 if code == _RGB else 1)
    end = offset + size * math.prod(max(1, n) for n in dims[1 : 1 + min(7, max(1, dims[0]))])
    stream.seek(end)
    for text in scraps(stream.read(_HEADER_BYTES)):
        yield Element(Place.TRAILING, "trailing bytes", text)


def _slices(shape: tuple[int, int, int]) -> list[tuple[int, int]]:
    """(axis, position) of the slices shown: the three middles, then evenly spread axial ones."""
    middles = [(axis, shape[axis] // 2) for axis in (2, 1, 0) if shape[axis] > 1 or axis == 2]
    step = max(1, shape[2] // _AXIAL_SLICES)
    return middles + [(2, z) for z in range(0, shape[2], step) if (2, z) not in middles]


def _frames(
    stream: BinaryIO,
    order: str,
    shape: tuple[int, int, int],
    offset: int,
    code: int,
    slices: list[tuple[int, int]],
    limits: Limits,
) -> Iterator[Frame | FrameError]:
    if code not in _TYPES:
        yield FrameError(Reason.NO_DECODER)
        return
    cube = _cube(stream, order, shape, offset, code, limits)
    if isinstance(cube, Reason):
        yield FrameError(cube)
        return
    if cube.ndim == 4:
        for index, (axis, position) in enumerate(slices):
            plane = np.moveaxis(np.take(cube, position, axis=axis + 1), 0, -1)
            yield Frame(index, np.ascontiguousarray(np.swapaxes(plane, 0, 1)[::-1]))
        return
    for index, (axis, position) in enumerate(slices):
        # Columns run along the first remaining axis, rows upwards along the second: as viewers show it.
        plane = np.ascontiguousarray(np.take(cube, position, axis=axis).T[::-1])
        yield Frame(index, grey(plane), plane)


def _cube(
    stream: BinaryIO, order: str, shape: tuple[int, int, int], offset: int, code: int, limits: Limits
) -> NDArray[np.generic] | Reason:
    """The first volume, (x, y, z) or for RGB (3, x, y, z); the reason why it cannot be had."""
    dtype = np.dtype(order + _TYPES[code])
    samples = 3 if code == _RGB else 1
    needed = shape[0] * shape[1] * shape[2] * samples * dtype.itemsize
    if offset + needed > limits.inflated_bytes:
        return Reason.TOO_LARGE
    raw = _content(stream, offset + needed)[offset:]
    whole = len(raw) // dtype.itemsize
    if whole * dtype.itemsize < needed:
        return Reason.TRUNCATED
    values = np.frombuffer(raw, dtype, whole)[: needed // dtype.itemsize]
    return values.reshape((3, *shape) if samples == 3 else shape, order="F")


def _upright(cube: NDArray[np.generic], head: bytes, order: str) -> Volume | None:
    """The volume with its axes turned to right, front and top, by the header's sform or qform."""
    second = struct.unpack_from(order + "l", head)[0] == 540
    kind: Any
    kind, size = (Nifti2Header, 540) if second else (Nifti1Header, 348)
    try:
        affine = kind(head[:size], order, check=False).get_best_affine()
    except (HeaderDataError, ValueError, np.linalg.LinAlgError):
        return None
    return upright(cube, np.asarray(affine, np.float64))
