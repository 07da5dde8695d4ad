"""Types without a reader of their own: runs of text in their bytes are searched, and the coverage says so."""

from __future__ import annotations

from typing import BinaryIO

from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading
from auditor.readers.scraps import scraps

_DOCUMENTS = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"SQLite format 3\0",
    b"\x89HDF\r\n\x1a\n",
)
_SEARCHED = 16 << 20


class UnsupportedReader:
    """Old Office files, databases, HDF5."""

    kind = Kind.OTHER

    def matches(self, head: bytes, name: str) -> bool:
        """By magic number."""
        return head.startswith(_DOCUMENTS)

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Partly examined: text that is stored plainly is found, compressed text is not."""
        stream.seek(0)
        texts = scraps(stream.read(_SEARCHED))
        elements = tuple(Element(Place.TEXT, "text run", text) for text in texts)
        return Reading(Record(item, self.kind, Status.PARTIAL, Reason.UNSUPPORTED, elements))
