"""D204: a record number in text."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from auditor.checks._content import DetectorCheck
from auditor.checks._examples import cell, dicom, text
from auditor.detectors.base import Hit
from auditor.detectors.descriptors import long_numbers
from auditor.model import Category, Place, Severity, Text, Way


class RecordNumberInText(DetectorCheck):
    """A record, visit or order number stands in text.

    What it does
        Searches free text, private elements, table cells, metadata and stray bytes for numbers
        with a label: MRN, accession, patient id, 住院号, 门诊号, 病案号, 检查号 and their like. In
        descriptions of image, series and region a number of seven digits or more is low.

    Why it matters
        The number opens the patient's record to anybody with access to the source system.

    Remedy
        Remove the number; if the text is needed, have it cleaned (option 113105).
    """

    id = "D204"
    title = Text(en="A record number stands in text", zh="文本中含有病历或检查编号")
    remedy = Text(
        en="Remove the number from the text (PS3.15 action C, option 113105).",
        zh="从文本中删除该编号（PS3.15 动作 C，选项 113105）。",
    )
    severity = Severity.HIGH
    category = Category.RECORD_NUMBER
    way = Way.DATA
    weights = MappingProxyType(
        {
            Category.RECORD_NUMBER: Severity.HIGH,
            Category.UNIQUE_CODE: Severity.MEDIUM,
            Category.BIOMETRIC: Severity.MEDIUM,
        }
    )
    good = (
        dicom(0x00081030, "LO", "Series 4 of 12", "StudyDescription"),
        cell("image", "00000013_004.png"),
    )
    bad = (
        dicom(0x00081030, "LO", "CT chest MRN: 88213477", "StudyDescription"),
        text("住院号：88213477", Place.TRAILING, "pixel data slack"),
    )

    def hits_in_descriptor(self, text: str) -> Iterable[Hit]:
        """Numbers as long as those of record systems."""
        return long_numbers(text)
