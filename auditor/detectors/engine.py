"""Runs every detector over a text and keeps the best hits that do not overlap."""

# Patterns and word lists read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from auditor.detectors.addresses import find_addresses
from auditor.detectors.base import Hit
from auditor.detectors.contacts import find_contacts
from auditor.detectors.dates import find_dates
from auditor.detectors.free_names import find_names
from auditor.detectors.institutions import find_institutions
from auditor.detectors.labels import find_labelled
from auditor.detectors.names import person_name
from auditor.detectors.national_ids import find_national_ids
from auditor.detectors.near_names import find_near_names
from auditor.detectors.numbers import find_numbers
from auditor.detectors.phones import find_phones
from auditor.detectors.placeholders import is_placeholder
from auditor.model import Category

WINDOW, OVERLAP = 8192, 256
"""Characters scanned at once, and how many of them the next window sees again."""
SHORT_FIELD = 64

# Full-width letters, digits and the signs that part numbers, one character for one.
_WIDE = {
    code: code - 0xFEE0
    for code in (
        *range(0xFF10, 0xFF1B),
        *range(0xFF21, 0xFF3B),
        *range(0xFF41, 0xFF5B),
        0xFF0D,
        0xFF0E,
        0xFF0F,
        0xFF20,
        0xFF03,
    )
}

_CREDIT = re.compile(
    r"(?:(?:copyright|\(c\)|©)[ \t]*(?:\(c\)|©)?[ \t\d,\-–]{0,24}|^[ \t]*(?:author|editor)s?[ \t]*=[ \t]*[{\"]|^% ?author:)[^\n]{0,400}",
    re.IGNORECASE | re.MULTILINE,
)
"""Holders of a copyright, authors of a reference: people who published."""
_PUBLISHED = frozenset({Category.NAME, Category.STAFF, Category.INSTITUTION, Category.DATE})

DETECTORS: tuple[Callable[[str], Iterable[Hit]], ...] = (
    find_labelled,
    find_dates,
    find_contacts,
    find_phones,
    find_national_ids,
    find_numbers,
    find_addresses,
    find_institutions,
    find_names,
    find_near_names,
)


def detect(text: str) -> tuple[Hit, ...]:
    """Everything identifying in `text`, ordered, without overlaps, the most certain reading first
    served. Linear in the length of the text: long text is scanned in overlapping windows."""
    text = text.translate(_WIDE)
    if len(text) <= WINDOW:
        return _detect_window(text)
    return _detect_long(text)


@lru_cache(maxsize=8)
def _detect_long(text: str) -> tuple[Hit, ...]:
    # A small cache: several checks ask for the same text in turn, but long text hardly recurs.
    hits: list[Hit] = []
    step = WINDOW - OVERLAP
    for offset in range(0, len(text), step):
        hits += [
            Hit(h.category, h.kind, h.start + offset, h.end + offset, h.confidence)
            for h in _scan(text[offset : offset + WINDOW])
        ]
    return tuple(_best(text, hits))


@lru_cache(maxsize=16384)
def _detect_window(text: str) -> tuple[Hit, ...]:
    return tuple(_best(text, _scan(text)))


def _scan(text: str) -> list[Hit]:
    hits = [hit for detector in DETECTORS for hit in detector(text)]
    if len(text) <= SHORT_FIELD:
        hits += _whole_field(text)
    spans = [found.span() for found in _CREDIT.finditer(text)]
    return [_credited(hit, spans) for hit in hits] if spans else hits


def _credited(hit: Hit, spans: list[tuple[int, int]]) -> Hit:
    """Who published something is told for information."""
    if hit.category in _PUBLISHED and any(start <= hit.start < end for start, end in spans):
        return replace(hit, confidence=min(hit.confidence, 0.3))
    return hit


def _whole_field(text: str) -> Iterator[Hit]:
    confidence = person_name(text)
    if confidence >= 0.3:
        start = len(text) - len(text.lstrip())
        yield Hit(Category.NAME, "person name", start, len(text.rstrip()), confidence)


def _rank(hit: Hit) -> tuple[float, int, int, str]:
    # A name that stands alone gives way to what a name is part of: a hospital, a street, a labelled value.
    weight = hit.confidence - (0.3 if hit.kind == "person name" else 0.0)
    return -weight, hit.start - hit.end, hit.start, hit.kind


def _best(text: str, hits: list[Hit]) -> list[Hit]:
    """Greedy by confidence, then length; values that stand for nothing are dropped."""
    kept: list[Hit] = []
    taken = bytearray(len(text))
    for hit in sorted(set(hits), key=_rank):
        if (
            hit.end <= hit.start
            or any(taken[hit.start : hit.end])
            or is_placeholder(text[hit.start : hit.end])
        ):
            continue
        taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
        kept.append(hit)
    return sorted(kept, key=lambda h: h.start)
