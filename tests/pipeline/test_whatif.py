"""`auditor whatif` from files to whatif.json: sampling, tasks, what could not be decoded, secrets."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import cv2
import jsonschema
import numpy as np
import pytest

from auditor import cli
from auditor.errors import SourceError, UsageError
from auditor.linkage.whatif import chosen
from auditor.model import Facts, Item
from auditor.pipeline.pictures import candidates, draw
from auditor.pipeline.plan import Metadata, Plan
from auditor.pipeline.whatif import Experiment, whatif
from auditor.report.whatif_schema import SCHEMA_FILE, WhatIfReport, whatif_json, whatif_schema_text
from auditor.sources import open_source
from tests.builders.anatomy import image_of
from tests.builders.dataset import write
from tests.builders.features import Tiny
from tests.builders.series import axial
from tests.builders.volumes import as_nifti, brain, series_of

PATIENTS = 14


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two exams of invented patients whose names are in no pixel, a broken file, and an index."""
    folder = tmp_path_factory.mktemp("films")
    with (folder / "index.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["file", "who", "exam", "finding", "age"])
        for patient in range(PATIENTS):
            for exam in range(2):
                name = f"Quillfeather{patient}_{exam}.png"
                cv2.imwrite(str(folder / name), image_of(patient, exam))
                finding = "nodule|Marchbanks" if patient % 2 else ""
                table.writerow([name, f"Quillfeather{patient}", exam, finding or "none", 30 + patient])
        (folder / "Quillfeather0_9.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
        table.writerow(["Quillfeather0_9.png", "Quillfeather0", 9, "none", 30])
    return folder


def run(films: Path, out: Path, task: str = "", patients: int = 100, **more: object) -> WhatIfReport:
    plan = Plan(metadata=Metadata(films / "index.csv", "file", "who", "exam"), draws=2, **more)  # type: ignore[arg-type]
    asked = Experiment(chosen(["blur=8"]), Tiny(), task, patients)
    return whatif(open_source(films, exclude=out), out, plan, asked)


def test_a_report_counts_what_it_was_measured_on_and_follows_its_schema(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.linkage.whatif.utility.MIN_PATIENTS", 5)
    found = run(films, tmp_path, "finding=nodule")
    assert (found.sample.patients_in_source, found.sample.patients) == (PATIENTS, PATIENTS)
    assert found.sample.images == 2 * PATIENTS and found.sample.other_exams
    assert [row.mitigation for row in found.rows] == ["none", "blur"]
    assert found.task is not None and found.task.kind == "value" and found.task.values == 2
    assert found.task.majority == 0.5
    jsonschema.validate(json.loads(whatif_json(found)), json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    assert not list(tmp_path.iterdir())


def test_the_shipped_schema_is_the_model() -> None:
    hint = "write auditor.report.whatif_schema.whatif_schema_text() to whatif.schema.json"
    assert SCHEMA_FILE.read_text(encoding="utf-8") == whatif_schema_text(), hint


def test_a_seed_decides_the_sample_and_the_figures(films: Path, tmp_path: Path) -> None:
    first, again = (run(films, tmp_path, patients=8, seed=3).rows for _ in range(2))
    assert first == again
    assert run(films, tmp_path, patients=8, seed=3).sample.patients == 8


def test_no_cell_of_the_table_and_no_name_is_written(
    films: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = [
        "whatif", films, "--out", tmp_path / "out", "--metadata", films / "index.csv", "--image-column", "file",
        "--patient-column", "who", "--exam-column", "exam", "--task", "finding", "--mitigate", "crop=0.8",
        "--features", "classical", "--draws", "2", "--workers", "0", "--lang", "zh",
    ]  # fmt: skip
    monkeypatch.setattr("sys.argv", ["auditor", *map(str, arguments)])
    monkeypatch.setattr("auditor.linkage.describe.tiers.load_features", lambda _: Tiny())
    # Two values only: a column of both sides by ten patients each would need a larger set.
    monkeypatch.setattr("auditor.linkage.whatif.utility.MIN_PATIENTS", 5)
    _main()
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    told = capsys.readouterr()
    assert "whatif.html" in told.err and "裁剪" in told.err
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "whatif.html",
        "whatif.json",
        "whatif.csv",
    }
    for secret in ("Quillfeather", "Marchbanks"):
        assert secret not in written and secret not in told.out + told.err


def _main() -> None:
    try:
        cli.main()
    except SystemExit as end:
        assert not end.code


def test_numbers_become_a_question_of_the_median(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.linkage.whatif.utility.MIN_PATIENTS", 5)
    found = run(films, tmp_path, "age")
    assert found.task is not None and found.task.kind == "above_median" and found.task.values == 2


@pytest.mark.parametrize("task", ["weather", "finding=measles", "sex"])
def test_a_task_that_cannot_be_asked_is_wrong_use(films: Path, tmp_path: Path, task: str) -> None:
    with pytest.raises(UsageError):
        run(films, tmp_path, task)


def test_a_source_without_patients_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    for patient in range(3):
        cv2.imwrite(str(folder / f"p{patient}.png"), image_of(patient, 0))
    asked = Experiment(chosen(["blur=8"]), Tiny())
    for rule, told in (
        ("tag:PatientID", "No images of patients"),
        ("path:^(?P<patient>p)", "Only one patient"),
    ):
        with pytest.raises(SourceError, match=told):
            whatif(open_source(folder), tmp_path / "out", Plan(patient=rule, draws=1), asked)


def test_without_second_images_the_same_exposure_is_looked_up(tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    for patient in range(6):
        cv2.imwrite(str(folder / f"p{patient}.png"), image_of(patient, 0))
    asked = Experiment(chosen(["blur=8"]), Tiny())
    plan = Plan(patient="path:^(?P<patient>p.)", draws=1)
    found = whatif(open_source(folder), tmp_path / "out", plan, asked)
    assert found.attack == "same_exposure" and not found.sample.other_exams
    assert [row.rank1_adaptive.value for row in found.rows] == [1, 1]


def test_volumes_are_mitigated_whole_and_what_is_none_by_its_middle(tmp_path: Path) -> None:
    for patient in range(3):
        for exam in range(2):
            volume = series_of(brain(patient, 40), 2 * patient + exam, ct=False)
            name = f"set/p{patient}/e{exam}"
            if exam:
                write(tmp_path, f"{name}/head.nii.gz", as_nifti(volume))
                continue
            tags: dict[str, object] = {
                "StudyInstanceUID": f"1.2.{patient}",
                "SeriesInstanceUID": f"1.2.{patient}.1",
            }
            if patient == 2:
                # Slices without a place: nothing says how they lie.
                tags["ImagePositionPatient"] = None
            for number, content in enumerate(axial(brain(patient, 40).astype(np.int16), mm=4.0, tags=tags)):
                write(tmp_path, f"{name}/{number:03d}.dcm", content)
    plan = Plan(patient="path:^(?P<patient>p.)", draws=1)
    asked = Experiment(chosen(["blur=8"]), Tiny())
    found = whatif(open_source(tmp_path / "set"), tmp_path / "out", plan, asked)
    assert (found.sample.images, found.sample.volumes, found.sample.middle_images) == (6, 5, 1)
    assert found.rows[1].ssim.value < 1


def _image(patient: str, exam: str, series: str = "", name: str = "") -> tuple[Item, str, str, str, Facts]:
    return Item(name or f"{patient}{exam}{series}", 1), patient, exam, series, Facts()


def test_patients_who_can_be_probed_are_drawn_first_and_from_two_exams() -> None:
    images = [_image("a", "1"), _image("b", "1", name="b1"), _image("b", "1", name="b2"), _image("c", "1")]
    images += [_image("c", "2"), _image("c", "2", name="c22"), _image("d", "1")]
    found = candidates(images)
    for seed in range(5):
        chosen_ = draw(found, 2, np.random.default_rng(seed))
        assert [each.patient for each in chosen_] == ["P000001"] * 2 + ["P000002"] * 2
        assert {each.exam for each in chosen_ if each.patient == "P000002"} == {"1", "2"}
    assert len(draw(found, 9, np.random.default_rng(0))) == 6


def test_a_long_series_is_one_candidate_with_all_its_files() -> None:
    images = [_image("a", "1", "s", name=f"{n:02d}") for n in range(20)]
    (found,) = candidates(images)
    assert found.item.path == "10" and len(found.series) == 20
