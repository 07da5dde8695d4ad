"""Small synthetic DICOM files, made in code. Nothing in them belongs to anybody."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, FileDataset
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import UID, ExplicitVRLittleEndian

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
JPEG = "1.2.840.10008.1.2.4.50"
JPEG2000 = "1.2.840.10008.1.2.4.90"
RLE = "1.2.840.10008.1.2.5"
_ROOT = "1.2.826.0.1.3680043.8.498."


def make_dicom(
    pixels: NDArray[np.generic] | None = None,
    *,
    syntax: str = EXPLICIT,
    preamble: bytes | None = b"\0" * 128,
    meta: dict[str, Any] | None = None,
    private: Sequence[tuple[int, str, int, str, Any]] = (),
    overlay: NDArray[np.bool_] | None = None,
    photometric: str = "",
    bits_stored: int | None = None,
    fragments: Sequence[bytes] | None = None,
    slack: bytes = b"",
    trailing: bytes = b"",
    **tags: Any,
) -> bytes:
    """The bytes of a DICOM file.

    `pixels`: (rows, columns), (frames, rows, columns) or (..., 3), uint8 or (u)int16.
    `tags`: by keyword; a dict or list of dicts becomes a sequence. None leaves a default out.
    `private`: (group, creator, element 0x00..0xFF, VR, value). `meta`: file meta by keyword.
    `preamble`: None writes the bare data set without preamble, prefix and file meta.
    `fragments`: ready compressed frames, for JPEG and JPEG 2000; RLE is compressed here.
    `slack` goes behind the last pixel inside PixelData, `trailing` behind the last element.
    """
    dataset = Dataset()
    defaults = {
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.7",
        "SOPInstanceUID": _ROOT + "1",
        "StudyInstanceUID": _ROOT + "2",
        "SeriesInstanceUID": _ROOT + "3",
        "Modality": "OT",
    }
    for keyword, value in {**defaults, **tags}.items():
        if value is not None:
            setattr(dataset, keyword, _value(value))
    for group, creator, number, vr, value in private:
        dataset.private_block(group, creator, create=True).add_new(number, vr, value)
    if pixels is not None:
        _add_pixels(dataset, pixels, photometric, bits_stored, fragments, slack, syntax == BIG_ENDIAN)
    if overlay is not None:
        _add_overlay(dataset, overlay)
    if syntax == RLE and pixels is not None:
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.compress(UID(RLE), generate_instance_uid=False)
    body = _encode(dataset, implicit=syntax == IMPLICIT, little=syntax != BIG_ENDIAN)
    if syntax == DEFLATED:
        engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        body = engine.compress(body + trailing) + engine.flush()
        trailing = b""
    if preamble is None:
        return body + trailing
    return _head(dataset, preamble, syntax, meta or {}) + body + trailing


def dataset_of(content: bytes) -> FileDataset:
    """The data set that pydicom reads from `content`."""
    from pydicom import dcmread

    return dcmread(io.BytesIO(content), force=True)


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        value = [value]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        items = []
        for members in value:
            item = Dataset()
            for keyword, member in members.items():
                setattr(item, keyword, _value(member))
            items.append(item)
        return DicomSequence(items)
    return value


def _add_pixels(
    dataset: Dataset,
    pixels: NDArray[np.generic],
    photometric: str,
    bits_stored: int | None,
    fragments: Sequence[bytes] | None,
    slack: bytes,
    swap: bool,
) -> None:
    colour = pixels.ndim >= 3 and pixels.shape[-1] == 3
    shape = pixels.shape[:-1] if colour else pixels.shape
    dataset.SamplesPerPixel = 3 if colour else 1
    dataset.PhotometricInterpretation = photometric or ("RGB" if colour else "MONOCHROME2")
    if colour:
        dataset.PlanarConfiguration = 0
    dataset.Rows, dataset.Columns = shape[-2:]
    if len(shape) == 3:
        dataset.NumberOfFrames = shape[0]
    dataset.BitsAllocated = 8 * pixels.dtype.itemsize
    dataset.BitsStored = bits_stored or dataset.BitsAllocated
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    if fragments is not None:
        dataset.PixelData = encapsulate(list(fragments))
        dataset["PixelData"].is_undefined_length = True
        dataset["PixelData"].VR = "OB"
        return
    data = (pixels.byteswap() if swap else pixels).tobytes() + slack
    dataset.PixelData = data + b"\0" * (len(data) % 2)
    dataset["PixelData"].VR = "OW" if dataset.BitsAllocated > 8 else "OB"


def _add_overlay(dataset: Dataset, overlay: NDArray[np.bool_]) -> None:
    """Overlay plane 6000 (PS3.3 C.9.2): one bit a pixel, least significant first."""
    packed = np.packbits(overlay.ravel(), bitorder="little").tobytes()
    for element, vr, value in (
        (0x0010, "US", overlay.shape[0]),
        (0x0011, "US", overlay.shape[1]),
        (0x0040, "CS", "G"),
        (0x0050, "SS", [1, 1]),
        (0x0100, "US", 1),
        (0x0102, "US", 0),
        (0x3000, "OW", packed + b"\0" * (len(packed) % 2)),
    ):
        dataset.add_new((0x6000, element), vr, value)


def _encode(dataset: Dataset, *, implicit: bool, little: bool) -> bytes:
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = implicit, little
    charset = dataset.get("SpecificCharacterSet", "ISO_IR 6")
    write_dataset(buffer, dataset, charset)
    return bytes(buffer.getvalue())


def _head(dataset: Dataset, preamble: bytes, syntax: str, meta: dict[str, Any]) -> bytes:
    """Preamble, prefix and file meta with its group length."""
    header = Dataset()
    header.MediaStorageSOPClassUID = dataset.get("SOPClassUID", "")
    header.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "")
    header.TransferSyntaxUID = syntax
    for keyword, value in meta.items():
        setattr(header, keyword, value)
    encoded = _encode(header, implicit=False, little=True)
    length = b"\x02\0\0\0UL\x04\0" + len(encoded).to_bytes(4, "little")
    return preamble.ljust(128, b"\0") + b"DICM" + length + encoded
