"""Frames of a DICOM file, decoded one at a time by pydicom with gdcm, openjpeg and its own RLE."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import gdcm
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut, apply_voi
from pydicom.pixels.utils import iter_pixels
from pydicom.uid import UID

from auditor.model import Frame, Reason
from auditor.readers.base import FrameError, Limits
from auditor.readers.dicom.fallback import DEFLATED_FRAMES, as_far_as, decode_frame, native_frame
from auditor.readers.dicom.fragments import Spans, is_sound, pictures, rebuilt
from auditor.readers.display import colour, deep, grey
from auditor.readers.hostile import PARSER_ERRORS, quiet

# gdcm writes what it dislikes, values included, straight to stderr.
for _silence in (gdcm.Trace.DebugOff, gdcm.Trace.WarningOff, gdcm.Trace.ErrorOff):
    _silence()


@dataclass(frozen=True, slots=True)
class Where:
    """Where the pixel data lies in the stream: its value's bytes, or the fragments with their offset table."""

    offset: int = 0
    length: int = 0
    encapsulated: bool = False
    fragments: Spans = ()
    frame: int = 0
    """Bytes of one native frame; 0 where frames do not begin at whole bytes, or the stream is deflated."""


_INTERPRETATIONS = frozenset(
    ("MONOCHROME1", "MONOCHROME2", "RGB", "PALETTE COLOR", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_420",
     "YBR_PARTIAL_422", "YBR_ICT", "YBR_RCT", "XYB", "HSV", "ARGB", "CMYK")
)  # fmt: skip
"""PS3.3 C.7.6.3.1.2, with the retired ones."""
WHOLE = 64 << 20
"""Pixel data up to this many bytes is read whole; larger is read a frame at a time."""


def decode_frames(
    stream: BinaryIO, total: int, limits: Limits, syntax: str, where: Where
) -> Iterator[Frame | FrameError]:
    """Yield frame 0 to `total` - 1, a `FrameError` for each that does not decode.

    `syntax` is the transfer syntax to assume where the file meta names none, `where` the place of the
    pixel data. Memory is that of a frame, or of `WHOLE` bytes where that is more; pixel data that is
    not cut into frames at whole bytes is read whole.
    """
    large = where.length > WHOLE
    if large and not _is_decodable(UID(syntax), with_fallback=True):
        yield FrameError(Reason.NO_DECODER)
    elif large and (where.encapsulated or where.frame):
        yield from _one_by_one(stream, total, limits, syntax, where)
    else:
        yield from _all(stream, total, limits, syntax, where)


def _one_by_one(
    stream: BinaryIO, total: int, limits: Limits, syntax: str, where: Where
) -> Iterator[Frame | FrameError]:
    """Each frame as a data set of its own: the header with the bytes of that frame."""
    try:
        stream.seek(0)
        with quiet():
            header = dcmread(stream, force=True, stop_before_pixels=True)
        pieces = _pieces(stream, total, where)
    except PARSER_ERRORS:
        yield FrameError(Reason.MALFORMED)
        return
    for index in range(total):
        try:
            with quiet():
                piece = next(pieces)
        except StopIteration:
            yield FrameError(Reason.TRUNCATED, index)
            return
        except PARSER_ERRORS:
            yield FrameError(Reason.MALFORMED, index)
            return
        header.PixelData = encapsulate([piece], has_bot=False) if where.encapsulated else piece
        header["PixelData"].is_undefined_length = where.encapsulated
        try:
            with quiet():
                problem = _prepare(header, 1, limits, syntax)
        except PARSER_ERRORS:
            problem = Reason.MALFORMED
        if problem:
            yield FrameError(problem, index)
            return
        for frame in _decoded(header, 1):
            yield _numbered(frame, index)


def _numbered(frame: Frame | FrameError, index: int) -> Frame | FrameError:
    return FrameError(frame.reason, index) if isinstance(frame, FrameError) else replace(frame, index=index)


def _pieces(stream: BinaryIO, total: int, where: Where) -> Iterator[bytes]:
    if where.encapsulated:
        if not is_sound(stream, where.fragments):
            spans = pictures(stream, where.fragments)
            if len(spans) == total:
                for offset, length in spans:
                    stream.seek(offset)
                    yield stream.read(length)
                return
        stream.seek(where.offset)
        yield from generate_frames(stream, number_of_frames=total)
        return
    for index in range(total):
        stream.seek(where.offset + index * where.frame)
        piece = stream.read(min(where.frame, where.length - index * where.frame))
        if not piece:
            return
        yield piece + bytes(len(piece) % 2)


def _all(
    stream: BinaryIO, total: int, limits: Limits, syntax: str, where: Where
) -> Iterator[Frame | FrameError]:
    try:
        with quiet():
            dataset = _whole(stream, where)
            problem = _prepare(dataset, total, limits, syntax)
    except PARSER_ERRORS:
        problem = Reason.MALFORMED
    if problem:
        yield FrameError(problem)
        return
    yield from _decoded(dataset, total)


def _whole(stream: BinaryIO, where: Where) -> Dataset:
    """The data set; its compressed pixel data put together anew where it was cut off, or its offset table is false."""
    if is_sound(stream, where.fragments):
        stream.seek(0)
        try:
            dataset = dcmread(stream, force=True)
            if not where.fragments or _is_encapsulated(dataset):
                return dataset
        except PARSER_ERRORS:
            if not where.fragments:
                raise
    stream.seek(0)
    dataset = dcmread(stream, force=True, stop_before_pixels=True)
    dataset.PixelData = rebuilt(stream, where.fragments)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if keyword in dataset:
            delattr(dataset, keyword)
    return dataset


