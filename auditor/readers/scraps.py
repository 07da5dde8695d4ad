"""Text in bytes that nobody declared to be text: private blobs, slack, preambles, trailers.

Only runs that look like text come back; random bytes give nothing, or next to nothing.
"""

from __future__ import annotations

import base64
import binascii
import re
import string
import zlib
from collections.abc import Iterator

from auditor.readers.charsets import guess, is_common

_ASCII = re.compile(rb"[\x20-\x7e\t\r\n]{5,}")
_UTF16_LE = re.compile(rb"(?:[\x20-\x7e]\x00){5,}")
_UTF16_BE = re.compile(rb"(?:\x00[\x20-\x7e]){5,}")
_UTF8 = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2,}(?:[\x20-\x7e]|[\xe3-\xef][\x80-\xbf]{2})*")
_GB = re.compile(rb"(?:[\xb0-\xd7][\xa1-\xfe]){2,}(?:[\x20-\x7e]|[\xa1-\xf7][\xa1-\xfe])*")
_PRINTABLE_END = re.compile(rb"[\x20-\x7e]{1,64}\Z")
_WORD = re.compile(rb"[A-Za-z]{3,}|\d{4,}")
_PLAIN = (string.ascii_letters + string.digits + " \t\r\n.,:;^/-_@").encode()
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_C1 = re.compile("[\x80-\x9f]")
_MARKUP = b"\"{}[]<>=|&'"
"""What JSON, XML and HL7 are full of besides."""
_LIKELY = 0.75
_SURE_LENGTH = 12


_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){10,}")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_INFLATED_BYTES = 1 << 20
_LETTERS = re.compile(r"[^\W\d_]")
_WRITTEN = re.compile(r"[\w\s.,:;^/@()+=\-]")


def scraps(raw: bytes) -> Iterator[str]:
    """Runs of text in `raw`, each once, in order of encoding then position; compressed text as well."""
    seen: set[str] = set()
    for text in _all_runs(raw):
        stripped = text.strip()
        if stripped and stripped not in seen:
            seen.add(stripped)
            yield stripped


def reads_as_text(raw: bytes) -> bool:
    """Whether bytes that should be numbers are one text from end to end."""
    kept = raw.strip(b"\0 ")
    return len(kept) >= _SURE_LENGTH and _ASCII.fullmatch(kept) is not None and _looks_like_text(kept)


def unwrapped(text: str) -> str:
    """The text that a value is the hexadecimal or Base64 form of; empty where it is neither."""
    try:
        if _HEX.fullmatch(text):
            raw = bytes.fromhex(text)
        elif _BASE64.fullmatch(text):
            raw = base64.b64decode(text, validate=True)
        else:
            return ""
    except (ValueError, binascii.Error):
        return ""
    return raw.decode("ascii") if _ASCII.fullmatch(raw) and _looks_like_text(raw) else ""


def _all_runs(raw: bytes) -> Iterator[str]:
    if text := _whole(raw):
        yield text
        return
    for run in _runs(raw):
        yield run
        if inner := unwrapped(run.strip()):
            yield inner
    # Some vendors write the length in front: GE's protocol data block.
    for packed in (raw, raw[4:]):
        if packed[:2] in (b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
            yield from _runs(_inflated(packed))


def _inflated(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(raw, _INFLATED_BYTES)
    except zlib.error:
        return b""


def _whole(raw: bytes) -> str:
    """The whole value as text of a national character set, where it can be nothing else."""
    if wide := _wide(raw):
        return wide
    kept = raw.strip(b"\0 ")
    if not 4 <= len(kept) <= 4096 or kept.isascii() or _CONTROLS.search(kept):
        return ""
    text = guess(kept)
    letters = len(_LETTERS.findall(text))
    high = sum(character > "\x7f" for character in text)
    own = sum("\u0370" <= character <= "\u04ff" or character >= "\u3040" for character in text)
    plain = len(_WRITTEN.findall(text)) >= 0.95 * len(text) and not _C1.search(text)
    # Latin-1 fits any bytes: then most of them must be plain letters.
    written = own == high or (high * 3 <= letters and letters * 2 >= len(text))
    return text if plain and letters >= 2 and written else ""


def _wide(raw: bytes) -> str:
    """The whole value as Chinese in UTF-16, where all of it is common characters."""
    if len(raw) % 2 or not 8 <= len(raw) <= 4096 or raw.isascii():
        return ""
    for codec in ("utf-16-le", "utf-16-be"):
        try:
            text = raw.decode(codec).strip("\0 ")
        except UnicodeDecodeError:
            continue
        han = sum(map(is_common, text))
        if len(text) >= 4 and han * 2 >= len(text) and all(is_common(c) or " " <= c <= "~" for c in text):
            return text
    return ""


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
    signs = _PLAIN + _MARKUP if b'":' in run or b"</" in run or b"|" in run[3:4] else _PLAIN
    plain = len(run) - len(run.translate(None, signs))
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
