"""Types that are recognised and not read: they are named in the coverage."""

from __future__ import annotations

from typing import BinaryIO

from auditor.model import Item, Kind, Reason, Record, Status
from auditor.readers.base import Limits, Reading

_DOCUMENTS = (
    b"%PDF-",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"SQLite format 3\0",
    b"\x89HDF\r\n\x1a\n",
    b"{\\rtf",
)


class UnsupportedReader:
    """PDF, old Office files, RTF, databases, HDF5."""

    kind = Kind.OTHER

    def matches(self, head: bytes, name: str) -> bool:
        """By magic number."""
        return head.startswith(_DOCUMENTS)

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Skipped with its type."""
        return Reading(Record(item, self.kind, Status.SKIPPED, Reason.UNSUPPORTED))
