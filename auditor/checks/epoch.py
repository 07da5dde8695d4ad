"""D216: a private number counts the seconds to a day."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from auditor.checks._content import is_safe_private
from auditor.checks._examples import dicom
from auditor.checks.base import ElementCheck
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import BASIC, FULL_DATES

_COUNTED = re.compile(r"(?<![\w.\-])(?P<seconds>\d{10})(?:\d{3}|\d{6})?(?:\.\d{1,6})?(?![\w\-]|\.\d)")
_NAMED = re.compile(
    r"time|date|stamp|epoch|acq|start|created|modif|scan|begin|end\b|\bts\b|when|时间|日期", re.IGNORECASE
)
_FIRST = datetime.datetime(1999, 1, 1, tzinfo=datetime.UTC).timestamp()
_LAST = datetime.datetime(2035, 1, 1, tzinfo=datetime.UTC).timestamp()
_WHOLE_VRS = frozenset({"DS", "IS", "LO", "SH", "SL", "UL", "UN"})
_TEXT_VRS = frozenset({"LO", "LT", "OB", "SH", "ST", "UC", "UN", "UT"})


class Epoch(ElementCheck):
    """A private element holds a date as seconds or milliseconds since 1970.

    What it does
        Looks at private elements, safe ones excepted, for a number of ten digits, or thirteen or sixteen, that
        is a moment between 1999 and 2034 as Unix counts it: the whole value, or behind a word that
        says that it is a time. Medium where the file says that it was de-identified, low elsewhere;
        quiet under option 113106.

    Why it matters
        Scanners and archives note when they made or received an image in numbers that no tool for
        dates looks at. One of them undoes the removal or the shift of all other dates.

    Remedy
        Remove the element.
    """

    id = "D216"
    title = Text(en="A date as a count of seconds", zh="以秒数形式记录的日期")
    remedy = Text(en="Remove the private element (PS3.15 action X).", zh="删除该私有元素（PS3.15 动作 X）。")
    severity = Severity.LOW
    category = Category.DATE
    way = Way.DATA
    good = (
        dicom(0x00291005, "DS", "4552291987", "", "113100", creator="ACME"),
        dicom(0x00291005, "DS", "1552291987", "", "113100", "113106", creator="ACME"),
        dicom(0x00291005, "LO", "scene 1552291987 of the phantom", "", "113100", creator="ACME"),
        dicom(0x00180050, "DS", "1552291987", "SliceThickness", "113100"),
    )
    bad = (
        dicom(0x00291005, "DS", "1552291987", "", "113100", creator="ACME"),
        dicom(0x00091027, "SL", "1552291987", "", creator="GEMS_IDEN_01"),
        dicom(0x00291005, "LO", "acq=1552291987412", "", "113100", creator="ACME"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """At most one match."""
        if subject.place is not Place.DATASET or subject.tag is None or not subject.tag >> 16 & 1:
            return
        if subject.vr not in _WHOLE_VRS | _TEXT_VRS:
            return
        if FULL_DATES in context.codes or is_safe_private(subject) or subject.tag & 0xFFFF < 0x100:
            return
        said = BASIC in context.codes or context.claim.identity_removed == "YES"
        for found in _COUNTED.finditer(subject.value[:4096]):
            whole = found.group() == subject.value.strip()
            named = _NAMED.search(subject.value[max(0, found.start() - 24) : found.start()])
            if not _FIRST <= int(found["seconds"]) < _LAST:
                continue
            if (whole and subject.vr in _WHOLE_VRS) or (named and subject.vr in _TEXT_VRS):
                yield Match(0.6, found.group(), Severity.MEDIUM if said else Severity.LOW)
                return
