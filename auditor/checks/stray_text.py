"""F311: readable text outside of the data."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import text
from auditor.checks.base import ElementCheck
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way

_SOFTWARE = re.compile(
    r"JFIF|Exif|Adobe|ICC_PROFILE|gd-jpeg|Kakadu|LEAD|Lavc|OpenJPEG|JasPer|IJG|libjpeg|Photoshop|OpenJPH|MITRA_DICOM|CharLS|DICM|TIFF|ImageJ",
    re.IGNORECASE,
)


class StrayText(ElementCheck):
    """Readable text stands in the preamble, after the last element or after the last pixel.

    What it does
        Reports text in the 128 bytes before a DICOM file's prefix, after its last element, between
        its last pixel and the end of Pixel Data, and in comments of compressed images. Marks of
        software in compressed images are quiet. What the text says is judged by the D rules.

    Why it matters
        De-identification tools rewrite attributes and copy these bytes as they are; nobody sees
        them in a viewer.

    Remedy
        Zero the preamble, cut what follows the last element, rewrite Pixel Data to its exact length.
    """

    id = "F311"
    title = Text(en="Readable text outside of the data", zh="数据区之外存在可读文本")
    remedy = Text(
        en="Zero the preamble and cut what follows the last element and the last pixel.",
        zh="将前导区清零，并截去最后一个元素和最后一个像素之后的内容。",
    )
    severity = Severity.LOW
    category = Category.FREE_TEXT
    way = Way.DATA
    good = (
        text("LEAD Technologies Inc. V1.01", Place.TRAILING, "pixel data codestream comment"),
        text("some line of a report"),
    )
    bad = (
        text("ward seven bed three", Place.PREAMBLE, "preamble"),
        text("exported by night shift", Place.TRAILING, "trailing bytes"),
        text("exported by night shift", Place.TRAILING, "pixel data slack"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per run of text."""
        if subject.place not in (Place.PREAMBLE, Place.TRAILING) or not any(map(str.isalnum, subject.value)):
            return
        if "codestream" in subject.location:
            if not _SOFTWARE.search(subject.value):
                yield Match(0.3, severity=Severity.INFO, detail="a comment or application segment")
        else:
            yield Match(0.6)
