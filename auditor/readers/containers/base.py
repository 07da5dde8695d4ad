"""What a container is: members in order, each a stream. Nothing is ever written under a member's name."""

from __future__ import annotations

import lzma
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

from auditor.model import Reason
from auditor.readers.hostile import PARSER_ERRORS

BROKEN = (*PARSER_ERRORS, zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError)
"""What the standard library raises on archives that are broken or hostile."""
_IN_MEMORY = 4 << 20
_BLOCK = 1 << 20

__all__ = ["BROKEN", "Container", "ContainerError", "Member", "spool"]


class ContainerError(Exception):
    """A container or a member cannot be opened; the text of the library's error is dropped."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


@dataclass(frozen=True, slots=True)
class Member:
    """One entry. `name` is as stored, with forward slashes; a folder is judged by its name only."""

    name: str
    size: int = 0
    """Bytes when unpacked, as far as the container says."""
    reason: Reason | None = None
    """Why it will not be opened: a link, encrypted …"""
    is_folder: bool = False


class Container(Protocol):
    """An open container. `members` may be gone through once; `open` takes positions in its order."""

    def members(self) -> Iterator[Member]:
        """Every entry in stored order. Raises one of `BROKEN` where the listing breaks off."""
        ...

    def open(self, position: int) -> BinaryIO:
        """The content of one member, from its start. Raises ContainerError or one of `BROKEN`."""
        ...

    def notes(self) -> Iterator[tuple[str, str]]:
        """What the container says besides its members: location and text."""
        ...

    def close(self) -> None:
        """Let go of the stream it was opened on."""
        ...


def spool(content: BinaryIO, limit: int) -> tuple[BinaryIO, int, Reason | None]:
    """A seekable copy of at most `limit` bytes, in memory while it is small; its size; why it is cut."""
    copy = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    size, reason = 0, None
    try:
        while block := content.read(min(_BLOCK, limit + 1 - size)):
            size += len(block)
            copy.write(block)
            if size > limit:
                reason = Reason.TOO_LARGE
                break
    except EOFError:
        reason = Reason.TRUNCATED
    except BROKEN:
        reason = Reason.MALFORMED
    copy.seek(0)
    return cast(BinaryIO, copy), size, reason
