"""A release beside its original: what survived, what was moved alike, who was mixed up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import UsageError
from auditor.policy import Policy
from tests.builders.dataset import KEY, clean_dicom, film, rows, run, write
from tests.builders.dicom import make_dicom

STAGES = frozenset({"tags", "linkage"})
RULES = ("K901", "K911", "K912", "K913", "K914", "K915")


def pair(base: Path, release: Callable[[int, int], dict[str, Any]], patients: int = 4) -> tuple[Path, Path]:
    """An original with two films a patient, and what `release` makes of each, under another name."""
    for patient in range(patients):
        for exam in range(2):
            number = 2 * patient + exam
            source = {
                "PatientName": "QUILLFEATHER^ZBIGNIEW",
                "PatientID": f"4821395{patient}",
                "StudyDate": f"2020011{number}",
                "StudyInstanceUID": f"1.2.276.77.{number}",
                "SeriesInstanceUID": f"1.2.276.79.{number}",
                "SOPInstanceUID": f"1.2.276.78.{number}",
            }
            write(base / "original", f"{number}.dcm", make_dicom(film(number), **source))
            changed = {
                "PatientID": f"sub-{patient}",
                "PatientName": f"sub-{patient}",
                "StudyDate": f"20{10 + patient}011{number}",
                "StudyInstanceUID": f"2.25.77{number}",
                "SeriesInstanceUID": f"2.25.79{number}",
                "SOPInstanceUID": f"2.25.78{number}",
                "LongitudinalTemporalInformationModified": "MODIFIED",
            } | release(patient, exam)
            pixels = changed.pop("pixels", film(number))
            write(
                base / "release",
                changed.pop("path", f"new{number}.dcm"),
                clean_dicom(pixels=pixels, **changed),
            )
    return base / "release", base / "original"


def found(tmp_path: Path, release: Callable[[int, int], dict[str, Any]], **more: Any) -> list[dict[str, str]]:
    new, old = pair(tmp_path, release)
    done = run(new, tmp_path / "out", stages=STAGES, original=old, **more)
    assert any("8 of 8 images were compared" in limit for limit in done.report.limits)
    return [row for row in rows(tmp_path / "out", "findings") if row["rule_id"] in RULES]


def test_a_careful_release_is_quiet(tmp_path: Path) -> None:
    assert found(tmp_path, lambda patient, exam: {}) == []
    assert not (tmp_path / "out" / ".state").exists()


def test_what_survived(tmp_path: Path) -> None:
    seen = found(tmp_path, lambda patient, exam: {"PatientID": f"4821395{patient}", "StudyInstanceUID":
                 f"1.2.276.77.{2 * patient + exam}", "StudyDate": f"2020011{2 * patient + exam}"})  # fmt: skip
    assert {(row["rule_id"], row["location"].split()[-1]) for row in seen} == {
        ("K911", "PatientID"), ("K912", "StudyInstanceUID"), ("K912", "StudyDate")
    }  # fmt: skip
    assert len(seen) == 24


def test_identifiers_of_the_original_are_searched_for(tmp_path: Path) -> None:
    seen = found(tmp_path, lambda patient, exam: {"ProtocolName": f"z quillfeather 4821395{patient}"})
    assert {row["location"] for row in seen} == {"(0018,1030) ProtocolName"}
    assert {row["rule_id"] for row in seen} == {"K901"}


def test_an_original_that_is_not_there(dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        run(dataset, tmp_path / "out", original=tmp_path / "absent")


def test_declared_dates_are_kept(tmp_path: Path) -> None:
    policy = Policy.model_validate({"profile": {"codes": ["113106"]}})
    assert not found(
        tmp_path, lambda patient, exam: {"StudyDate": f"2020011{2 * patient + exam}"}, policy=policy
    )


def test_one_shift_for_all(tmp_path: Path) -> None:
    seen = found(tmp_path, lambda patient, exam: {"StudyDate": f"2019011{2 * patient + exam}"})
    assert [(row["rule_id"], row["patient"]) for row in seen] == [("K914", "")]


def test_shifts_that_differ_within_a_patient(tmp_path: Path) -> None:
    seen = found(tmp_path, lambda patient, exam: {"StudyDate": "20150505"} if patient == 1 else {})
    assert [(row["rule_id"], row["patient"]) for row in seen] == [("K914", KEY.patient("sub-1"))]


def test_pseudonyms_split_and_merged(tmp_path: Path) -> None:
    seen = found(
        tmp_path, lambda patient, exam: {"PatientID": f"sub-{patient}{'b' * exam}"} if patient == 1 else {}
    )
    assert {row["patient"] for row in seen} == {KEY.patient("sub-1"), KEY.patient("sub-1b")}
    mixed = found(tmp_path / "more", lambda patient, exam: {"PatientID": "sub-9"} if patient < 2 else {})
    assert {row["patient"] for row in mixed if row["rule_id"] == "K913"} == {KEY.patient("sub-9")}


def test_pixels_that_changed(tmp_path: Path) -> None:
    def release(patient: int, exam: int) -> dict[str, Any]:
        return {"pixels": film(99), "path": "0.dcm"} if not patient and not exam else {}

    seen = found(tmp_path, release)
    assert [(row["rule_id"], row["file"]) for row in seen] == [("K915", "0.dcm")]
