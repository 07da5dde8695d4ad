"""MATLAB 5 files: names of variables and fields, and their text (MathWorks, MAT-File Format, level 5).

Numbers are passed over without being kept, so that no array is ever larger in memory than its text.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from auditor.model import Element
from auditor.readers.base import Limits
from auditor.readers.charsets import guess
from auditor.readers.named import named

MAGIC = b"MATLAB 5.0 MAT-file"
_MATRIX, _COMPRESSED = 14, 15
_CELL, _STRUCT, _OBJECT, _CHAR = 1, 2, 3, 4
_INFLATED = 64 << 20
_DEPTH = 32
_CODECS = {2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}


def matlab_elements(stream: BinaryIO, limits: Limits) -> Iterator[Element]:
    """Variable by variable. The descriptive text of the header names a platform and a day of writing only."""
    stream.seek(124)
    order = "<" if stream.read(4)[2:4] == b"IM" else ">"
    while len(head := stream.read(8)) == 8:
        kind, size = struct.unpack(order + "LL", head)
        raw = stream.read(min(size, _INFLATED))
        if size > len(raw):
            stream.seek(size - len(raw), 1)
        if kind == _COMPRESSED:
            raw = zlib.decompressobj().decompress(raw, _INFLATED)
            kind, raw = struct.unpack(order + "L", raw[:4])[0], raw[8:]
        if kind == _MATRIX:
            yield from _matrix(raw, order, "", 0)


def _parts(raw: bytes, order: str) -> Iterator[tuple[int, bytes]]:
    """Type and content of the sub-elements; small ones hold both in eight bytes."""
    pos = 0
    while pos + 8 <= len(raw):
        kind, size = struct.unpack_from(order + "LL", raw, pos)
        if kind >> 16:
            small = kind >> 16
            yield kind & 0xFFFF, raw[pos + 4 : pos + 4 + min(small, 4)]
            pos += 8
        else:
            yield kind, raw[pos + 8 : pos + 8 + size]
            pos += 8 + (size + 7) // 8 * 8


def _matrix(raw: bytes, order: str, within: str, depth: int) -> Iterator[Element]:
    parts = list(_parts(raw, order))
    if len(parts) < 3 or depth > _DEPTH or len(parts[0][1]) < 4:
        return
    family = struct.unpack_from(order + "L", parts[0][1])[0] & 0xFF
    name = guess(parts[2][1].rstrip(b"\0")) or within
    if family == _CHAR and len(parts) > 3:
        yield from named(name, [_text(*parts[3], parts[1][1], order)])
    elif family == _CELL:
        for kind, body in parts[3:]:
            if kind == _MATRIX:
                yield from _matrix(body, order, name, depth + 1)
    elif family in (_STRUCT, _OBJECT):
        rest = parts[4:] if family == _OBJECT else parts[3:]
        if len(rest) < 2 or len(rest[0][1]) < 4:
            return
        length = max(1, struct.unpack_from(order + "L", rest[0][1])[0])
        names = rest[1][1]
        fields = [guess(names[at : at + length].partition(b"\0")[0]) for at in range(0, len(names), length)]
        for number, (kind, body) in enumerate(rest[2:]):
            if kind == _MATRIX and fields:
                yield from _matrix(body, order, fields[number % len(fields)], depth + 1)


def _text(kind: int, body: bytes, dims: bytes, order: str) -> str:
    """Characters are stored column by column; a text of several rows is put together row by row."""
    codec = _CODECS.get(kind, "latin-1")
    if codec != "latin-1":
        body = body[: len(body) // 2 * 2] if codec == "utf-16" else body
        text = body.decode(codec + ("" if codec == "utf-8" else "-le" if order == "<" else "-be"), "replace")
    else:
        text = guess(body)
    rows = struct.unpack_from(order + "L", dims)[0] if len(dims) >= 4 else 1
    return "\n".join(text[row::rows] for row in range(rows)) if 1 < rows <= len(text) else text
