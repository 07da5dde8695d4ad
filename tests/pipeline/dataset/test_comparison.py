"""A release beside its original: what survived, what was moved alike, who was mixed up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest

from auditor.errors import UsageError
from auditor.policy import Policy
from tests.builders.dataset import KEY, clean_dicom, film, rows, run, write
from tests.builders.dicom import make_dicom

STAGES = frozenset({"tags", "linkage"})
RULES = ("K901", "K911", "K912", "K913", "K914", "K915", "K916")


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


def picture(number: int) -> bytes:
    """The film as PNG."""
    return cv2.imencode(".png", film(number))[1].tobytes()


def painted(number: int, value: int = 0) -> Any:
    """The film with a corner painted over."""
    pixels = film(number).copy()
    pixels[2:20, 2:40] = value
    return pixels


@pytest.mark.parametrize(
    ("pixels", "said", "severity"),
    [
        (painted(0), "of one grey", "info"),
        (film(0) // 2 + 40, "nothing that shows", "info"),
        (film(0)[::-1], "altered|another image|not show", "low"),
    ],
)
def test_what_became_of_the_pixels(tmp_path: Path, pixels: Any, said: str, severity: str) -> None:
    def release(patient: int, exam: int) -> dict[str, Any]:
        return {"pixels": pixels, "path": "0.dcm"} if not patient and not exam else {}

    (row,) = (row for row in found(tmp_path, release) if row["rule_id"] == "K915")
    assert any(word in row["message"] for word in said.split("|")), row["message"]
    assert row["severity"] == severity


def test_pseudonyms_that_keep_initials_and_order(tmp_path: Path) -> None:
    names = ["ADLER^IRENE", "BAXTER^PAUL", "COOPER^JANE", "DAWSON^LEO", "EVANS^RUTH", "FARMER^TOM",
             "GRANT^ELLA", "HOOPER^SAM", "IRVING^MAY"]  # fmt: skip
    for number, name in enumerate(names):
        family, given = name.split("^")
        for folder, tags in (
            ("original", {"PatientName": name, "PatientID": f"{(number * 7919) % 97}4821{number}"}),
            ("release", {"PatientName": "ANON", "PatientID": f"{given[0]}{family[0]}-{number + 1:03}"}),
        ):
            write(tmp_path / folder, f"{number}.dcm", clean_dicom(pixels=film(number), **tags))
    run(tmp_path / "release", tmp_path / "out", stages=STAGES, original=tmp_path / "original")
    told = [row["message"] for row in rows(tmp_path / "out", "findings") if row["rule_id"] == "K916"]
    assert len(told) == 2
    assert any("initials in 9 of 9" in message for message in told)
    assert any("order of the names" in message for message in told)


def test_the_original_of_pictures_is_attributed_by_its_path(tmp_path: Path) -> None:
    for number in range(4):
        write(tmp_path / "original", f"{number // 2}_{number}.png", picture(number))
        write(tmp_path / "release", f"x{number}_{number}.png", picture(number))
    rule = r"path:^(?P<patient>[^_]+)_"
    run(tmp_path / "release", tmp_path / "out", stages=STAGES, original=tmp_path / "original", patient=rule)
    seen = [row for row in rows(tmp_path / "out", "findings") if row["rule_id"] == "K913"]
    assert {row["patient"] for row in seen} == {KEY.patient(f"x{number}") for number in range(4)}
