"""A scan with a reference: tables, findings, report, and nothing of the reference's names."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from auditor.errors import UsageError
from auditor.report import render
from tests.builders.anatomy import image_of
from tests.builders.dataset import KEY, clean_dicom, rows, run, write
from tests.builders.dicom import make_dicom

LINKAGE = frozenset({"linkage"})


def png(patient: int, exam: int) -> bytes:
    return cv2.imencode(".png", image_of(patient, exam))[1].tobytes()


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A release of 16 patients with two exams, and an identified reference with three of them."""
    base = tmp_path_factory.mktemp("reference")
    for patient in range(16):
        for exam in range(2):
            name, study = f"sub-{patient}", f"2.25.7{patient}{exam}"
            tags = {"PatientID": name, "PatientName": name, "StudyInstanceUID": study}
            write(
                base / "release", f"{patient}-{exam}.dcm", clean_dicom(pixels=image_of(patient, exam), **tags)
            )
    same = {"PatientID": "48213957", "PatientName": "QUILLFEATHER^ZBIGNIEW"}
    write(base / "reference", "Quillfeather_48213957.dcm", make_dicom(image_of(2, 0), **same))
    write(
        base / "reference", "plain/b.dcm", make_dicom(image_of(5, 8), PatientID="77120934", PatientName="X")
    )
    for stranger in range(300, 310):
        write(
            base / "reference",
            f"plain/{stranger}.dcm",
            make_dicom(image_of(stranger, 0), PatientID=f"{stranger}"),
        )
    return base / "release", base / "reference"


def test_patients_and_exposures_are_found(sets: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = run(sets[0], out, stages=LINKAGE, reference=sets[1]).report
    shared = [row for row in rows(out, "duplicates") if row["scope"] == "reference"]
    exact = [row for row in shared if row["kind"] == "identical_pixels"]
    assert [(row["file_a"], row["patient_a"], row["patient_b"]) for row in exact] == [
        ("2-0.dcm", KEY.patient("sub-2"), KEY.patient("48213957"))
    ]
    links = {row["patient"]: row for row in rows(out, "linkage")}
    assert links[KEY.patient("sub-2")]["p_in_reference"] == "1"
    assert links[KEY.patient("sub-2")]["reference_patient"] == KEY.patient("48213957")
    chances = [row["p_in_reference"] for row in rows(out, "patients")]
    assert len(chances) == 16
    assert all(chances)
    rules = {(row["rule_id"], row["patient"]) for row in rows(out, "findings")}
    assert ("L707", KEY.patient("sub-2")) in rules
    assert ("L708", KEY.patient("sub-2")) in rules
    held = report.linkage.reference
    assert (held.images, held.patients, held.release_patients) == (12, 12, 16)
    assert held.found >= 1
    assert report.linkage.duplicates.identical_reference == 1
    assert not (out / ".state").exists()
    text = "".join(path.read_bytes().decode("utf-8", "replace") for path in out.iterdir()) + render(
        report, "html"
    )
    for secret in ("uillfeather", "UILLFEATHER", "48213957", "77120934"):
        assert secret not in text


def test_a_reference_whose_patients_stand_in_its_paths(sets: tuple[Path, Path], tmp_path: Path) -> None:
    for stranger in range(300, 306):
        write(tmp_path / "ref", f"case{stranger}_0.png", png(stranger, 1))
        write(tmp_path / "ref", f"case{stranger}_1.png", png(stranger, 2))
    rule = "path:^(?P<patient>case[0-9]+)"
    held = run(sets[0], tmp_path / "out", stages=LINKAGE, reference=tmp_path / "ref", reference_patient=rule)
    found = held.report.linkage.reference
    assert (found.images, found.patients, found.images_unattributed, found.found) == (12, 6, 0, 0)
    assert not [row for row in rows(tmp_path / "out", "findings") if row["rule_id"] in ("L707", "L708")]


def test_a_reference_that_is_not_there_or_holds_no_image(sets: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        run(sets[0], tmp_path / "out", stages=LINKAGE, reference=tmp_path / "absent")
    with pytest.raises(UsageError):
        run(sets[0], tmp_path / "out", stages=LINKAGE, reference=sets[1], reference_patient="path:(")
    write(tmp_path / "text", "a.txt", "nothing")
    found = run(
        sets[0], tmp_path / "out", stages=LINKAGE, reference=tmp_path / "text"
    ).report.linkage.reference
    assert found.share is None
    assert found.reason == "the reference has no image that shows something"


def test_blank_images_are_nobody(sets: tuple[Path, Path], tmp_path: Path) -> None:
    write(tmp_path / "ref", "a.dcm", make_dicom(np.zeros((64, 64), np.uint8), PatientID="1"))
    found = run(
        sets[0], tmp_path / "out", stages=LINKAGE, reference=tmp_path / "ref"
    ).report.linkage.reference
    assert (found.images, found.found, found.share) == (1, 0, None)
