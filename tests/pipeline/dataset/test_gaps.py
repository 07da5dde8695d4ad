"""Dates that were moved apart: found in single files and, as the shift itself, over a patient's studies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.dataset import clean_dicom, rows, run, write

MOVED = {"LongitudinalTemporalInformationModified": "MODIFIED"}


def severities(dataset: Path, out: Path) -> set[str]:
    run(dataset, out, stages=frozenset({"tags"}))
    return {row["severity"] for row in rows(out, "findings") if row["rule_id"] == "V506"}


def test_dates_moved_together_are_quiet(dataset: Path, tmp_path: Path) -> None:
    for day in ("20110302", "20120404"):
        write(
            dataset, f"{day}.dcm",
            clean_dicom(StudyDate=day, AcquisitionDateTime=f"{day}000000", InstanceCreationDate=day, **MOVED),
        )  # fmt: skip
    assert severities(dataset, tmp_path / "out") == set()


@pytest.mark.parametrize(
    ("left", "severity"),
    [({"AcquisitionDateTime": "20190705"}, "medium"), ({"InstanceCreationDate": "20190705"}, "low"),
     ({"RequestAttributesSequence": {"ScheduledProcedureStepStartDate": "20190705"}}, "low")],
)  # fmt: skip
def test_one_date_left_as_it_is(
    dataset: Path, tmp_path: Path, left: dict[str, object], severity: str
) -> None:
    write(dataset, "1.dcm", clean_dicom(StudyDate="20110302", **MOVED, **left))
    assert severities(dataset, tmp_path / "out") == {severity}


def test_the_shift_of_a_patient_shows_over_several_studies(dataset: Path, tmp_path: Path) -> None:
    for moved, true in (("20110302", "20190705"), ("20110312", "20190715")):
        write(dataset, f"{moved}.dcm", clean_dicom(StudyDate=moved, InstanceCreationDate=true, **MOVED))
    assert severities(dataset, tmp_path / "out") == {"high"}


def test_dates_that_nobody_says_were_moved_are_left_to_other_rules(dataset: Path, tmp_path: Path) -> None:
    write(dataset, "1.dcm", clean_dicom(StudyDate="20110302", AcquisitionDate="20190705"))
    assert severities(dataset, tmp_path / "out") == set()


def test_birth_and_calibration_have_their_own_time(dataset: Path, tmp_path: Path) -> None:
    write(
        dataset, "1.dcm",
        clean_dicom(StudyDate="20110302", PatientBirthDate="19500101", DateOfLastCalibration="20100101", **MOVED),
    )  # fmt: skip
    assert severities(dataset, tmp_path / "out") == set()
