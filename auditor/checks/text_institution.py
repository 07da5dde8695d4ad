"""D206: an institution in text."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from auditor.checks._content import DetectorCheck, retained
from auditor.checks._examples import dicom, text
from auditor.detectors import detect
from auditor.detectors.base import Hit
from auditor.model import Category, Context, Severity, Text, Way
from auditor.standards.ps315 import INSTITUTION


class InstitutionInText(DetectorCheck):
    """A hospital or another institution is named in text.

    What it does
        Searches free text, private elements and creators, table cells, metadata and stray bytes
        for names of hospitals, clinics and institutes. Low where option 113112 retains the
        institution's identity, for information where text is cleaned too (113105), which is to take out
        no more than the other options do.

    Why it matters
        The site cuts the population to a catchment area, and options that remove it from its own
        attributes do not touch text.

    Remedy
        Remove the name; if the text is needed, have it cleaned (option 113105).
    """

    id = "D206"
    title = Text(en="An institution is named in text", zh="文本中含有机构名称")
    remedy = Text(
        en="Remove the institution's name from the text (PS3.15 action C, option 113105).",
        zh="从文本中删除机构名称（PS3.15 动作 C，选项 113105）。",
    )
    severity = Severity.MEDIUM
    category = Category.INSTITUTION
    way = Way.DATA
    weights = MappingProxyType({Category.INSTITUTION: Severity.MEDIUM})
    good = (
        dicom(0x00081030, "LO", "Portable chest, ward film", "StudyDescription"),
        dicom(0x00290010, "LO", "SIEMENS CSA HEADER", "PrivateCreator"),
    )
    bad = (
        dicom(0x00290010, "LO", "Springfield General Hospital PACS", "PrivateCreator"),
        text("报告单位：北京协和医院"),
    )

    def hits(self, text: str) -> Iterable[Hit]:
        """Also in codes that write `_` for a blank: `SPITAL_THUN_GW`."""
        return detect(text if " " in text else text.replace("_", " "))

    def severity_of(self, hit: Hit, context: Context) -> Severity:
        """Medium, or low where the institution is retained on purpose."""
        return retained(INSTITUTION, context, Severity.MEDIUM)
