"""Whole audits of small, mixed, broken and turned releases: measured as far as that goes, and said so."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from auditor.pipeline.scan import Audit
from tests.builders.anatomy import image_of
from tests.builders.dataset import clean_dicom, run, write
from tests.builders.singles import KINDS, Image

BY_FOLDER = "path:^(?P<patient>p[0-9]+)"
LINKAGE = frozenset({"tags", "linkage"})


def png(image: Image) -> bytes:
    return cv2.imencode(".png", image[..., ::-1] if image.ndim == 3 else image)[1].tobytes()


def dicom(image: Image, patient: int, exam: int, monochrome: int) -> bytes:
    """Twelve bits in sixteen, in either polarity."""
    values = image.astype(np.uint16) * 16
    return clean_dicom(
        pixels=4095 - values if monochrome == 1 else values,
        PatientID=f"sub-{patient:03d}",
        PatientName=f"sub-{patient:03d}",
        StudyInstanceUID=f"2.25.{10**6 + 10 * patient + exam}",
        photometric=f"MONOCHROME{monochrome}",
    )


def audited(tmp_path: Path, files: dict[str, bytes], patient: str = BY_FOLDER) -> Audit:
    for name, content in files.items():
        write(tmp_path / "set", name, content)
    return run(
        tmp_path / "set", tmp_path / "out", stages=LINKAGE, patient=patient, features="classical", draws=5
    )


FEW = {f"p{p}/{e}.png": png(image_of(p, e)) for p in range(6) for e in range(2)}
UNMEASURED = {
    "no patient has two images": {name: FEW[name] for name in FEW if name.endswith("0.png")},
    "only one patient has images": {name: FEW[name] for name in FEW if name.startswith("p0")},
    "no image is attributed to a patient": {
        name.replace("/", "_").replace("p", "q"): FEW[name] for name in FEW
    },
    "all images are blank": {name: png(np.zeros((40, 60), np.uint8)) for name in FEW},
    "no patient has images of two exams or two exposures": dict.fromkeys(FEW, png(image_of(0, 0))),
}


@pytest.mark.parametrize("reason", UNMEASURED)
def test_what_could_not_be_measured_asks_for_review(reason: str, tmp_path: Path) -> None:
    report = audited(tmp_path, UNMEASURED[reason]).report
    assert report.linkage.self.reason == reason
    assert report.verdict.status in ("review", "fail")
    assert any(reason in said for said in report.verdict.reasons)
    assert report.findings.by_rule["L704"] == 1


def test_one_image_under_many_patients_fails_whatever_can_be_linked(tmp_path: Path) -> None:
    report = audited(tmp_path, dict.fromkeys(FEW, png(image_of(0, 0)))).report
    assert report.linkage.duplicates.identical_across_patients == 5
    assert report.verdict.status == "fail"


def test_both_polarities_and_a_png_show_one_patient(tmp_path: Path) -> None:
    files = {}
    for p in range(12):
        files[f"p{p}/a.dcm"] = dicom(image_of(p, 0), p, 0, 1)
        files[f"p{p}/b.dcm" if p % 2 else f"p{p}/b.png"] = (
            dicom(image_of(p, 1), p, 1, 2) if p % 2 else png(image_of(p, 1))
        )
    attack = audited(tmp_path, files).report.linkage.self
    assert attack.rank1 is not None
    assert (attack.images, attack.probe_patients) == (24, 12)
    assert attack.rank1.value > 0.8
    assert any("exams are not known" in note for note in attack.notes)


def test_sizes_modalities_and_broken_files_in_one_release(tmp_path: Path) -> None:
    files = {}
    for number, kind in enumerate(("US", "XC")):
        for p in range(8):
            for e in range(2):
                scale = 0.6 + 0.9 * e
                picture = png(cv2.resize(KINDS[kind](p, e), None, fx=scale, fy=scale))
                files[f"p{number}{p:02d}/{e}.png"] = picture
                files[f"p{number}{p:02d}/broken{e}.png"] = picture[: len(picture) // 3]
    report = audited(tmp_path, files).report
    assert (report.coverage.read, report.coverage.partial + report.coverage.unreadable) == (32, 32)
    attack = report.linkage.self
    assert attack.rank1 is not None
    assert (attack.images, attack.gallery_patients) == (32, 16)
    assert attack.rank1.low > 0.3


@pytest.mark.parametrize("size", [(5, 7), (2, 700), (1, 1)])
def test_images_of_a_few_pixels_end_no_scan(size: tuple[int, int], tmp_path: Path) -> None:
    files = {f"p{p}/{e}.png": png(cv2.resize(image_of(p, e), size[::-1])) for p in range(5) for e in range(2)}
    report = audited(tmp_path, files).report
    assert report.linkage.self.images == 10
    assert report.verdict.status == "review"


def test_the_middle_of_a_clip_stands_for_it(tmp_path: Path) -> None:
    files = {}
    for p in range(8):
        for e in range(2):
            clip = np.stack([KINDS["US"](50, e), KINDS["US"](p, e), KINDS["US"](51, e)])
            files[f"p{p}/{e}.dcm"] = clean_dicom(
                pixels=clip,
                NumberOfFrames=3,
                Modality="US",
                PatientID=f"sub-{p:03d}",
                StudyInstanceUID=f"2.25.{10**6 + 10 * p + e}",
            )
    attack = audited(tmp_path, files).report.linkage.self
    assert attack.rank1 is not None
    assert (attack.images, attack.probe_patients) == (16, 8)
    assert attack.rank1.low > 0.5
