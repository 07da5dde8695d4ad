"""The demo dataset: complete, repeatable, and with every leak where the key says."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import pydicom
import pytest
from PIL import Image

from auditor.demo import DemoManifest, write_demo
from auditor.demo.leaks import LEAKS
from auditor.demo.others import JPEG_ARTIST, NIFTI_DESCRIPTION
from auditor.errors import UsageError

SMALL = {"patients": 17, "exams": 2, "side": 320}
ELEMENTS = {
    leak.kind: leak
    for leak in LEAKS
    if leak.location.startswith("(") and leak.secret and leak.kind != "overlay"
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoManifest:
    return write_demo(tmp_path_factory.mktemp("demo") / "release", seed=3, **SMALL)


def _text_of(path: Path) -> str:
    """Everything an audit could read in a file, by simple means."""
    data = path.read_bytes()
    loose = data.decode("utf-8", "replace") + data.decode("gb18030", "replace")
    if path.suffix == ".dcm" and data[128:132] == b"DICM":
        loose += str(pydicom.dcmread(path, force=True))
    return loose


def test_files_on_disk_are_those_of_the_key(demo: DemoManifest) -> None:
    on_disk = {p.relative_to(demo.folder).as_posix() for p in demo.folder.rglob("*") if p.is_file()}
    assert on_disk == set(demo.files)
    assert not demo.key_file.is_relative_to(demo.folder)
    key = json.loads(demo.key_file.read_text(encoding="utf-8"))
    assert len(key["planted"]) == len(demo.planted)


def test_every_kind_of_leak_is_planted_once(demo: DemoManifest) -> None:
    kinds = [leak.kind for leak in demo.planted]
    assert {leak.kind for leak in LEAKS} <= set(kinds)
    assert len(set(kinds) - {"report"}) == len([kind for kind in kinds if kind != "report"])
    assert {"table cell", "PNG text", "EXIF", "NIfTI description", "report"} <= set(kinds)


@pytest.mark.parametrize("kind", sorted(ELEMENTS))
def test_leak_in_an_element_can_be_read_there(demo: DemoManifest, kind: str) -> None:
    leak = ELEMENTS[kind]
    (file,) = demo.by_kind()[kind]
    text = _text_of(demo.folder / file)
    assert leak.secret.split("=")[-1] in text


@pytest.mark.parametrize("kind", ["file meta", "preamble", "after the last element", "after the last pixel"])
def test_leak_outside_of_the_data_set_is_in_the_bytes(demo: DemoManifest, kind: str) -> None:
    (file,) = demo.by_kind()[kind]
    secret = next(leak.secret for leak in LEAKS if leak.kind == kind)
    assert secret.encode() in (demo.folder / file).read_bytes()
    assert pydicom.dcmread(demo.folder / file).pixel_array.shape == (320, 320)


def test_clean_films_hold_no_secret_and_claim_what_they_do(demo: DemoManifest) -> None:
    leaking = {leak.file for leak in demo.planted}
    secrets = {leak.secret for leak in LEAKS if leak.secret}
    clean = [name for name in demo.files if name.startswith(("ct/", "dicom/"))]
    clean = [name for name in clean if name not in leaking]
    assert len(clean) >= 20
    for name in clean:
        ds = pydicom.dcmread(demo.folder / name)
        assert not any(secret in str(ds) for secret in secrets)
        assert ds.PatientIdentityRemoved == "YES"
        assert {item.CodeValue for item in ds.DeidentificationMethodCodeSequence} >= {"113100", "113107"}
        assert ds.LongitudinalTemporalInformationModified == "MODIFIED"


def test_films_are_twelve_bit_and_burned_text_changes_them(demo: DemoManifest) -> None:
    kinds = demo.by_kind()
    for kind in ("burned in", "burned in, Chinese"):
        pixels = pydicom.dcmread(demo.folder / kinds[kind][0]).pixel_array
        assert pixels.dtype == np.uint16 and pixels.max() < 4096
        assert (pixels[:60, :140] > 3700).sum() > 100


def test_overlay_shows_letters(demo: DemoManifest) -> None:
    (file,) = demo.by_kind()["overlay"]
    plane = pydicom.dcmread(demo.folder / file).overlay_array(0x6000)
    assert 100 < plane.sum() < plane.size / 20


def test_same_exposure_under_two_patients(demo: DemoManifest) -> None:
    twin = next(leak for leak in demo.planted if leak.kind.startswith("the same exposure"))
    owner = twin.kind.rsplit(" ", 1)[1]
    copy = pydicom.dcmread(demo.folder / twin.file)
    assert copy.PatientID == twin.patient != owner
    films = [pydicom.dcmread(path) for path in (demo.folder / "dicom" / owner).rglob("*.dcm")]
    assert sum(np.array_equal(copy.pixel_array, film.pixel_array) for film in films) == 1
    assert copy.SOPInstanceUID not in {film.SOPInstanceUID for film in films}


def test_dates_of_a_patient_move_together(demo: DemoManifest) -> None:
    by_patient: dict[str, set[str]] = {}
    for name in demo.files:
        if name.startswith("ct/"):
            ds = pydicom.dcmread(demo.folder / name, stop_before_pixels=True)
            by_patient.setdefault(ds.PatientID, set()).add(ds.StudyDate)
    assert all(len(dates) == 1 for dates in by_patient.values())
    assert all(date < "2019" for dates in by_patient.values() for date in dates)


def test_table_names_every_png(demo: DemoManifest) -> None:
    with demo.metadata.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["path"] for row in rows} == {name for name in demo.files if name.endswith(".png")}
    assert {"path", "patient", "exam", "age", "sex", "view"} <= set(rows[0])
    for row in rows:
        assert Image.open(demo.folder / row["path"]).size == (320, 320)


def test_other_formats_carry_their_leak(demo: DemoManifest) -> None:
    kinds = demo.by_kind()
    image = nib.Nifti1Image.from_bytes(
        gzip.decompress((demo.folder / kinds["NIfTI description"][0]).read_bytes())
    )
    assert bytes(image.header["descrip"]).rstrip(b"\0").decode() == NIFTI_DESCRIPTION
    exif = Image.open(demo.folder / kinds["EXIF"][0]).getexif()
    assert exif[0x013B] == JPEG_ARTIST and exif.get_ifd(0x8825)[1] == "N"
    assert Image.open(demo.folder / kinds["PNG text"][0]).info["Author"]


def test_broken_files_are_broken(demo: DemoManifest) -> None:
    incoming = demo.folder / "incoming"
    assert (incoming / "empty.dcm").stat().st_size == 0
    assert (incoming / "notes.dcm").read_bytes()[:5].isalpha()
    truncated = pydicom.dcmread(incoming / "truncated.dcm", force=True)
    assert truncated.PatientID
    with pytest.raises((AttributeError, ValueError, RuntimeError, EOFError)):
        _ = truncated.pixel_array


def test_same_seed_same_bytes(demo: DemoManifest, tmp_path: Path) -> None:
    again = write_demo(tmp_path / "release", seed=3, **SMALL)
    assert again.files == demo.files
    for name in again.files:
        assert (again.folder / name).read_bytes() == (demo.folder / name).read_bytes(), name


def test_another_seed_replaces_the_earlier_demo_and_nothing_outside(
    demo: DemoManifest, tmp_path: Path
) -> None:
    folder, outside = tmp_path / "release", tmp_path / "outside.txt"
    shutil.copytree(demo.folder, folder)
    outside.write_text("keep")
    key = json.loads(demo.key_file.read_text(encoding="utf-8"))
    key["files"] += ["../outside.txt", str(outside)]
    (tmp_path / "release-planted.json").write_text(json.dumps(key))
    second = write_demo(folder, seed=2, **SMALL)
    assert second.files != demo.files
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} == set(second.files)
    assert outside.read_text() == "keep"


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "release" / "thesis.txt"
    mine.parent.mkdir()
    mine.write_text("keep")
    with pytest.raises(UsageError, match="other files"):
        write_demo(tmp_path / "release", **SMALL)
    assert mine.read_text() == "keep"
    assert list(tmp_path.rglob("*.dcm")) == []


@pytest.mark.parametrize("wrong", [{"patients": 2}, {"exams": 0}, {"patients": 5, "exams": 2}, {"side": 256}])
def test_too_small_is_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="too small"):
        write_demo(tmp_path / "release", **{**SMALL, **wrong})
    assert not (tmp_path / "release").exists()
