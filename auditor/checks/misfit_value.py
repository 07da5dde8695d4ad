"""T144: an element holds words where its type allows a number, a date or a UID."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import dicom
from auditor.checks._values import date_in, is_dummy, parts
from auditor.checks.base import ElementCheck
from auditor.detectors import is_acquisition_text, person_name
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way

_WORDLESS = frozenset({"DA", "DS", "DT", "IS", "TM", "UI"})
_WORD = re.compile(r"[^\W\d_]{3,}|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{2,}")
_NUMBER_NAMES = re.compile(r"(?:nan|[+-]?inf(?:inity)?|null|none|unknown|n/a|true|false)", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")


class MisfitValue(ElementCheck):
    """Words stand in an element whose type is a number, a date, a time, an age or a UID.

    What it does
        Reports letters that make a word in elements of the VRs DS, IS, DA, TM, DT and UI, and years
        and dates in ages (AS). Placeholders, units and words of imaging are quiet. What reads as a
        person's name is critical.

    Why it matters
        Tools that clean text by type pass numbers and dates by; viewers show such a value as it is.

    Remedy
        Remove the value, or write one that its type allows.
    """

    id = "T144"
    title = Text(en="Words in an element that is no text", zh="非文本类型的元素中含有文字")
    remedy = Text(
        en="Remove the value, or write one that its type allows.", zh="删除该值，或改写为该类型允许的值。"
    )
    severity = Severity.LOW
    category = Category.FREE_TEXT
    way = Way.DATA
    good = (
        dicom(0x00180050, "DS", "1.25", "SliceThickness"),
        dicom(0x00180050, "DS", "1.25 mm", "SliceThickness"),
        dicom(0x00100030, "DA", "REMOVED", "PatientBirthDate"),
        dicom(0x00101010, "AS", "061Y", "PatientAge"),
        dicom(0x00081030, "LO", "Sexton", "StudyDescription"),
    )
    bad = (
        dicom(0x00180050, "DS", "1.25 Sexton", "SliceThickness"),
        dicom(0x00080030, "TM", "Sexton Carmen", "StudyTime"),
        dicom(0x00101010, "AS", "1951", "PatientAge"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per value that does not fit."""
        if subject.place not in (Place.DATASET, Place.FILE_META):
            return
        if subject.vr != "AS" and (subject.vr not in _WORDLESS or not _WORD.search(subject.value)):
            return
        for part in parts(subject.value):
            if subject.vr == "AS":
                if _YEAR.fullmatch(part) or date_in(part):
                    yield Match(0.7, part, Severity.HIGH, Category.DATE, "a year or date in place of an age")
            elif _WORD.search(part) and not _is_harmless(part):
                name = person_name(re.sub(r"[\d.]+", " ", part))
                if name >= 0.7:
                    yield Match(name, part, Severity.CRITICAL, Category.NAME)
                else:
                    yield Match(0.5, part)


def _is_harmless(text: str) -> bool:
    return bool(is_dummy(text) or _NUMBER_NAMES.fullmatch(text) or is_acquisition_text(text))
