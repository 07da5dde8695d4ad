"""R801: patients who are alone in their equivalence class."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, OutcomeCheck
from auditor.model import Category, Context, Estimate, Match, Outcomes, RecordsOutcome, Severity, Text, Way

_BOTH = Estimate(1.0, 1.0, 1.0)
_NONE = Estimate(0.0, 0.0, 0.0)


class UniquePatients(OutcomeCheck):
    """Some patients are the only ones with their combination of quasi-identifiers.

    What it does
        Counts the patients whose age, sex, dates, site, device, body size and acquisition
        attributes, taken together, nobody else in the dataset has (k = 1).

    Why it matters
        Who knows these facts of a patient, and that the patient is in the dataset, finds the record
        with certainty, however well names and numbers were removed.

    Remedy
        Coarsen the attributes that single patients out (age in bands, dates to the year, device
        and site removed), or leave these patients out of the release.
    """

    id = "R801"
    title = Text(en="Patients unique on their quasi-identifiers", zh="部分患者的准标识符组合唯一")
    remedy = Text(
        en="Coarsen age, dates, site, device and body size, or leave the unique patients out.",
        zh="对年龄、日期、机构、设备和体格数据进行泛化，或不发布这些唯一的患者。",
    )
    severity = Severity.MEDIUM
    category = Category.CHARACTERISTIC
    way = Way.RECORD
    good = (
        Example(Outcomes()),
        Example(
            Outcomes(
                records=RecordsOutcome(
                    ("age", "sex"), 4, 2, uniques=_NONE, class_of={"a": 2, "b": 2, "c": 2, "d": 2}
                )
            )
        ),
    )
    bad = (
        Example(Outcomes(records=RecordsOutcome(("age",), 2, 1, uniques=_BOTH, class_of={"a": 1, "b": 1}))),
        Example(
            Outcomes(
                records=RecordsOutcome(
                    ("age", "sex"), 3, 1, uniques=Estimate(1 / 3, 0.0, 1.0), class_of={"a": 2, "b": 2, "c": 1}
                )
            )
        ),
    )

    def judge(self, subject: Outcomes, context: Context) -> Iterable[Match]:
        """One match for the dataset, with the count; patients.csv names the class of each patient."""
        records = subject.records
        unique = sum(k == 1 for k in records.class_of.values())
        if unique:
            yield Match(
                confidence=1.0,
                detail=f"{unique:,} of {records.patients:,} patients",
                location=f"quasi-identifiers {', '.join(records.quasi_identifiers)}",
            )
