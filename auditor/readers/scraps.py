"""Text in bytes that nobody declared to be text: private blobs, slack, preambles, trailers.

Only runs that look like text come back; random bytes give nothing, or next to nothing.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

_ASCII = re.compile(rb"[\x20-\x7e\t\r\n]{5,}")
_UTF16_LE = re.compile(rb"(?:[\x20-\x7e]\x00){5,}")
_UTF16_BE = re.compile(rb"(?:\x00[\x20-\x7e]){5,}")
_UTF8 = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2,}(?:[\x20-\x7e]|[\xe3-\xef][\x80-\xbf]{2})*")
_GB = re.compile(rb"(?:[\xb0-\xd7][\xa1-\xfe]){2,}(?:[\x20-\x7e]|[\xa1-\xf7][\xa1-\xfe])*")
_PRINTABLE_END = re.compile(rb"[\x20-\x7e]{1,64}\Z")
_WORD = re.compile(rb"[A-Za-z]{3,}|\d{4,}")
_PLAIN = (string.ascii_letters + string.digits + " \t\r\n.,:;^/-_@").encode()
_LIKELY = 0.75
_SURE_LENGTH = 12


def scraps(raw: bytes) -> Iterator[str]:
    """Runs of text in `raw`, each once, in order of encoding then position."""
    seen: set[str] = set()
    for text in _runs(raw):
        stripped = text.strip()
        if stripped and stripped not in seen:
            seen.add(stripped)
            yield stripped


def _runs(raw: bytes) -> Iterator[str]:
    for found in _ASCII.finditer(raw):
        run = found.group()
        if _looks_like_text(run) and (len(run) >= _SURE_LENGTH or _bounded(raw, *found.span())):
            yield run.decode("ascii")
    if raw.isascii() and b"\x00" not in raw:
        return
    for pattern, codec in ((_UTF16_LE, "utf-16-le"), (_UTF16_BE, "utf-16-be")):
        for found in pattern.finditer(raw):
            text = found.group().decode(codec)
            if _looks_like_text(text.encode("ascii")):
                yield text
    if raw.isascii():
        return
    for pattern, codec in ((_UTF8, "utf-8"), (_GB, "gb18030")):
        for found in pattern.finditer(raw):
            begin, end = _extended(raw, found.start()), found.end()
            if codec == "gb18030" and (not _bounded(raw, begin, end) or _is_utf8(raw[begin:end])):
                continue
            try:
                yield raw[begin:end].decode(codec)
            except UnicodeDecodeError:
                continue


def _extended(raw: bytes, begin: int) -> int:
    """Start of the printable text that leads up to `begin` (a label, an id), at most 64 bytes of it."""
    before = _PRINTABLE_END.search(raw[max(0, begin - 64) : begin])
    return begin - len(before.group()) if before else begin


def _looks_like_text(run: bytes) -> bool:
    plain = len(run) - len(run.translate(None, _PLAIN))
    return plain >= _LIKELY * len(run) and _WORD.search(run) is not None


def _bounded(raw: bytes, begin: int, end: int) -> bool:
    """Whether the run is what fills a field: NUL or the block's edge on both sides."""
    return (begin == 0 or raw[begin - 1] == 0) and (end >= len(raw) or raw[end] == 0)


def _is_utf8(run: bytes) -> bool:
    try:
        run.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
