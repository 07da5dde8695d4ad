"""Members of archives are examined like files: coverage, findings, bounds, locate."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from auditor import cli
from auditor.model import Item
from auditor.pipeline.members import every_item
from auditor.readers.base import Limits
from auditor.readers.containers import open_item
from auditor.sources import open_source
from tests.builders.dataset import KEY, clean_dicom, rows, run, write
from tests.builders.dicom import make_dicom


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize("workers", [0, 1])
def test_nested_members_are_examined(tmp_path: Path, workers: int) -> None:
    leak = make_dicom(PatientName="Sexton^Carmen", PatientID="48213957")
    inner = tarred({f"series/{n}.dcm": clean_dicom() for n in range(10)} | {"series/leak.dcm": leak})
    write(tmp_path / "set", "pack", zipped({"inner.tgz": inner, "Sexton_Carmen.txt": b"nothing here"}))
    write(tmp_path / "set", "notes.csv.gz", gzip.compress(b"id,phone\n1,+49 30 901820\n"))
    run(tmp_path / "set", tmp_path / "out", workers=workers)
    covered = {row["file"]: row for row in rows(tmp_path / "out", "coverage")}
    assert covered["pack"]["kind"] == "archive"
    assert len(covered) == 2 + 2 + 11 + 1
    assert all(row["status"] == "read" for row in covered.values())
    assert covered["pack!/inner.tgz!/series/3.dcm"]["kind"] == "dicom"
    found = rows(tmp_path / "out", "findings")
    leaked = {row["location"] for row in found if row["file"] == "pack!/inner.tgz!/series/leak.dcm"}
    assert "(0010,0010) PatientName" in leaked
    assert any(row["location"] == "archive member" and row["category"] == "name" for row in found)
    assert any(row["file"].startswith("notes.csv.gz!/") for row in found)
    assert "Carmen" not in (tmp_path / "out" / "coverage.csv").read_text()


def test_an_archive_in_archives_shares_one_budget(tmp_path: Path) -> None:
    level = zipped({f"{n}.txt": b"x" for n in range(8)})
    write(tmp_path / "set", "bomb.zip", zipped({f"{n}.zip": level for n in range(8)}))
    run(tmp_path / "set", tmp_path / "out", limits=Limits(members=20))
    covered = rows(tmp_path / "out", "coverage")
    assert len(covered) == 1 + 8 + 12
    assert "larger than the limit" in {row["reason"] for row in covered}


def test_members_that_cannot_be_read_are_listed(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.txt": b"text " * 50, "b.txt": b"fine " * 50}))
    content[38] ^= 0xFF
    write(tmp_path / "set", "pack.zip", bytes(content))
    run(tmp_path / "set", tmp_path / "out")
    covered = {row["file"]: row["status"] for row in rows(tmp_path / "out", "coverage")}
    assert covered["pack.zip!/a.txt"] != "read"
    assert covered["pack.zip!/b.txt"] == "read"


def test_members_come_back_in_any_order(tmp_path: Path) -> None:
    files = {f"{n}.txt": f"text {n}".encode() for n in range(5)}
    write(tmp_path, "a.tgz", tarred(files))
    source = open_source(tmp_path)
    items = [item for item in every_item(source, Limits()) if item.members]
    for item in (*items, *reversed(items)):
        with open_item(source, item, Limits()).stream as stream:
            assert stream.read() == files[item.path.rpartition("/")[2]]


def test_a_replaced_archive_is_opened_again(tmp_path: Path) -> None:
    source, item = open_source(tmp_path), Item("a.zip!/x", 1, within="a.zip", members=(0,))
    for text in (b"first", b"the second"):
        write(tmp_path, "a.zip", zipped({"x": text}))
        with open_item(source, item, Limits()).stream as stream:
            assert stream.read() == text


def test_locate_finds_a_member(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(tmp_path / "set", "pack.zip", zipped({"in/side.txt": b"x"}))
    monkeypatch.setattr("auditor.commands.locate.load_key", lambda _: KEY)
    item = KEY.item("pack.zip!/in/side.txt")
    monkeypatch.setattr("sys.argv", ["auditor", "locate", str(tmp_path / "set"), item])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 0
    assert capsys.readouterr().out.strip() == "pack.zip!/in/side.txt"


def test_what_is_inside_a_patients_file_is_that_patients(tmp_path: Path) -> None:
    for patient, text in (("sub-001", "Dictated by Dr. Anna Smith."), ("sub-002", "Phone +49 30 901820")):
        letter = make_dicom(
            PatientID=patient,
            MIMETypeOfEncapsulatedDocument="text/xml",
            EncapsulatedDocument=f"<note>{text}</note>".encode(),
        )
        write(tmp_path / "set", f"{patient}.zip", zipped({"letter.dcm": letter}))
    run(tmp_path / "set", tmp_path / "out")
    found = [row for row in rows(tmp_path / "out", "findings") if row["file"].count("!/") == 2]
    assert len({row["patient"] for row in found}) == 2
    assert all(row["patient"] for row in found)
