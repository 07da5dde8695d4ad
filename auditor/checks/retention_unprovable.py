"""A903: the retention term cannot be checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from auditor.checks.base import Example, StewardshipCheck
from auditor.model import Category, Context, Match, Severity, Text
from auditor.model.survey import PatientStanding, Stewardship


class RetentionUnprovable(StewardshipCheck):
    """Whether studies are older than the retention term cannot be told from the dataset.

    What it does
        With `[retention] years` in the policy: counts the patients whose study dates were removed or
        modified, so that no age can be computed. It does not guess.

    Why it matters
        De-identification rightly takes the dates away; then the proof that the term was kept must
        come from the source, before the release.

    Remedy
        Check the term against the original dates, and keep that record with the release.
    """

    id = "A903"
    title = Text(
        en="Retention cannot be proved because dates were removed", zh="日期已去除，无法证明符合保存期限"
    )
    remedy = Text(en="Check the term against the original dates and keep that record.",
                  zh="对照原始日期核查保存期限，并留存核查记录。")  # fmt: skip
    severity = Severity.INFO
    category = Category.CLAIM
    way = None
    good = (
        Example(Stewardship((PatientStanding("P-1", dates="removed"),))),
        Example(Stewardship((PatientStanding("P-1", years=4.0),), 5.0)),
    )
    bad = (
        Example(Stewardship((PatientStanding("P-1", dates="removed"),), 5.0)),
        Example(Stewardship((PatientStanding("P-1", dates="modified"),), 5.0)),
    )

    def judge(self, subject: Stewardship, context: Context) -> Iterable[Match]:
        """At most one match, for the dataset."""
        why = Counter(standing.dates for standing in subject.patients if standing.dates)
        if subject.term is not None and why:
            counts = ", ".join(f"{reason} for {count} patients" for reason, count in sorted(why.items()))
            yield Match(1.0, detail=f"dates {counts}", location="retention")
