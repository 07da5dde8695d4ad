"""What was found in pixels, by device: regions, shares, and names that may be shown; evidence and repair after it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from auditor.cli import app
from auditor.keys import load_key
from auditor.model import Element, Frame, Place
from auditor.pipeline.plan import Plan
from auditor.pipeline.scan import audit
from auditor.policy import Policy
from auditor.report import write_report
from auditor.sources import open_source
from tests.builders.dataset import clean_dicom, write

NAME = "Name: SEXTON CARMEN"


def read(frame: Frame, *_: object) -> list[Element]:
    """The same line on every frame, a little longer on brighter ones."""
    width = 120 + (0 if frame.stored is None else int(frame.stored.max())) // 8
    return [
        Element(Place.PIXELS, "pixels frame=#", NAME, counts=(0,), bbox=(10, 12, width, 28), confidence=0.9)
    ]


@pytest.fixture
def audited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the report, the vault and the key of a scan of three images of two devices."""
    monkeypatch.setattr("auditor.pixels.text.stack.read_frame", read)
    monkeypatch.setattr("auditor.pixels.faces.photographs.FaceFinder.add", lambda *_: None)
    for number, maker in enumerate(("ACME Imaging", "ACME Imaging", "Sexton^Carmen 1932-08-04")):
        pixels = np.full((200, 300), 60 + 80 * number, np.uint8)
        content = clean_dicom(pixels=pixels, Manufacturer=maker, ManufacturerModelName="S1", Modality="US")
        write(tmp_path / "in", f"{number}.dcm", content)
    plan = Plan(stages=frozenset({"tags", "pixels"}))
    policy = Policy.model_validate({"report": {"pictures": 5}})
    done = audit(
        open_source(tmp_path / "in"),
        tmp_path,
        load_key(tmp_path / "key"),
        policy,
        plan,
        evidence=tmp_path / "vault",
    )
    write_report(done.report, tmp_path)
    return tmp_path


def test_images_of_one_device_share_a_region(audited: Path) -> None:
    found = json.loads((audited / "report.json").read_text(encoding="utf-8"))["devices"]
    acme, other = found
    assert (acme["maker"], acme["images"], acme["images_found"]) == ("ACME Imaging", 2, 2)
    assert acme["regions"] == [{"box": [2, 4, 145, 36], "images": 2, "share": 1.0}]
    assert acme["picture"]
    assert other["maker"] == "", "a maker that names a patient is not shown"


def test_fix_writes_the_mask(audited: Path) -> None:
    ended = CliRunner().invoke(app, ["fix", str(audited), "--format", "deid,ctp"])
    assert ended.exit_code == 0
    recipe = (audited / "fix" / "deid.dicom").read_text(encoding="utf-8")
    assert "equals Manufacturer ACME Imaging" in recipe and "coordinates 2,4,145,36" in recipe
    assert "sexton" not in recipe.casefold()
    assert "(2,4,143,32)" in (audited / "fix" / "DicomPixelAnonymizer.script").read_text(encoding="utf-8")


def test_reveal_gives_the_value_its_crop_and_the_frame(audited: Path) -> None:
    arguments = [
        "reveal",
        str(audited / "vault"),
        "--out",
        str(audited / "clear"),
        "--key",
        str(audited / "key"),
    ]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    table = (audited / "clear" / "evidence.csv").read_text(encoding="utf-8")
    assert NAME in table and "crop,P601" in table and "frame,P601" in table


def test_another_key_reveals_nothing(audited: Path) -> None:
    arguments = [
        "reveal",
        str(audited / "vault"),
        "--out",
        str(audited / "c"),
        "--key",
        str(audited / "other"),
    ]
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code != 0 and NAME not in ended.output
