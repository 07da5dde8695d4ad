"""Types that are recognised and not read: they are named in the coverage, and never expanded."""

from __future__ import annotations

from typing import BinaryIO

from auditor.model import Item, Kind, Reason, Record, Status
from auditor.readers.base import Limits, Reading

_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\0",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x28\xb5\x2f\xfd",
)
_DOCUMENTS = (
    b"%PDF-",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"SQLite format 3\0",
    b"\x89HDF\r\n\x1a\n",
    b"{\\rtf",
)


class ArchiveReader:
    """Archives and compressed files of anything but NIfTI."""

    kind = Kind.ARCHIVE

    def matches(self, head: bytes, name: str) -> bool:
        """By magic number."""
        return head.startswith(_ARCHIVES) or head[257:262] == b"ustar"

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Skipped with its type."""
        return Reading(Record(item, self.kind, Status.SKIPPED, Reason.UNSUPPORTED))


class DocumentReader(ArchiveReader):
    """PDF, old Office files, RTF, databases, HDF5."""

    kind = Kind.OTHER

    def matches(self, head: bytes, name: str) -> bool:
        """By magic number."""
        return head.startswith(_DOCUMENTS)
