"""Rich Text Format: its text, its information group, and objects only by what they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading, TimeUp
from auditor.readers.charsets import guess
from auditor.readers.gather import gather

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_BREAKS = frozenset({b"par", b"line", b"row", b"cell", b"page", b"sect"})
_SILENT = frozenset(
    {b"fonttbl", b"colortbl", b"stylesheet", b"listtable", b"listoverridetable", b"rsidtbl", b"themedata",
     b"colorschememapping", b"latentstyles", b"datastore", b"pict", b"objdata", b"generator", b"xmlnstbl"}
)  # fmt: skip
_INFORMATION = frozenset({b"author", b"operator", b"title", b"subject", b"manager", b"company", b"category",
                          b"keywords", b"comment", b"doccomm", b"hlinkbase"})  # fmt: skip


class RtfReader:
    """Follows groups and control words of RTF 1.9.1; what it does not know is passed over."""

    kind = Kind.TEXT

    def matches(self, head: bytes, name: str) -> bool:
        """By the first control word."""
        return head.startswith(b"{\\rtf")

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Lines of text, and the information group by its names."""
        stream.seek(0)
        raw = stream.read(limits.text_bytes + 1)
        reason = Reason.TOO_LARGE if len(raw) > limits.text_bytes else None
        elements: list[Element] = []
        reason = gather(elements, _elements(raw[: limits.text_bytes]), limits.elements) or reason
        status = Status.PARTIAL if reason else Status.READ
        return Reading(Record(item, self.kind, status, reason, tuple(elements)))


def _elements(raw: bytes) -> Iterator[Element]:
    text: dict[bytes, list[bytes]] = {b"": []}
    late: TimeUp | None = None
    try:
        _sort(raw, text)
    except TimeUp as up:  # what was sorted by then is given first
        late = up
    for name, parts in text.items():
        for line, words in enumerate(_decoded(b"".join(parts)).splitlines(), 1):
            if words.strip() and name:
                yield Element(Place.EXIF, f"document {name.decode()}", words.strip())
            elif words.strip():
                yield Element(Place.TEXT, "text line #", words.strip(), counts=(line,))
    if late:
        raise late


def _sort(raw: bytes, text: dict[bytes, list[bytes]]) -> None:
    """Put every piece of text under the part of the information group that it stands in, or under none."""
    stack: list[bytes] = []
    where, skip = b"", 0
    for token in _TOKEN.finditer(raw):
        word, number, code, symbol, brace, plain = token.groups()
        if brace == b"{":
            stack.append(where)
        elif brace == b"}":
            where = stack.pop() if stack else b""
        elif word in _SILENT:
            where = b"-"
        elif word in _INFORMATION:
            where = word
            text.setdefault(where, [])
        elif where == b"-":
            continue
        elif word == b"u" and number is not None:
            text[where].append(b"\0%d\0" % (int(number) % 65536))
            skip = 1
        elif word in _BREAKS:
            text[where].append(b"\n")
        elif word == b"tab":
            text[where].append(b"\t")
        elif code and not skip:
            text[where].append(bytes([int(code, 16)]))
        elif symbol in (b"\\", b"{", b"}") and symbol:
            text[where].append(symbol)
        elif plain:
            # After \u comes one character for readers that do not know it.
            text[where].append(plain[skip:])
        if code or plain:
            skip = 0


def _decoded(raw: bytes) -> str:
    r"""Bytes of the document's code page, with \u characters in between."""
    parts = re.split(rb"\0(\d+)\0", raw)
    shown = [guess(part) if n % 2 == 0 else chr(int(part)) for n, part in enumerate(parts)]
    return "".join(shown).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
