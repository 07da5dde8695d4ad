"""K912: a date or UID is as it was in the original."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks._fields import field_of, is_kept
from auditor.checks._survivors import survivor
from auditor.checks._values import date_in, is_time, parts, raised
from auditor.checks.base import SurvivorCheck
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Survivor
from auditor.standards.ps315 import FULL_DATES, MODIFIED_DATES, Group


class DateSurvived(SurvivorCheck):
    """A date, a time of day or an instance UID has the same value as in the original.

    What it does
        With `--original`: compares dates, times and UIDs at the same location of paired images.
        Quiet where option 113106 (dates) or 113110 (UIDs) keeps them. Where the file claims that
        its dates are modified, an unchanged one weighs more; times alone weigh less.

    Why it matters
        The examination's day, or the UID under which the hospital's archive knows it, leads back
        to the original study.

    Remedy
        Shift dates and times, and replace UIDs consistently (PS3.15 actions).
    """

    id = "K912"
    title = Text(en="A date or UID is as it was in the original", zh="日期或 UID 与原始数据相同")
    remedy = Text(
        en="Shift dates and times, and replace UIDs consistently.", zh="平移日期与时间，并一致地替换 UID。"
    )
    severity = Severity.MEDIUM
    category = Category.DATE
    way = Way.REVERSAL
    good = (
        survivor(0x00080020, "DA", "20240319", "StudyDate", "113100", "113106"),
        survivor(0x0020000D, "UI", "1.2.840.99.1", "StudyInstanceUID", "113100", "113110"),
        survivor(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1", "SOPClassUID"),
        survivor(0x00080020, "DA", "", "StudyDate"),
    )
    bad = (
        survivor(0x00080020, "DA", "20240319", "StudyDate"),
        survivor(0x00080020, "DA", "20240319", "StudyDate", "113100", "113107"),
        survivor(0x00080030, "TM", "101530", "StudyTime"),
        survivor(0x0020000D, "UI", "2.25.329800735698586629295641978511506172918", "StudyInstanceUID"),
    )

    def judge(self, subject: Survivor, context: Context) -> Iterable[Match]:
        """One match per value."""
        element, field = subject.element, field_of(subject.element)
        if field is None or field.group not in (Group.DATE, Group.UID):
            return
        if field.group is Group.UID:
            if not is_kept(field, element, context):
                for part in parts(element.value):
                    yield Match(0.95, part, category=Category.UID)
            return
        if FULL_DATES in context.codes:
            return
        moved = MODIFIED_DATES in context.codes or context.claim.longitudinal == "MODIFIED"
        for part in parts(element.value):
            if date_in(part):
                severity = raised(self.severity) if moved else self.severity
                yield Match(
                    0.95, part, severity, detail="although dates are claimed to be modified" if moved else ""
                )
            elif is_time(part):
                yield Match(0.9, part, Severity.LOW, detail="a time of day")
