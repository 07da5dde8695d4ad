"""Patient and dataset risk."""

from __future__ import annotations

import pytest

from auditor.model import Category, LinkageOutcome, PatientLink, RecordsOutcome, Severity, Way
from auditor.risk.combine import IDENTIFIES, collect, dataset_risk, either, patient_rows

RECORDS = RecordsOutcome(class_of={"a": 1, "b": 4})
LINKAGE = LinkageOutcome(
    patients=(PatientLink("a", 2, p_correct_link=0.5), PatientLink("c", 1, reason="one image"))
)


def test_repeats_of_one_kind_of_evidence_count_once() -> None:
    evidence = collect()
    for _ in range(500):
        evidence["a"].add(Way.DATA, Category.DATE, Severity.MEDIUM, 1.0)
    assert evidence["a"].direct() == pytest.approx(IDENTIFIES[Severity.MEDIUM])
    evidence["a"].add(Way.DATA, Category.NAME, Severity.CRITICAL, 0.5)
    assert evidence["a"].direct() == pytest.approx(
        1 - (1 - IDENTIFIES[Severity.MEDIUM]) * (1 - 0.5 * IDENTIFIES[Severity.CRITICAL])
    )
    assert evidence["a"].findings == 501
    assert evidence["a"].worst is Severity.CRITICAL


def test_findings_of_measured_linkage_add_no_direct_risk() -> None:
    evidence = collect()
    evidence["a"].add(Way.IMAGE, Category.LINKAGE, Severity.HIGH, 1.0)
    assert evidence["a"].direct() == 0.0
    assert evidence["a"].findings == 1


def test_rows_cover_every_patient_any_stage_knows() -> None:
    evidence = collect()
    evidence["a"].files = 2
    evidence["d"].add(Way.PIXELS, Category.NAME, Severity.HIGH, 1.0)
    evidence[""].add(Way.DATA, Category.NAME, Severity.HIGH, 1.0)
    rows = {row.patient: row for row in patient_rows(evidence, LINKAGE, RECORDS)}
    assert list(rows) == ["a", "b", "c", "d"]
    assert rows["a"].risk == pytest.approx(1.0)
    assert rows["b"].risk == pytest.approx(0.25)
    assert rows["b"].p_correct_link is None
    assert rows["c"].risk == 0.0 and rows["c"].equivalence_class is None
    assert rows["d"].risk == pytest.approx(IDENTIFIES[Severity.HIGH])
    assert rows["d"].worst_severity == "high"


def test_risk_stays_within_the_bounds_of_any_dependence() -> None:
    ps = [0.1, 0.4, 0.7]
    assert max(ps) <= either(ps) <= min(1.0, sum(ps))
    assert either([]) == 0.0


def test_dataset_risk() -> None:
    evidence = collect()
    evidence["b"].add(Way.DATA, Category.NAME, Severity.HIGH, 1.0)
    rows = list(patient_rows(evidence, LINKAGE, RECORDS))
    risk = dataset_risk(rows, 0.09, evidence, measured=(Way.DATA,))
    assert risk.patients_at_risk == 2
    assert risk.highest == pytest.approx(1.0)
    assert sum(risk.histogram) == len(rows) == 3
    assert risk.histogram[9] == 1
    assert risk.by_way[Way.PIXELS.value] is None
    assert risk.by_way[Way.DATA.value] == pytest.approx(IDENTIFIES[Severity.HIGH] / 3)
    assert risk.by_way[Way.IMAGE.value] == pytest.approx(0.5)
    assert risk.by_way[Way.RECORD.value] == pytest.approx((1 + 0.25) / 2)


def test_no_patient_is_not_zero_risk() -> None:
    risk = dataset_risk([], 0.09, {})
    assert risk.mean is None and risk.highest is None and risk.p95 is None
    assert risk.patients_at_risk == 0
