"""NIfTI and Analyze in two files: `x.img` with its header `x.hdr` beside it, read as one."""

from __future__ import annotations

import gzip
import io
import os
import re
import struct
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from auditor.readers.nifti import header_order, is_nifti

_IMAGE = re.compile(r"\.(img)(\.gz)?$", re.IGNORECASE)
_FIRST, _SECOND = 348, 540
_TEXTS = {_FIRST: ((4, 36), (148, 252), (328, 344)), _SECOND: ((240, 344), (508, 524))}
"""Where the header has text: it is told once, with the `.hdr`."""
_HISTORY = (252, 348)
"""Of Analyze 7.5: what NIfTI-1 put its orientation in place of."""
_LARGEST = 1 << 16


def joined(path: str, body: BinaryIO, beside: Callable[[str], BinaryIO]) -> BinaryIO | None:
    """One stream of the header and the voxels in `body`, as a single NIfTI file has them; None where `path` is no
    `.img` or has no header. beside: opens a file by its path, OSError where there is none."""
    found = _IMAGE.search(path)
    if not found:
        return None
    stem = path[: found.start()]
    for ending in (".hdr", ".HDR", ".Hdr", ".hdr.gz"):
        try:
            with beside(stem + ending) as stream:
                head = stream.read(_LARGEST)
                if head[:2] == b"\x1f\x8b":
                    head = gzip.GzipFile(fileobj=io.BytesIO(head)).read(_LARGEST)
        except (OSError, EOFError):
            continue
        single = _as_single(head)
        if single is not None:
            voxels = cast(BinaryIO, gzip.GzipFile(fileobj=body)) if found[2] else body
            return cast(BinaryIO, io.BufferedReader(_Joined(single, voxels, body)))
    return None


def _as_single(head: bytes) -> bytes | None:
    """The header of a pair as that of one file, without its texts."""
    order = header_order(head)
    if order is None:
        return None
    size = struct.unpack_from(order + "l", head)[0]
    own = bytearray(head[:size])
    for start, end in _TEXTS[size]:
        own[start:end] = bytes(end - start)
    if size == _SECOND:
        offset = struct.unpack_from(order + "q", own, 168)[0]
        struct.pack_into(order + "q", own, 168, size + 4 + max(0, offset))
        own[4:8] = b"n+2\0"
    else:
        stated = struct.unpack_from(order + "f", own, 108)[0]
        if not is_nifti(head):
            own[_HISTORY[0] : _HISTORY[1]] = bytes(_HISTORY[1] - _HISTORY[0])
        struct.pack_into(order + "f", own, 108, size + 4 + (stated if 0 <= stated < 1 << 23 else 0))
        own[344:348] = b"n+1\0"
    return bytes(own) + bytes(4)


class _Joined(io.RawIOBase):
    """Bytes, then a stream; closes the file below."""

    def __init__(self, head: bytes, body: BinaryIO, below: BinaryIO) -> None:
        self._head, self._body, self._below, self._at = head, body, below, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_END:
            offset += self._body.seek(0, os.SEEK_END) + len(self._head)
        elif whence == os.SEEK_CUR:
            offset += self._at
        self._at = max(0, offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        if self._at < len(self._head):
            part = self._head[self._at : self._at + len(view)]
        else:
            self._body.seek(self._at - len(self._head))
            part = self._body.read(len(view))
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._below.close()
        super().close()
