"""The whole audit on small datasets: coverage, verdict, joins, resume, determinism."""

from pathlib import Path

import pytest

from auditor.errors import InterruptedScanError
from auditor.pipeline import examining
from auditor.pipeline.plan import Metadata
from auditor.policy import Policy
from tests.builders.dataset import clean_dicom, film, rows, run, write
from tests.builders.dicom import make_dicom


def status(out: Path) -> dict[str, tuple[str, str]]:
    return {row["file"]: (row["status"], row["reason"]) for row in rows(out, "coverage")}


def test_an_empty_folder_is_never_a_pass(dataset: Path, tmp_path: Path) -> None:
    done = run(dataset, tmp_path / "out")
    assert done.report.verdict.status == "incomplete"
    assert done.exit_code == 3
    assert rows(tmp_path / "out", "coverage") == []


def test_only_unreadable_files_are_incomplete(dataset: Path, tmp_path: Path) -> None:
    write(dataset, "a.dcm", "not DICOM at all")
    assert run(dataset, tmp_path / "out").exit_code == 3


def test_clean_files_pass(dataset: Path, tmp_path: Path) -> None:
    for number in range(3):
        write(dataset, f"sub-{number:03}/1.dcm", clean_dicom(PatientID=f"sub-{number:03}"))
    done = run(dataset, tmp_path / "out", policy=Policy.model_validate({"gate": {"review_k": None}}))
    noticed = [row for row in rows(tmp_path / "out", "findings") if row["severity"] != "info"]
    assert [row for row in noticed if not row["rule_id"].startswith("R")] == []
    assert done.exit_code == 0
    assert done.report.dataset.patients == 3


def test_a_name_fails_the_gate_and_a_waiver_or_a_level_lets_it_pass(dataset: Path, tmp_path: Path) -> None:
    write(dataset, "1.dcm", make_dicom(PatientName="SEXTON^CARMEN", PatientID="sub-1"))
    out = tmp_path / "out"
    done = run(dataset, out)
    assert (done.report.verdict.status, done.exit_code) == ("fail", 1)
    [group] = [g for g in done.report.findings.groups if g.severity in ("high", "critical")]
    waiver = {"rule": group.rule_id, "owner": "dpo", "reason": "invented", "expires": "2999-01-01"}
    waived = run(dataset, out, policy=Policy.model_validate({"waiver": [waiver]}))
    assert waived.exit_code == 0
    assert waived.report.findings.waived == group.count
    assert run(dataset, out, policy=Policy.model_validate({"gate": {"fail_on": "never"}})).exit_code == 0


def test_every_broken_file_is_typed_and_the_rest_is_still_read(dataset: Path, tmp_path: Path) -> None:
    whole = make_dicom(film(), PatientName="SEXTON^CARMEN", PatientID="sub-1")
    write(dataset, "whole.dcm", whole)
    write(dataset, "cut.dcm", whole[: len(whole) - 3000])
    write(dataset, "text.dcm", "This is a letter, not an image.")
    write(dataset, "empty.dcm", b"")
    write(dataset, "data.bin", bytes(range(256)) * 8)
    (dataset / "gone.dcm").symlink_to(dataset / "nowhere")
    done = run(dataset, tmp_path / "out", stages=frozenset({"tags", "linkage", "records"}))
    found = status(tmp_path / "out")
    assert found["whole.dcm"][0] == "read"
    assert found["cut.dcm"][0] == "partial"
    assert found["text.dcm"] == ("unreadable", "named as DICOM but is not")
    assert found["empty.dcm"] == ("unreadable", "empty file")
    assert found["gone.dcm"][0] == "unreadable"
    assert found["data.bin"][0] == "skipped"
    assert done.report.coverage.unreadable == 3
    names = [row["file"] for row in rows(tmp_path / "out", "findings") if "PatientName" in row["location"]]
    assert names == ["cut.dcm", "whole.dcm"]


def test_the_text_of_a_file_that_is_named_as_dicom_is_searched(dataset: Path, tmp_path: Path) -> None:
    write(dataset, "letter.dcm", "Patient Name: Carmen Sexton, DOB 12/04/1937")
    run(dataset, tmp_path / "out")
    assert status(tmp_path / "out")["letter.dcm"] == ("unreadable", "named as DICOM but is not")
    assert "name" in {row["category"] for row in rows(tmp_path / "out", "findings")}


