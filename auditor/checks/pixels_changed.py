"""K915: grey values that differ from the original."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ComparisonCheck, Example
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Change, Comparison


class PixelsChanged(ComparisonCheck):
    """The grey values of an image are not those of the original.

    What it does
            With `--original`: lists images that were paired by their path or order, because no original
            has the same grey values, and says what became of them. Regions of one grey are masks, as
            expected where text was removed. What changed elsewhere, or everywhere, is low: lossy
            compression that shows, a face removed, or a conversion that went wrong. Small copies of 256
            pixels are compared, after brightness and contrast were fitted.

        Why it matters
            Where more changed than was masked, the data are no longer those of the examination; where
            nothing changed that shows, text that should be masked may still be there.

        Remedy
            Compare those that changed outside masks with the original by eye.
    """

    id = "K915"
    title = Text(en="Grey values differ from the original", zh="像素值与原始图像不同")
    remedy = Text(en="Compare those that changed outside masks with the original by eye.",
                  zh="将遮挡区域之外发生变化的影像与原始图像目视比对。")  # fmt: skip
    severity = Severity.INFO
    category = Category.CLAIM
    way = Way.PIXELS
    good = (Example(Comparison()), Example(Comparison(images=4, paired=4)))
    bad = (
        Example(Comparison(changed=(Change("a.dcm", "masked", 2, 0.03),))),
        Example(Comparison(changed=(Change("a.png", "altered", 40, 0.5), Change("b.png", "rounded")))),
    )

    def judge(self, subject: Comparison, context: Context) -> Iterable[Match]:
        """One match an image."""
        for change in subject.changed:
            severity = Severity.LOW if change.how in ("altered", "another image") else Severity.INFO
            yield Match(0.9, severity=severity, detail=_detail(change), location="pixels", item=change.path)


def _detail(change: Change) -> str:
    count = f"{change.regions} region{'s' * (change.regions != 1)}"
    share = f"{change.share:.1%} of the image"
    return {
        "masked": f"{count} of one grey, {share}",
        "altered": f"{count} altered outside masks, {share}",
        "another image": "it does not show what the original shows",
        "rounded": "nothing that shows",
    }.get(change.how, "")
