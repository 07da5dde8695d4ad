"""R802: equivalence classes smaller than what is usual for release."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, OutcomeCheck
from auditor.model import Category, Context, Match, Outcomes, RecordsOutcome, Severity, Text, Way

SMALLEST = 11
"""At 1/11 the risk is 0.09, the threshold of EMA Policy 0070 and Health Canada for public release."""


class SmallClasses(OutcomeCheck):
    """Some patients share their quasi-identifiers with fewer than ten others.

    What it does
        Counts the patients whose equivalence class has from 2 to 10 members; unique patients are
        reported by R801.

    Why it matters
        A guess within a class of k is right once in k times. European and Canadian regulators ask
        for at most 0.09, a class of 11, in data that is made public.

    Remedy
        Coarsen the attribute that splits the classes most, or release under an agreement that
        forbids re-identification and limits who receives the data.
    """

    id = "R802"
    title = Text(en="Patients in small equivalence classes", zh="部分患者所在的等价类过小")
    remedy = Text(
        en="Coarsen the quasi-identifiers until every class has at least 11 patients.",
        zh="进一步泛化准标识符，使每个等价类至少包含 11 名患者。",
    )
    severity = Severity.LOW
    category = Category.CHARACTERISTIC
    way = Way.RECORD
    good = (
        Example(Outcomes()),
        Example(
            Outcomes(records=RecordsOutcome(("sex",), 22, 11, class_of={f"p{n}": 11 for n in range(22)}))
        ),
    )
    bad = (
        Example(Outcomes(records=RecordsOutcome(("age",), 2, 2, class_of={"a": 2, "b": 2}))),
        Example(
            Outcomes(
                records=RecordsOutcome(
                    ("age", "sex"), 15, 5, class_of={f"p{n}": 5 if n < 5 else 10 for n in range(15)}
                )
            )
        ),
    )

    def judge(self, subject: Outcomes, context: Context) -> Iterable[Match]:
        """One match for the dataset, with the count."""
        records = subject.records
        small = sum(1 < k < SMALLEST for k in records.class_of.values())
        if small:
            yield Match(
                confidence=1.0,
                detail=f"{small:,} of {records.patients:,} patients share theirs with at most {SMALLEST - 2}",
                location=f"quasi-identifiers {', '.join(records.quasi_identifiers)}",
            )
