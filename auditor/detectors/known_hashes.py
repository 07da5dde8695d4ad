"""Unsalted hashes of identifiers that are known, as codes, GUIDs and UIDs.

The index keeps four bytes of every digest and whose it is; a code that agrees is hashed again to make
sure. So it takes some hundred bytes an identifier and function.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import uuid
import zlib
from collections.abc import Callable, Iterator

from auditor.model import Category

_PLAIN = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
_TWICE = {
    "md5 of md5": ("md5", "md5"),
    "sha1 of sha1": ("sha1", "sha1"),
    "sha256 of sha256": ("sha256", "sha256"),
    "sha256 of md5": ("md5", "sha256"),
    "md5 of sha1": ("sha1", "md5"),
}
_NAMESPACES = {"dns": uuid.NAMESPACE_DNS, "url": uuid.NAMESPACE_URL, "oid": uuid.NAMESPACE_OID}
_NAMED = {
    f"{function.__name__} {name}": (function, space)
    for function in (uuid.uuid3, uuid.uuid5)
    for name, space in _NAMESPACES.items()
}
HASHES = (*_PLAIN, *_TWICE, *_NAMED, "crc32")
_IN_UIDS = frozenset({"md5", "sha1", "sha256", "sha512", *_NAMED})
"""Those that are written as a decimal number below 2.25 or, cut to fit, below a root (pydicom's UIDs)."""
_RUN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8,128}(?![0-9A-Za-z])")
_GUID = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Za-z])")
_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{22,86}={0,2}(?![\w+/=-])")
_DECIMAL = re.compile(r"(?<=\.)\d{16,155}(?![\d.])")
_BYTES = frozenset({16, 20, 28, 32, 48, 64})
_URL_SAFE = str.maketrans("-_", "+/")
_KEY, _DIGITS = 8, 12
_SHORT, _USUAL = 12, frozenset({"md5", "sha1", "sha256", "crc32"})
"""Codes shorter than this agree with something by chance when many functions are tried: only with the usual."""


class DigestIndex:
    """Hashes of known identifiers."""

    def __init__(self) -> None:
        self._texts: list[tuple[str, Category, int]] = []
        self._hex: dict[int, int] = {}
        self._decimal: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, text: str, category: Category, source: int) -> None:
        """Index an identifier as it is, trimmed, without separators, in upper and lower case."""
        bare = re.sub(r"[\W_]", "", text)
        for variant in sorted(
            {text, text.strip(), text.upper(), text.lower(), bare, bare.upper(), bare.lower()} - {""}
        ):
            place = len(self._texts) * len(HASHES)
            self._texts.append((variant, category, source))
            for number, name in enumerate(HASHES):
                digest = digest_of(variant, name)
                self._hex.setdefault(int(digest[:_KEY], 16), place + number)
                if name in _IN_UIDS:
                    self._decimal.setdefault(str(int(digest, 16))[:_DIGITS], place + number)

    def find(self, text: str) -> Iterator[tuple[int, int, str, Category, int]]:
        """Start, end, name of the hash, category and source of every hash in the text."""
        for form, plain in ((_RUN, str.lower), (_GUID, _without_dashes), (_BASE64, _decoded)):
            for found in form.finditer(text):
                if code := plain(found.group()):
                    yield from self._named(found, self._hex.get(int(code[:_KEY], 16)), _hexadecimal(code))
        for found in _DECIMAL.finditer(text) if "." in text else ():
            yield from self._named(found, self._decimal.get(found.group()[:_DIGITS]), _number(found.group()))

    def _named(
        self, found: re.Match[str], entry: int | None, agrees: Callable[[str], bool]
    ) -> Iterator[tuple[int, int, str, Category, int]]:
        if entry is None:
            return
        place, number = divmod(entry, len(HASHES))
        text, category, source = self._texts[place]
        if found.end() - found.start() < _SHORT and HASHES[number] not in _USUAL:
            return
        if agrees(digest_of(text, HASHES[number])):
            yield found.start(), found.end(), HASHES[number], category, source


def digest_of(text: str, name: str) -> str:
    """An unsalted hash in hex, of the UTF-8 bytes. `name` is one of `HASHES`."""
    data = text.encode("utf-8", "surrogatepass")
    if name == "crc32":
        return f"{zlib.crc32(data):08x}"
    if name in _PLAIN:
        return _hash(name, data)
    if name in _TWICE:
        first, second = _TWICE[name]
        return _hash(second, _hash(first, data).encode())
    function, space = _NAMED[name]
    return function(space, data.decode("utf-8", "replace")).hex


def _hash(name: str, data: bytes) -> str:
    return hashlib.new(name, data, usedforsecurity=False).hexdigest()


def _hexadecimal(code: str) -> Callable[[str], bool]:
    return lambda digest: digest.startswith(code)


def _number(digits: str) -> Callable[[str], bool]:
    """UIDs hold 64 characters at most: a long number is cut at its end."""
    return lambda digest: str(int(digest, 16)).startswith(digits)


def _without_dashes(text: str) -> str:
    return text.replace("-", "").lower()


def _decoded(text: str) -> str:
    """A digest in Base64 as hex; empty where it is none."""
    plain = text.rstrip("=").translate(_URL_SAFE)
    try:
        data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return data.hex() if len(data) in _BYTES else ""
