"""V502: a pseudonym keeps a date."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import cell, dicom
from auditor.checks._fields import field_of
from auditor.checks._values import date_in, parts
from auditor.checks.base import ElementCheck
from auditor.detectors import is_placeholder
from auditor.model import Category, Context, Element, Match, Severity, Text, Way
from auditor.standards.ps315 import Group

_DATE = re.compile(r"(?<!\d)(?:19|20)\d{2}[-_]?(?:0[1-9]|1[0-2])[-_]?(?:0[1-9]|[12]\d|3[01])(?!\d)")


class PseudonymKeepsDate(ElementCheck):
    """A name or identifier field holds a code that contains a date.

    What it does
        Looks for a calendar date of eight digits among the digits of names and identifiers.

    Why it matters
        Codes are often made from initials and birth date, or from the day of the visit; whoever
        knows the rule reads the person off the code, and the date survives any shift.

    Remedy
        Use pseudonyms that are random or a keyed hash.
    """

    id = "V502"
    title = Text(en="A pseudonym keeps a date", zh="假名中保留了日期")
    remedy = Text(en="Use pseudonyms that are random or a keyed hash.", zh="使用随机或带密钥散列的假名。")
    severity = Severity.MEDIUM
    category = Category.DATE
    way = Way.REVERSAL
    good = (
        dicom(0x00100020, "LO", "sub-001", "PatientID"),
        dicom(0x00100020, "LO", "88213477", "PatientID"),
        dicom(0x00080020, "DA", "20240319", "StudyDate"),
    )
    bad = (
        dicom(0x00100020, "LO", "CS-19620418", "PatientID"),
        dicom(0x00100010, "PN", "SUBJ20240319", "PatientName"),
        cell("patient_id", "P1962-04-18"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per date."""
        field = field_of(subject)
        if field is None or field.group not in (Group.NAME, Group.IDENTIFIER):
            return
        for part in parts(subject.value):
            found = _DATE.search(part)
            if found and not is_placeholder(part) and date_in(found[0].replace("-", "").replace("_", "")):
                yield Match(0.6, found[0])
