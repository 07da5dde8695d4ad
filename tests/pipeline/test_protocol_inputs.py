"""The identification protocol gives the same figures for the same images, however patients and exams are told."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from auditor.pipeline.plan import Metadata
from auditor.report.schema import SelfLinkage
from tests.builders.anatomy import image_of
from tests.builders.dataset import clean_dicom, run, write

Image = tuple[int, int, int]
"""Patient, exam, view."""
PEOPLE = 14
NOISE = 44.0
PLAIN: list[Image] = [(p, e, 0) for p in range(PEOPLE) for e in range(1 + (p % 4 != 0))]


def pixels(image: Image) -> np.ndarray[Any, np.dtype[np.uint8]]:
    patient, exam, view = image
    return (
        image_of(patient, 2 * exam + view, noise=NOISE, anatomy=4.0, pose=1.5)
        if view == 0
        else lateral(patient, exam)
    )


def lateral(patient: int, exam: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Another body plan: turned by a quarter and inverted."""
    return np.ascontiguousarray(255 - np.rot90(image_of(100 + patient, exam)))


def who(image: Image) -> str:
    return f"sub-{image[0]:03d}"


def stem(image: Image) -> str:
    return f"{who(image)}/x{image[1]}{image[2]}"


def png(folder: Path, images: list[Image]) -> None:
    for image in images:
        write(folder, f"{stem(image)}.png", cv2.imencode(".png", pixels(image))[1].tobytes())


def dicom(folder: Path, images: list[Image], **tags: Callable[[Image], str]) -> None:
    for image in images:
        told = {"PatientID": who, "StudyInstanceUID": lambda i: f"2.25.{10**6 + 10 * i[0] + i[1]}", **tags}
        write(
            folder,
            f"{stem(image)}.dcm",
            clean_dicom(
                pixels=pixels(image),
                WindowCenter=128,
                WindowWidth=256,
                **{key: tell(image) for key, tell in told.items()},
            ),
        )


def listed(folder: Path, images: list[Image], ending: str, *, exams: bool = True) -> Metadata:
    file = folder.parent / "index.csv"
    with file.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["picture", "subject", "visit"])
        rows.writerows([stem(image) + ending, who(image), f"v{image[1]}"] for image in images)
    return Metadata(file, "picture", "subject", "visit" if exams else "")


def attacked(folder: Path, **settings: Any) -> SelfLinkage:
    report = run(
        folder,
        folder.parent / "out",
        stages=frozenset({"linkage"}),
        features="classical",
        draws=6,
        **settings,
    ).report
    return report.linkage.self


def figures(found: SelfLinkage) -> dict[str, Any]:
    """All that is measured; without what is said about how exams were known."""
    told = found.model_dump()
    return {
        key: told[key]
        for key in ("rank1", "rank5", "map", "auc", "eer", "gallery_patients", "probe_patients", "images")
    }


def by_table(folder: Path) -> SelfLinkage:
    png(folder, PLAIN)
    return attacked(folder, metadata=listed(folder, PLAIN, ".png"))


def by_names_without_endings(folder: Path) -> SelfLinkage:
    png(folder, PLAIN)
    return attacked(folder, metadata=listed(folder, PLAIN, ""))


def by_path(folder: Path) -> SelfLinkage:
    png(folder, PLAIN)
    return attacked(folder, patient="path:^(?P<patient>sub-[0-9]+)/")


def by_patient_id(folder: Path) -> SelfLinkage:
    dicom(folder, PLAIN)
    return attacked(folder)


def by_another_tag(folder: Path) -> SelfLinkage:
    dicom(folder, PLAIN, PatientID=lambda _: "ANON", ClinicalTrialSubjectID=who)
    return attacked(folder, patient="tag:ClinicalTrialSubjectID")


def by_table_over_tags(folder: Path) -> SelfLinkage:
    """The table says whose an image is, whatever its header says."""
    dicom(folder, PLAIN, PatientID=lambda image: f"{image}", StudyInstanceUID=lambda _: "2.25.1")
    return attacked(folder, metadata=listed(folder, PLAIN, ".dcm"))


PICTURES = [by_table, by_names_without_endings, by_path]
FILES = [by_patient_id, by_another_tag, by_table_over_tags]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SelfLinkage]:
    return {way.__name__: way(tmp_path_factory.mktemp("way") / "set") for way in (*PICTURES, *FILES)}


@pytest.mark.parametrize("ways", [PICTURES, FILES], ids=["pictures", "dicom"])
def test_figures_do_not_depend_on_how_patients_are_told(
    ways: list[Callable[[Path], SelfLinkage]], measured: dict[str, SelfLinkage]
) -> None:
    found = [figures(measured[way.__name__]) for way in ways]
    assert found[1:] == [found[0]] * 2
    # Neither everybody nor nobody is found, so that the figures could differ.
    assert 0.2 < found[0]["rank1"]["value"] < 0.98


def test_a_picture_and_a_file_show_a_patient_alike(measured: dict[str, SelfLinkage]) -> None:
    """A stored window may move a grey level by one, and that a rank where many are about as alike."""
    picture, file = (figures(measured[name]) for name in ("by_table", "by_patient_id"))
    for name in ("rank1", "map", "auc"):
        assert picture[name]["value"] == pytest.approx(file[name]["value"], abs=0.07)
    assert all(picture[name] == file[name] for name in ("gallery_patients", "probe_patients", "images"))


def test_it_is_said_where_exams_are_not_known(measured: dict[str, SelfLinkage]) -> None:
    unsure = {
        name for name, found in measured.items() if any("exams are not known" in note for note in found.notes)
    }
    assert unsure == {"by_path"}


def test_views_of_one_exam_are_never_each_others_match(tmp_path: Path) -> None:
    """Frontal and lateral: with known exams only another visit's count, also where one view was taken twice."""
    images = [(p, e, v) for p in range(8) for e in range(2) for v in range(2)]
    png(tmp_path / "set", images)
    known = attacked(tmp_path / "set", metadata=listed(tmp_path / "set", images, ".png"))
    assert (known.images, known.probe_patients) == (32, 8)
    one_visit = [image for image in images if image[1] == 0]
    png(tmp_path / "one" / "set", one_visit)
    alone = attacked(tmp_path / "one" / "set", metadata=listed(tmp_path / "one" / "set", one_visit, ".png"))
    assert alone.rank1 is None
    assert alone.reason == "no patient has images of two exams"


def test_a_patient_of_one_exam_stands_in_the_gallery_and_is_not_probed(tmp_path: Path) -> None:
    images = [(p, e if p < 6 else 0, v) for p in range(9) for e in range(2) for v in range(2)]
    images = sorted(set(images))
    png(tmp_path / "set", images)
    found = attacked(tmp_path / "set", metadata=listed(tmp_path / "set", images, ".png"))
    assert (found.gallery_patients, found.probe_patients) == (9, 6)


def test_where_nobody_has_two_images_it_is_said(tmp_path: Path) -> None:
    images = [(p, 0, 0) for p in range(6)]
    dicom(tmp_path / "set", images)
    found = attacked(tmp_path / "set")
    assert (found.rank1, found.reason) == (None, "no patient has two images")
