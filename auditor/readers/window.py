"""Random access to a stream through one buffer, so that a parser can ask for bytes by position."""

from __future__ import annotations

import io
from typing import BinaryIO

BLOCK = 1 << 16
_AHEAD = 1 << 13


class Window:
    """`size` is the stream's length in bytes. Reads never fail at the end: they come back short."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size = stream.seek(0, io.SEEK_END)
        self._start = 0
        self._buffer = b""

    def block(self, position: int) -> tuple[bytes, int]:
        """Bytes around `position` and where they begin; some kilobytes follow it, or all that there are."""
        ahead = self._start + len(self._buffer) - position
        if not (position >= self._start and (ahead >= _AHEAD or position + ahead >= self.size)):
            self._stream.seek(position)
            self._buffer, self._start = self._stream.read(BLOCK), position
        return self._buffer, self._start

    def get(self, position: int, count: int) -> bytes:
        """`count` bytes from `position`, fewer at the end of the stream."""
        begin = position - self._start
        end = begin + count
        if begin < 0 or end > len(self._buffer):
            if begin >= 0 and self._start + len(self._buffer) >= self.size:
                return self._buffer[begin:]
            self._stream.seek(position)
            if count > BLOCK:
                return self._stream.read(count)
            self._buffer = self._stream.read(BLOCK)
            self._start = position
            begin, end = 0, count
        return self._buffer[begin:end]
