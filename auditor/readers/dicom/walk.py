"""The structure of a DICOM data set (PS3.5 chapter 7), walked element by element without building it.

`pydicom.dcmread` stops at what it cannot follow and hides where elements end. A residual
identifier may sit in just those bytes, so the walk is ours: it keeps what could be read, knows
where it stopped, and never raises on content.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from pydicom._private_dict import private_dictionaries
from pydicom.datadict import dictionary_keyword, dictionary_VR, private_dictionary_VR

from auditor.model import Reason
from auditor.readers.base import Limits
from auditor.readers.window import Window

UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_DATA = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
TEXT_VRS = frozenset(
    ("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT")
)
_LONG_VRS = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"))
_VRS = TEXT_VRS | _LONG_VRS | {"AT", "FD", "FL", "SL", "SS", "UL", "US"}
_VR_NAMES = {vr.encode(): vr for vr in _VRS}
LONG_VR_NAMES = frozenset(vr.encode() for vr in _LONG_VRS)
"""VRs whose length takes four bytes, twelve with the header before it (PS3.5 7.1.2)."""
_OPAQUE_VRS = frozenset({"OB", "UN"})
_OPAQUE_BYTES = 16 << 20
"""How much of one opaque value is searched for text."""
_NUMERIC_VRS = frozenset({"OD", "OF", "OL", "OV", "OW", "SL", "SS", "SV", "UL", "US", "UV"})
_NUMERIC_BYTES = 1 << 14
"""How much of a list of numbers is looked at, for text that stands in their place."""
_FEWEST_BYTES = 12
DOCUMENT = 0x00420011
"""Encapsulated Document."""
NUMBERS = frozenset({0x00280002, 0x00280006, 0x00280008, 0x00280010, 0x00280011, 0x00280100, 0x00280101,
                     0x00280103, 0x001021C0})  # fmt: skip
"""Binary numbers that are kept: the image's shape, and PregnancyStatus, the only one in PS3.15 E.1-1."""


_BINARY = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"
_LITTLE, _BIG = struct.Struct("<HH").unpack_from, struct.Struct(">HH").unpack_from


class Raw(NamedTuple):
    """One element with its value's bytes; `path` names the sequences around it."""

    tag: int
    vr: str
    offset: int
    length: int
    value: bytes
    path: str
    counts: tuple[int, ...]
    creator: str
    little: bool


@dataclass(slots=True)
class _Level:
    """A data set or a sequence that is being read; `end` is its known end or the file's."""

    end: int
    is_sequence: bool
    path: str
    counts: tuple[int, ...]
    explicit: bool
    little: bool
    items: int = 0
    creators: dict[int, str] = field(default_factory=dict)


@lru_cache(maxsize=65536)
def describe(tag: int, creator: str = "") -> tuple[str, str]:
    """VR and keyword by the dictionaries; `UN` and an empty keyword when they do not know."""
    if (tag >> 16) & 1:
        if 0x10 <= tag & 0xFFFF <= 0xFF:
            return "LO", "PrivateCreator"
        try:
            return private_dictionary_VR(tag, creator).split(" or ")[-1], ""
        except KeyError:
            return "UN", ""
    if tag & 0xFFFF == 0:
        return "UL", "GroupLength"
    try:
        return dictionary_VR(tag).split(" or ")[-1], dictionary_keyword(tag)
    except KeyError:
        return "UN", ""


