"""Words that are a person's name by the lexicons alone, without weighing a whole field."""

# Patterns and word lists read better on one line.
# ruff: noqa: E501, SIM905

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from auditor.detectors.lexicon import Word, eponym_pairs, fold, look_up, pinyin_surnames, pinyin_syllables

_FREQUENT_SURNAMES = frozenset(
    "wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao "
    "cheng cao yuan deng fu shen zeng peng lu su jiang cai jia ding wei xue ye yan pan du dai xia zhong tian ren fan fang shi yao tan "
    "ouyang sima zhuge shangguan huangfu situ xiahou linghu dongfang nangong murong "
    "liao zou xiong jin hao kong bai cui kang mao qiu qin shao hou meng long wan duan lei qian yin chang".split()
)
_CLEAR, _CLEAR_EPONYM = 0.8, 1.4
"""Weights from which a word is hardly anything but a name, and is so though medicine uses it too."""


def joined_pinyin(word: str) -> bool:
    """`zhaoguoqing`: a frequent Chinese surname and two syllables, written as one word that is none."""
    key = fold(word)
    if not 7 <= len(key) <= 16 or not key.isascii() or look_up(key).known:
        return False
    table = pinyin_syllables()
    for first in range(2, min(10, len(key))):
        if key[:first] in _FREQUENT_SURNAMES:
            rest = key[first:]
            if any(rest[:cut] in table and rest[cut:] in table for cut in range(2, len(rest) - 1)):
                return True
    return False


def syllables(key: str) -> bool:
    """One or two syllables of pinyin."""
    table = pinyin_syllables()
    return key in table or any(key[:i] in table and key[i:] in table for i in range(1, len(key)))


def _is_clear(word: Word) -> bool:
    """Hardly anything but a name; Smith is a fracture as well, and mostly a name."""
    return word.name and word.weight >= (_CLEAR_EPONYM if word.clinical else _CLEAR)


def names_a_person(words: Sequence[str]) -> bool:
    """Whether two neighbours among these words are a given and a family name, or a Chinese name in pinyin."""
    if any(joined_pinyin(word) for word in words):
        return True
    for left, right in pairwise(words):
        first, second = look_up(left), look_up(right)
        complementary = (first.given and second.family) or (first.family and second.given)
        named_for = (fold(left), fold(right)) in eponym_pairs()
        if complementary and _is_clear(first) and _is_clear(second) and not named_for:
            return min(len(left), len(right)) > 2
        for surname, given in ((left, right), (right, left)):
            key = fold(given)
            unknown = not look_up(given).known and len(key) >= 5
            if fold(surname) in pinyin_surnames() and len(surname) > 1 and unknown and syllables(key):
                return True
    return False
