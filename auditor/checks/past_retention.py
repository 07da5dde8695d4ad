"""A902: a study older than the retention term."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, StewardshipCheck
from auditor.model import Category, Context, Match, Severity, Text
from auditor.model.survey import PatientStanding, Stewardship


class PastRetention(StewardshipCheck):
    """A patient's oldest study is older than the policy lets studies be kept.

    What it does
        With `[retention] years` in the policy: compares the term with the age of each patient's
        oldest study. Only dates that were neither removed nor modified count; A903 tells of others.

    Why it matters
        What should have been deleted is in the release: a breach by itself, and more data than the
        purpose needs.

    Remedy
        Delete the studies, or state a longer term and its ground.
    """

    id = "A902"
    title = Text(en="A study is older than the retention term", zh="检查超过保存期限")
    remedy = Text(
        en="Delete the studies, or state a longer term and its ground.",
        zh="删除该检查，或说明更长期限及其依据。",
    )
    severity = Severity.MEDIUM
    category = Category.CLAIM
    way = None
    good = (
        Example(Stewardship((PatientStanding("P-1", years=4.0),), 5.0)),
        Example(Stewardship((PatientStanding("P-1", years=40.0),))),
        Example(Stewardship((PatientStanding("P-1", dates="removed"),), 5.0)),
    )
    bad = (
        Example(Stewardship((PatientStanding("P-1", years=5.1),), 5.0)),
        Example(Stewardship((PatientStanding("P-1", years=40.0),), 10.0)),
    )

    def judge(self, subject: Stewardship, context: Context) -> Iterable[Match]:
        """One match a patient."""
        for standing in subject.patients:
            if subject.term is not None and standing.years is not None and standing.years > subject.term:
                detail = f"{standing.years:.0f} years, {subject.term:g} are allowed"
                yield Match(0.9, detail=detail, location="retention", patient=standing.patient)
