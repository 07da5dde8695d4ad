"""Documents that a DICOM file encapsulates (PS3.3 C.24.2) as its members."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from auditor.model import Reason
from auditor.readers.base import Limits
from auditor.readers.containers.base import ContainerError, Member
from auditor.readers.dicom.reader import document_name, encapsulated
from auditor.readers.window import Window


class DicomContainer:
    """Members are the values of Encapsulated Document (0042,0011), without their padding."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._window, self._places = encapsulated(stream, limits)

    def members(self) -> Iterator[Member]:
        """Named by what they are."""
        for offset, length in self._places:
            yield Member(document_name(self._window.get(offset, 64)), length)

    def open(self, position: int) -> BinaryIO:
        """The document's bytes."""
        if position >= len(self._places):
            raise ContainerError(Reason.VANISHED)
        return cast(BinaryIO, io.BufferedReader(Stretch(self._window, *self._places[position])))

    def notes(self) -> Iterator[tuple[str, str]]:
        """Nothing besides the elements."""
        return iter(())

    def close(self) -> None:
        """The stream stays open."""


class Stretch(io.RawIOBase):
    """A stretch of a window as a stream."""

    def __init__(self, window: Window, offset: int, length: int) -> None:
        super().__init__()
        self._window, self._position, self._end = window, offset, offset + length

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill the buffer as far as the stretch reaches."""
        part = self._window.get(self._position, min(len(buffer), self._end - self._position))
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)
