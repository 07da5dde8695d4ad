"""How a path and a location are shown: as they are, but for the parts that identify."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from pydicom.datadict import keyword_dict

from auditor.keys import Key
from auditor.masking import telling_words, words

_OF_STANDARD = re.compile(r"(?:\([0-9A-Fa-fx]{4},[0-9A-Fa-fx]{4}\)(?:\[[#\d]+\])?\.?)+")
"""A tag, or the tags of sequences on the way to it."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


_LONGEST_RUN = 6
"""Words of a location that are looked up together: a column may be called by a whole name or number."""


class Display:
    """Masks path segments and column names that a finding names, by keyed hash."""

    def __init__(self, key: Key, flagged: set[str], *, judged: bool = True) -> None:
        """judged: whether every name was; where one may not have been, all are masked."""
        self._key, self._flagged, self._judged = key, flagged, judged
        self._shown: dict[str, str] = {}
        self._locations: dict[str, str] = {}
        self._folder = lru_cache(maxsize=1 << 12)(self._each_segment)

    def path(self, path: str) -> str:
        """The path with each identifying segment replaced; the extension stays."""
        if not path:
            return ""
        folder, slash, name = path.rpartition("/")
        return self._folder(folder) + slash + self._segment(name) if slash else self._segment(name)

    def location(self, location: str) -> str:
        """The location with every part replaced that identifies: a column, a key, a chunk may be named
        after a person. What the standard calls an element never is."""
        shown = self._locations.get(location)
        if shown is None:
            shown = self._locations[location] = _UNPRINTABLE.sub(
                "?", " ".join(self._places(location.split(" ")))
            )
        return shown

    def _places(self, parts: list[str]) -> Iterator[str]:
        """The words of a location; a run of them that was found as one value is replaced as one."""
        at = 0
        while at < len(parts):
            if _OF_STANDARD.fullmatch(parts[at]) or parts[at] in keyword_dict:
                yield parts[at]
                at += 1
                continue
            before, equals, name = parts[at].rpartition("=")
            runs = (" ".join([name, *parts[at + 1 : at + more]]) for more in range(_LONGEST_RUN, 1, -1))
            run = next((run for run in runs if self._key.value(run) in self._flagged), name)
            if run != name or self._identifies(name):
                name = f"[{self._key.value(run)[:8]}]"
            yield before + equals + name
            at += run.count(" ") + 1

    def _each_segment(self, folder: str) -> str:
        return "/".join(self._segment(part) for part in folder.split("/"))

    def _segment(self, segment: str) -> str:
        if segment.endswith("!"):  # an archive on the way to its member
            return self._segment(segment[:-1]) + "!"
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
        if not self._judged:
            return bool(text)
        return bool(self._flagged) and any(self._key.value(part) in self._flagged for part in _parts(text))


def _parts(text: str) -> set[str]:
    """The whole, the stem, its words and pairs of neighbours, as a flagged value may stand in a name."""
    stem = text.rsplit(".", 1)[0]
    found = words(stem)
    pairs = [f"{a} {b}" for a, b in pairwise(found)]
    swapped = [f"{b} {a}" for a, b in pairwise(found)]
    return {text, stem, *telling_words(stem), *pairs, *swapped}
