"""From an image found somewhere back to its record: what a run keeps, and that it is sealed."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from auditor import cli
from auditor.errors import KeyFileError, UsageError
from auditor.keys import Key
from auditor.linkage.copies.persons import Person, Persons
from auditor.pipeline.kept import FILE, load
from auditor.pipeline.tracing import CLAIMED, Shows, trace
from tests.builders.anatomy import image_of
from tests.builders.dataset import KEY, clean_dicom, run, write

LINKAGE = frozenset({"linkage"})


def scene(patient: int) -> NDArray[np.uint8]:
    """A film with the fine detail that real ones have."""
    picture = cv2.resize(image_of(patient, 0, pose=0), (512, 512), interpolation=cv2.INTER_CUBIC).astype(
        np.float32
    )
    rng = np.random.default_rng([7, patient])
    for _ in range(160):
        x, y = rng.integers(10, 502, 2).tolist()
        cv2.circle(picture, (x, y), int(rng.integers(3, 9)), float(rng.integers(20, 235)), -1)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 1.5), 1, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over twelve films, one in a file named after its patient."""
    base = tmp_path_factory.mktemp("trace")
    for patient in range(12):
        name = "Quillfeather_Zbigniew.dcm" if patient == 3 else f"film{patient}.dcm"
        called = "Quillfeather^Zbigniew" if patient == 3 else f"sub-{patient}"
        tags = {"PatientID": f"sub-{patient}", "PatientName": called}
        write(base / "release", name, clean_dicom(pixels=scene(patient), **tags))
    for name, keep in (("out", None), ("copies", True)):
        run(base / "release", base / name, stages=frozenset({"tags", "linkage"}), keep_trace=keep)
    return base / "out"


def show(folder: Path, picture: NDArray[np.uint8], name: str = "found.jpg") -> Path:
    return write(folder, name, cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 70])[1].tobytes())


def screenshot(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    page = np.full((620, 800), 40, np.uint8)
    page[90:490, 200:600] = cv2.resize(picture, (400, 400))
    cv2.putText(page, "Viewer", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 1, 220, 2)
    return page


def photograph(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    corners = np.array([[0, 0], [511, 0], [511, 511], [0, 511]], np.float32)
    seen = np.array([[120, 90], [640, 130], [600, 640], [90, 590]], np.float32)
    moved = cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners, seen), (760, 740))
    return np.clip(255 * (moved / 255.0) ** 0.7, 0, 255).astype(np.uint8)


ALTERED = {
    "screenshot": screenshot,
    "photograph": photograph,
    "crop": lambda picture: picture[60:400, 100:470],
    "inverted": lambda picture: 255 - picture,
    "mirrored": lambda picture: np.ascontiguousarray(picture[:, ::-1]),
}


@pytest.mark.parametrize("way", ALTERED)
def test_an_altered_copy_is_traced(audited: Path, tmp_path: Path, way: str) -> None:
    asked = show(tmp_path, ALTERED[way](scene(5)))
    assert trace(asked, audited.with_name("copies"), KEY)[0].record.file == "film5.dcm"
    best, *others = trace(asked, audited, KEY)
    assert (best.record.file, best.record.patient) == ("film5.dcm", KEY.patient("sub-5"))
    assert best.record.item == KEY.item("film5.dcm")
    assert best.chance >= CLAIMED
    assert all(other.chance < CLAIMED for other in others)


def test_a_dicom_file_is_traced_and_a_name_stays_masked(audited: Path, tmp_path: Path) -> None:
    file = write(tmp_path, "x.dcm", clean_dicom(pixels=scene(3)))
    best = trace(file, audited, KEY)[0]
    assert best.record.patient == KEY.patient("sub-3")
    assert best.chance >= CLAIMED
    assert "uillfeather" not in best.record.file
    assert best.record.item == KEY.item("Quillfeather_Zbigniew.dcm")


def test_an_image_that_is_not_in_the_release_is_not_claimed(audited: Path, tmp_path: Path) -> None:
    for patient in (50, 51, 52):
        assert all(
            a.chance < CLAIMED for a in trace(show(tmp_path, screenshot(scene(patient))), audited, KEY)
        )
    assert trace(show(tmp_path, np.full((200, 200), 90, np.uint8)), audited, KEY) == []


def test_what_is_kept_is_sealed(audited: Path, tmp_path: Path) -> None:
    for folder in (audited, audited.with_name("copies")):
        kept = (folder / FILE).read_bytes()
        for plain in (b"sub-", b"film", b"uillfeather", b"release", b"JFIF", KEY.patient("sub-3").encode()):
            assert plain not in kept
    with pytest.raises(KeyFileError):
        trace(show(tmp_path, scene(1)), audited, Key(bytes(32)))


