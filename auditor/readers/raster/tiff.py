"""TIFF and BigTIFF, directory by directory: text of every page, and bytes that no directory points to.

Programs that change a tag append the new value and leave the old one in the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from auditor.readers.window import Window

_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_TEXT = (1, 2, 7)
"""BYTE, ASCII and UNDEFINED: where text is kept."""
_STRIPS, _TILES, _FREE = (273, 279), (324, 325), (288, 289)
_DIRECTORIES = (330, 34665, 34853, 40965)
_BULKY = frozenset({34675, 37724, 347, 301, 320, 33550, 33922, 37500, 700})
"""Colour profiles, Photoshop's layers, JPEG tables and the like; maker notes and XMP are read as EXIF."""
_PAGES = 10_000
_VALUES = 4_000_000
_BODY = 1 << 20


def tiff_parts(window: Window) -> Iterator[tuple[str, int, int]]:
    """(location, offset, size) of text in every directory, then of bytes that nothing points to."""
    head = window.get(0, 16)
    order = "<" if head[:1] == b"I" else ">"
    big = struct.unpack(order + "H", head[2:4])[0] == 43
    walk = _Walk(window, order, big)
    yield from walk.texts(
        int(struct.unpack(order + ("Q" if big else "L"), head[8:16] if big else head[4:8])[0])
    )
    yield from walk.unused()


class _Walk:
    def __init__(self, window: Window, order: str, big: bool) -> None:
        self._window, self._order, self._big = window, order, big
        self._used: list[tuple[int, int]] = [(0, 16 if big else 8)]
        self._whole = True
        self._values = 0

    def texts(self, first: int) -> Iterator[tuple[str, int, int]]:
        """Depth first over the pages' chain and the directories that tags point to."""
        pending, seen, page = [(first, 0)], {0}, -1
        while pending and len(seen) < _PAGES:
            offset, depth = pending.pop()
            if offset in seen:
                continue
            seen.add(offset)
            page += depth == 0
            try:
                following, entries = self._directory(offset)
            except (struct.error, OverflowError):
                self._whole = False
                continue
            pending.append((following, 0))
            for tag, kind, count, where in entries:
                size = _SIZES.get(kind, 1) * count
                self._used.append((where, where + size + size % 2))
                if tag in _DIRECTORIES and depth < 4:
                    pending += [(value, depth + 1) for value in self._numbers(where, kind, min(count, 256))]
                elif kind in _TEXT and count >= 4 and tag not in _BULKY and page:
                    # Those of the first page are read with its EXIF.
                    yield f"tiff page={page} 0x{tag:04X}", where, min(size, _BODY)
            self._pixels({tag: (kind, count, where) for tag, kind, count, where in entries})

    def _directory(self, offset: int) -> tuple[int, list[tuple[int, int, int, int]]]:
        """The next directory's place and (tag, type, count, offset of value) of each entry."""
        order, wide = self._order, self._big
        head, width, field = (8, 20, "Q") if wide else (2, 12, "L")
        count = int(struct.unpack(order + ("Q" if wide else "H"), self._window.get(offset, head))[0])
        if count > 0xFFFF:
            raise struct.error
        raw = self._window.get(offset + head, count * width)
        entries = []
        for index in range(count):
            tag, kind, number = struct.unpack_from(order + "HH" + field, raw, index * width)
            inline = offset + head + index * width + width - (8 if wide else 4)
            if _SIZES.get(kind, 1) * number > (8 if wide else 4):
                inline = int(
                    struct.unpack_from(order + field, raw, index * width + width - (8 if wide else 4))[0]
                )
            entries.append((tag, kind, number, inline))
        end = offset + head + count * width
        self._used.append((offset, end + (8 if wide else 4)))
        return int(struct.unpack(order + field, self._window.get(end, 8 if wide else 4))[0]), entries

    def _numbers(self, where: int, kind: int, count: int) -> list[int]:
        code = {1: "B", 3: "H", 4: "L", 13: "L", 16: "Q", 18: "Q"}.get(kind)
        self._values += count
        if code is None or self._values > _VALUES:
            self._whole = False
            return []
        raw = self._window.get(where, _SIZES[kind] * count)
        return (
            list(struct.unpack(f"{self._order}{count}{code}", raw))
            if len(raw) == _SIZES[kind] * count
            else []
        )

    def _pixels(self, entries: dict[int, tuple[int, int, int]]) -> None:
        """Strips and tiles count as used; a page without a byte count leaves the rest of the file undecided."""
        for starts, sizes in (_STRIPS, _TILES, _FREE, (513, 514)):
            if starts not in entries:
                continue
            if sizes not in entries:
                self._whole = False
                continue
            kind, count, where = entries[starts]
            offsets = self._numbers(where, kind, count)
            kind, count, where = entries[sizes]
            sizes_of = self._numbers(where, kind, count)
            self._used += [(at, at + size + 1) for at, size in zip(offsets, sizes_of, strict=False)]

    def unused(self) -> Iterator[tuple[str, int, int]]:
        """Stretches between what is used, and after it."""
        if not self._whole:
            return
        end = 0
        for start, stop in [*sorted(self._used), (self._window.size, self._window.size)]:
            if start - end >= 8:
                where = "trailing bytes" if start == self._window.size else "unused bytes"
                yield where, end, min(start - end, _BODY)
            end = max(end, stop)
