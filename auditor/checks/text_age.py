"""D207: an age over 89 in text."""

from __future__ import annotations

from types import MappingProxyType

from auditor.checks._content import DetectorCheck
from auditor.checks._examples import dicom, text
from auditor.model import Category, Severity, Text, Way


class AgeInText(DetectorCheck):
    """An age over 89 stands in text.

    What it does
        Searches free text, private elements, table cells, metadata and stray bytes for ages of
        more than 89 years.

    Why it matters
        So few people live that long that the age itself singles them out (45 CFR 164.514(b)(2)).

    Remedy
        Write `90 or older`.
    """

    id = "D207"
    title = Text(en="An age over 89 stands in text", zh="文本中含有 89 岁以上的年龄")
    remedy = Text(
        en="Write `90 or older` instead (PS3.15 action C, option 113105).",
        zh="改写为“90 岁及以上”（PS3.15 动作 C，选项 113105）。",
    )
    severity = Severity.MEDIUM
    category = Category.AGE
    way = Way.DATA
    weights = MappingProxyType({Category.AGE: Severity.MEDIUM})
    good = (
        dicom(0x00204000, "LT", "61-year-old with cough", "ImageComments"),
        text("Gain 93 %, depth 16 cm"),
    )
    bad = (
        dicom(0x00204000, "LT", "94-year-old woman with cough", "ImageComments"),
        text("患者，97岁，咳嗽三天"),
    )
