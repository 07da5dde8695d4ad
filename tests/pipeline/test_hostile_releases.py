"""Releases that no attack expects: nothing ends the scan, and every number that is written is one."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import nibabel as nib
import numpy as np
import pytest
from numpy.typing import NDArray

from auditor.report import render
from tests.builders.anatomy import image_of
from tests.builders.dataset import clean_dicom, rows, run, write

Image = NDArray[Any]
Files = dict[str, bytes]


def png(image: Image) -> bytes:
    return cv2.imencode(".png", image)[1].tobytes()


def tiff(image: Image) -> bytes:
    return cv2.imencode(".tiff", image.astype(np.float32))[1].tobytes()


def nifti(values: Image) -> bytes:
    return bytes(nib.Nifti1Image(values.astype(np.float32), np.eye(4)).to_bytes())


def noise(p: int, e: int, shape: tuple[int, ...]) -> Image:
    return np.random.default_rng(100 * p + e).integers(0, 255, shape).astype(np.uint8)


def dicom(p: int, e: int, patient: str, share: float = 1.0, **tags: Any) -> bytes:
    uid = f"2.25.{10**6 + 100 * p + e}"
    whole = clean_dicom(
        pixels=image_of(p, e), PatientID=patient, PatientName=patient, StudyInstanceUID=uid, **tags
    )
    return whole[: int(len(whole) * share)]


def folders(make: Callable[[int, int], bytes], patients: int = 12, ending: str = "png") -> Files:
    return {f"p{p}/{e}.{ending}": make(p, e) for p in range(patients) for e in range(2)}


def some(values: Image, bad: float) -> Image:
    values = values.astype(np.float32)
    values[1:5] = bad
    return values


ODD_AGES = ("000Y", "999Y", "-1", "abcY", "1e9Y", "NaN")
ODD_DATES = ("00000000", "99991231", "20200230", "x", "", "10000101")
RELEASES: dict[str, tuple[Callable[[], Files], str]] = {
    "one row": (lambda: folders(lambda p, e: png(noise(p, e, (1, 3000)))), ""),
    "one column": (lambda: folders(lambda p, e: png(noise(p, e, (3000, 1)))), ""),
    "one pixel": (lambda: folders(lambda p, e: png(noise(p, e, (1, 1)))), "all images are blank"),
    "noise": (lambda: folders(lambda p, e: png(noise(p, e, (64, 64))), 30), ""),
    "two grey levels": (lambda: folders(lambda p, e: png(255 * (noise(p, e, (64, 64)) // 128))), ""),
    "one constant each": (
        lambda: folders(lambda p, e: png(np.full((50, 60), 7 * p + e, np.uint8))),
        "all images are blank",
    ),
    "one picture but for a pixel": (
        lambda: folders(lambda p, e: png(np.where(np.eye(96) * (p == e), 255, image_of(0, 0)[:96, :96]))),
        "",
    ),
    "each patient one exposure twice": (
        lambda: folders(lambda p, e: png(image_of(p, 0)), 24),
        "no patient has images of two exams or two exposures",
    ),
    "one patient with most images": (
        lambda: {
            **folders(lambda p, e: png(image_of(p, e)), 3),
            **{f"p0/{e}.png": png(image_of(0, e)) for e in range(60)},
        },
        "",
    ),
    "a float picture of NaN": (
        lambda: folders(lambda p, e: tiff(np.full((40, 40), np.nan)), ending="tiff"),
        "all images are blank",
    ),
    "float pictures with infinite rows": (
        lambda: folders(lambda p, e: tiff(some(image_of(p, e), np.inf)), ending="tiff"),
        "",
    ),
    "volumes with NaN": (
        lambda: folders(lambda p, e: nifti(some(noise(p, e, (16, 16, 16)), np.nan)), ending="nii"),
        "",
    ),
    "volumes beyond float32's square": (
        lambda: folders(lambda p, e: nifti(noise(p, e, (16, 16, 16)) * 1e36), ending="nii"),
        "",
    ),
    "no ids": (
        lambda: {f"{p}-{e}.dcm": dicom(p, e, "") for p in range(5) for e in range(2)},
        "no image is attributed to a patient",
    ),
    "ids of blanks among others": (
        lambda: {
            f"{p}-{e}.dcm": dicom(p, e, " " * p if p % 2 else f"s{p}") for p in range(6) for e in range(2)
        },
        "",
    ),
    "odd ages and dates": (
        lambda: {
            f"{p}-{e}.dcm": dicom(p, e, f"s{p}", PatientAge=ODD_AGES[p % 6], StudyDate=ODD_DATES[(p + e) % 6])
            for p in range(24)
            for e in range(2)
        },
        "",
    ),
}


@pytest.mark.parametrize("name", RELEASES)
def test_hostile_releases_are_measured_or_said_not_to_be(name: str, tmp_path: Path) -> None:
    make, reason = RELEASES[name]
    files = make()
    for path, content in files.items():
        write(tmp_path / "set", path, content)
    by_folder = next(iter(files)).startswith("p")
    report = run(
        tmp_path / "set",
        tmp_path / "out",
        stages=frozenset({"tags", "linkage", "records"}),
        patient="path:^(?P<patient>p[0-9]+)" if by_folder else "tag:PatientID",
        features="classical",
        draws=2,
    ).report
    assert report.unfinished == []
    assert report.linkage.self.reason == reason
    assert (report.linkage.self.rank1 is None) == bool(reason)
    json.loads(render(report, "json"), parse_constant=lambda word: pytest.fail(f"{word} in report.json"))
    assert render(report, "html", lang="zh")
    for table in ("linkage", "patients", "duplicates"):
        for row in rows(tmp_path / "out", table):
            numbers = [float(cell) for cell in row.values() if cell.lower().lstrip("-") in ("nan", "inf")]
            assert all(map(math.isfinite, numbers)), row


def test_pictures_that_end_early_are_not_attacked_and_said_so(tmp_path: Path) -> None:
    for p in range(12):
        for e in range(2):
            # Of every third patient both files end early, of the next the second one.
            share = 0.6 if p % 3 == 0 or (p % 3 == 1 and e) else 1.0
            write(tmp_path / "set", f"{p}-{e}.dcm", dicom(p, e, f"s{p}", share))
    stages = frozenset({"tags", "linkage"})
    done = run(tmp_path / "set", tmp_path / "out", stages=stages, features="classical", draws=2)
    attack = done.report.linkage.self
    assert "12 images were left out: their files end before the picture does" in attack.notes
    assert (attack.gallery_patients, attack.probe_patients) == (8, 4)
    reasons = [row["reason"] for row in rows(tmp_path / "out", "linkage")]
    assert reasons.count("its images could not be read whole") == 4
    assert sum(reason.startswith("one image only") for reason in reasons) == 4
    assert (
        sum(
            row["reason"] == "file ends before its content does" for row in rows(tmp_path / "out", "coverage")
        )
        == 12
    )


def test_an_early_end_spares_the_frames_before_it(tmp_path: Path) -> None:
    for p in range(6):
        for e in range(2):
            clip = np.stack([image_of(p, e)] * 4)
            whole = clean_dicom(
                pixels=clip,
                NumberOfFrames=4,
                PatientID=f"s{p}",
                PatientName=f"s{p}",
                StudyInstanceUID=f"2.25.{100 * p + e + 1}",
            )
            write(tmp_path / "set", f"{p}-{e}.dcm", whole[: int(0.9 * len(whole))])
    stages = frozenset({"tags", "linkage"})
    report = run(tmp_path / "set", tmp_path / "out", stages=stages, features="classical", draws=2).report
    assert report.coverage.partial == 12
    assert report.linkage.self.probe_patients == 6