class Walk:
    """Iterate over the elements from `start`; then `end` is where it stopped, `reason` why early.

    `fragments` are offset and length of each fragment of the encapsulated pixel data;
    `pixels` the top-level pixel data element. What an element yields may depend on nothing but its own
    bytes, `limits`, and what `scope.Scope` names, or elements could not be recognised by these.
    """

    def __init__(self, window: Window, limits: Limits) -> None:
        self._window, self.limits = window, limits
        self.end = 0
        self.seen = 0
        """Elements so far, nested ones included."""
        self.more = False
        """Whether the last iteration ended between two top-level elements, so that another may follow."""
        self.creators: dict[int, str] = {}
        """Private creators of the top level, by the block that they reserve."""
        self.reason: Reason | None = None
        self.pixels: Raw | None = None
        self.fragments: list[tuple[int, int]] = []
        self.syntax_explicit = True

    def elements(
        self,
        start: int,
        explicit: bool,
        little: bool,
        stop_group: int | None = None,
        *,
        creators: dict[int, str] | None = None,
        single: bool = False,
    ) -> Iterator[Raw]:
        """Yield elements in file order, nested ones included, until the end or a group past `stop_group`.

        `creators`: those of the top level that came before `start`. `single`: one top-level element only.
        """
        get, size = self._window.get, self._window.size
        self.creators, self.more = creators if creators is not None else {}, False
        end = start + 1 if single else size
        stack = [_Level(end, False, "", (), explicit, little, creators=self.creators)]
        pos, depth_limit = start, 2 * self.limits.depth
        while True:
            level = stack[-1]
            if pos >= level.end:
                if len(stack) == 1:
                    self.more = pos < size
                    break
                stack.pop()
                continue
            head = get(pos, 12)
            if len(head) < 8:
                self._stop(None if not head.strip(b"\0") or _reads_as_text(head) else Reason.TRUNCATED)
                break
            order = "<" if level.little else ">"
            group, number = (_LITTLE if level.little else _BIG)(head)
            tag = group << 16 | number
            if group == 0xFFFE:
                length = struct.unpack_from(order + "L", head, 4)[0]
                pos += 8
                if tag == ITEM and level.is_sequence:
                    # Beyond the limit counts stop growing, or each level would cost more than the last.
                    shallow = len(stack) <= depth_limit
                    counts = (*level.counts, level.items) if shallow else level.counts
                    level.items += 1
                    end = size if length == UNDEFINED else min(pos + length, size)
                    if length != UNDEFINED and pos + length > size:
                        self._stop(Reason.TRUNCATED)
                    stack.append(_Level(end, False, level.path, counts, level.explicit, level.little))
                elif tag in (SEQUENCE_END, ITEM_END):
                    if tag == SEQUENCE_END and not level.is_sequence and len(stack) > 2:
                        stack.pop()  # the item's own delimiter is missing
                    if len(stack) > 1:
                        stack.pop()
                elif length != UNDEFINED:
                    pos += length
                continue
            if level.is_sequence:  # content where an item must begin: leave the sequence
                self._stop(Reason.MALFORMED)
                stack.pop()
                pos = level.end if level.end < size else pos
                continue
            if stop_group is not None and group > stop_group and len(stack) == 1:
                break
            if group == 0 and number == 0 and not head.strip(b"\0"):
                break  # zero padding up to the end
            vr, length, header = self._header(head, level, order)
            # Not an element: what begins here is trailing bytes.
            doubtful = len(stack) == 1 and (self.pixels or pos + header + length > size)
            if doubtful:
                text = _reads_as_text(get(pos, 256))
                if self._is_foreign(tag, level.explicit and not vr, pos + header + length) or text:
                    self._stop(None if self.pixels or text else Reason.MALFORMED)
                    break
            creator = ""
            if group & 1 and number > 0xFF:
                creator = level.creators.get(group << 16 | number >> 8, "")
            if vr in ("", "UN"):
                known = describe(tag, creator)[0]
                vr = known if length != UNDEFINED or known == "SQ" or tag in PIXEL_DATA else "SQ"
                in_implicit = True
            else:
                in_implicit = not level.explicit
            pos += header
            self.seen += 1
            if self.seen > self.limits.elements:
                self._stop(Reason.TOO_LARGE)
                break
            if length == UNDEFINED and vr != "SQ":
                pos, fragments = self._encapsulated(pos, order)
                if tag in PIXEL_DATA and len(stack) == 1:
                    self.pixels = Raw(tag, vr, pos, 0, b"", "", (), "", level.little)
                    self.fragments = fragments
                elif tag not in PIXEL_DATA:
                    value = self._joined(fragments)
                    yield Raw(
                        tag, vr, pos, len(value), value, level.path, level.counts, creator, level.little
                    )
                continue
            if vr == "SQ" or (vr == "UN" and length >= 8 and get(pos, 4) == b"\xfe\xff\x00\xe0"):
                end = size if length == UNDEFINED else min(pos + length, size)
                path = f"{level.path}{locate(tag, creator).partition(' ')[0]}[#]."
                if len(stack) >= depth_limit:
                    self._stop(Reason.TOO_DEEP)
                    if length != UNDEFINED:
                        pos = end
                        continue
                    path = level.path
                nested_explicit = level.explicit and not (in_implicit and vr != "SQ")
                if in_implicit and level.explicit:
                    nested_explicit = self._item_is_explicit(pos, order)
                stack.append(_Level(end, True, path, level.counts, nested_explicit, level.little))
                continue
            if vr in TEXT_VRS:
                limit = self.limits.text_bytes
            elif (vr in _OPAQUE_VRS or (group & 1 and vr == "OW")) and tag not in PIXEL_DATA:
                limit = _OPAQUE_BYTES
            elif vr in _NUMERIC_VRS and tag not in NUMBERS and tag not in PIXEL_DATA:
                limit = min(length, _NUMERIC_BYTES) if length >= _FEWEST_BYTES else 0
            else:
                limit = 8 if tag in NUMBERS else 0
            if tag == DOCUMENT:
                limit = 8  # read on its own, from where it lies
            available = length if pos + length <= size else size - pos
            if 8 < limit < available and limit != _NUMERIC_BYTES:
                self._stop(Reason.TRUNCATED if available < length else Reason.TOO_LARGE)
            if limit and available:
                value = get(pos, available if available < limit else limit)
                yield Raw(tag, vr, pos, available, value, level.path, level.counts, creator, level.little)
                if vr == "LO" and group & 1 and 0x10 <= number <= 0xFF:
                    level.creators[group << 16 | number] = value.strip(b" \0").decode("latin-1")
            elif tag in PIXEL_DATA and len(stack) == 1:
                self.pixels = Raw(tag, vr, pos, available, b"", "", (), "", level.little)
            pos += length
            if pos > size:
                self._stop(Reason.TRUNCATED)
                # Bytes that an absurd length swallowed are searched as trailing bytes.
                pos = pos - length if length - available > available and tag not in PIXEL_DATA else size
                if pos < size:
                    break
        self.end = pos

    def _stop(self, reason: Reason | None) -> None:
        self.reason = self.reason or reason

    def _is_foreign(self, tag: int, lacks_vr: bool, end: int) -> bool:
        """Whether a top-level header is no element: out of place after the pixels, or unknown and too long."""
        odd = tag >> 16 & 1
        known = odd or describe(tag)[0] != "UN"
        if self.pixels and (tag <= self.pixels.tag or not known or lacks_vr):
            return True
        return not known and self._window.size < end < UNDEFINED

    def _header(self, head: bytes, level: _Level, order: str) -> tuple[str, int, int]:
        """VR (empty in implicit VR), value length, and the header's own length."""
        if level.explicit:
            vr = _VR_NAMES.get(head[4:6])
            if vr is None and head[4:6].isalpha() and head[4:6].isupper():
                vr = head[4:6].decode("ascii")
            if vr is not None:
                if vr not in _LONG_VRS:
                    return vr, struct.unpack_from(order + "H", head, 6)[0], 8
                if len(head) < 12:
                    return vr, 0, len(head)
                return vr, struct.unpack_from(order + "L", head, 8)[0], 12
        return "", struct.unpack_from(order + "L", head, 4)[0], 8

    def _item_is_explicit(self, pos: int, order: str) -> bool:
        """Whether the first element of the first item at `pos` carries a VR."""
        return self._window.get(pos + 12, 2).decode("latin-1") in _VRS

    def _encapsulated(self, pos: int, order: str) -> tuple[int, list[tuple[int, int]]]:
        """Follow fragments (PS3.5 A.4) to their delimiter; the end and each one's offset and length."""
        fragments: list[tuple[int, int]] = []
        size = self._window.size
        while True:
            head = self._window.get(pos, 8)
            if len(head) < 8:
                self._stop(Reason.TRUNCATED)
                return size, fragments
            group, number, length = struct.unpack(order + "HHL", head)
            tag = group << 16 | number
            if tag != ITEM or length == UNDEFINED:
                if tag == SEQUENCE_END:
                    return pos + 8, fragments
                self._stop(Reason.MALFORMED)
                return pos, fragments
            pos += 8
            fragments.append((pos, min(length, size - pos)))
            pos += length
            if pos > size:
                self._stop(Reason.TRUNCATED)
                return size, fragments

    def _joined(self, fragments: list[tuple[int, int]]) -> bytes:
        parts, left = [], _OPAQUE_BYTES
        for offset, length in fragments:
            parts.append(self._window.get(offset, min(length, left)))
            left -= len(parts[-1])
            if length > len(parts[-1]):
                self._stop(Reason.TOO_LARGE)
        return b"".join(parts)


def _reads_as_text(raw: bytes) -> bool:
    """Whether bytes behind the data set are a note rather than elements that cannot be followed."""
    kept = raw.rstrip(b"\0")
    return bool(kept) and len(kept.translate(None, _BINARY)) == len(kept)


@lru_cache(maxsize=65536)
def locate(tag: int, creator: str = "") -> str:
    """What a person would look for: `(0010,0010) PatientName`, `(0029,1010) [SIEMENS CSA HEADER]`.

    A private creator is itself data, so it is named only where pydicom's dictionaries know it.
    """
    group, number = tag >> 16, tag & 0xFFFF
    if group & 1 and number > 0xFF:
        if creator and is_known_creator(creator):
            return f"({group:04X},{number:04X}) [{creator}]"
        return f"({group:04X},xx{number & 0xFF:02X}) private"
    keyword = describe(tag)[1]
    return f"({group:04X},{number:04X}) {keyword}".rstrip()


def is_known_creator(creator: str) -> bool:
    """Whether a vendor's private dictionary of that name is public."""
    return creator in private_dictionaries
