"""Zstandard and LZ4 streams, which Apache Arrow decodes; a way back is to begin again."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

import pyarrow

CODECS = {b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4"}
"""By magic number."""
_BLOCK = 1 << 20


class Unpacked(io.RawIOBase):
    """The content of a compressed stream; `tell` counts its bytes."""

    def __init__(self, stream: BinaryIO, codec: str) -> None:
        super().__init__()
        self._packed, self._codec, self._position = stream, codec, 0
        self._begin()

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """At the price of reading up to there."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Inflate into the buffer."""
        part = self._content.read(len(buffer))
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """From the start or from here; the end is not known before it is read."""
        target = offset + (self._position if whence == io.SEEK_CUR else 0)
        if whence == io.SEEK_END:
            raise io.UnsupportedOperation
        if target < self._position:
            self._begin()
        while self._position < target and (part := self._content.read(min(_BLOCK, target - self._position))):
            self._position += len(part)
        return self._position

    def tell(self) -> int:
        """Bytes read so far."""
        return self._position

    def _begin(self) -> None:
        self._packed.seek(0)
        self._position = 0
        # Arrow closes what it is given; the archive's own stream stays open behind this.
        self._content = pyarrow.CompressedInputStream(
            pyarrow.PythonFile(_Kept(self._packed), mode="r"), self._codec
        )


class _Kept(io.RawIOBase):
    """A stream that is not closed with what reads it."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size)


def unpacked(stream: BinaryIO, codec: str) -> BinaryIO:
    """A readable, seekable view of the content."""
    return cast(BinaryIO, io.BufferedReader(Unpacked(stream, codec), _BLOCK))
