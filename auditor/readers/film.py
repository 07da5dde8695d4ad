"""Frames of moving pictures, decoded by the FFmpeg that comes with OpenCV, straight from the stream."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.model import Frame, Reason
from auditor.readers.base import FrameError, Limits
from auditor.readers.hostile import PARSER_ERRORS

# Both write to stderr what they dislike; FFmpeg reads its level when it is first used.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

_MAGIC = (
    b"\x1aE\xdf\xa3",
    b"FLV\x01",
    b"\0\0\x01\xba",
    b"\0\0\x01\xb3",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    b"OggS",
)
"""Matroska and WebM, Flash, MPEG program and video streams, Windows Media, Ogg."""
_START = re.compile(rb"\x00{2,3}\x01(?:[\x27\x47\x67]|\x09[\x10\x30\x50\x70\x90\xb0\xd0\xf0]|[\x40\x46]\x01)")
"""Streams without a container: parameters or delimiter of H.264 (ITU-T H.264 7.3.1) or HEVC (H.265 7.3.1.2)."""
_PACKET = 188
"""Bytes of a packet of an MPEG transport stream (ISO/IEC 13818-1 2.4.3.2), which begins with 0x47."""
_SLACK = 0.02
"""Share of the frames that a container states and may still lack: many state duration times rate."""


@dataclass(frozen=True, slots=True)
class Film:
    """What a container states: frames (0 where it does not say), rows and columns."""

    frames: int
    rows: int
    columns: int


def is_film(head: bytes) -> bool:
    """Whether moving pictures begin here."""
    packets = len(head) > 2 * _PACKET and all(head[at] == 0x47 for at in (0, _PACKET, 2 * _PACKET))
    return (
        head[4:8] == b"ftyp"
        or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")
        or packets
        or head.startswith(_MAGIC)
        or _START.match(head) is not None
    )


def film_of(stream: BinaryIO) -> Film | None:
    """What the container in `stream` states; None where it holds no picture that can be decoded."""
    film = _Decoder(stream)
    return film.stated() if film.is_open else None


def film_frames(stream: BinaryIO, total: int, limits: Limits) -> Iterator[Frame | FrameError]:
    """Yield every frame as RGB, one at a time; a `FrameError` where there are fewer than `total`.

    A frame that the decoder repairs comes as it repairs it.
    """
    film = _Decoder(stream)
    if not film.is_open:
        yield FrameError(Reason.NO_DECODER)
        return
    stated = film.stated()
    if stated.rows * stated.columns > limits.frame_pixels:
        yield FrameError(Reason.TOO_LARGE)
        return
    index = 0
    while (picture := film.read()) is not None:
        yield Frame(index, np.ascontiguousarray(picture[..., ::-1]))
        index += 1
    if index < total - max(1, _SLACK * total):
        yield FrameError(Reason.TRUNCATED, index)


class _Decoder:
    """OpenCV's decoder on a stream. What the stream raises is raised here, once the decoder has returned."""

    def __init__(self, stream: BinaryIO) -> None:
        self._source = _Through(stream)
        self._film = cv2.VideoCapture()
        try:
            stream.seek(0)
            # OpenCV's stubs do not know that it takes any io.BufferedIOBase.
            source: Any = self._source
            self.is_open = self._film.open(source, cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
        except (cv2.error, *PARSER_ERRORS):
            self.is_open = False
        self._source.check()

    def stated(self) -> Film:
        """What the container states."""
        frames, rows, columns = (
            max(0, int(self._film.get(name)))
            for name in (cv2.CAP_PROP_FRAME_COUNT, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FRAME_WIDTH)
        )
        return Film(frames, rows, columns)

    def read(self) -> NDArray[np.uint8] | None:
        """The next frame, (rows, columns, 3) in OpenCV's order of channels; None after the last."""
        try:
            there, picture = self._film.read()
        except (cv2.error, *PARSER_ERRORS):
            there, picture = False, None
        self._source.check()
        return np.asarray(picture, np.uint8) if there and picture is not None else None


class _Through(io.BufferedIOBase):
    """Any stream as one that OpenCV takes. It calls from C++, which no exception may reach: it is kept."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        self._raised: BaseException | None = None

    def check(self) -> None:
        """Raise what was raised by the stream, or by a time limit while it was read."""
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any stream; nothing where it fails."""
        try:
            return b"" if self._raised else self._stream.read(-1 if size is None else size)
        except BaseException as error:  # noqa: BLE001 - kept for `check`
            self._raised = error
            return b""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """As of any stream; -1 where it fails."""
        try:
            return -1 if self._raised else self._stream.seek(offset, whence)
        except BaseException as error:  # noqa: BLE001 - kept for `check`
            self._raised = error
            return -1


def joined(stream: BinaryIO, parts: Sequence[tuple[int, int]]) -> BinaryIO:
    """Parts of a stream, (offset, length) each, as one stream: the fragments that a video is cut into."""
    return cast(BinaryIO, io.BufferedReader(_Joined(stream, parts)))


class _Joined(io.RawIOBase):
    def __init__(self, stream: BinaryIO, parts: Sequence[tuple[int, int]]) -> None:
        super().__init__()
        self._stream, self._parts = stream, parts
        self._at = 0

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill the buffer from the part that the position is in."""
        begin = 0
        for offset, length in self._parts:
            inside = self._at - begin
            if 0 <= inside < length:
                self._stream.seek(offset + inside)
                piece = self._stream.read(min(len(buffer), length - inside))
                buffer[: len(piece)] = piece
                self._at += len(piece)
                return len(piece)
            begin += length
        return 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """As of any stream."""
        self._at = max(0, (0, self._at, sum(length for _, length in self._parts))[whence] + offset)
        return self._at

    def seekable(self) -> bool:
        """Always."""
        return True

    def readable(self) -> bool:
        """Always."""
        return True
