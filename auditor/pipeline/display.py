"""How a path and a location are shown: as they are, but for the parts that identify."""

from __future__ import annotations

import re
from itertools import pairwise

from auditor.keys import Key

_SPLIT = re.compile(r"[^0-9A-Za-z\u00c0-\u024f\u0370-\u1fff\u2e80-\uffef]+")
_COLUMN = re.compile(r"(column=)(.*?)( row=#?\d*)?$")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SHORTEST = 4


class Display:
    """Masks path segments and column names that a finding names, by keyed hash."""

    def __init__(self, key: Key, flagged: set[str]) -> None:
        self._key, self._flagged = key, flagged
        self._shown: dict[str, str] = {}

    def path(self, path: str) -> str:
        """The path with each identifying segment replaced; the extension stays."""
        return "/".join(self._segment(part) for part in path.split("/")) if path else ""

    def location(self, location: str) -> str:
        """The location with a column name replaced where the name itself identifies."""
        found = _COLUMN.search(location)
        if found and self._identifies(found[2]):
            location = location[: found.start(2)] + f"[{self._key.value(found[2])[:8]}]" + (found[3] or "")
        return _UNPRINTABLE.sub("?", location)

    def _segment(self, segment: str) -> str:
        shown = self._shown.get(segment)
        if shown is None:
            if self._identifies(segment):
                suffix = re.search(r"\.[A-Za-z0-9]{1,5}$", segment)
                shown = f"[{self._key.value(segment)[:8]}]" + (suffix[0] if suffix else "")
            else:
                shown = _UNPRINTABLE.sub("?", segment)
            if len(self._shown) > 100_000:
                self._shown.clear()
            self._shown[segment] = shown
        return shown

    def _identifies(self, text: str) -> bool:
        return any(self._key.value(part) in self._flagged for part in _parts(text))


def _parts(text: str) -> set[str]:
    """The whole, the stem, its words and pairs of neighbours, as a flagged value may stand in a name."""
    stem = text.rsplit(".", 1)[0]
    words = [word for word in _SPLIT.split(stem) if word]
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    swapped = [f"{b} {a}" for a, b in pairwise(words)]
    long_enough = [word for word in words if len(word) >= _SHORTEST or not word.isascii()]
    return {text, stem, *long_enough, *pairs, *swapped}
