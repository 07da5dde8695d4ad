"""T104: a date of birth is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import cell, dicom
from auditor.checks._fields import field_of, required
from auditor.checks._values import counted_date, date_in, is_time, parts
from auditor.checks.base import ElementCheck
from auditor.detectors import detect, is_placeholder
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import MODIFIED_DATES, Group

_MONTH = re.compile(r"(?:19|20)\d{2}[-./](?:0[1-9]|1[0-2])|(?:0[1-9]|1[0-2])[-./](?:19|20)\d{2}")


class BirthDate(ElementCheck):
    """The date or time of birth is kept.

    What it does
        Looks at Patient's Birth Date, Birth Time and the alternative calendar, and at columns and
        keys of that meaning. A lone year is quiet; a first of January may be a date cut to its year
        and is reported as low.

    Why it matters
        Birth date, sex and postcode single out most of a population (Sweeney 2000), and public
        records carry all three. No option of PS3.15 retains a birth date.

    Remedy
        Empty the date (PS3.15 action Z) and keep the age, capped at 89.
    """

    id = "T104"
    title = Text(en="A date of birth is kept", zh="保留了出生日期")
    remedy = Text(
        en="Empty it (PS3.15 action Z); keep the age in years, capped at 89.",
        zh="清空出生日期（PS3.15 动作 Z），仅保留年龄（89 岁以上合并）。",
    )
    severity = Severity.CRITICAL
    category = Category.DATE
    way = Way.DATA
    good = (
        dicom(0x00100030, "DA", "", "PatientBirthDate"),
        dicom(0x00100030, "DA", "19000101", "PatientBirthDate"),
        dicom(0x00100032, "TM", "000000", "PatientBirthTime"),
        cell("birth", "1954"),
    )
    bad = (
        dicom(0x00100030, "DA", "19540312", "PatientBirthDate"),
        dicom(0x00100030, "DA", "19540312", "PatientBirthDate", "113100", "113107"),
        cell("出生日期", "1954年3月12日"),
        cell("DOB", "03/12/1954"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per date or time of birth."""
        field = field_of(subject)
        if field is None or field.group is not Group.BIRTH:
            return
        for part in parts(subject.value):
            if is_placeholder(part):
                continue
            detail = required(field, context)
            if date := date_in(part):
                if date.endswith("0101"):
                    yield Match(0.4, part, Severity.LOW, detail="may be cut to its year")
                elif MODIFIED_DATES in context.codes or context.claim.longitudinal == "MODIFIED":
                    yield Match(0.6, part, Severity.HIGH, detail="a date of birth, declared as modified")
                else:
                    yield Match(0.95, part, detail=detail)
            elif subject.vr == "TM":
                if is_time(part):
                    yield Match(0.5, part, Severity.LOW, detail="a time of birth")
            elif any(hit.category is Category.DATE for hit in detect(part)):
                yield Match(0.9, part, detail=detail)
            elif subject.place is Place.TABLE and _MONTH.fullmatch(part):
                yield Match(0.7, part, Severity.MEDIUM, detail="month and year")
            elif subject.place is Place.TABLE and counted_date(part):
                yield Match(0.7, part, detail="a date as a number of days or seconds")
            elif subject.vr == "LO" and sum(map(str.isdigit, part)) > 4:
                yield Match(0.8, part, detail="in another calendar")
