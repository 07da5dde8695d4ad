"""K911: an identifying attribute is as it was in the original."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks._fields import field_of, is_kept
from auditor.checks._survivors import survivor
from auditor.checks._values import parts
from auditor.checks.base import SurvivorCheck
from auditor.detectors import is_placeholder
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Survivor
from auditor.standards.ps315 import Group

_SEVERITIES = {
    Group.NAME: Severity.CRITICAL,
    Group.BIRTH: Severity.CRITICAL,
    Group.IDENTIFIER: Severity.HIGH,
    Group.CONTACT: Severity.HIGH,
    Group.STAFF: Severity.HIGH,
    Group.LOCATION: Severity.MEDIUM,
    Group.INSTITUTION: Severity.MEDIUM,
    Group.DEVICE: Severity.LOW,
}


class IdentifierSurvived(SurvivorCheck):
    """An attribute that identifies has the same value as in the original.

    What it does
        With `--original`: pairs released and original images by their grey values, else by path or
        order, and reports names, identifiers, birth dates, contact data, staff, sites and devices
        that are unchanged, in any form, unless an option that is claimed or declared keeps them.
        Values that stand for nothing are quiet.

    Why it matters
        Here nothing is guessed from the look of a value: a pseudonym that equals the original id is
        the original id.

    Remedy
        Replace or remove the attribute, as PS3.15 Table E.1-1 asks.
    """

    id = "K911"
    title = Text(en="An identifier is as it was in the original", zh="标识符与原始数据相同")
    remedy = Text(en="Replace or remove the attribute.", zh="替换或删除该属性。")
    severity = Severity.HIGH
    category = Category.RECORD_NUMBER
    way = Way.DATA
    good = (
        survivor(0x00080060, "CS", "CR", "Modality"),
        survivor(0x00100020, "LO", "ANONYMOUS", "PatientID"),
        survivor(0x00181000, "LO", "45781", "DeviceSerialNumber", "113100", "113109"),
    )
    bad = (
        survivor(0x00100020, "LO", "sub-001", "PatientID"),
        survivor(0x00100010, "PN", "SEXTON^CARMEN", "PatientName"),
        survivor(0x00080080, "LO", "St. Mary Hospital", "InstitutionName"),
    )

    def judge(self, subject: Survivor, context: Context) -> Iterable[Match]:
        """One match per value."""
        field = field_of(subject.element)
        if field is None or field.group not in _SEVERITIES or is_kept(field, subject.element, context):
            return
        for part in parts(subject.element.value):
            if not is_placeholder(part):
                yield Match(0.95, part, _SEVERITIES[field.group], field.category)
