"""Encapsulated pixel data (PS3.5 A.4) as its fragments show it, where its offset table or its end is wrong."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import pairwise
from typing import BinaryIO

_ITEM, _END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
_HEADER = 8
_CODESTREAMS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51")
"""How JPEG, JPEG-LS and JPEG 2000 begin."""
MOST_COUNTED = 4096
"""Fragments that are looked at for frames which the header does not state."""

Spans = Sequence[tuple[int, int]]
"""Offset in the stream and length of each fragment, that of the offset table first."""


def is_sound(stream: BinaryIO, fragments: Spans) -> bool:
    """Whether the first fragment is an offset table, empty or of offsets that are those of fragments, rising."""
    if not fragments:
        return True
    (offset, length), *pieces = fragments
    stream.seek(offset)
    table = stream.read(length if length <= 4 * len(pieces) else 4)
    if length % 4 or table.startswith(_CODESTREAMS) or length > 4 * len(pieces):
        return False
    starts, at = set(), 0
    for _, size in pieces:
        starts.add(at)
        at += _HEADER + size
    offsets = struct.unpack(f"<{length // 4}L", table)
    rising = all(a < b for a, b in pairwise(offsets))
    return not offsets or (offsets[0] == 0 and rising and starts.issuperset(offsets))


def rebuilt(stream: BinaryIO, fragments: Spans) -> bytes:
    """The fragments as encapsulated pixel data without an offset table: where frames begin shows by itself."""
    values = [b"", *(_value(stream, *span) for span in pictures(stream, fragments))]
    padded = (value + bytes(len(value) % 2) for value in values)
    return b"".join(_ITEM + struct.pack("<L", len(value)) + value for value in padded) + _END + bytes(4)


def pictures(stream: BinaryIO, fragments: Spans) -> Spans:
    """The fragments without the offset table, which some writers leave out."""
    return fragments if _value(stream, *fragments[0])[:4].startswith(_CODESTREAMS) else fragments[1:]


def frames_begun(stream: BinaryIO, fragments: Spans) -> int:
    """How many of the fragments begin a picture, as far as their first bytes tell."""
    return sum(
        _value(stream, offset, min(length, 4)).startswith(_CODESTREAMS)
        for offset, length in fragments[:MOST_COUNTED]
    )


def _value(stream: BinaryIO, offset: int, length: int) -> bytes:
    stream.seek(offset)
    return stream.read(length)
