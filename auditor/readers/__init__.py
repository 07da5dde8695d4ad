"""Bytes to `Reading`: what a file is, its text, its frames; every outcome typed, none an exception."""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO

from auditor.model import Item, Kind, Reason, Record, Status
from auditor.readers.archive import ArchiveReader
from auditor.readers.arrays import ArrayReader
from auditor.readers.base import Limits, Reader, Reading
from auditor.readers.containers.zips import has_directory
from auditor.readers.databases import DatabaseReader
from auditor.readers.dicom.reader import DicomReader
from auditor.readers.documents.dicom_models import DicomModelReader
from auditor.readers.documents.hl7 import Hl7Reader
from auditor.readers.documents.mail import MailReader
from auditor.readers.documents.office import OfficeReader
from auditor.readers.documents.pdf import PdfReader
from auditor.readers.documents.rtf import RtfReader
from auditor.readers.embedded import embedded_members, without_embedded
from auditor.readers.gather import gather
from auditor.readers.headers import HeaderReader
from auditor.readers.nifti import NiftiReader
from auditor.readers.raster.reader import RasterReader
from auditor.readers.table import TableReader
from auditor.readers.text import TextReader
from auditor.readers.unsupported import FilmReader, UnknownReader, UnsupportedReader

__all__ = ["Limits", "Reader", "Reading", "read_item"]

HEAD = 4096
_READERS: tuple[Reader, ...] = (
    DicomReader(),
    RasterReader(),
    NiftiReader(),
    OfficeReader(),
    ArchiveReader(),
    PdfReader(),
    ArrayReader(),
    DatabaseReader(),
    FilmReader(),
    UnsupportedReader(),
    HeaderReader(),
    RtfReader(),
    MailReader(),
    Hl7Reader(),
    DicomModelReader(),
    TableReader(),
    TextReader(),
)
"""In the order they are asked; text comes last because nearly anything readable is text."""
_IMAGES = frozenset({Kind.DICOM, Kind.RASTER, Kind.NIFTI, Kind.ARCHIVE})
_DICOM_NAMES = (".dcm", ".dicom", ".dic", ".ima")


def read_item(stream: BinaryIO, item: Item, limits: Limits | None = None) -> Reading:
    """Read one item by what its bytes are, whatever its name says.

    `stream` is seekable and must stay open while the reading's frames are used.
    """
    limits = limits or Limits()
    if item.reason is not None:
        return Reading(Record(item, Kind.OTHER, Status.SKIPPED, item.reason))
    try:
        stream.seek(0)
        head = stream.read(HEAD)
        if not head:
            return Reading(Record(item, Kind.OTHER, Status.UNREADABLE, Reason.EMPTY))
        if item.size > limits.file_bytes:
            return Reading(Record(item, Kind.OTHER, Status.SKIPPED, Reason.TOO_LARGE))
        claims_dicom = item.path.lower().endswith(_DICOM_NAMES)
        for reader in _READERS:
            if reader.matches(head, item.path):
                stream.seek(0)
                reading = reader.read(stream, item, limits)
                if reading.record.reason is not Reason.TIMEOUT:
                    reading = _with_embedded(reading, stream, limits)
                return _not_dicom(reading) if claims_dicom and reader.kind not in _IMAGES else reading
        reader = ArchiveReader() if has_directory(stream) else UnknownReader()
        reading = reader.read(stream, item, limits)
        return _not_dicom(reading) if claims_dicom else reading
    except OSError:
        return Reading(Record(item, Kind.OTHER, Status.UNREADABLE, Reason.IO_ERROR))


def _with_embedded(reading: Reading, stream: BinaryIO, limits: Limits) -> Reading:
    """Text may carry files in base64; they are examined like any other."""
    if reading.record.kind not in (Kind.TEXT, Kind.TABLE) or reading.members:
        return reading
    members: list[Item] = []
    if (
        gather(members, embedded_members(stream, reading.record.item, limits), limits.members)
        is Reason.TIMEOUT
    ):
        late = replace(reading.record, status=Status.PARTIAL, reason=Reason.TIMEOUT)
        return replace(reading, record=late, members=tuple(members))
    if not members:
        return reading
    record = replace(reading.record, elements=tuple(without_embedded(reading.record.elements)))
    return replace(reading, record=record, members=tuple(members))


def _not_dicom(reading: Reading) -> Reading:
    """A letter named `.dcm` is no image that anybody can open, but what it says is searched all the same."""
    record = replace(reading.record, kind=Kind.OTHER, status=Status.UNREADABLE, reason=Reason.NOT_DICOM)
    return replace(reading, record=record)
