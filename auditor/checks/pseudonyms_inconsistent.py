"""K913: pseudonyms that do not stand for one patient each."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ComparisonCheck, Example
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Comparison


class PseudonymsInconsistent(ComparisonCheck):
    """One patient has several pseudonyms, one pseudonym several patients, or one study several UIDs.

    What it does
        With `--original`: compares, over paired images, who is who in the original and the release.

    Why it matters
        Two patients under one pseudonym mix their histories, and the mixture gives both away; a
        patient under two ties them together for whoever recognises one. Splits into training and
        test data by patient leak.

    Remedy
        Make the map from patient to pseudonym, and from UID to UID, one to one.
    """

    id = "K913"
    title = Text(
        en="Pseudonyms or UIDs do not follow the original one to one", zh="假名或 UID 与原始数据并非一一对应"
    )
    remedy = Text(en="Make the map from patient to pseudonym, and of UIDs, one to one.",
                  zh="使患者与假名、UID 之间保持一一对应。")  # fmt: skip
    severity = Severity.MEDIUM
    category = Category.UNIQUE_CODE
    way = Way.REVERSAL
    good = (Example(Comparison()), Example(Comparison(images=4, paired=4)))
    bad = (
        Example(Comparison(split=(("P-1", "P-2"),))),
        Example(Comparison(merged=("P-1",))),
        Example(Comparison(split_exams=("P-1",))),
    )

    def judge(self, subject: Comparison, context: Context) -> Iterable[Match]:
        """One match a pseudonym."""
        for pseudonyms in subject.split:
            for patient in pseudonyms:
                detail = f"one patient of the original has {len(pseudonyms)} pseudonyms"
                yield Match(0.9, detail=detail, location="pseudonyms", patient=patient)
        for patient in subject.merged:
            yield Match(0.9, detail="several patients of the original have this pseudonym",
                        location="pseudonyms", patient=patient)  # fmt: skip
        for patient in subject.split_exams:
            yield Match(0.9, severity=Severity.LOW, detail="one study of the original has several study UIDs",
                        location="(0020,000D) StudyInstanceUID", patient=patient)  # fmt: skip
