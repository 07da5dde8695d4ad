"""R804: record linkage could not be judged."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, OutcomeCheck
from auditor.model import Category, Context, Match, Outcomes, RecordsOutcome, Severity, Text, Way

FEWEST = 30
"""Below this many patients nearly everybody is unique by chance, and no figure carries over."""


class RecordRiskUnmeasured(OutcomeCheck):
    """There is too little to judge linkage by record.

    What it does
        Says so when no file could be attributed to a patient, no quasi-identifier was found, or
        fewer than 30 patients are there. Quiet when the records stage was not asked for.

    Why it matters
        Without it a low or missing figure reads as safety. In a handful of patients nearly all are
        unique whatever is removed; in files without attribution nothing was measured.

    Remedy
        Say who the patients are (`--patient` or `--metadata`), give the table that is published
        with the images, and judge small datasets by what an attacker knows of the people in them.
    """

    id = "R804"
    title = Text(en="Linkage by record could not be judged", zh="无法评估基于记录的关联风险")
    remedy = Text(
        en="Attribute files to patients and give the published table; judge small datasets by hand.",
        zh="请指定文件与患者的对应关系并提供随数据发布的表格；小规模数据集请人工评估。",
    )
    severity = Severity.INFO
    category = Category.LINKAGE
    way = Way.RECORD
    good = (
        Example(Outcomes()),
        Example(Outcomes(records=RecordsOutcome(("age", "sex"), 500, 12))),
    )
    bad = (
        Example(Outcomes(records=RecordsOutcome(reason="no file is attributed to a patient"))),
        Example(Outcomes(records=RecordsOutcome(("age",), 8, 1))),
    )

    def judge(self, subject: Outcomes, context: Context) -> Iterable[Match]:
        """At most one match, with the reason."""
        records = subject.records
        if records == Outcomes().records:
            return
        detail = records.reason or (f"{records.patients} patients only" if records.patients < FEWEST else "")
        if detail:
            yield Match(confidence=1.0, detail=detail, location="dataset")
