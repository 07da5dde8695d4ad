"""Pictures in a DICOM file besides its frames: overlay planes, icons, bits that no viewer shows.

Overlays are 60xx groups, either bitmaps of their own (PS3.3 C.9.2) or, as the standard allowed until
2004, bits of the pixel cells that Bits Stored leaves free. Any other free bit should be 0, or repeat
the sign; a picture in free bits survives every tool that looks at decoded frames.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID, RLELossless

from auditor.model import Frame, Reason
from auditor.readers.base import FrameError, Limits
from auditor.readers.dicom.bits import spelt
from auditor.readers.dicom.frames import Where
from auditor.readers.dicom.icons import small_pictures
from auditor.readers.display import grey
from auditor.readers.hostile import PARSER_ERRORS, quiet

LARGEST = 1 << 30
"""Bytes of a compressed file that is read whole for its layers; of a larger one they are reported as not
examined. Native cells are read a frame at a time, however many there are."""
_MOST_SPELT = 32
"""Frames whose unused bits are searched for text as well; most that hold some hold a picture."""
MOST_FRAMES = 4096
"""Of one layer; a hostile header cannot ask for more."""


def decode_layers(
    stream: BinaryIO, limits: Limits, syntax: str, where: Where | None = None
) -> Iterator[Frame | FrameError]:
    """Yield every overlay plane, icon and picture in unused bits, with its `Frame.layer` set.

    `syntax` is the transfer syntax to assume where the file meta names none, `where` the place of the
    pixel data, as for `decode_frames`. Planes lie where they lie
    on the image, so that boxes are in pixels of the stored frame. A layer that cannot be decoded gives a
    `FrameError`.
    """
    try:
        stream.seek(0)
        with quiet():
            dataset = dcmread(stream, force=True, stop_before_pixels=True)
            # keys(): iterating the data set itself would parse every element.
            groups = sorted({tag.group for tag in dataset.keys() if _is_overlay(tag.group)})  # noqa: SIM118
            uid = UID(dataset.file_meta.get("TransferSyntaxUID", "") or syntax)
    except PARSER_ERRORS:
        yield FrameError(Reason.MALFORMED)
        return
    yield from small_pictures(dataset, uid, limits)
    try:
        with quiet():
            if not groups and not _free_bits(dataset):
                return
            if where and where.frame and not where.encapsulated and not uid.is_encapsulated:
                cells = _native(stream, dataset, uid, where, limits)
            elif stream.seek(0, io.SEEK_END) > LARGEST:
                yield FrameError(Reason.TOO_LARGE)
                return
            else:
                stream.seek(0)
                dataset = dcmread(stream, force=True)
                cells = _cells(dataset, uid, groups, limits)
    except PARSER_ERRORS:
        yield FrameError(Reason.MALFORMED)
        return
    for group in groups:
        yield from _guarded(_overlay(dataset, group, cells, limits))
    yield from _guarded(_unused(dataset, cells, groups))


def _guarded(layers: Iterator[Frame]) -> Iterator[Frame | FrameError]:
    while True:
        try:
            with quiet():
                layer = next(layers)
        except StopIteration:
            return
        except PARSER_ERRORS:
            yield FrameError(Reason.MALFORMED)
            return
        yield layer


def _is_overlay(group: int) -> bool:
    return 0x6000 <= group <= 0x60FF and group % 2 == 0


def _free_bits(dataset: Dataset) -> bool:
    return 0 < int(dataset.get("BitsStored") or 0) < int(dataset.get("BitsAllocated") or 0)


Cells = Callable[[], Iterator[NDArray[np.unsignedinteger[Any]]]]
"""The pixel cells of each frame as they are stored, (rows, columns), gone through anew at each call."""


def _native(stream: BinaryIO, dataset: Dataset, uid: UID, where: Where, limits: Limits) -> Cells | None:
    """Cells that lie in the file as they are, read a frame at a time."""
    size = int(dataset.get("BitsAllocated") or 0) // 8
    shape = int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0)
    count = shape[0] * shape[1]
    if size not in (1, 2, 4) or not 0 < count <= limits.frame_pixels or where.frame != count * size:
        return None
    form = f"{'<' if uid.is_little_endian else '>'}u{size}"

    def cells() -> Iterator[NDArray[np.unsignedinteger[Any]]]:
        for index in range(min(where.length // where.frame, MOST_FRAMES)):
            stream.seek(where.offset + index * where.frame)
            yield np.frombuffer(stream.read(where.frame), form).reshape(shape)

    return cells


def _cells(dataset: Dataset, uid: UID, groups: list[int], limits: Limits) -> Cells | None:
    """None where cells are not stored as such: lossy and most lossless encodings keep the stored bits alone."""
    size = int(dataset.get("BitsAllocated") or 0) // 8
    rows, columns = int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0)
    samples = int(dataset.get("SamplesPerPixel") or 1)
    if "PixelData" not in dataset or size not in (1, 2, 4) or samples != 1:
        return None
    if not 0 < rows * columns <= limits.frame_pixels:
        return None
    if uid.is_encapsulated:
        return _decoded(dataset, uid, size) if uid == RLELossless or _embedded(dataset, groups) else None
    order = "<" if uid.is_little_endian else ">"
    raw = dataset.PixelData
    whole = min(len(raw) // (rows * columns * size), MOST_FRAMES)
    cells = np.frombuffer(raw, f"{order}u{size}", count=whole * rows * columns).reshape(whole, rows, columns)
    return lambda: iter(cells)


def _decoded(dataset: Dataset, uid: UID, size: int) -> Cells | None:
    """Cells out of an encoding that keeps all their bits."""
    try:
        decoder = get_decoder(uid)
    except NotImplementedError:
        return None

    def cells() -> Iterator[NDArray[np.unsignedinteger[Any]]]:
        arrays = decoder.iter_array(dataset, raw=True, correct_unused_bits=False, validate=False)
        for array, _ in islice(arrays, MOST_FRAMES):
            yield np.ascontiguousarray(array).view(f"u{size}")

    return cells


def _embedded(dataset: Dataset, groups: list[int]) -> bool:
    """Whether an overlay says that it lies in the pixel cells."""
    return any((group, 0x3000) not in dataset and (group, 0x0102) in dataset for group in groups)


def _overlay(dataset: Dataset, group: int, cells: Cells | None, limits: Limits) -> Iterator[Frame]:
    name = f"overlay {group:04X}"
    if (group, 0x3000) in dataset:
        rows, columns = int(dataset[group, 0x0010].value), int(dataset[group, 0x0011].value)
        if rows * columns > limits.frame_pixels:
            raise ValueError("overlay larger than the limit")
        planes = dataset.overlay_array(group).reshape(-1, rows, columns)[:MOST_FRAMES]
        origin = dataset[group, 0x0050].value if (group, 0x0050) in dataset else (1, 1)
        for index, plane in enumerate(planes):
            yield Frame(index, _on_image(_ink(plane), origin, dataset), layer=name)
    elif cells is not None and (group, 0x0102) in dataset:
        bit = int(dataset[group, 0x0102].value)
        for index, cell in enumerate(cells()):
            yield Frame(index, _ink(cell >> bit & 1), layer=name)


def _on_image(plane: NDArray[np.uint8], origin: Any, dataset: Dataset) -> NDArray[np.uint8]:
    """The plane at its origin (row, column from 1) on a canvas of the image's size, where it fits."""
    top, left = int(origin[0]) - 1, int(origin[1]) - 1
    rows, columns = int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0)
    if min(top, left) < 0 or top + plane.shape[0] > rows or left + plane.shape[1] > columns:
        return plane
    canvas = np.zeros((rows, columns), np.uint8)
    canvas[top : top + plane.shape[0], left : left + plane.shape[1]] = plane
    return canvas


