"""K915: grey values that differ from the original."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ComparisonCheck, Example
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Comparison


class PixelsChanged(ComparisonCheck):
    """The grey values of an image are not those of the original.

    What it does
        With `--original`: lists images that were paired by their path or order, because no original
        has the same grey values. Masked text and faces change them on purpose; so do lossy
        compression and a conversion that went wrong.

    Why it matters
        For the reviewer: where nothing should have been masked, something else happened to the data.

    Remedy
        Compare a few by eye.
    """

    id = "K915"
    title = Text(en="Grey values differ from the original", zh="像素值与原始图像不同")
    remedy = Text(en="Compare a few of them with the original by eye.", zh="抽取数幅与原始图像目视比对。")
    severity = Severity.INFO
    category = Category.CLAIM
    way = Way.PIXELS
    good = (Example(Comparison()), Example(Comparison(images=4, paired=4)))
    bad = (Example(Comparison(changed=("a.dcm",))), Example(Comparison(changed=("a.png", "b.png"))))

    def judge(self, subject: Comparison, context: Context) -> Iterable[Match]:
        """One match an image."""
        for path in subject.changed:
            yield Match(0.9, location="pixels", item=path)
