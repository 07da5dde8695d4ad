"""T143: text about the patient, the visit or the result is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import dicom
from auditor.checks._fields import breaks_claim, field_of, is_kept, required
from auditor.checks._values import is_dummy, is_test
from auditor.checks.base import ElementCheck
from auditor.model import BINARY, Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import Group

_OF_THE_PATIENT = re.compile(
    r"Comment|Occupation|Allerg|Alert|History|Diagnos|^Reason for (?!Omission|Superseding|the Attribute)"
    r"|Patient State|Confidentiality|Service Episode|Interpretation|Impressions|Arbitrary|Topic|Text String"
    r"|Narrative|Notes$|Specimen .*Description|Container Description|Setup Photo"
)
_OF_THE_IMAGE = re.compile(r"^(Image|Frame|Acquisition|Overlay|Image Presentation) Comment|Radiation Dose")
HOLDS_WORDS = re.compile(r"[^\W\d_]{3,}|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{2,}|\d{4,}")


def is_about_the_patient(name: str) -> bool:
    """Whether an attribute of this name is there for text about the patient, the visit or the result."""
    return _OF_THE_PATIENT.search(name) is not None and not _OF_THE_IMAGE.search(name)


class PatientText(ElementCheck):
    """Text is kept in an attribute that is there to tell about the patient, the visit or the result.

    What it does
        Reports any words in comments on patient, study and visit, history, alerts, allergies,
        occupation, reasons for the examination, diagnoses, interpretations and specimen
        descriptions that PS3.15 removes, unless the file claims option 113105 (Clean Descriptors)
        or another option that keeps them. Descriptions of series, protocol and image are not
        reported for being there; what any text says is judged by the D rules.

    Why it matters
        Such text is written about one person, and needs no name to fit nobody else: an office, an
        accident, a rare disease, a quarrel in the family.

    Remedy
        Remove the attribute (PS3.15 action X), or have the text cleaned and claim option 113105.
    """

    id = "T143"
    title = Text(en="Text about the patient is kept", zh="保留了有关患者的文本")
    remedy = Text(
        en="Remove it (PS3.15 action X), or have it cleaned and claim option 113105.",
        zh="删除（PS3.15 动作 X），或清理文本并声明选项 113105。",
    )
    severity = Severity.LOW
    category = Category.FREE_TEXT
    way = Way.DATA
    good = (
        dicom(0x00081030, "LO", "CT chest with contrast", "StudyDescription", "113100"),
        dicom(0x00204000, "LT", "repeat, patient moved", "ImageComments", "113100"),
        dicom(0x00104000, "LT", "cough for three weeks", "PatientComments", "113100", "113105"),
        dicom(0x00104000, "LT", "REMOVED", "PatientComments", "113100"),
    )
    bad = (
        dicom(0x00104000, "LT", "wife of the mayor", "PatientComments", "113100"),
        dicom(0x00102180, "SH", "lighthouse keeper", "Occupation"),
        dicom(0x00403001, "LO", "member of parliament", "ConfidentialityConstraint", "113100"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """At most one match."""
        if subject.place is not Place.DATASET:
            return
        field = field_of(subject)
        if field is None or field.row is None or field.group is not Group.DESCRIPTOR:
            return
        if not is_about_the_patient(field.row.name) or is_kept(field, subject, context):
            return
        text = subject.value
        if text != BINARY and HOLDS_WORDS.search(text) and not is_dummy(text) and not is_test(text):
            severity = Severity.MEDIUM if breaks_claim(field, context) else None
            yield Match(0.6, severity=severity, detail=required(field, context))
