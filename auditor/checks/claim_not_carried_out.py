"""C405: text is kept that the claimed profile removes."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks._examples import dicom
from auditor.checks._fields import field_of, is_kept, required
from auditor.checks._values import is_dummy
from auditor.checks.base import ElementCheck
from auditor.checks.patient_text import HOLDS_WORDS, is_about_the_patient
from auditor.model import BINARY, Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import BASIC, Group


class ClaimNotCarriedOut(ElementCheck):
    """A description is kept that the claimed profile removes.

    What it does
        Where the Basic Profile (113100) is claimed or declared without option 113105 (Clean
        Descriptors), reports words in the descriptions and labels that it removes, empties or
        replaces: of study, series, protocol, image, region. For information: what the text says is
        judged by the D rules, and text about the patient is T143.

    Why it matters
        Most descriptions identify nobody. But the file does not do what it claims, and somebody who
        trusts the claim will not read the text before sharing it.

    Remedy
        Remove the text, or have it cleaned and claim option 113105.
    """

    id = "C405"
    title = Text(en="Text is kept that the claimed profile removes", zh="保留了所声明规范要求删除的文本")
    remedy = Text(
        en="Remove it (PS3.15 actions X, Z, D), or have it cleaned and claim option 113105.",
        zh="删除（PS3.15 动作 X、Z、D），或清理文本并声明选项 113105。",
    )
    severity = Severity.INFO
    category = Category.CLAIM
    way = Way.REVERSAL
    good = (
        dicom(0x00081030, "LO", "chest with contrast", "StudyDescription"),
        dicom(0x00081030, "LO", "chest with contrast", "StudyDescription", "113100", "113105"),
        dicom(0x00081030, "LO", "", "StudyDescription", "113100"),
        dicom(0x00104000, "LT", "cough", "PatientComments", "113100"),
    )
    bad = (
        dicom(0x00081030, "LO", "chest with contrast", "StudyDescription", "113100"),
        dicom(0x60004000, "LT", "left lower lobe", "OverlayComments", "113100", "113101"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """At most one match."""
        if subject.place is not Place.DATASET or BASIC not in context.codes:
            return
        field = field_of(subject)
        if field is None or field.row is None or field.group not in (Group.DESCRIPTOR, Group.GRAPHICS):
            return
        if is_about_the_patient(field.row.name) or is_kept(field, subject, context):
            return
        text = subject.value
        if text != BINARY and HOLDS_WORDS.search(text) and not is_dummy(text):
            yield Match(0.9, detail=required(field, context))
