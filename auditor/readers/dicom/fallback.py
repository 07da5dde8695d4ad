"""Frames that gdcm, zlib, Pillow or plain arithmetic decode although pydicom's plugins refuse them."""

from __future__ import annotations

import io
import zlib

import gdcm
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile
from pydicom import Dataset
from pydicom.encaps import get_frame

DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"
"""Deflated Image Frame Compression (PS3.5 A.4.12)."""
_GDCM = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (50, 51, 57, 70, 80, 81))
"""The JPEG and JPEG-LS family."""
_SIZES = (1, 2, 4, 8)
"""Bytes of a cell."""
_USUAL = 64_000_000
"""Pixels of a picture that is decoded whatever the header says of its size."""


def decode_frame(dataset: Dataset, index: int) -> NDArray[np.generic]:
    """Decode one compressed frame to (rows, columns) or (rows, columns, samples) stored values.

    pydicom refuses 12-bit JPEG and 6- or 7-bit JPEG-LS to gdcm, which decodes them. Raises what
    third-party code raises on bytes that are broken, ValueError for a wrong size.
    """
    count = int(dataset.get("NumberOfFrames") or 1)
    encoded = get_frame(dataset.PixelData, index, number_of_frames=count)
    syntax = str(dataset.file_meta.TransferSyntaxUID)
    raw = _inflated(encoded, dataset) if syntax == DEFLATED_FRAMES else _by_gdcm(encoded, dataset, syntax)
    return _shaped(raw, dataset)


def as_far_as(dataset: Dataset, index: int) -> NDArray[np.generic]:
    """A JPEG frame that ends too early, as far as it goes, (rows, columns) or (rows, columns, 3); the rest is grey.

    Of the size that its own header states, which may not be that of the data set."""
    count = int(dataset.get("NumberOfFrames") or 1)
    encoded = get_frame(dataset.PixelData, index, number_of_frames=count)
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        with Image.open(io.BytesIO(encoded), formats=["JPEG"]) as picture:
            if picture.width * picture.height > max(_USUAL, 4 * int(dataset.Rows) * int(dataset.Columns)):
                raise ValueError("a picture far larger than stated")
            return np.asarray(picture if picture.mode == "L" else picture.convert("RGB"))
    except Image.DecompressionBombError:
        raise ValueError("a picture far larger than stated") from None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def native_frame(dataset: Dataset, index: int) -> NDArray[np.generic]:
    """An uncompressed frame whose header contradicts itself, (rows, columns) or (rows, columns, 3).

    Where the stated bits are none that a cell can have, as many as the pixel data has room for; of two or
    four samples a pixel their mean. Raises ValueError where that is no frame."""
    rows, columns, samples = int(dataset.Rows), int(dataset.Columns), max(1, int(dataset.SamplesPerPixel))
    count, raw = int(dataset.get("NumberOfFrames") or 1), dataset.PixelData
    size = int(dataset.BitsAllocated) // 8
    if size not in _SIZES or int(dataset.BitsAllocated) % 8:
        size = next(
            (each for each in (4, 2, 1) if each * rows * columns * samples * count <= len(raw)), _SIZES[0]
        )
    needed = rows * columns * samples * size
    piece = raw[index * needed : (index + 1) * needed]
    if not needed or not piece or needed > len(raw) + size * columns * samples:
        raise ValueError("no frame")
    values = np.frombuffer(piece + bytes(needed - len(piece)), f"<u{size}").reshape(rows, columns, samples)
    if samples == 3:
        return values
    return values[..., 0] if samples == 1 else values.mean(axis=2).astype(values.dtype)


def _inflated(encoded: bytes, dataset: Dataset) -> bytes:
    pixels = int(dataset.Rows) * int(dataset.Columns) * int(dataset.SamplesPerPixel)
    needed = (pixels * int(dataset.BitsAllocated) + 7) // 8
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(encoded, needed)


def _by_gdcm(encoded: bytes, dataset: Dataset, syntax: str) -> bytes:
    # gdcm ends the process on combinations it did not expect: only those it is for.
    if syntax not in _GDCM or int(dataset.BitsAllocated) not in (8, 16):
        raise ValueError("not for gdcm")
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(encoded)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((int(dataset.Columns), int(dataset.Rows), 1))
    image.SetDataElement(element)
    photometric = gdcm.PhotometricInterpretation.GetPIType(str(dataset.PhotometricInterpretation))
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(photometric))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(syntax)))
    stored = int(dataset.BitsStored)
    image.SetPixelFormat(
        gdcm.PixelFormat(
            int(dataset.SamplesPerPixel),
            int(dataset.BitsAllocated),
            stored,
            stored - 1,
            int(dataset.PixelRepresentation),
        )
    )
    # gdcm's binding returns the buffer as str.
    return bytes(image.GetBuffer().encode("utf-8", "surrogateescape"))


def _shaped(raw: bytes, dataset: Dataset) -> NDArray[np.generic]:
    rows, columns, samples = int(dataset.Rows), int(dataset.Columns), int(dataset.SamplesPerPixel)
    shape = (rows, columns) if samples == 1 else (rows, columns, samples)
    if int(dataset.BitsAllocated) == 1:
        bits = np.unpackbits(np.frombuffer(raw, np.uint8), bitorder="little")
        return bits[: rows * columns].reshape(shape)
    sign = "i" if int(dataset.PixelRepresentation) else "u"
    values = np.frombuffer(raw, np.dtype(f"<{sign}{int(dataset.BitsAllocated) // 8}"))
    return values[: rows * columns * samples].reshape(shape)
