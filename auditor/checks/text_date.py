"""D205: a date in text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from auditor.checks._content import DetectorCheck, retained
from auditor.checks._examples import dicom, text
from auditor.checks._fields import field_of, is_written_by_a_program
from auditor.checks._values import at_most, date_in
from auditor.detectors.base import Hit
from auditor.model import Category, Context, Element, Match, Severity, Text, Way
from auditor.standards.ps315 import FULL_DATES, Group

_OF_A_PROGRAM = re.compile(
    r"NUMBER_OF_FIELDS|BEGIN_DATA|INSTRUMENTATION\t|Profiler?Type\s*=|\b(?:Revision|Version)\s*[:=]"
)
"""Words of colour profiles and of version notes, whose dates are those of a program."""


class DateInText(DetectorCheck):
    """A date stands in text.

    What it does
        Searches free text, private elements, table cells, metadata and stray bytes for dates in
        the usual languages and forms; a labelled date of birth weighs more. Low where option 113106
        keeps full dates, for information where text is cleaned too (113105), which is to take out no more
        than the other options do. For information where an office program or a PDF writer notes when the
        document was made: that is no date of a patient. A shift of dates (113107) moves attributes and seldom
        text, so it does not quieten this check.

    Why it matters
        One true date in a comment undoes the shift of all the others.

    Remedy
        Remove the date or shift it like the others.
    """

    id = "D205"
    title = Text(en="A date stands in text", zh="文本中含有日期")
    remedy = Text(
        en="Remove the date, or shift it like the others (PS3.15 action C, option 113105).",
        zh="删除该日期，或与其他日期同步平移（PS3.15 动作 C，选项 113105）。",
    )
    severity = Severity.MEDIUM
    category = Category.DATE
    way = Way.DATA
    weights = MappingProxyType({Category.DATE: Severity.MEDIUM})
    good = (
        dicom(0x00181020, "LO", "syngo MR E11", "SoftwareVersions"),
        text("Slice 3.5 mm, ratio 1/2"),
    )
    bad = (
        dicom(0x00081030, "LO", "Follow-up of CT 2024-03-19", "StudyDescription"),
        text("检查日期：2024年3月19日"),
    )

    def severity_of(self, hit: Hit, context: Context) -> Severity:
        """High for a date of birth, medium for others, low where full dates are retained."""
        if "birth" in hit.kind:
            return Severity.HIGH
        return retained(FULL_DATES, context, Severity.MEDIUM)

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """As every content check; low where programs write dates of their own."""
        field = field_of(subject)
        written = is_written_by_a_program(subject)
        dated = field is not None and field.group is Group.DATE and not field.certain
        if dated and not written and date_in(subject.value):
            return  # T111 judges what is nothing but the date of its field
        block = subject.vr in ("OB", "OW") and subject.tag is not None and subject.tag >> 16 & 1
        if subject.location.startswith("exif InterColorProfile"):
            return  # when the profile of a monitor or camera was made
        for match in super().judge(subject, context):
            if written:
                yield replace(match, severity=Severity.INFO, detail="when a document was written")
            elif match.severity and (
                block
                or _OF_A_PROGRAM.search(subject.value[:4096])
                or subject.location.startswith(("pixel data codestream", "file meta"))
            ):
                yield replace(match, severity=at_most(match.severity, Severity.LOW))
            else:
                yield match
