"""Try small spaces of numbers and dates against unsalted hashes: bounded work, whatever the dataset."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from auditor.detectors.known import HASHES, digest_of
from auditor.model import Category

CODE = re.compile(r"(?:[A-Za-z]{1,16}[-_ ]?)?(?P<hex>(?=[0-9A-Fa-f]*\d)[0-9A-Fa-f]{8,64})")
_LENGTHS = {32: ("md5",), 40: ("sha1",), 64: ("sha256",)}
_NUMBERS = 1_000_000
_PADDED = 100_000
_PREFIXED = 10_000
_PREFIXES = ("P", "PAT", "MRN", "ID", "patient", "sub-", "sub", "PID")
_FORMS = ("%Y%m%d", "%Y-%m-%d", "%d%m%Y", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y")
_CHANCE_LENGTH = 8


def code_in(text: str) -> str:
    """The hexadecimal code that a value is, in lower case, without a prefix of letters; else empty."""
    found = CODE.fullmatch(text.strip())
    code = found["hex"].lower() if found else ""
    # A number of digits only is a number; a hash has letters as well, but for one in ten thousand.
    return code if re.search("[a-f]", code) else ""


def reverse(codes: Collection[str]) -> dict[str, tuple[str, Category]]:
    """The codes that are hashes of something guessable, each with its hash's name and what was hashed.

    codes: lower-case hex of 8 to 64 digits. About two million guesses a hash; none when there are no
    codes.
    """
    prefixes: defaultdict[str, list[str]] = defaultdict(list)
    names: set[str] = set()
    for code in codes:
        prefixes[code[:8]].append(code)
        names.update(_LENGTHS.get(len(code), HASHES))
    found: dict[str, tuple[str, Category]] = {}
    for guess, category in _guesses() if codes else ():
        for name in names:
            digest = digest_of(guess, name)
            for code in prefixes.get(digest[:8], ()):
                if digest.startswith(code):
                    found[code] = name, category
    short = [code for code in codes if len(code) == _CHANCE_LENGTH]
    hit = [code for code in short if code in found]
    if len(hit) < 2 or 2 * len(hit) < len(short):
        for code in hit:
            del found[code]
    return found


def _guesses() -> Iterator[tuple[str, Category]]:
    for number in range(_NUMBERS):
        yield str(number), Category.RECORD_NUMBER
    for width in (5, 6, 7, 8):
        for number in range(min(_PADDED, 10 ** (width - 1))):
            yield f"{number:0{width}}", Category.RECORD_NUMBER
    for prefix in _PREFIXES:
        for number in range(_PREFIXED):
            yield f"{prefix}{number}", Category.RECORD_NUMBER
            if number < 1000:
                yield f"{prefix}{number:03}", Category.RECORD_NUMBER
                yield f"{prefix}{number:04}", Category.RECORD_NUMBER
    day, end = date(1900, 1, 1), date(2040, 1, 1)
    while day < end:
        for form in _FORMS:
            yield day.strftime(form), Category.DATE
        day += timedelta(1)
