"""Try spaces of numbers and dates against unsalted hashes: work bounded by what stands to be found.

The spaces are cut into pieces that can be tried beside each other: `spaces` says which are worth it for
some codes, `search` tries one. Two to three million hashes a second and core.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.model import Category

_HEX = "|".join(f"[0-9A-Fa-f]{{{digits}}}" for digits in ("8,64", "96", "128"))
# A prefix ends in a separator or in a letter that is no hexadecimal digit: `abc4…` is all code.
CODE = re.compile(
    rf"(?:[A-Za-z]{{1,16}}[-_ ]|[A-Za-z]{{0,15}}[G-Zg-z])?(?P<hex>(?=[0-9A-Fa-f]*\d)(?:{_HEX}))"
)
_BASE64 = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9+/_-]{22,86}={0,2}")
_URL_SAFE = str.maketrans("-_", "+/")
_DIGEST_BYTES = (16, 20, 32, 64)
_WHOLE = {32: "md5", 40: "sha1", 56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
_CUT = ("md5", "sha1", "sha256")
"""Digests that are cut to a shorter code."""
_PIECE = 1_000_000
_WIDTHS = (5, 6, 7, 8, 9, 10)
_PADDED, _PREFIXED = 100_000, 10_000
_PREFIXES = ("P", "PAT", "MRN", "ID", "patient", "Patient", "sub-", "sub", "PID", "p", "pat", "mrn")
_FORMS = ("%Y%m%d", "%Y-%m-%d", "%d%m%Y", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y")
_CHANCE_LENGTH = 8
_SOME, _MANY = 8, 20
"""Codes from which on more numbers are tried: a release of hashes has them for all patients."""


@dataclass(frozen=True, slots=True)
class Space:
    """One piece: the decimal numbers from `first` to `last`, or with `last` 0 the rest that is usual."""

    function: str
    first: int = 0
    last: int = 0


def code_in(text: str) -> str:
    """The code that a value is, as lower-case hex, without a prefix of letters; else empty.

    Hexadecimal of 8 to 64, 96 or 128 digits, or Base64 of a whole MD5, SHA-1, SHA-256 or SHA-512.
    """
    text = text.strip()
    if found := CODE.fullmatch(text):
        code = found["hex"].lower()
        # A number of digits only is a number; a hash has letters as well, but for one in ten thousand.
        return code if re.search("[a-f]", code) else ""
    if _BASE64.fullmatch(text):
        plain = text.rstrip("=").translate(_URL_SAFE)
        try:
            decoded = base64.b64decode(plain + "=" * (-len(plain) % 4))
        except binascii.Error:
            return ""
        return decoded.hex() if len(decoded) in _DIGEST_BYTES else ""
    return ""


def spaces(codes: Collection[str]) -> list[Space]:
    """What to try for some codes: nothing for none, and more numbers the more codes there are.

    Numbers of seven digits for whole digests, and for codes that a digest may have been cut to where
    there are at least 3, else six digits; eight digits for at least 20 whole digests of one length.
    """
    lengths: defaultdict[int, int] = defaultdict(int)
    for code in codes:
        lengths[len(code)] += 1
    limits: dict[str, int] = {}
    for length, count in lengths.items():
        if length in _WHOLE:
            wanted = {_WHOLE[length]: 8 if count >= _MANY else 7}
        else:
            names = (*_CUT, "crc32") if length == _CHANCE_LENGTH else _CUT
            wanted = dict.fromkeys(names, 7 if count >= _SOME else 6)
        limits |= {name: max(digits, limits.get(name, 0)) for name, digits in wanted.items()}
    return [
        space
        for name, digits in sorted(limits.items())
        for space in (Space(name), *(Space(name, n, n + _PIECE) for n in range(0, 10**digits, _PIECE)))
    ]


def search(space: Space, codes: Collection[str]) -> dict[str, tuple[str, Category]]:
    """The codes that are hashes of something in a space, each with its hash's name and what was hashed."""
    starts: defaultdict[bytes, list[str]] = defaultdict(list)
    for code in codes:
        if _WHOLE.get(len(code), space.function) == space.function:
            starts[bytes.fromhex(code[:8])].append(code)
    digest = _digest(space.function)
    found: dict[str, tuple[str, Category]] = {}
    for category, guesses in _guesses(space):
        for guess in guesses:
            value = digest(guess)
            if value[:4] in starts:
                for code in starts[value[:4]]:
                    if value.hex().startswith(code):
                        found[code] = space.function, category
    return found


def credible(
    found: dict[str, tuple[str, Category]], codes: Collection[str]
) -> dict[str, tuple[str, Category]]:
    """`found` without codes of eight digits that chance explains: fewer than half of them were found."""
    short = [code for code in codes if len(code) == _CHANCE_LENGTH]
    hit = {code for code in short if code in found}
    if len(hit) >= 2 and 2 * len(hit) >= len(short):
        return found
    return {code: what for code, what in found.items() if code not in hit}


def _digest(name: str) -> Callable[[bytes], bytes]:
    if name == "crc32":
        return lambda data: zlib.crc32(data).to_bytes(4, "big")
    function = getattr(hashlib, name)
    return lambda data: bytes(function(data).digest())


def _guesses(space: Space) -> Iterator[tuple[Category, Iterable[bytes]]]:
    if space.last:
        yield Category.RECORD_NUMBER, (b"%d" % number for number in range(space.first, space.last))
        return
    for width in _WIDTHS:
        numbers = range(min(_PADDED, 10 ** (width - 1)))
        yield Category.RECORD_NUMBER, (b"%0*d" % (width, number) for number in numbers)
    for prefix in _PREFIXES:
        # Width 1 is a number without padding.
        for width, most in ((1, _PREFIXED), (3, 100), (4, 1000), (5, _PREFIXED), (6, _PREFIXED)):
            yield Category.RECORD_NUMBER, (b"%s%0*d" % (prefix.encode(), width, n) for n in range(most))
    days = [
        date(1900, 1, 1) + timedelta(number) for number in range((date(2040, 1, 1) - date(1900, 1, 1)).days)
    ]
    yield Category.DATE, (day.strftime(form).encode() for day in days for form in _FORMS)
