"""K914: date shifts that can be undone, or that destroy intervals."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ComparisonCheck, Example
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Comparison

FEWEST = 3


class ShiftReversible(ComparisonCheck):
    """All patients' dates were moved by the same number of days, or one patient's by several.

    What it does
        With `--original`: takes the difference of the study dates of paired images, patient by
        patient. A common shift is reported for 3 patients or more.

    Why it matters
        Whoever knows the true date of one examination, his own for example, knows the shift and
        with it the dates of everybody. Different shifts within a patient lose the intervals between
        examinations, which research relies on.

    Remedy
        Draw one shift per patient at random, and use it for all of the patient's dates.
    """

    id = "K914"
    title = Text(en="Date shifts are the same for all, or differ within a patient",
                 zh="日期平移量对所有患者相同，或在同一患者内不一致")  # fmt: skip
    remedy = Text(en="Draw one shift per patient at random and use it for all of the patient's dates.",
                  zh="为每位患者随机抽取一个平移量，并用于其全部日期。")  # fmt: skip
    severity = Severity.HIGH
    category = Category.DATE
    way = Way.REVERSAL
    good = (
        Example(Comparison()),
        Example(Comparison(shifts=(("P-1", (-100,)), ("P-2", (-31,)), ("P-3", (-700,))))),
        Example(Comparison(shifts=(("P-1", (0,)), ("P-2", (0,)), ("P-3", (0,))))),
    )
    bad = (
        Example(Comparison(shifts=(("P-1", (-100,)), ("P-2", (-100,)), ("P-3", (-100,))))),
        Example(Comparison(shifts=(("P-1", (-100, -90)), ("P-2", (-31,))))),
    )

    def judge(self, subject: Comparison, context: Context) -> Iterable[Match]:
        """One match for the dataset where the shift is common, one a patient where shifts differ."""
        every = {shift for _, shifts in subject.shifts for shift in shifts}
        if len(subject.shifts) >= FEWEST and len(every) == 1 and every != {0}:
            detail = f"the same shift for all of {len(subject.shifts)} patients"
            yield Match(0.95, detail=detail, location="dates")
        for patient, shifts in subject.shifts:
            if len(shifts) > 1:
                yield Match(0.9, severity=Severity.LOW, detail=f"{len(shifts)} different shifts within the patient",
                            location="dates", patient=patient)  # fmt: skip
