"""Which alphabet undeclared bytes are written in, where several single-byte sets fit: the letters' frequencies tell.

Frequencies in per mille of running text, for Russian after Lyashevskaya and Sharov (2009), for Greek after
Mikros (2005), rounded; accents are left out.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

_FEWEST = 4
_WORDS = 0.8
"""Share of the letters that stand in words of one case, or with one capital in front."""
_THEMSELVES = frozenset("йΐΰϊϋ")
"""Letters with a mark that are no variants of others, or too seldom to count as such."""
_FINAL_SIGMA = re.compile("ς(?=[α-ωά-ώ])")
_LONGEST_SYMBOL = 2
"""Signs such as `°` and `±` are letters in other sets, but stand alone."""
_BEGINS = 0.5
"""A value more often begins with a capital; cases are the other way round in KOI8-R."""
_LEAST = -3.9
"""Mean logarithm of the frequencies; running text comes to -2.9."""


@dataclass(frozen=True)
class Alphabet:
    """A script, its encodings and how often its letters occur."""

    codecs: tuple[str, ...]
    small: str
    """The letters as a set of a regular expression."""
    capital: str
    often: dict[str, int]
    usual: float = 0.0
    """How much likelier it is than others, as a logarithm."""

    def fits(self, text: str) -> float | None:
        """How well the text is written in it (a mean logarithm, at most 0); None where it is not."""
        high = [character for character in text if character > "\x7f"]
        words = re.findall(
            rf"\b(?:[{self.small}]+|[{self.capital}][{self.small}]+|[{self.capital}]+)\b", text
        )
        letters = "".join(words)
        if len(high) < _FEWEST or len(letters) < _WORDS * len(high) or _FINAL_SIGMA.search(text):
            return None
        if max(map(len, words)) <= _LONGEST_SYMBOL:
            return None
        total = sum(self.often.values())
        plain = [_base(letter) for letter in letters]
        # Letters that the alphabet lacks are other symbols of its sets.
        mean = sum(math.log(self.often.get(letter, 0.5) / total) for letter in plain) / len(plain)
        return mean + self.usual if mean >= _LEAST else None


RUSSIAN = Alphabet(
    ("cp1251", "koi8-r", "iso8859-5"),
    "а-яё",
    "А-ЯЁ",
    dict(zip("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъ",
             (110, 87, 80, 74, 67, 63, 55, 47, 45, 43, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16, 15, 12, 10, 9, 7,
              6, 5, 4, 3, 3, 1), strict=True)),
    0.3,
)  # fmt: skip
GREEK = Alphabet(
    ("iso8859-7", "cp1253"),
    "α-ωάέήίόύώϊϋΐΰ",
    "Α-ΩΆΈΉΊΌΎΏΪΫ",
    dict(zip("αοιετσνηυρπκμςλωδγχθφβξζψ",
             (120, 98, 94, 84, 79, 49, 79, 55, 43, 40, 39, 41, 33, 35, 28, 20, 17, 17, 12, 11, 8, 7, 4, 4, 2),
             strict=True)),
)  # fmt: skip


def in_an_alphabet(raw: bytes) -> str:
    """The text in the set whose letters make the likeliest words; empty where none does."""
    best, most = "", -math.inf
    for alphabet in (RUSSIAN, GREEK):
        for codec in alphabet.codecs:
            try:
                text = raw.decode(codec)
            except UnicodeDecodeError:
                continue
            fit = alphabet.fits(text)
            if fit is not None and text.lstrip(" 0123456789:^=")[:1].isupper():
                fit += _BEGINS
            if fit is not None and fit > most:
                best, most = text, fit
    return best


def _base(letter: str) -> str:
    small = letter.lower()
    return small if small in _THEMSELVES else unicodedata.normalize("NFD", small)[0]
