"""Text spelt by the bits of pixel cells that no grey value uses, whole characters or a few bits a cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.readers.scraps import scraps

_PARTS = (8, 4, 2, 1)
"""Bits of a cell that may carry a part of a character."""
_MOST_CELLS = 1 << 22
_SPELT = 0.5
"""Share of the bytes that are not 0 which must be text: a picture in the same bits spells words by chance."""
_LEAST = 5


def spelt(cells: NDArray[np.integer[Any]], free: int) -> Iterator[str]:
    """Runs of text in the bits of the mask `free` of the cells (rows, columns), each once.

    The highest or the lowest of the free bits, 8, 4, 2 or 1 a cell, are strung together in either order and
    from any cell on. Where most of what they hold is no text, nothing is given.
    """
    seen: set[str] = set()
    flat = cells.reshape(-1)[:_MOST_CELLS]
    places = [bit for bit in range(8 * cells.dtype.itemsize) if free >> bit & 1]
    for width in _PARTS:
        for bits in dict.fromkeys((tuple(places[-width:]), tuple(places[:width]), *_single(places, width))):
            if len(bits) == width:
                for text in _strung(flat, bits):
                    if text not in seen:
                        seen.add(text)
                        yield text


def _single(places: list[int], width: int) -> list[tuple[int, ...]]:
    return [(bit,) for bit in places] if width == 1 else []


def _strung(flat: NDArray[Any], bits: tuple[int, ...]) -> Iterator[str]:
    """Text of these bits of each cell, from the first cell in which one of them is set."""
    parts = np.zeros(flat.shape, np.uint8)
    for place, bit in enumerate(bits):
        parts |= ((flat >> bit) & 1).astype(np.uint8) << place
    marked = np.flatnonzero(parts)
    if len(marked) * len(bits) < _LEAST:
        return
    per = 8 // len(bits)
    first = max(0, int(marked[0]) - per)
    parts = parts[first : int(marked[-1]) + per + 1]
    for start in range(per):
        whole = parts[start : start + (len(parts) - start) // per * per].reshape(-1, per).astype(np.uint16)
        for order in (range(per), range(per - 1, -1, -1)) if per > 1 else (range(1),):
            values = sum(
                (whole[:, n] << (8 - len(bits) * (k + 1)) for k, n in enumerate(order)), np.uint16(0)
            )
            raw = np.asarray(values, np.uint8).tobytes()
            found = list(scraps(raw))
            spoken = sum(len(text.encode("utf-8")) for text in found)
            if spoken >= _LEAST and spoken >= _SPELT * (len(raw) - raw.count(0)):
                yield from found
