"""Telephone numbers (libphonenumber's numbering plans through `phonenumbers`)."""

# Patterns and word lists read better on one line.

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from auditor.detectors.base import Hit
from auditor.model import Category

_INTERNATIONAL = re.compile(r"(?<![\w+])(?:\+|00(?=[1-9]))\d[\d \-.()/]{6,20}\d(?!\w)")
_GROUPED = re.compile(
    r"(?<![\w.+\-/])(?:\(0?\d{1,4}\)[ \-]?|0\d{1,4}[ \-./]|\d{3}[-.])\d{2,4}(?:[ \-.]?\d{2,4}){1,4}(?![\w]|[-./]\d)"
)
_CN_MOBILE = re.compile(r"(?<![\w.\-+])1[3-9]\d(?:[ \-]?\d{4}){2}(?![\w]|[.\-]\d)")
_CN_LANDLINE = re.compile(r"(?<![\w.\-+])\(?0(?:10|2\d|[3-9]\d{2})[)\-]{1,2}[2-8]\d{6,7}(?![\w]|[.\-]\d)")
_BRAZIL = re.compile(r"(?<![\w(])\([1-9]{2}\) ?9?\d{4}-\d{4}(?![\w-])")
_DAY = re.compile(r"(?:0[1-9]|[12]\d|3[01])([\-./ ])(?:0[1-9]|[12]\d|3[01])\1[12]\d{3}")
_LABEL = re.compile(
    r"(?:tel|phone|ph|mob|cell|fax|call|contact|pager|handy|电话|手机|联系|传真|電話|전화)[^\d]{0,12}$",
    re.IGNORECASE,
)
_REGIONS = (
    "GB",
    "DE",
    "FR",
    "IT",
    "ES",
    "NL",
    "AU",
    "JP",
    "KR",
    "IN",
    "BR",
    "CH",
    "AT",
    "BE",
    "TW",
    "HK",
    "SE",
)


def find_phones(text: str) -> Iterator[Hit]:
    """Numbers with a country code; Chinese mobiles and landlines; grouped national numbers."""
    if sum(c.isdigit() for c in text) < 7:
        return
    for match in _INTERNATIONAL.finditer(text):
        plus = match.group().startswith("+")
        number = match.group() if plus else "+" + match.group()[2:]
        if (plus or re.search(r"[ \-.()]", number)) and _valid(number, None):
            yield _hit(match, text, 0.9 if plus else 0.6)
    for match in _CN_MOBILE.finditer(text):
        if _valid(match.group(), "CN"):
            yield _hit(match, text, 0.75)
    for match in _CN_LANDLINE.finditer(text):
        if _valid(match.group(), "CN"):
            yield _hit(match, text, 0.85)
    for match in _BRAZIL.finditer(text):
        if _valid(match.group(), "BR"):
            yield _hit(match, text, 0.75)
    for match in _GROUPED.finditer(text):
        value = match.group()
        if re.fullmatch(r"\(?\d{3}\)?[ \-.]{1,2}\d{3}[\-. ]\d{4}", value) and _valid(value, "US"):
            yield _hit(match, text, 0.7)
        elif _DAY.fullmatch(value):
            continue
        elif value.lstrip("(").startswith("0") and any(_valid(value, region) for region in _REGIONS):
            yield _hit(match, text, 0.6)


def _hit(match: re.Match[str], text: str, confidence: float) -> Hit:
    labelled = _LABEL.search(text, max(0, match.start() - 24), match.start())
    return Hit(Category.PHONE, "phone", match.start(), match.end(), 0.95 if labelled else confidence)


@lru_cache(maxsize=4096)
def _valid(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
