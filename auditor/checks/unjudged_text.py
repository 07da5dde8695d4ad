"""P603: words in the pixels that are neither known to identify nor known to be harmless."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ElementCheck
from auditor.checks.burned_in_text import seen
from auditor.detectors.burned_in import is_unjudged
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way


class UnjudgedText(ElementCheck):
    """The pixels hold words that no detector and no acquisition vocabulary explains.

    What it does
        Reports text that was read and that is neither an identifier nor a marker, a scale, a setting or a
        name of anatomy. Single letters and short numbers are left out.

    Why it matters
        A surname in an unusual form, a nickname or a place can look like any other word.

    Remedy
        Read the lines in the evidence vault. Black out what identifies; waive what does not.
    """

    id = "P603"
    title = Text("Text in the pixels that was not judged", "图像像素中存在未能判定的文字")
    remedy = Text("Review the text; black it out if it identifies.", "人工审阅该文字；如可识别身份，请涂黑。")
    severity = Severity.LOW
    category = Category.FREE_TEXT
    way = Way.PIXELS
    good = (seen("L"), seen("PORTABLE"), seen("7"), seen("Name: SEXTON CARMEN"))
    bad = (seen("zorblatt quenib"), seen("GI PREPYLORIC ULCER"))

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """Match a line that holds words and no explanation."""
        if subject.place is Place.PIXELS and is_unjudged(subject.value):
            yield Match(confidence=0.4)
