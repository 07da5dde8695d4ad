"""Consent and retention: who may be in the dataset, and what cannot be proved is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auditor.errors import UsageError
from auditor.pipeline.dataset.stewardship import load_consent
from auditor.policy import Policy
from tests.builders.dataset import KEY, clean_dicom, film, rows, run, write

TABLE = """patient_id,consent scope,date of consent,withdrawn
sub-0,research; teaching,2020-01-02,no
sub-1,research,2020-01-02,2021-05-05
sub-2,teaching,02.01.2020,
sub-3,all,2090-01-01,0
sub-4,all purposes,2020-01-02,
"""


def findings(out: Path, rule: str) -> dict[str, str]:
    return {row["patient"]: row["message"] for row in rows(out, "findings") if row["rule_id"] == rule}


def release(folder: Path, count: int, **tags: Any) -> None:
    for number in range(count):
        write(folder, f"{number}.dcm", clean_dicom(PatientID=f"sub-{number}", **tags))


def test_consents(dataset: Path, tmp_path: Path) -> None:
    release(dataset, 6)
    policy = Policy.model_validate({"retention": {"purpose": "Research"}})
    out = tmp_path / "out"
    run(dataset, out, policy=policy, consent=write(tmp_path, "consent.csv", TABLE))
    seen = findings(out, "A901")
    reasons = {n: seen.get(KEY.patient(f"sub-{n}"), "").rpartition("consent ")[2] for n in range(6)}
    assert reasons == {
        0: "", 1: "withdrawn", 2: "for another purpose", 3: "not yet given", 4: "", 5: "missing"
    }  # fmt: skip
    assert not findings(out, "A902") and not findings(out, "A903")


@pytest.mark.parametrize(
    ("tags", "rule"),
    [
        ({"StudyDate": "20010101"}, "A902"),
        ({"StudyDate": "20010101", "LongitudinalTemporalInformationModified": "MODIFIED"}, "A903"),
        ({"StudyDate": ""}, "A903"),
    ],
)
def test_retention(dataset: Path, tmp_path: Path, tags: dict[str, str], rule: str) -> None:
    release(dataset, 2, **tags)
    out = tmp_path / "out"
    run(dataset, out, policy=Policy.model_validate({"retention": {"years": 10}}))
    assert {found for found in ("A901", "A902", "A903") if findings(out, found)} == {rule}


def test_nothing_is_asked_nothing_is_said(dataset: Path, tmp_path: Path) -> None:
    release(dataset, 2, StudyDate="")
    run(dataset, tmp_path / "out")
    assert not [row for row in rows(tmp_path / "out", "findings") if row["rule_id"].startswith("A")]


def test_a_table_without_patients(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load_consent(write(tmp_path, "consent.csv", "a,b\n1,2\n"))
    with pytest.raises(UsageError):
        load_consent(tmp_path / "absent.csv")


def test_chinese_headings_a_status_and_images_of_nobody(dataset: Path, tmp_path: Path) -> None:
    release(dataset, 5)
    write(dataset, "nobody.dcm", clean_dicom(PatientID="", PatientName="", pixels=film(1)))
    table = """患者编号,用途,签署日期,有效期至,撤回,同意状态
sub-0,科研,2020年1月2日,2090-01-01,未撤回,同意
sub-1,科研,2020年1月2日,2021-01-01,,同意
sub-2,科研,2020-01-02,,已撤回,
sub-3,科研,2020-01-02,,否,不同意
sub-4,教学,2020-01-02,,,
"""
    out = tmp_path / "out"
    policy = Policy.model_validate({"retention": {"purpose": "科研"}})
    run(dataset, out, policy=policy, consent=write(tmp_path, "consent.csv", table))
    seen = findings(out, "A901")
    reasons = {n: seen.get(KEY.patient(f"sub-{n}"), "").rpartition("consent ")[2] for n in range(5)}
    assert reasons == {0: "", 1: "expired", 2: "withdrawn", 3: "not given", 4: "for another purpose"}
    assert "1 image without a patient" in seen[""]
