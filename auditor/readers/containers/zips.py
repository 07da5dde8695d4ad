"""ZIP archives. The directory at the end is believed only as far as it is small and says less than it costs."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from auditor.model import Reason
from auditor.readers.base import Limits
from auditor.readers.charsets import guess
from auditor.readers.containers.base import ContainerError, Member
from auditor.readers.scraps import scraps

_END, _END64 = b"PK\x05\x06", b"PK\x06\x06"
_END_REACH = (1 << 16) + 22 + 76
_ENTRY_BYTES = 512
"""A generous mean size of a directory entry; a directory of more than this for each allowed member is refused."""
_ENCRYPTED, _UTF8 = 0x1, 0x800
_LINK = 0o120000
_PREFIX = 1 << 20


class ZipContainer:
    """Members by the central directory, as every unpacker sees them."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        if _directory_bytes(stream) > limits.members * _ENTRY_BYTES:
            raise ContainerError(Reason.TOO_LARGE)
        self._stream = stream
        self._zip = zipfile.ZipFile(stream)
        self._entries = self._zip.infolist()

    @property
    def names(self) -> frozenset[str]:
        """The stored names, to tell a document that is a ZIP from an archive."""
        return frozenset(entry.filename for entry in self._entries)

    def members(self) -> Iterator[Member]:
        """In the directory's order; entries of one name are each a member."""
        for entry in self._entries:
            yield Member(_name(entry), entry.file_size, _reason(entry), entry.is_dir())

    def open(self, position: int) -> BinaryIO:
        """Inflates as it is read, never beyond the size that the directory states."""
        if not 0 <= position < len(self._entries):
            raise ContainerError(Reason.VANISHED)
        try:
            return self._zip.open(self._entries[position])  # type: ignore[return-value]
        except NotImplementedError:
            raise ContainerError(Reason.UNSUPPORTED) from None

    def notes(self) -> Iterator[tuple[str, str]]:
        """The archive's comment and those of its members."""
        if self._zip.comment:
            yield "archive comment", guess(self._zip.comment)
        for entry in self._entries:
            if entry.comment:
                yield "archive member comment", guess(entry.comment)
            for text in scraps(entry.extra):
                yield "archive extra field", text
        for text in scraps(self._before()):
            yield "archive prefix", text

    def _before(self) -> bytes:
        """What stands before the first entry: a script that unpacks the archive, or anything else."""
        first = min((entry.header_offset for entry in self._entries), default=0)
        self._stream.seek(0)
        return self._stream.read(min(first, _PREFIX))

    def close(self) -> None:
        """The stream stays open: it is not the archive's own."""
        self._zip.close()


def has_directory(stream: BinaryIO) -> bool:
    """Whether a file that does not begin as a ZIP ends as one: unpackers go by the end (APPNOTE 4.1.9)."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END_REACH))
    tail = stream.read(_END_REACH)
    at = tail.rfind(_END)
    return 0 <= at <= len(tail) - 22 and len(tail) - at - 22 == struct.unpack_from("<H", tail, at + 20)[0]


def _name(entry: zipfile.ZipInfo) -> str:
    """Without the UTF-8 flag names are in whatever encoding the writer used; Python takes it for cp437."""
    if entry.flag_bits & _UTF8 or entry.filename.isascii():
        return entry.filename
    try:
        return guess(entry.orig_filename.encode("cp437"))
    except UnicodeEncodeError:
        return entry.filename


def _reason(entry: zipfile.ZipInfo) -> Reason | None:
    if entry.flag_bits & _ENCRYPTED:
        return Reason.ENCRYPTED
    return Reason.LINK if entry.external_attr >> 16 & 0o170000 == _LINK else None


def _directory_bytes(stream: BinaryIO) -> int:
    """The central directory's size by the end records (APPNOTE 4.3.14, 4.3.16), before anything is parsed."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END_REACH))
    tail = stream.read(_END_REACH)
    found = 0
    at = tail.rfind(_END)
    if 0 <= at <= len(tail) - 16:
        found = struct.unpack_from("<L", tail, at + 12)[0]
    at64 = tail.rfind(_END64)
    if found == 0xFFFFFFFF and 0 <= at64 <= len(tail) - 48:
        found = struct.unpack_from("<Q", tail, at64 + 40)[0]
    return min(int(found), size)
