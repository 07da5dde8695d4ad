"""T131: a patient characteristic is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import dicom
from auditor.checks._fields import breaks_claim, field_of, is_kept, required
from auditor.checks._values import is_dummy, parts
from auditor.checks.base import ElementCheck
from auditor.detectors.placeholders import is_placeholder
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import Group

_RARE = re.compile(r"Religious|Military|Branch|Residence|Ethnic|Gender|Pronoun|Special Needs|Pre-Medication")
_NUMBERS = frozenset({"DS", "FD", "FL", "IS", "SS", "US"})


class Characteristic(ElementCheck):
    """A characteristic of the patient is kept that Retain Patient Characteristics would cover.

    What it does
        Looks at sex, age, size, weight, smoking and pregnancy status, ethnic group, religion, rank
        and residence. Reported for information, religion, residence and the like as low; quiet
        under option 113108. What such attributes give away together is measured by record linkage.

    Why it matters
        One by one they say little; together they are quasi-identifiers. Ethnic group, religion
        and health status are special categories under GDPR and sensitive under PIPL.

    Remedy
        Keep what the research needs and claim option 113108; remove the others.
    """

    id = "T131"
    title = Text(en="A patient characteristic is kept", zh="保留了患者特征")
    remedy = Text(
        en="Keep only what is needed and claim option 113108; remove the others.",
        zh="仅保留必要的特征并声明选项 113108，其余删除。",
    )
    severity = Severity.INFO
    category = Category.CHARACTERISTIC
    way = Way.RECORD
    good = (
        dicom(0x00100040, "CS", "F", "PatientSex", "113100", "113108"),
        dicom(0x00101010, "AS", "", "PatientAge"),
        dicom(0x00080060, "CS", "CT", "Modality"),
    )
    bad = (
        dicom(0x00101030, "DS", "71", "PatientWeight"),
        dicom(0x001021F0, "LO", "Catholic", "PatientReligiousPreference", "113100"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per DICOM value; table columns of this kind are the record stage's."""
        if subject.place is not Place.DATASET:
            return
        field = field_of(subject)
        if field is None or field.group is not Group.CHARACTERISTIC or is_kept(field, subject, context):
            return
        name = field.row.name if field.row is not None else ""
        for part in parts(subject.value):
            # A weight of 71 looks like a counter.
            if not (is_placeholder(part) if subject.vr in _NUMBERS else is_dummy(part)):
                rare = _RARE.search(name) is not None
                severity = (
                    None if not rare else Severity.MEDIUM if breaks_claim(field, context) else Severity.LOW
                )
                yield Match(0.6, part, severity, detail=required(field, context))
