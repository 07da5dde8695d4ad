"""R803: one attribute that singles patients out by itself."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, OutcomeCheck
from auditor.model import Category, Context, Match, Outcomes, RecordsOutcome, Severity, Text, Way

SHARE = 0.05
"""Patients that one attribute may single out before it is reported."""


class RevealingAttribute(OutcomeCheck):
    """A single quasi-identifier makes many patients unique.

    What it does
        Looks at each quasi-identifier alone and reports those that single out 5 % of the patients
        or more: typically exact dates, body weight, or image sizes from free-hand cropping.

    Why it matters
        One fact is easier to come by than a combination. Such an attribute works as an identifier
        even when all others are removed.

    Remedy
        Remove the attribute or coarsen it first; it lowers the risk more than any other change.
    """

    id = "R803"
    title = Text(en="One attribute alone singles patients out", zh="单一属性即可识别出部分患者")
    remedy = Text(
        en="Remove or coarsen this attribute before any other.",
        zh="优先删除或泛化该属性。",
    )
    severity = Severity.LOW
    category = Category.CHARACTERISTIC
    way = Way.RECORD
    good = (
        Example(Outcomes()),
        Example(Outcomes(records=RecordsOutcome(("age", "sex"), 100, 1, by_attribute=(("age", 0.04),)))),
    )
    bad = (
        Example(
            Outcomes(records=RecordsOutcome(("study_date",), 50, 1, by_attribute=(("study_date", 1.0),)))
        ),
        Example(
            Outcomes(
                records=RecordsOutcome(("age", "weight"), 50, 1, by_attribute=(("age", 0.0), ("weight", 0.2)))
            )
        ),
    )

    def judge(self, subject: Outcomes, context: Context) -> Iterable[Match]:
        """One match for each such attribute."""
        for name, share in subject.records.by_attribute:
            if share >= SHARE:
                yield Match(
                    confidence=1.0,
                    category=Category.DATE if name == "study_date" else None,
                    detail=f"{share:.0%} of {subject.records.patients:,} patients",
                    location=f"quasi-identifier {name}",
                )
