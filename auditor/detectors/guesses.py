"""Try spaces of numbers and dates against unsalted hashes: work bounded whatever the release.

Where one code of a release is a hash of a number, all are. So a large space need not be tried whole: of k
codes, one in k / 5 of its numbers misses all of them with probability (1 - 5 / k)^k < e^-5 = 0.7 %. `spaces`
says which pieces are worth trying first, `rest` what to try once a code was found, `search` tries a piece.
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
from itertools import islice
from math import gcd

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
_EXPECTED = 5
"""Codes that a sample of a space would meet if all were hashes of its numbers."""
_MOST = 3_000_000
"""Numbers that are tried for one function and space; ten million where whole digests name the function."""
_DIGITS = (6, 7, 8, 9, 10)
_USUAL = 7
_MOST_DIGITS = 8
"""Of the spaces that are tried whole once a code was found in a sample."""


@dataclass(frozen=True, slots=True)
class Space:
    """Every `step`th decimal number from `first` to `last`; with `last` 0 of padded numbers, prefixes and dates."""

    function: str
    first: int = 0
    last: int = 0
    step: int = 1


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
    """What to try for some codes: nothing for none; all of six digits for few codes, and samples
    of larger spaces for many."""
    counts: defaultdict[str, int] = defaultdict(int)
    surely: set[str] = set()
    for code in codes:
        if name := _WHOLE.get(len(code)):
            surely.add(name)
        for function in (name,) if name else (*_CUT, "crc32") if len(code) == _CHANCE_LENGTH else _CUT:
            counts[function] += 1
    tried: list[Space] = []
    for function, count in sorted(counts.items()):
        step = _step(count)
        tried.append(Space(function, step=step))
        done = 0
        for digits in _DIGITS:
            if 10**digits <= step * _MOST or (digits == _USUAL and function in surely):
                tried += _pieces(function, done, 10**digits, step)
                done = 10**digits
    return tried


def rest(found: dict[str, tuple[str, Category]], tried: Collection[Space]) -> list[Space]:
    """What a sample left out of the functions that it found a code of, for numbers of up to eight digits."""
    functions = {name for name, _ in found.values()}
    return [
        piece
        for space in tried
        if space.function in functions and space.step > 1 and space.last <= 10**_MOST_DIGITS
        for piece in (_pieces(space.function, space.first, space.last, 1) or [Space(space.function)])
    ]


def _step(codes: int) -> int:
    """Which share of a space to try for so many codes. No divisor of ten: record numbers may end in a check digit."""
    step = max(1, codes // _EXPECTED)
    while gcd(step, 10) > 1:
        step -= 1
    return step


def _pieces(function: str, first: int, last: int, step: int) -> list[Space]:
    size = _PIECE * step
    return [Space(function, start, min(start + size, last), step) for start in range(first, last, size)]


def search(space: Space, codes: Collection[str]) -> dict[str, tuple[str, Category]]:
    """The codes that are hashes of something in a space, each with its hash's name and what was hashed."""
    starts: defaultdict[bytes, list[str]] = defaultdict(list)
    for code in codes:
        if _WHOLE.get(len(code), space.function) == space.function:
            starts[bytes.fromhex(code[:8])].append(code)
    digest = _digest(space.function)
    found: dict[str, tuple[str, Category]] = {}
    for category, guesses in _guesses(space):
        for guess in guesses if space.last else islice(guesses, 0, None, space.step):
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
        yield (
            Category.RECORD_NUMBER,
            (b"%d" % number for number in range(space.first, space.last, space.step)),
        )
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
