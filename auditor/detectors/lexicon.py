"""The word lists the detectors weigh words with. Loaded on first use and kept.

Sources, licences and sizes: lexicons/NOTICE.md; made by benchmarks/build_lexicons.py.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

_FOLD = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i"})


@dataclass(frozen=True, slots=True)
class Word:
    """How much a word speaks for a name.

    `weight`: decimal logarithm of its frequency among names over its frequency in text.
    `given`, `family`: whether it is known as such. `clinical`: whether it is a word of medicine or
    imaging. A word that is in no list has weight 0 and `known` False.
    """

    weight: float
    given: bool
    family: bool
    clinical: bool
    known: bool

    @property
    def name(self) -> bool:
        """Listed as a person's name, whatever else it means."""
        return self.given or self.family


UNKNOWN = Word(0.0, given=False, family=False, clinical=False, known=False)


def fold(word: str) -> str:
    """Lower case without diacritics, the form in which words are stored."""
    if word.isascii():
        return word.lower()
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", plain.casefold().translate(_FOLD))


def _lines(name: str) -> list[str]:
    data = (files(__package__) / "lexicons" / f"{name}.txt.gz").read_bytes()
    return gzip.decompress(data).decode("utf-8").splitlines()


@cache
def _words() -> dict[str, Word]:
    table: dict[str, Word] = {}
    for line in _lines("words"):
        weight, role, *words = line.split(" ")
        kind = role.lower()
        word = Word(
            int(weight) / 10,
            given=kind in "gb",
            family=kind in "fb",
            clinical=role in "cGFB",
            known=True,
        )
        table.update(dict.fromkeys(words, word))
    for key in _world():
        known = table.get(key, UNKNOWN)
        weighed = min(known.weight, -0.3) if known.known else -3.0
        table[key] = Word(weighed, known.given, known.family, clinical=True, known=True)
    return table


def _world() -> Iterator[str]:
    """Words of anatomy, imaging and reports in other languages than English, folded."""
    text = (files(__package__) / "lexicons" / "imaging_world.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            yield from map(fold, line.split())


@lru_cache(maxsize=65536)
def look_up(word: str) -> Word:
    """The evidence of one word in any case; a possessive or plain plural counts as its stem."""
    key = fold(word)
    found = _words().get(key)
    if found is None and ("'" in key or "’" in key):
        # A possessive; or O'Malley, which lists write as one word or without its particle.
        stem = key[:-2] if key.endswith(("'s", "’s")) else re.sub("['’]", "", key)
        found = _words().get(stem) or _words().get(re.split("['’]", key)[-1])
    return found or _by_form(key)


_UMLAUTS = re.compile("(?<=[aou])e(?!$)")
_OF_NAMES = re.compile(
    r"[a-z]{2,}(?:sson|s?dottir|owsk[iay]|ewsk[iay]|insk[iay]|czyk|wicz|ovic|chenko|enko|shvili|opoulos|opoulou|escu|oglu|ovich|evich|auskas|quist|kvist)"
)
_FORMED = Word(1.5, given=False, family=True, clinical=False, known=False)


def _by_form(key: str) -> Word:
    """A word of no list: `soerensen` written without its umlaut, or with the end of a family name."""
    if len(key) >= 6 and key.isalpha():
        plain = _UMLAUTS.sub("", key)
        found = _words().get(plain) if plain != key else None
        if found is not None and found.name and found.weight > 0.5:
            return found
        if _OF_NAMES.fullmatch(key):
            return _FORMED
    return UNKNOWN


@cache
def eponym_pairs() -> frozenset[tuple[str, ...]]:
    """Folded words of things that are named for two people: `austin moore`, `mann whitney`."""
    text = (files(__package__) / "lexicons" / "eponyms.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(tuple(pair.split()) for line in lines for pair in line.split("|"))


@cache
def clinical_words() -> tuple[str, ...]:
    """Words of medicine and imaging that are no names, folded."""
    return tuple(key for key, word in _words().items() if word.clinical and not word.name)


@cache
def chinese_surnames() -> dict[str, int]:
    """Surname to rank, 0 the most frequent."""
    return {name: rank for rank, name in enumerate(_lines("chinese_names")[0].split(" "))}


@cache
def chinese_given_chars() -> dict[str, int]:
    """Characters of given names to rank, 0 the most frequent."""
    return {char: rank for rank, char in enumerate(_lines("chinese_names")[1])}


@cache
def chinese_words() -> frozenset[str]:
    """Words of two characters, and longer ones that begin like a surname; some are names as well."""
    return frozenset(_lines("chinese_words"))


@cache
def _simplified() -> dict[int, int]:
    traditional, simplified = _lines("simplified")
    return str.maketrans(traditional, simplified)


def simplify(text: str) -> str:
    """Traditional characters as simplified ones, one for one."""
    return text.translate(_simplified())


@cache
def pinyin_syllables() -> frozenset[str]:
    """Syllables of Hanyu pinyin without tones."""
    return frozenset(_lines("pinyin")[0].split(" "))


@cache
def pinyin_surnames() -> frozenset[str]:
    """Romanised Chinese surnames, pinyin and Wade-Giles."""
    return frozenset(_lines("pinyin")[1].split(" "))


@cache
def japanese_names() -> tuple[frozenset[str], frozenset[str]]:
    """Family and given names in kanji and kana."""
    family, given = _lines("japanese_names")
    return frozenset(family.split(" ")), frozenset(given.split(" "))


@cache
def korean_names() -> tuple[frozenset[str], frozenset[str]]:
    """Family and given names in Hangul."""
    family, given = _lines("korean_names")
    return frozenset(family.split(" ")), frozenset(given.split(" "))


@cache
def korean_syllables() -> frozenset[str]:
    """Syllables of Korean given names."""
    return frozenset("".join(korean_names()[1]))
