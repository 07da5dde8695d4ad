"""A value that stands for its patient is found wherever it is, and a careful release is quiet."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from auditor.pipeline.dataset.profiles import holds, is_code
from tests.builders.dataset import clean_dicom, rows, run, write

PATIENTS = 14


@pytest.fixture(autouse=True)
def _no_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guessing what hexadecimal codes are hashes of takes seconds, and other tests."""
    monkeypatch.setattr("auditor.pipeline.dataset.reversal.spaces", lambda codes: [])


def release(folder: Path, exams: int = 2, leak: Any = lambda patient, exam, film: {}) -> None:
    """A de-identified set with two films an exam, with `leak`'s tags or `path` added."""
    for patient in range(PATIENTS):
        for exam in range(exams):
            for film in range(2):
                draw = random.Random(f"{patient} {exam} {film}")
                uid = f"2.25.{random.Random(f'{patient} {exam}').getrandbits(100)}"
                tags = {
                    "PatientID": f"sub-{patient:03}",
                    "PatientName": f"sub-{patient:03}",
                    "PatientSex": "FM"[patient % 2],
                    "PatientAge": f"0{40 + patient}Y",
                    "StudyInstanceUID": uid,
                    "SOPInstanceUID": f"{uid}.{film + 1}",
                    "KVP": str(60 + patient * 2.5),
                    "ExposureInuAs": 10000 + 137 * patient,
                    "StudyDescription": ("Chest", "Hand", "Foot")[patient % 3],
                    "SeriesDescription": f"view {film}",
                    "ClinicalTrialSubjectID": f"{random.Random(patient).getrandbits(64):016x}",
                } | leak(patient, exam, draw)
                path = tags.pop("path", f"sub-{patient:03}/exam{exam}/{film}.dcm")
                write(folder, path, clean_dicom(**tags))


def found(folder: Path, out: Path, **more: Any) -> list[dict[str, str]]:
    run(folder, out, **more)
    return [row for row in rows(out, "findings") if row["rule_id"] == "D211"]


@pytest.mark.parametrize("exams", [1, 2])
def test_a_careful_release_is_quiet(dataset: Path, tmp_path: Path, exams: int) -> None:
    release(dataset, exams)
    assert found(dataset, tmp_path / "out") == []


@pytest.mark.parametrize("exams", [1, 2])
def test_an_opaque_code_in_a_private_element(dataset: Path, tmp_path: Path, exams: int) -> None:
    def leak(patient: int, exam: int, draw: random.Random) -> dict[str, Any]:
        code = f"K{chr(65 + patient)}Q-{patient * 7}Z"
        return {"private": [(0x0029, "ACME", 0x10, "LO", code)]}

    release(dataset, exams, leak)
    seen = found(dataset, tmp_path / "out")
    assert len(seen) == PATIENTS * exams * 2
    assert {row["location"][:11] for row in seen} == {"(0029,xx10)"}
    assert len({row["value_hmac"] for row in seen}) == PATIENTS
    assert {row["severity"] for row in seen} == {"medium"}


def test_a_value_that_changes_within_the_patient_is_quiet(dataset: Path, tmp_path: Path) -> None:
    def leak(patient: int, exam: int, draw: random.Random) -> dict[str, Any]:
        return {"private": [(0x0029, "ACME", 0x10, "LO", f"K{draw.getrandbits(40):x}")]}

    release(dataset, 2, leak)
    assert found(dataset, tmp_path / "out") == []


def test_a_part_of_the_file_name(dataset: Path, tmp_path: Path) -> None:
    def leak(patient: int, exam: int, draw: random.Random) -> dict[str, Any]:
        return {"path": f"all/{exam}{draw.getrandbits(24)}_QX{chr(75 + patient)}ZW_chest.dcm"}

    release(dataset, 2, leak)
    seen = found(dataset, tmp_path / "out")
    assert {row["location"] for row in seen} == {"file name"}
    assert len(seen) == PATIENTS * 4


def test_a_folder_a_study_is_quiet(dataset: Path, tmp_path: Path) -> None:
    def leak(patient: int, exam: int, draw: random.Random) -> dict[str, Any]:
        return {
            "path": f"sub-{patient:03}/{20 + patient}-NA-CHEST-{patient * 731 + 10000}/{draw.random()}.dcm"
        }

    release(dataset, 1, leak)
    assert found(dataset, tmp_path / "out") == []


def test_a_column_of_a_table(dataset: Path, tmp_path: Path) -> None:
    lines = ["image,patient_id,grade,key"]
    for patient in range(PATIENTS):
        lines += [
            f"{patient}_{i}.png,sub-{patient:03},{patient % 3},zk{patient * 31 + 1007}" for i in range(3)
        ]
    write(dataset, "index.csv", "\n".join(lines))
    seen = found(dataset, tmp_path / "out")
    assert {row["location"].split(" row=")[0] for row in seen} == {"table column=key"}
    assert len(seen) == PATIENTS


@pytest.mark.parametrize(
    ("value", "patient", "expected"),
    [
        ("sub-001", "sub-001", True),
        ("sub-001_chest", "sub-001", True),
        ("patient1", "sub-001", True),
        ("00000013", "13", True),
        ("KQ-774", "sub-001", False),
        ("", "sub-001", False),
    ],
)
def test_what_holds_the_pseudonym(value: str, patient: str, expected: bool) -> None:
    assert holds(value, patient) is expected


@pytest.mark.parametrize(
    "value", ["12.5", "0.7\\0.7", "20240319", "12", "1.2.840.113619.2.5", "ANONYMOUS", ""]
)
def test_what_is_no_code(value: str) -> None:
    assert not is_code(value)


def items(*codes: str) -> dict[str, Any]:
    """A sequence with an item a code."""
    return {"ReferencedStudySequence": [{"ProtocolName": code} for code in codes]}


def test_one_of_several_values_in_a_sequence(dataset: Path, tmp_path: Path) -> None:
    def leak(patient: int, exam: int, draw: random.Random) -> dict[str, Any]:
        own = f"K{chr(65 + patient)}Q-{patient * 7}Z"
        codes = [own, "CHEST", f"Z{draw.getrandbits(30):x}Q"]
        draw.shuffle(codes)
        return items(*codes)

    release(dataset, 2, leak)
    seen = found(dataset, tmp_path / "out")
    assert len({row["value_hmac"] for row in seen}) == PATIENTS
    assert len(seen) == PATIENTS * 4
    assert all("ProtocolName" in row["location"] for row in seen)


def test_several_values_that_are_shared_or_change_are_quiet(dataset: Path, tmp_path: Path) -> None:
    def leak(patient: int, exam: int, draw: random.Random) -> dict[str, Any]:
        return items(f"Z{draw.getrandbits(30):x}Q", "CHEST", f"KQ-{patient % 4}Z17")

    release(dataset, 2, leak)
    assert found(dataset, tmp_path / "out") == []
