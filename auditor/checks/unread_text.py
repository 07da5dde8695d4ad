"""P602: a region that is text to the detector, and that nobody could read."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ElementCheck, Example
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way


class UnreadText(ElementCheck):
    """The pixels hold something that looks like a line of text and could not be read.

    What it does
        Reports regions that the text detector is sure of and the recogniser is not: handwriting, type that
        is too small or too damaged, a script the models do not know.

    Why it matters
        What a program cannot read, a person may. Unread text is unknown, not harmless.

    Remedy
        Look at the region. Black it out where it identifies, or waive the finding where it does not.
    """

    id = "P602"
    title = Text("Text in the pixels that could not be read", "图像像素中存在无法识读的文字")
    remedy = Text(
        "Look at the region; black it out if it identifies.", "人工查看该区域；如可识别身份，请涂黑。"
    )
    severity = Severity.LOW
    category = Category.FREE_TEXT
    way = Way.PIXELS
    good = (
        Example(Element(Place.PIXELS, "pixels frame=#", "L", bbox=(0, 0, 9, 9))),
        Example(Element(Place.DATASET, "(0008,103E) SeriesDescription", "", "LO")),
    )
    bad = (
        Example(Element(Place.PIXELS, "pixels frame=#", "", bbox=(0, 0, 90, 9), confidence=0.3)),
        Example(
            Element(Place.PIXELS, "pixels frame=#", "", counts=(4,), bbox=(7, 8, 60, 19), confidence=0.0)
        ),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """Match an element of the pixels without a value."""
        if subject.place is Place.PIXELS and not subject.value:
            yield Match(confidence=0.3)