def _decoded(dataset: Dataset, total: int) -> Iterator[Frame | FrameError]:
    if not _is_decodable(dataset.file_meta.TransferSyntaxUID, with_fallback=True):
        yield FrameError(Reason.NO_DECODER)
        return
    index = 0
    while index < total:
        try:
            with quiet():
                arrays = iter_pixels(dataset, indices=range(index, total))
            while index < total:
                with quiet():
                    frame = _frame(index, next(arrays), dataset)
                yield frame
                index += 1
        except StopIteration:
            yield FrameError(Reason.TRUNCATED, index)
            return
        except PARSER_ERRORS:
            yield from _second_try(index, dataset)
            index += 1


def _second_try(index: int, dataset: Dataset) -> Iterator[Frame | FrameError]:
    """The frame by other means than pydicom's: of a picture that ends too early what there is, and that it ends."""
    syntax = dataset.file_meta.TransferSyntaxUID
    compressed = _is_encapsulated(dataset)
    for decode, whole in (
        ((decode_frame, True), (as_far_as, False)) if compressed else ((native_frame, True),)
    ):
        try:
            with quiet():
                yield _frame(index, decode(dataset, index), dataset)
        except PARSER_ERRORS:
            continue
        if not whole:
            yield FrameError(Reason.TRUNCATED, index)
        return
    yield FrameError(
        Reason.MALFORMED if not compressed or _is_decodable(syntax) else Reason.NO_DECODER, index
    )


def _is_encapsulated(dataset: Dataset) -> bool:
    return "PixelData" in dataset and bool(dataset["PixelData"].is_undefined_length)


def _is_decodable(syntax: UID, with_fallback: bool = False) -> bool:
    if with_fallback and syntax == DEFLATED_FRAMES:
        return True
    try:
        with quiet():
            return bool(get_decoder(syntax).is_available)
    except NotImplementedError:
        return False


def _prepare(dataset: Dataset, total: int, limits: Limits, syntax: str) -> Reason | None:
    """Make the data set decodable where that loses nothing; else say why it is not."""
    uid = UID(dataset.file_meta.get("TransferSyntaxUID", "") or syntax)
    dataset.file_meta.TransferSyntaxUID = uid
    if int(dataset.Rows) * int(dataset.Columns) > limits.frame_pixels:
        return Reason.TOO_LARGE
    # Assigned, since what the file states may not be a number.
    dataset.NumberOfFrames = total
    if "PhotometricInterpretation" not in dataset:
        dataset.PhotometricInterpretation = "RGB" if dataset.get("SamplesPerPixel", 1) == 3 else "MONOCHROME2"
    dataset.setdefault("SamplesPerPixel", 1)
    dataset.setdefault("PixelRepresentation", 0)
    dataset.setdefault("BitsStored", dataset.BitsAllocated)
    _mend(dataset)
    if "PixelData" in dataset and not _is_encapsulated(dataset):
        _pad(dataset)
    return None


def _mend(dataset: Dataset) -> None:
    """Put what no data set can mean as a viewer guesses it, so that the picture is not lost to its header."""
    if not 0 < int(dataset.get("BitsStored") or 0) <= int(dataset.BitsAllocated):
        dataset.BitsStored = dataset.BitsAllocated
        dataset.HighBit = int(dataset.BitsAllocated) - 1
    if dataset.PixelRepresentation not in (0, 1):
        dataset.PixelRepresentation = 0
    if dataset.get("PlanarConfiguration") not in (None, 0, 1):
        dataset.PlanarConfiguration = 0
    if dataset.PhotometricInterpretation not in _INTERPRETATIONS:
        colour = int(dataset.SamplesPerPixel) == 3
        dataset.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"


def _pad(dataset: Dataset) -> None:
    """Fill native pixel data that was cut off, so that what is there can be seen."""
    samples = 2 if dataset.PhotometricInterpretation == "YBR_FULL_422" else int(dataset.SamplesPerPixel)
    bits = int(dataset.Rows) * int(dataset.Columns) * samples * int(dataset.BitsAllocated)
    frame = (bits + 7) // 8
    held = len(dataset.PixelData)
    if frame and held % frame and held < frame * int(dataset.get("NumberOfFrames") or 1):
        dataset.PixelData += bytes(frame - held % frame)


def _frame(index: int, array: NDArray[np.generic], dataset: Dataset) -> Frame:
    if array.ndim == 3:
        return Frame(index, colour(array, int(dataset.BitsStored)), deep(array))
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        return _looked_up(index, array, dataset)
    inverted = dataset.PhotometricInterpretation == "MONOCHROME1"
    try:
        values = apply_modality_lut(array, dataset)
        if "VOILUTSequence" in dataset:
            return Frame(index, grey(apply_voi(values, dataset), inverted=inverted), array)
        window = _window(dataset)
    except PARSER_ERRORS:
        # A broken look-up table must not hide the picture.
        values, window = array, None
    return Frame(index, grey(values, window, inverted), array)


def _looked_up(index: int, array: NDArray[np.generic], dataset: Dataset) -> Frame:
    """The colours of a palette; without one that can be used, its indices as grey."""
    try:
        looked_up = apply_color_lut(array, dataset)
    except PARSER_ERRORS:
        return Frame(index, grey(array), array)
    return Frame(index, colour(looked_up, 8 * looked_up.dtype.itemsize), array)


def _window(dataset: Dataset) -> tuple[float, float] | None:
    """Low and high of the first stored window (PS3.3 C.11.2.1.2)."""
    centre, width = dataset.get("WindowCenter"), dataset.get("WindowWidth")
    if centre is None or width is None or centre == "" or width == "":
        return None
    first_centre = float(centre[0] if hasattr(centre, "__getitem__") else centre)
    first_width = float(width[0] if hasattr(width, "__getitem__") else width)
    return first_centre - first_width / 2, first_centre + first_width / 2
