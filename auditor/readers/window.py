"""Random access to a stream through one buffer, so that a parser can ask for bytes by position."""

from __future__ import annotations

import io
from typing import BinaryIO

BLOCK = 1 << 16


class Window:
    """`size` is the stream's length in bytes. Reads never fail at the end: they come back short."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size = stream.seek(0, io.SEEK_END)
        self._start = 0
        self._buffer = b""

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
