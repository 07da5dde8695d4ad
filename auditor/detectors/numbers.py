"""Bank cards, vehicle plates, ages over 89, and a field that is nothing but a long number."""

# Patterns and word lists read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn

from auditor.detectors.base import Hit
from auditor.detectors.placeholders import is_placeholder, is_pseudonym
from auditor.model import Category

_CARD = re.compile(
    r"(?<![\w.\-])(?:\d{4}[ \-]\d{4}[ \-]\d{4}[ \-]\d{4}(?:[ \-]\d{3})?|3[47]\d{2}[ \-]\d{6}[ \-]\d{5}|\d{15,19})(?![\w]|[.\-]\d)"
)
# Issuer prefixes: Visa, Mastercard, American Express, UnionPay, Discover, JCB (ISO/IEC 7812 ranges as issuers publish them).
_ISSUER = re.compile(r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|62|60[0-9]|64|65|35")
_CN_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•. ]?(?=[A-HJ-NP-Z0-9]{0,5}\d)[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳](?![A-Za-z0-9])"
)
_PLATE_LABEL = re.compile(
    r"(?:licen[cs]e plate|plate no|number plate|vehicle reg(?:istration)?|kennzeichen|车牌(?:号码?)?)[\s:：#.]{0,4}(?P<v>[A-Z\u4e00-\u9fff]{1,3}[A-Z0-9·\- ]{3,9}\d[A-Z0-9]{0,3})",
    re.IGNORECASE,
)
_GB_PLATE = re.compile(r"(?<![\w\-])[A-HJ-PR-Y][A-HJ-PR-Y]\d{2} ?[A-HJ-PR-Z]{3}(?![\w\-])")
_VEHICLE = re.compile(
    r"\b(?:car|vehicle|van|truck|lorry|motor\w*|registration|reg|plates?|driv\w+)\b", re.IGNORECASE
)
_FOREIGN_PLATE = re.compile(
    r"(?<![\w\-])(?:[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?\d{1,4}[EH]?|[A-Z]{2}[ \-]?\d{3}[ \-]?[A-Z]{2}|\d{4} ?[BCDFGHJ-NPR-TV-Z]{3}|[A-Z]{2,3}[ \-]\d{3,5}|\d{1,2}-[A-Z]{2,3}-\d{1,3})(?![\w\-])"
)
_IMPLANT = re.compile(
    r"(?:\b(?:pacemaker|ppm|icd|crt-?[dp]|implant\w*|stent|pump|prosthes\w+|iol|lens|loop recorder|neurostimulator|vns|dbs)\b|起搏器|植入物)[^\n]{0,30}?"
    r"(?:\b(?:s/?n|ser(?:ial)?\.?(?: ?(?:no|nr|number|num))?)\b|序列号)[:. #]{0,3}(?P<v>(?=[A-Z0-9\-]*\d{3})[A-Z0-9][A-Z0-9\-]{4,20})(?!\w)",
    re.IGNORECASE,
)
_WARD = re.compile(
    r"\b(?:ward|room|unit|floor|icu|[a-z]?icu|bay)\b[:# ]{1,3}\w{1,6}(?: \w{1,8})?[,;/ ]{1,3}\bbed[:# ]{1,3}(?P<v>[A-Z]?\d{1,3}[A-Z]?)(?!\w)",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\b(?:nonagenarian|centenarian|centenaire|nonag[ée]naire|supercentenarian|hundertj[äa]hrige?r?)\b"
    r"|\b(?:aged?|turn(?:ed|ing|s)|now|is) (?:ninety(?:[ \-](?:one|two|three|four|five|six|seven|eight|nine))?|(?:a|one) hundred)(?! (?:percent|ml|mg|mm|degrees))\b"
    r"|\bninety[ \-](?:one|two|three|four|five|six|seven|eight|nine)[ \-]years?\b"
    r"|\b(?:turn(?:ed|ing|s)|aged) (?:9\d|1[01]\d)(?![\d.]| ?(?:mm|cm|ml|%|bpm|days?|weeks?|months?|degrees|°|hours?|min))\b",
    re.IGNORECASE,
)
_VIN = re.compile(r"\bVIN\W{0,3}(?P<v>[A-HJ-NPR-Z0-9]{17})\b")
_AGE = re.compile(
    r"(?<![\w.])(?:9\d|1[0-2]\d)(?= ?-? ?(?:years?[ -]?olds?|y/?o\b|yrs?\b|year-old|ans\b|a[ñn]os\b|jahre|jährig|jaar|anni\b|лет\b|岁|歲|歳|세))"
    r"|九十[一二三四五六七八九]?(?=周?[岁歲])|一百[零〇]?[一二三四五六七八九十]{0,2}(?=周?[岁歲])|(?<![\w.])(?:9\d|1[0-2]\d)(?=周[岁歲])"
    r"|(?<![\w.])(?:09\d|1[0-2]\d)(?=Y(?![A-Za-z0-9]))",
    re.IGNORECASE,
)
_BARE = re.compile(r"\s*#?([A-Za-z]{0,3}[-]?\d(?:[\d]|[-/ ](?=\d)){5,13}[A-Za-z]?)\s*")
_VERSION = re.compile(r"\s*[Vv]\d{1,2}[ .\-]")


