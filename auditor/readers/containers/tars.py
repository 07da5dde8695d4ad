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
from auditor.readers.containers.frames import CODECS, unpacked
from auditor.readers.scraps import scraps

_SUFFIXES = {
    ".gz": "",
    ".bz2": "",
    ".xz": "",
    ".tgz": ".tar",
    ".tbz2": ".tar",
    ".txz": ".tar",
    ".svgz": ".svg",
    ".zst": "",
    ".tzst": ".tar",
    ".lz4": "",
}
_HEADER_BYTES = 1 << 17
_LINKS = 10_000


class TarContainer:
    """Members are met in order and the archive is run through once, since a compressed one knows no way back."""

    def __init__(self, stream: BinaryIO, packed: BinaryIO | None = None) -> None:
        self._stream, self._packed = stream, packed
        self._restart()

    def members(self) -> Iterator[Member]:
        """Links, devices and the like carry their reason."""
        while (entry := self._next()) is not None:
            self._owners |= {guess(_raw(name)) for name in (entry.uname, entry.gname) if name}
            self._comments |= {
                str(entry.pax_headers[key]) for key in ("comment",) if key in entry.pax_headers
            }
            if (entry.issym() or entry.islnk()) and len(self._links) < _LINKS:
                self._links |= {part for part in guess(_raw(entry.linkname)).split("/") if part.strip(".")}
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
        yield from (("archive link", target) for target in sorted(self._links))
        if self._packed is not None:
            yield from gzip_notes(self._packed)

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
        self._links: set[str] = set()

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
        """The comment and the extra field of a gzip header; both survive every copy of the file."""
        return gzip_notes(self._stream)

    def close(self) -> None:
        """The stream stays open."""

    def _stored_name(self) -> str:
        return gzip_header(self._stream)[0]


def gzip_header(stream: BinaryIO) -> tuple[str, str, bytes]:
    """FNAME, FCOMMENT and FEXTRA of a gzip header (RFC 1952, 2.3): what the file was called and what was said of it."""
    stream.seek(0)
    head = stream.read(_HEADER_BYTES)
    if head[:2] != b"\x1f\x8b" or len(head) < 10:
        return "", "", b""
    flags, pos, extra = head[3], 10, b""
    if flags & 4:
        size = int.from_bytes(head[10:12], "little")
        extra, pos = head[12 : 12 + size], 12 + size
    texts = []
    for flag in (8, 16):
        raw, _, _ = head[pos:].partition(b"\0") if flags & flag else (b"", b"", b"")
        pos += len(raw) + 1 if flags & flag else 0
        texts.append(guess(raw))
    return texts[0].replace("\\", "/").rpartition("/")[2], texts[1], extra


def gzip_notes(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    """Location and text of what a gzip header says besides the name."""
    _, comment, extra = gzip_header(stream)
    if comment:
        yield "archive comment", comment
    for text in scraps(extra):
        yield "archive extra field", text


def inflated(stream: BinaryIO) -> BinaryIO:
    """The content of a gzip, bzip2, xz, Zstandard or LZ4 stream, by its magic number."""
    stream.seek(0)
    magic = stream.read(4)
    stream.seek(0)
    if magic in CODECS:
        return unpacked(stream, CODECS[magic])
    if magic[:2] == b"\x1f\x8b":
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream, mode="rb"))
    return cast(BinaryIO, bz2.BZ2File(stream) if magic[:2] == b"BZ" else lzma.LZMAFile(stream))


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
