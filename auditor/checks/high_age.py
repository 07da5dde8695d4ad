"""T132: an age over 89 is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import cell, dicom
from auditor.checks._fields import field_of
from auditor.checks._values import parts
from auditor.checks.base import ElementCheck
from auditor.model import Category, Context, Element, Match, Severity, Text, Way

_YEARS = re.compile(r"0*(\d{1,3})(?:\.\d+)?\s*[Yy岁]?")
_IS_AGE = re.compile(r"\bage\b|年龄|PatientAge", re.IGNORECASE)
OLDEST_NAMED, OLDEST_PLAUSIBLE = 89, 125


class HighAge(ElementCheck):
    """An age over 89 years is kept.

    What it does
        Looks at ages (VR AS, Patient's Age, columns called age) of more than 89 and at most 125
        years. Option 113108 does not quieten it.

    Why it matters
        So few people live that long that the age itself singles them out; HIPAA's safe harbour
        (45 CFR 164.514(b)(2)(i)(C)) asks for one category of 90 and older.

    Remedy
        Write 089Y or 090Y for everybody older.
    """

    id = "T132"
    title = Text(en="An age over 89 is kept", zh="保留了 89 岁以上的年龄")
    remedy = Text(
        en="Cap ages at 89 or write 90+ (PS3.15 action X; C under option 113108).",
        zh="将 89 岁以上的年龄合并为一类（PS3.15 动作 X；选项 113108 下为 C）。",
    )
    severity = Severity.MEDIUM
    category = Category.AGE
    way = Way.DATA
    good = (
        dicom(0x00101010, "AS", "089Y", "PatientAge"),
        dicom(0x00101010, "AS", "095D", "PatientAge"),
        cell("age", "61"),
        cell("image", "93"),
    )
    bad = (
        dicom(0x00101010, "AS", "093Y", "PatientAge"),
        dicom(0x00101010, "AS", "093Y", "PatientAge", "113100", "113108"),
        cell("Patient Age", "97"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per age; 90 alone may stand for `90 and older`."""
        field = field_of(subject)
        is_age = subject.vr == "AS" or (
            field is not None
            and (field.category is Category.AGE or _IS_AGE.search(subject.location) is not None)
        )
        if not is_age:
            return
        for part in parts(subject.value):
            years = _YEARS.fullmatch(part)
            if years and OLDEST_NAMED < int(years[1]) <= OLDEST_PLAUSIBLE:
                if int(years[1]) == OLDEST_NAMED + 1:
                    yield Match(0.3, part, Severity.INFO, detail="may stand for 90 and older")
                else:
                    yield Match(0.9, part)
