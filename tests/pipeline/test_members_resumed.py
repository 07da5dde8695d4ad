"""A scan that was interrupted inside archives and goes on ends as one that was not."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import InterruptedScanError
from auditor.readers.base import Limits
from tests.builders.dataset import clean_dicom, rows, run, write
from tests.builders.dicom import make_dicom
from tests.pipeline.test_members import tarred, zipped

TABLES = ("findings", "patients", "inventory", "duplicates", "linkage")


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    """Archives in archives in patients' files, so that every level holds files of its own and of others."""
    for number in range(3):
        letter = make_dicom(
            PatientID=f"sub-{number}",
            PatientName=f"sub-{number}",
            MIMETypeOfEncapsulatedDocument="application/zip",
            EncapsulatedDocument=zipped(
                {f"{n}.txt": f"Phone +49 30 90182{n}{number}".encode() for n in range(3)}
            ),
        )
        series = {f"{n}.dcm": clean_dicom(PatientID=f"sub-{number}") for n in range(4)} | {
            "letter.dcm": letter
        }
        deeper = zipped({f"z{n}.zip": zipped({"note.txt": b"Seen by Dr. Anna Smith"}) for n in range(3)})
        files = {"a.tgz": tarred(series), "b.zip": deeper, "c.txt": b"nothing", "d.tgz": tarred(series)}
        write(tmp_path / "set", f"pack{number}.zip", zipped(files))
    return tmp_path / "set"


def written(out: Path) -> dict[str, object]:
    """The tables as they stand, but for the seconds that reading took."""
    covered = [{**row, "seconds": ""} for row in rows(out, "coverage")]
    return {"coverage": covered} | {name: (out / f"{name}.csv").read_bytes() for name in TABLES}


@pytest.mark.parametrize("limits", [Limits(), Limits(members=24)], ids=["all", "more than the limit"])
def test_interrupted_anywhere(archives: Path, tmp_path: Path, limits: Limits) -> None:
    run(archives, tmp_path / "whole", limits=limits)
    whole = written(tmp_path / "whole")
    total = len(rows(tmp_path / "whole", "coverage"))
    assert total > 40
    if limits.members == 24:
        assert any(row["reason"] == "larger than the limit" for row in rows(tmp_path / "whole", "coverage"))
    stops = []
    for wanted in (1, 4, 20, 36):

        def stop(stage: str, done: int, total: int, wanted: int = wanted) -> None:
            if stage == "examining files" and done >= wanted:
                raise KeyboardInterrupt

        out = tmp_path / f"stopped at {wanted}"
        with pytest.raises(InterruptedScanError):
            run(archives, out, limits=limits, progress=stop)
        run(archives, out, limits=limits, resume=True)
        stops.append(written(out))
    assert all(tables == whole for tables in stops)


def test_interrupted_again_and_again(archives: Path, tmp_path: Path) -> None:
    run(archives, tmp_path / "whole")
    out, rounds = tmp_path / "out", 0
    while True:
        seen: list[int] = []

        def stop(stage: str, done: int, total: int, seen: list[int] = seen) -> None:
            seen.append(done)
            if stage == "examining files" and len(seen) > 2:
                raise KeyboardInterrupt

        try:
            run(archives, out, resume=rounds > 0, progress=stop)
            break
        except InterruptedScanError:
            rounds += 1
    assert rounds > 3
    assert written(out) == written(tmp_path / "whole")


def test_workers_share_what_archives_may_unpack_to_alike(archives: Path, tmp_path: Path) -> None:
    limits = Limits(members=24)
    for workers in (0, 2):
        run(archives, tmp_path / f"out{workers}", limits=limits, workers=workers)
    assert written(tmp_path / "out0") == written(tmp_path / "out2")
