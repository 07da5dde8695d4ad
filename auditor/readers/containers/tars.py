"""TAR archives, plain or compressed, and single compressed files."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from auditor.model import Reason
from auditor.readers.charsets import guess
from auditor.readers.containers.base import BROKEN, ContainerError, Member

_SUFFIXES = {
    ".gz": "",
    ".bz2": "",
    ".xz": "",
    ".tgz": ".tar",
    ".tbz2": ".tar",
    ".txz": ".tar",
    ".svgz": ".svg",
}
_NAME_BYTES = 1024


class TarContainer:
    """Members are met in order and the archive is run through once, since a compressed one knows no way back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._restart()

    def members(self) -> Iterator[Member]:
        """Links, devices and the like carry their reason."""
        while (entry := self._next()) is not None:
            self._owners |= {guess(_raw(name)) for name in (entry.uname, entry.gname) if name}
            self._comments |= {
                str(entry.pax_headers[key]) for key in ("comment",) if key in entry.pax_headers
            }
            yield Member(guess(_raw(entry.name)), max(entry.size, 0), _reason(entry), entry.isdir())

    def open(self, position: int) -> BinaryIO:
        """Forward from where the last one was; back only by starting over."""
        if position < self._position:
            self._tar.close()
            self._restart()
        entry = None
        while self._position <= position:
            entry = self._next()
            if entry is None:
                raise ContainerError(Reason.TRUNCATED)
        content = self._tar.extractfile(entry) if entry is not None and entry.isreg() else None
        if content is None:
            raise ContainerError(Reason.SPECIAL)
        return cast(BinaryIO, content)

    def notes(self) -> Iterator[tuple[str, str]]:
        """Who owned the files, and comments; known once the members were gone through."""
        yield from (("archive owner", name) for name in sorted(self._owners))
        yield from (("archive comment", text) for text in sorted(self._comments))

    def close(self) -> None:
        """The stream stays open."""
        self._tar.close()

    def _restart(self) -> None:
        self._stream.seek(0)
        self._tar = tarfile.open(  # noqa: SIM115 - closed by `close`
            fileobj=self._stream, mode="r:", errors="surrogateescape"
        )
        self._position = 0
        self._owners: set[str] = set()
        self._comments: set[str] = set()

    def _next(self) -> tarfile.TarInfo | None:
        entry = self._tar.next()
        self._position += 1
        # tarfile remembers every entry; a long archive would fill the memory.
        self._tar.members = []  # type: ignore[attr-defined]
        return entry


class CompressedContainer:
    """One compressed file: its only member is what it holds, under the name that gzip kept or the file's own."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream, self._name = stream, name

    def members(self) -> Iterator[Member]:
        """The one member. Its size is not known before it is read."""
        yield Member(self._stored_name() or _stem(self._name))

    def open(self, position: int) -> BinaryIO:
        """Inflates as it is read."""
        if position:
            raise ContainerError(Reason.VANISHED)
        return inflated(self._stream)

    def notes(self) -> Iterator[tuple[str, str]]:
        """Nothing: gzip's own comment is hardly ever written, and is found in the name's place."""
        return iter(())

    def close(self) -> None:
        """The stream stays open."""

    def _stored_name(self) -> str:
        """FNAME of the gzip header (RFC 1952): what the file was called when it was compressed."""
        self._stream.seek(0)
        head = self._stream.read(12 + _NAME_BYTES)
        if head[:2] != b"\x1f\x8b" or len(head) < 10 or not head[3] & 8:
            return ""
        begin = 10
        if head[3] & 4:
            begin += 2 + int.from_bytes(head[10:12], "little")
        return guess(head[begin:].partition(b"\0")[0]).replace("\\", "/").rpartition("/")[2]


def inflated(stream: BinaryIO) -> BinaryIO:
    """The content of a gzip, bzip2 or xz stream, by its magic number."""
    stream.seek(0)
    magic = stream.read(2)
    stream.seek(0)
    if magic == b"\x1f\x8b":
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream, mode="rb"))
    return cast(BinaryIO, bz2.BZ2File(stream) if magic == b"BZ" else lzma.LZMAFile(stream))


def is_tar(head: bytes) -> bool:
    """Whether the first block is a tar header: its checksum holds, magic number or not."""
    if len(head) < 512:
        return False
    try:
        tarfile.TarInfo.frombuf(head[:512], "utf-8", "surrogateescape")
    except BROKEN:
        return False
    return True


def _reason(entry: tarfile.TarInfo) -> Reason | None:
    if entry.issym() or entry.islnk():
        return Reason.LINK
    return None if entry.isreg() or entry.isdir() else Reason.SPECIAL


def _raw(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _stem(name: str) -> str:
    path = PurePosixPath(name)
    return (
        path.stem + _SUFFIXES.get(path.suffix.lower(), "") if path.suffix.lower() in _SUFFIXES else "content"
    )