def _unused(dataset: Dataset, cells: Cells | None, groups: list[int]) -> Iterator[Frame]:
    """What lies in bits above High Bit, or below the lowest stored bit, and is no overlay."""
    if cells is None or not _free_bits(dataset):
        return
    allocated, stored = int(dataset.BitsAllocated), int(dataset.BitsStored)
    high = int(dataset.get("HighBit", stored - 1))
    above = sum(1 << bit for bit in range(high + 1, allocated))
    below = sum(1 << bit for bit in range(max(0, high + 1 - stored)))
    for group in groups:
        if (group, 0x3000) not in dataset and (group, 0x0102) in dataset:
            above &= ~(1 << int(dataset[group, 0x0102].value))
    looked = 0
    for index, cell in enumerate(cells()):
        padding = np.zeros(cell.shape, cell.dtype)
        if int(dataset.get("PixelRepresentation") or 0):
            padding[(cell >> high & 1).astype(bool)] = above
        for found, mask in (((cell & above) ^ padding, above), (cell & below, below)):
            if found.any():
                looked += 1
                texts = tuple(spelt(found, mask)) if looked <= _MOST_SPELT else ()
                yield Frame(index, grey(found), layer="unused bits", spelt=texts)


def _ink(plane: NDArray[Any]) -> NDArray[np.uint8]:
    return np.where(plane != 0, 255, 0).astype(np.uint8)