def find_numbers(text: str) -> Iterator[Hit]:
    """See the module; unlabelled runs of digits inside text are no hits."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if _ISSUER.match(digits) and luhn.is_valid(digits):
            sure = 0.9 if len(digits) < len(match.group()) else 0.45
            yield Hit(Category.ACCOUNT, "bank card", match.start(), match.end(), sure)
    for match in _CN_PLATE.finditer(text):
        yield Hit(Category.VEHICLE, "licence plate", match.start(), match.end(), 0.85)
    if _VEHICLE.search(text):
        for match in _FOREIGN_PLATE.finditer(text):
            if _VEHICLE.search(text, max(0, match.start() - 32), match.start()):
                yield Hit(Category.VEHICLE, "licence plate", match.start(), match.end(), 0.75)
    for match in _IMPLANT.finditer(text):
        yield Hit(Category.DEVICE, "serial number of an implant", *match.span("v"), 0.8)
    for match in _WARD.finditer(text):
        yield Hit(Category.RECORD_NUMBER, "bed number", match.start(), match.end(), 0.6)
    for match in _OLD.finditer(text):
        yield Hit(Category.AGE, "age over 89", match.start(), match.end(), 0.75)
    for pattern in (_PLATE_LABEL, _VIN):
        for match in pattern.finditer(text):
            yield Hit(Category.VEHICLE, "licence plate", match.start("v"), match.end("v"), 0.9)
    for match in _GB_PLATE.finditer(text):
        if _VEHICLE.search(text, max(0, match.start() - 48), match.start()):
            yield Hit(Category.VEHICLE, "licence plate", match.start(), match.end(), 0.8)
    for match in _AGE.finditer(text):
        if "dose" not in text[max(0, match.start() - 8) : match.start()].lower():
            yield Hit(Category.AGE, "age over 89", match.start(), match.end(), 0.9)
    yield from _bare_number(text)


def _bare_number(text: str) -> Iterator[Hit]:
    """A field or line that is nothing but six to fourteen digits, as hospitals number patients. Weak: so
    are many other things numbered."""
    match = _BARE.fullmatch(text) if len(text) <= 24 and not _VERSION.match(text) else None
    if match and not is_placeholder(text) and not is_pseudonym(text.strip()):
        digits = sum(c.isdigit() for c in text)
        if 6 <= digits <= 14:
            sure = 0.45 if 7 <= digits <= 12 else 0.35
            yield Hit(Category.RECORD_NUMBER, "bare number", match.start(1), match.end(1), sure)