def test_storage_that_fails_among_the_frames_loses_nothing_found_before(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditor.pipeline import examine

    def portray(frame):  # type: ignore[no-untyped-def]
        raise OSError("SEXTON^CARMEN")

    monkeypatch.setattr(examine, "portray", portray)
    write(dataset, "a.dcm", make_dicom(film(), PatientName="SEXTON^CARMEN", PatientID="sub-1"))
    run(dataset, tmp_path / "out", stages=frozenset({"tags", "linkage"}))
    assert status(tmp_path / "out")["a.dcm"] == ("partial", "could not be read from its storage")
    assert any("PatientName" in row["location"] for row in rows(tmp_path / "out", "findings"))


def test_a_reader_that_fails_costs_one_file(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditor.pipeline import examine

    real = examine.read_item

    def read_item(stream, item, limits):  # type: ignore[no-untyped-def]
        if item.path == "b.dcm":
            raise RuntimeError("SEXTON^CARMEN")
        return real(stream, item, limits)

    monkeypatch.setattr(examine, "read_item", read_item)
    for name in "abc":
        write(dataset, f"{name}.dcm", clean_dicom())
    run(dataset, tmp_path / "out")
    assert status(tmp_path / "out") == {
        "a.dcm": ("read", ""),
        "b.dcm": ("unreadable", "reader failed on this content"),
        "c.dcm": ("read", ""),
    }


def test_a_file_that_takes_too_long_is_left(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from auditor.pipeline import examine
    from auditor.readers.base import Limits

    monkeypatch.setattr(examine, "read_item", lambda *_: time.sleep(5))
    write(dataset, "a.dcm", clean_dicom())
    run(dataset, tmp_path / "out", limits=Limits(seconds=0.05))
    assert status(tmp_path / "out")["a.dcm"] == ("unreadable", "took longer than the limit")


def test_a_metadata_table_attributes_images_and_names_what_is_missing(dataset: Path, tmp_path: Path) -> None:
    import cv2

    for name in "abc":
        write(dataset, f"{name}.png", cv2.imencode(".png", film(ord(name)))[1].tobytes())
    table = write(
        tmp_path, "index.csv", "image,patient,visit,age,sex\na.png,1,0,60,F\nb.png,1,1,60,F\nd.png,2,0,33,M\n"
    )
    out = tmp_path / "out"
    done = run(
        dataset,
        out,
        stages=frozenset({"tags", "records"}),
        metadata=Metadata(table, "image", "patient", "visit"),
    )
    assert status(out) == {
        "a.png": ("read", ""),
        "b.png": ("read", ""),
        "c.png": ("read", "read, but not named in the metadata table"),
        "d.png": ("skipped", "named in the metadata table but not in the source"),
    }
    assert done.report.dataset.patients == 1
    assert done.report.dataset.files_without_patient == 1
    assert any("not named in the metadata table" in limit for limit in done.report.limits)


def test_an_interrupted_scan_keeps_what_was_examined(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        write(dataset, f"{number:02}.dcm", make_dicom(PatientName="SEXTON^CARMEN", PatientID=f"sub-{number}"))
    out = tmp_path / "out"

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "examining files" and done >= 10:
            raise KeyboardInterrupt

    with pytest.raises(InterruptedScanError, match="--resume") as stopped:
        run(dataset, out, progress=stop)
    assert stopped.value.exit_code == 3
    examined: list[int] = []
    real = examining.examine

    def count(source, items, *rest):  # type: ignore[no-untyped-def]
        examined.extend(index for index, _ in items)
        return real(source, items, *rest)

    monkeypatch.setattr(examining, "examine", count)
    run(dataset, out, resume=True)
    assert 0 < len(examined) < 30
    assert len(rows(out, "coverage")) == 30
    assert len({row["file"] for row in rows(out, "findings") if "PatientName" in row["location"]}) == 30
    assert not (out / ".state").exists()


def test_a_resumed_scan_knows_which_images_were_there(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import cv2

    for number in range(20):
        write(dataset, f"{number:02}.png", cv2.imencode(".png", film(number))[1].tobytes())
    lines = "".join(f"{number:02}.png,p{number}\n" for number in range(21))
    table = Metadata(write(tmp_path, "index.csv", "image,patient\n" + lines), "image", "patient")

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "examining files" and done >= 8:
            raise KeyboardInterrupt

    with pytest.raises(InterruptedScanError):
        run(dataset, tmp_path / "out", metadata=table, progress=stop)
    run(dataset, tmp_path / "out", metadata=table, resume=True)
    missing = [row["file"] for row in rows(tmp_path / "out", "coverage") if row["status"] == "skipped"]
    assert missing == ["20.png"]


@pytest.mark.parametrize("table", ["findings", "patients", "linkage", "duplicates", "inventory"])
def test_two_runs_agree_to_the_byte(tmp_path: Path, table: str) -> None:
    outs = [_twice(tmp_path / name) for name in ("one", "two")]
    first, second = ((out / f"{table}.csv").read_bytes() for out in outs)
    assert first == second


_RUNS: dict[str, Path] = {}


def _twice(folder: Path) -> Path:
    """The same small dataset audited; kept over the parameters of the test."""
    if folder.name not in _RUNS:
        dataset = folder / "dataset"
        for patient in range(4):
            for exam in range(2):
                content = make_dicom(
                    film(patient),
                    PatientName="SEXTON^CARMEN",
                    PatientID=f"s{patient}",
                    StudyInstanceUID=f"1.{exam}",
                )
                write(dataset, f"s{patient}/{exam}.dcm", content)
        run(dataset, folder / "out", stages=frozenset({"tags", "linkage", "records"}))
        _RUNS[folder.name] = folder / "out"
    return _RUNS[folder.name]
