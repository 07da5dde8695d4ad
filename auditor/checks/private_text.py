"""T141: a private element that is not known to be safe holds text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._content import OF_DEIDENTIFIERS, is_safe_private
from auditor.checks._examples import dicom
from auditor.checks._fields import field_of
from auditor.checks._values import is_dummy
from auditor.checks.base import ElementCheck
from auditor.detectors import is_acquisition_text
from auditor.model import Category, Context, Element, Match, Severity, Text, Way
from auditor.standards.ps315 import BASIC, SAFE_PRIVATE, Group

_WORD = re.compile(r"[^\W\d_]{3,}|[\u4e00-\u9fff]{2,}")


class PrivateText(ElementCheck):
    """A private element that PS3.15 does not list as safe holds text.

    What it does
        Looks at private elements with a word in them whose group, creator and element are not in
        the table of safe private attributes; pseudonyms and words of scanners are quiet. Low where
        the file claims the Basic Profile or option 113111, which both ask for their removal, and
        for information otherwise. What the text says is judged by the D rules.

    Why it matters
        Vendors document few private elements, and some copy the patient's data there.

    Remedy
        Remove private elements, except the safe ones under option 113111.
    """

    id = "T141"
    title = Text(en="A private element with unknown content is kept", zh="保留了内容不明的私有元素")
    remedy = Text(
        en="Remove private elements except the safe ones (option 113111).",
        zh="删除私有元素，仅可按选项 113111 保留安全列表内的元素。",
    )
    severity = Severity.INFO
    category = Category.PRIVATE
    way = Way.DATA
    good = (
        dicom(
            0x20011001,
            "LO",
            "text of a safe element",
            "",
            "113100",
            "113111",
            creator="Philips Imaging DD 001",
        ),
        dicom(0x00291008, "DS", "0.51", "", creator="ACME"),
        dicom(0x00290010, "LO", "ACME HEADER", "PrivateCreator"),
    )
    bad = (
        dicom(0x00291008, "LO", "spine ward seven", "", creator="ACME"),
        dicom(0x00291008, "UN", "spine ward seven", "", "113100", creator="ACME"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per value."""
        field = field_of(subject)
        if field is None or field.group is not Group.PRIVATE or is_safe_private(subject):
            return
        if subject.vr in ("UI", "CS", "DS", "IS") or not _WORD.search(subject.value):
            return
        if (
            subject.creator == OF_DEIDENTIFIERS
            or is_dummy(subject.value)
            or _is_one_word_of_imaging(subject.value)
        ):
            return
        if subject.vr in ("OB", "OW") and context.codes.isdisjoint({BASIC, SAFE_PRIVATE}):
            return  # fragments of a vendor's block, one finding each, say no more than the block
        claimed = not context.codes.isdisjoint({BASIC, SAFE_PRIVATE})
        yield Match(
            0.4, severity=Severity.LOW if claimed else None, detail="not on the list of safe private elements"
        )


def _is_one_word_of_imaging(text: str) -> bool:
    """Coded settings such as `SPIRAL`; a phrase of plain words may still say who it was."""
    return " " not in text.strip() and is_acquisition_text(text)
