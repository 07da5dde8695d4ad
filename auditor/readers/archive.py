"""Archives and compressed files: what they say themselves, and the list of their members.

Members are examined like files of their own, each under a path such as `pack.zip!/folder/a.dcm`.
"""

from __future__ import annotations

import tarfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading, TimeUp
from auditor.readers.containers import Container, ContainerError, container_of
from auditor.readers.containers.base import BROKEN
from auditor.readers.containers.frames import CODECS
from auditor.readers.containers.tars import is_tar
from auditor.readers.gather import gather

_OPENED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", *CODECS)
_RECOGNISED = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"MSCF", b"PK00PK\x03\x04")
_NOTES = 10_000


class ArchiveReader:
    """ZIP, TAR, gzip, bzip2, xz, Zstandard and LZ4 are opened; 7z, RAR and cabinets only recognised."""

    kind = Kind.ARCHIVE

    def matches(self, head: bytes, name: str) -> bool:
        """By magic number, or by the checksum of a tar header."""
        return head.startswith(_OPENED + _RECOGNISED) or is_tar(head)

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Names of folders, comments and owners as elements; members as far as the limits allow."""
        if stream.seek(0) == 0 and stream.read(8).startswith(_RECOGNISED):
            return Reading(Record(item, self.kind, Status.SKIPPED, Reason.UNSUPPORTED))
        if len(item.members) >= limits.nesting:
            return Reading(Record(item, self.kind, Status.SKIPPED, Reason.TOO_DEEP))
        try:
            container = container_of(stream, item.path, limits)
        except ContainerError as error:
            return Reading(Record(item, self.kind, Status.SKIPPED, error.reason))
        except BROKEN:
            return Reading(Record(item, self.kind, Status.UNREADABLE, Reason.MALFORMED))
        if container is None:
            return Reading(Record(item, self.kind, Status.UNREADABLE, Reason.MALFORMED))
        listing = Listing(container, item, limits)
        members = tuple(listing)
        texts: list[Element] = []
        reason = listing.reason
        if reason is not Reason.TIMEOUT:
            notes = (_note(where, text.strip()) for where, text in container.notes() if text.strip())
            late = gather(texts, islice(notes, _NOTES), limits.elements)
            reason = late if late is Reason.TIMEOUT else reason
        container.close()
        status = Status.READ if reason is None else Status.PARTIAL
        if status is Status.PARTIAL and not members:
            status = Status.UNREADABLE
        record = Record(item, self.kind, status, reason, (*listing.folders, *texts))
        return Reading(record, members=members)


class Listing:
    """The members of a container as items; then `folders` are the names of its folders, `reason` why it is short."""

    def __init__(self, container: Container, item: Item, limits: Limits) -> None:
        self._container, self._item, self._limits = container, item, limits
        self.folders: tuple[Element, ...] = ()
        self.reason: Reason | None = None

    def __iter__(self) -> Iterator[Item]:
        allowed = max(self._limits.inflated_bytes, self._limits.ratio * self._item.size)
        seen: Counter[str] = Counter()
        try:
            for position, member in enumerate(self._container.members()):
                allowed -= member.size
                if position >= self._limits.members or allowed < 0:
                    self.reason = Reason.TOO_LARGE
                    return
                parts = plain_parts(member.name)
                if member.is_folder:
                    self.folders += tuple(_folder(part) for part in parts[-1:])
                    continue
                name = "/".join(parts) or "unnamed"
                seen[name] += 1
                shown = name if seen[name] == 1 else f"{name} ({seen[name]})"
                yield self._item.member(position, shown, member.size, member.reason)
        except TimeUp:
            self.reason = Reason.TIMEOUT
        except tarfile.ReadError:
            self.reason = Reason.TRUNCATED
        except EOFError:
            self.reason = Reason.TRUNCATED
        except BROKEN:
            self.reason = Reason.MALFORMED


def _note(where: str, text: str) -> Element:
    """A comment or an owner is text; where a link points to is a path."""
    return Element(Place.FOLDER_NAME if where == "archive link" else Place.TEXT, where, text)


def plain_parts(name: str) -> list[str]:
    """The segments of a stored name; nothing in it can point outside of the archive."""
    return [part for part in name.replace("\\", "/").split("/") if part.strip() not in ("", ".", "..")]


def _folder(name: str) -> Element:
    return Element(Place.FOLDER_NAME, "archive member", name)
