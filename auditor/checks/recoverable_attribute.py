"""L706: an attribute can be read off the images."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, OutcomeCheck
from auditor.model import (
    AttributeEstimate,
    Category,
    Context,
    LinkageOutcome,
    Match,
    Outcomes,
    Severity,
    Text,
    Way,
)

STRONG = 0.6
"""Share of the way from guessing to certainty, at the lower end of the interval, from which an attribute is
as good as told: an AUC of 0.8."""
_UNITS = {"auc": "AUC", "balanced_accuracy": "balanced accuracy", "mae": "mean error"}
TELLING = frozenset({"sex", "age"})
"""Attributes of the person; a view says how an image was taken, and is reported without being objected to."""


class RecoverableAttribute(OutcomeCheck):
    """Sex, age or a removed attribute can be predicted from the images better than by guessing.

    What it does
        Trains a linear model on the image features of some patients and predicts the attribute of
        others. Objects when the 95 % interval excludes the guess: AUC above 0.5 for sex, an error
        below that of the median age. Severity is medium where sex is told with an AUC of 0.8 or
        age with at most three quarters of the guess's error. A column named with --attribute is judged
        in the same way, if the files themselves do not hold it: AUC for two values, balanced accuracy
        for more, mean error for a quantity.

    Why it matters
        An attribute that was removed from the header, or coarsened, but can be read off the image
        was not removed: it still narrows down whose record it is, and adds to record linkage.

    Remedy
        Count the attribute as known when you judge the risk of the records, or do not promise that
        it was removed.
    """

    id = "L706"
    title = Text(en="Attribute of the person can be read off the images", zh="可从图像推断患者属性")
    remedy = Text(
        en="Count the attribute as known to an attacker, whether or not the header holds it.",
        zh="无论文件头是否包含该属性，均应视为攻击者已知。",
    )
    severity = Severity.LOW
    category = Category.CHARACTERISTIC
    way = Way.IMAGE
    good = (
        Example(Outcomes()),
        Example(
            Outcomes(
                linkage=LinkageOutcome(
                    attributes=(AttributeEstimate("sex", "auc", 0.52, 0.45, 0.6, 0.5, 90),)
                )
            )
        ),
        Example(
            Outcomes(
                linkage=LinkageOutcome(
                    attributes=(AttributeEstimate("view", "auc", 0.99, 0.98, 1.0, 0.5, 90),)
                )
            )
        ),
        Example(
            Outcomes(
                linkage=LinkageOutcome(
                    attributes=(
                        AttributeEstimate("smoker", "auc", 0.9, 0.8, 0.95, 0.5, 90, 80, 2, True, True),
                        AttributeEstimate("rank", "auc", None, None, None, None, 9, named=True, reason="few"),
                    )
                )
            )
        ),
    )
    bad = (
        Example(
            Outcomes(
                linkage=LinkageOutcome(
                    attributes=(AttributeEstimate("sex", "auc", 0.94, 0.92, 0.96, 0.5, 90),)
                )
            )
        ),
        Example(
            Outcomes(
                linkage=LinkageOutcome(
                    attributes=(AttributeEstimate("age", "mae", 12.0, 11.0, 13.0, 14.0, 90),)
                )
            )
        ),
        Example(
            Outcomes(
                linkage=LinkageOutcome(
                    attributes=(
                        AttributeEstimate("ward", "balanced_accuracy", 0.6, 0.5, 0.7, 0.25, 90, 80, 4, True),
                    )
                )
            )
        ),
    )

    def judge(self, subject: Outcomes, context: Context) -> Iterable[Match]:
        """One match an attribute, with value, interval and baseline."""
        for found in subject.linkage.attributes:
            if found.value is None or found.low is None or found.high is None or found.baseline is None:
                continue
            error = found.metric == "mae"
            better = found.high < found.baseline if error else found.low > found.baseline
            removed = not found.held if found.named else found.name in TELLING
            if not removed or not better:
                continue
            far = (found.low - found.baseline) / (1 - found.baseline)
            strong = found.high <= 0.75 * found.baseline if error else far >= STRONG
            unit = _UNITS[found.metric] + " in years" * (found.name == "age" and not found.named)
            yield Match(
                confidence=1.0,
                severity=Severity.MEDIUM if strong else None,
                detail=(
                    f"{found.name}: {unit} {found.value:.2f} [{found.low:.2f}, {found.high:.2f}], "
                    f"guess {found.baseline:.2f}, {found.images:,} images"
                ),
                location=f"images, {found.name}",
            )