def test_a_picture_is_kept_only_where_it_is_asked_for(audited: Path) -> None:
    kept, copied = load(audited, KEY), load(audited.with_name("copies"), KEY)
    assert (kept.copies, len(copied.copies)) == ((), 12)
    assert kept.records == copied.records
    size = (audited / FILE).stat().st_size
    assert size < 200 * len(kept.records) + 1000


def test_a_release_that_moved_is_asked_for(audited: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(audited.parent / "release", tmp_path / "moved")
    asked = show(tmp_path, screenshot(scene(5)))
    away = audited.parent / "release"
    away.rename(away.with_name("away"))
    try:
        with pytest.raises(UsageError, match="no longer where"):
            trace(asked, audited, KEY)
        assert trace(asked, audited, KEY, release=moved)[0].record.file == "film5.dcm"
        assert trace(asked, audited.with_name("copies"), KEY)[0].record.file == "film5.dcm"
    finally:
        away.with_name("away").rename(away)
    with pytest.raises(UsageError, match="No image of the run"):
        trace(asked, audited, KEY, release=asked)


def test_two_films_side_by_side_are_both_named(audited: Path, tmp_path: Path) -> None:
    pair = np.hstack([scene(2), np.zeros((512, 30), np.uint8), scene(9)])
    found = [a.record.file for a in trace(show(tmp_path, pair), audited, KEY) if a.chance >= CLAIMED]
    assert sorted(found) == ["film2.dcm", "film9.dcm"]


def test_a_film_that_a_release_holds_twice_is_claimed(tmp_path: Path) -> None:
    for number in range(6):
        write(
            tmp_path / "release",
            f"{number}.dcm",
            clean_dicom(pixels=scene(number), PatientID=f"sub-{number}"),
        )
    brighter = np.clip(scene(0).astype(np.float32) * 1.2, 0, 255).astype(np.uint8)
    write(tmp_path / "release", "again.dcm", clean_dicom(pixels=brighter, PatientID="sub-0"))
    run(tmp_path / "release", tmp_path / "out", stages=frozenset({"tags", "linkage"}))
    found = trace(show(tmp_path, screenshot(scene(0))), tmp_path / "out", KEY)
    assert {a.record.file for a in found if a.chance >= CLAIMED} == {"0.dcm", "again.dcm"}


def test_another_exam_of_a_patient_is_said_to_be_that(
    audited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Persons, "find", lambda *_: Person(4, 0.8))
    *exposures, person = trace(show(tmp_path, screenshot(scene(77))), audited, KEY)
    assert all(each.shows is Shows.EXPOSURE and each.chance < CLAIMED for each in exposures)
    assert (person.shows, person.chance, person.record.file) == (Shows.PATIENT, 0.8, "film11.dcm")
    claimed = trace(show(tmp_path, screenshot(scene(7))), audited, KEY)
    assert all(each.shows is Shows.EXPOSURE for each in claimed)


def test_nothing_is_kept_when_told_so(tmp_path: Path) -> None:
    write(tmp_path / "release", "a.dcm", clean_dicom(pixels=scene(1)))
    for options in ({"keep_trace": False}, {"stages": frozenset({"tags"})}):
        run(tmp_path / "release", tmp_path / "out", **{"stages": LINKAGE, **options})  # type: ignore[arg-type]
        assert not (tmp_path / "out" / FILE).exists()
    with pytest.raises(UsageError, match="kept nothing"):
        trace(tmp_path / "release" / "a.dcm", tmp_path / "out", KEY)


def test_what_cannot_be_traced_is_told(audited: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No frame"):
        trace(write(tmp_path, "a.txt", "no picture"), audited, KEY)
    for content in (b"something else", (audited / FILE).read_bytes()[:200]):
        write(tmp_path / "broken", FILE, content)
        with pytest.raises((UsageError, KeyFileError)):
            trace(show(tmp_path, scene(1)), tmp_path / "broken", KEY)


def test_the_command(
    audited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = write(tmp_path, "key", KEY.secret.hex())
    for picture, row in (
        (scene(7), f"{KEY.item('film7.dcm')}\t{KEY.patient('sub-7')}\tfilm7.dcm"),
        (scene(60), ""),
    ):
        command = ["trace", show(tmp_path, picture), audited, "--key", key, "--lang", "zh"]
        monkeypatch.setattr("sys.argv", ["auditor", *map(str, command)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        assert ended.value.code in (0, None)
        assert ("显示了" if row else "不大可能") in told.err
        assert (row in told.out) if row else "film" not in told.out
