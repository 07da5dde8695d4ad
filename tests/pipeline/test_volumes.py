"""Heads whose slices are single files are put together after all files are known."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from scipy.ndimage import uniform_filter

from auditor.errors import InterruptedScanError
from auditor.keys import Key
from auditor.pipeline.plan import Plan
from auditor.pipeline.scan import Audit, audit
from auditor.sources import open_source
from tests.builders.dataset import rows, write
from tests.builders.head import head
from tests.builders.series import axial, enhanced

PIXELS = Plan(stages=frozenset({"pixels"}), engine="tesseract")


@pytest.fixture(autouse=True)
def _no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads are what is tested here: no engine need read their slices."""
    monkeypatch.setattr("auditor.pipeline.scan.describe_engine", lambda _: "none")
    monkeypatch.setattr("auditor.pixels.text.stack.read_frame", lambda *_: [])
    monkeypatch.setattr("auditor.pixels.faces.photographs.FaceFinder.add", lambda *_: None)


def small(face: bool = True) -> np.ndarray:
    """Voxels of 3 mm, each the mean of what it covers, as a scanner gives them."""
    return uniform_filter(head(face), 3)[::3, ::3, ::3].astype(np.int16)


def scan(folder: Path, out: Path, **options: object) -> Audit:
    return audit(open_source(folder), out, Key(b"k" * 32), plan=PIXELS, **options)  # type: ignore[arg-type]


def found(out: Path) -> list[tuple[str, str]]:
    return [(row["rule_id"], row["location"]) for row in rows(out, "findings") if "P60" in row["rule_id"]]


def test_a_series_of_single_slices_shows_its_face(tmp_path: Path) -> None:
    for number, content in enumerate(axial(small(), mm=3.0)):
        write(tmp_path / "in", f"a/{97 * number % 60:03}.dcm", content)
    for number, content in enumerate(axial(small(face=False), mm=3.0, tags={"SeriesInstanceUID": "1.2.9"})):
        write(tmp_path / "in", f"b/{number:03}.dcm", content)
    done = scan(tmp_path / "in", tmp_path / "out")
    assert found(tmp_path / "out") == [("P606", "head volume")]
    assert any("1 with a face, 1 whose face was removed" in limit for limit in done.report.limits)


def test_slices_with_a_series_each_show_the_face_too(tmp_path: Path) -> None:
    for number, content in enumerate(axial(small(), mm=3.0)):
        dataset = dcmread(BytesIO(content))
        dataset.SeriesInstanceUID = f"1.2.{number}"
        dataset.save_as(buffer := BytesIO())
        write(tmp_path / "in", f"{number:03}.dcm", buffer.getvalue())
    scan(tmp_path / "in", tmp_path / "out", evidence=tmp_path / "vault")
    assert found(tmp_path / "out") == [("P606", "head volume")]


def test_a_claim_that_nobody_can_be_recognised_is_contradicted(tmp_path: Path) -> None:
    for number, content in enumerate(axial(small(), mm=3.0, tags={"RecognizableVisualFeatures": "NO"})):
        write(tmp_path / "in", f"{number:03}.dcm", content)
    scan(tmp_path / "in", tmp_path / "one")
    assert found(tmp_path / "one") == [("P606", "head volume"), ("P609", "head volume")]


def test_a_resumed_scan_notes_a_series_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, content in enumerate(axial(small(), mm=3.0)):
        write(tmp_path / "in", f"{number:03}.dcm", content)

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(InterruptedScanError):
        patched.setattr("auditor.pipeline.scan.judge_values", stopped)
        scan(tmp_path / "in", tmp_path / "out")
    scan(tmp_path / "in", tmp_path / "out", resume=True)
    assert found(tmp_path / "out") == [("P606", "head volume")]


def test_an_enhanced_object_shows_its_face(tmp_path: Path) -> None:
    write(tmp_path / "in", "head.dcm", enhanced(small(), mm=3.0))
    scan(tmp_path / "in", tmp_path / "out")
    assert found(tmp_path / "out") == [("P606", "head volume")]


def test_a_series_that_vanished_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, content in enumerate(axial(small(), mm=3.0)):
        write(tmp_path / "in", f"{number:03}.dcm", content)

    def gone(*_: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr("auditor.pipeline.volumes.open_item", gone)
    done = scan(tmp_path / "in", tmp_path / "out")
    assert any("1 series of slices could not be put together" in limit for limit in done.report.limits)
