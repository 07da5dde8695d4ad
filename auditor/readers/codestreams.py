"""What compressed images carry beside the image: comments, application segments, boxes, previews.

JPEG and JPEG-LS segments (ITU-T T.81 B.1.1), JPEG 2000 comments (T.800 A.9.2), JP2 boxes (T.800 I.4)
and the user data of MPEG-4 files (ISO/IEC 14496-12 8.10).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_JPEG, _JPEG2000 = b"\xff\xd8", b"\xff\x4f"
_JPEG2000_COMMENT = 0x64
_IMAGE_DATA = frozenset({0xDA, 0x90, 0x93, 0xD9})
"""Start of scan, of tile part, of data; end of image."""
_STRUCTURE = frozenset(
    {b"jP  ", b"ftyp", b"jp2h", b"ihdr", b"colr", b"bpcc", b"pclr", b"cmap", b"cdef", b"res "}
)
_CODESTREAM = b"jp2c"
_USER_DATA = (b"udta", b"uuid", b"meta", b"xml ")
_MOST = 64


def is_image(head: bytes) -> bool:
    """Whether a compressed image or video begins here."""
    return head[:2] in (_JPEG, _JPEG2000) or head[4:8] in (b"jP  ", b"ftyp")


def notes(head: bytes, tail: bytes = b"") -> Iterator[bytes]:
    """Bodies of everything in the first and last bytes of a stream that is not the image itself."""
    if head[4:8] == b"jP  ":
        yield from _boxes(head)
    elif head[4:8] == b"ftyp":
        yield from _user_data(head)
        yield from _user_data(tail)
    else:
        yield from segments(head)


def has_preview(body: bytes) -> bool:
    """Whether a segment holds a small JPEG of its own (JFXX, EXIF)."""
    begin = body.find(b"\xff\xd8\xff")
    return begin >= 0 and body.find(b"\xff\xd9", begin) > 0


def segments(codestream: bytes) -> Iterator[bytes]:
    """Comment and application segments before the image data of JPEG, JPEG-LS and JPEG 2000."""
    if codestream[:2] not in (_JPEG, _JPEG2000):
        return
    jpeg2000 = codestream[:2] == _JPEG2000
    pos = 2
    while pos + 4 <= len(codestream) and codestream[pos] == 0xFF:
        marker = codestream[pos + 1]
        if marker in _IMAGE_DATA:
            return
        length = struct.unpack_from(">H", codestream, pos + 2)[0]
        body = codestream[pos + 4 : pos + 2 + length]
        if jpeg2000 and marker == _JPEG2000_COMMENT:
            yield body[2:]
        elif not jpeg2000 and (marker == 0xFE or 0xE0 <= marker <= 0xEF):
            yield body
        pos += 2 + max(length, 2)


def _boxes(data: bytes) -> Iterator[bytes]:
    """Contents of the boxes of a JP2 file that do not describe the image, and its codestream's comments."""
    pos = 0
    for _ in range(_MOST):
        if pos + 8 > len(data):
            return
        length, kind = struct.unpack_from(">L4s", data, pos)
        end = len(data) if length == 0 else pos + length
        if kind == _CODESTREAM:
            yield from segments(data[pos + 8 : end])
        elif kind not in _STRUCTURE:
            yield data[pos + 8 : end]
        if length < 8:
            return
        pos = end


def _user_data(data: bytes) -> Iterator[bytes]:
    """Contents of boxes for text and extensions, wherever among the others they stand."""
    for kind in _USER_DATA:
        pos = data.find(kind)
        for _ in range(_MOST):
            if pos < 4:
                break
            length = struct.unpack_from(">L", data, pos - 4)[0]
            if 8 < length <= len(data) - pos + 4:
                yield data[pos + 4 : pos - 4 + length]
            pos = data.find(kind, pos + 4)


def is_run_length(head: bytes) -> bool:
    """Whether a run-length coded frame begins here: its header counts segments and where they begin (PS3.5 G.5)."""
    if len(head) < 64:
        return False
    count, *offsets = struct.unpack("<16L", head)
    used = offsets[:count]
    return 1 <= count <= 15 and offsets[0] == 64 and used == sorted(used) and not any(offsets[count:])


def after_runs(frame: bytes, pixels: int) -> bytes:
    """What follows the runs of a frame's last segment; each segment unpacks to one byte a pixel."""
    count, *offsets = struct.unpack("<16L", frame[:64])
    pos, size = offsets[count - 1], 0
    while pos < len(frame) and size < pixels:
        control = frame[pos]
        if control < 128:
            size, pos = size + control + 1, pos + control + 2
        elif control > 128:
            size, pos = size + 257 - control, pos + 2
        else:
            pos += 1
    return frame[pos:]
