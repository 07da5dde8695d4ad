"""`--attribute COLUMN` from the table to report and findings, without any of its values; portraits in the vault."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from auditor import cli
from auditor.errors import UsageError
from auditor.evidence.vault import entries as entries_of
from auditor.pipeline.plan import Metadata
from auditor.report import FORMATS, render
from tests.builders.dataset import KEY, run
from tests.builders.dicom import make_dicom

PATIENTS = 24
VALUES = ("Quillfeather", "Marchbanks")


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DICOM films whose brightness tells one column; two columns are in the headers as well."""
    folder = tmp_path_factory.mktemp("release")
    rng = np.random.default_rng(0)
    with (folder.parent / "labels.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["file", "who", "ward", "kept", "rare"])
        for number in range(2 * PATIENTS):
            who, side = number // 2, number // 2 % 2
            picture = rng.normal(100, 20, (64, 64))
            picture[8:40, 8:30] += 80 * side
            name = f"{number:03}.dcm"
            grey = np.clip(cv2.GaussianBlur(picture, (0, 0), 1), 0, 255).astype(np.uint8)
            content = make_dicom(grey, PatientID=f"sub-{who:03}", SeriesDescription=f"PROTOCOL {side}")
            (folder / name).write_bytes(content)
            table.writerow([name, f"sub-{who:03}", VALUES[side], f"protocol {side}", f"Zbigniew {who}"])
    return folder


def plan(films: Path, *attributes: str) -> dict[str, object]:
    return {
        "stages": frozenset({"tags", "linkage"}),
        "metadata": Metadata(films.parent / "labels.csv", "file", "who"),
        "features": "classical",
        "draws": 2,
        "attributes": attributes,
    }


@pytest.fixture(scope="module")
def out(films: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("auditor.linkage.within.named.MIN_PATIENTS", 5)
        patch.setattr("auditor.checks.conspicuous_patients.OUTSIDE", 0.0)
        done = run(films, out, evidence=out / "vault", **plan(films, "ward", "kept", "rare", "ward"))
    for name in FORMATS:
        for lang in ("en", "zh"):
            (out / f"report.{lang}.{name}").write_text(render(done.report, name, lang=lang), encoding="utf-8")
    (out / "report.json").write_text(render(done.report, "json"), encoding="utf-8")
    return out


def test_a_removed_column_is_objected_to_and_a_kept_one_is_not(out: Path) -> None:
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    ward, kept, rare = [each for each in report["linkage"]["attributes"] if each["named"]]
    assert (ward["name"], ward["held"], ward["patients"], ward["values"]) == ("ward", False, PATIENTS, 2)
    assert ward["low"] > ward["baseline"] == 0.5
    assert kept["held"] and kept["value"] > 0.8
    assert rare["value"] is None and rare["reason"]
    with (out / "findings.csv").open(encoding="utf-8", newline="") as stream:
        found = [row["location"] for row in csv.DictReader(stream) if row["rule_id"] == "L706"]
    assert found == ["images, ward"]


def test_no_value_of_a_column_is_in_any_output(out: Path) -> None:
    written = [path for path in out.rglob("*") if path.is_file()]
    assert len(written) > 10
    for path in written:
        text = path.read_bytes().decode("utf-8", "replace").casefold()
        assert not [value for value in (*VALUES, "Zbigniew") if value.casefold() in text], path.name


def test_the_pages_show_them_in_both_languages(out: Path) -> None:
    pages = {lang: (out / f"report.{lang}.html").read_text(encoding="utf-8") for lang in ("en", "zh")}
    assert "the files hold it" in pages["en"] and "fewer than two values have enough" in pages["en"]
    assert "文件中保留有该属性" in pages["zh"] and "患者足够多的取值不足两种" in pages["zh"]


def test_the_vault_holds_portraits_of_who_stands_out(out: Path) -> None:
    found = [each for each in entries_of(out / "vault", KEY) if each.kind == "portrait"]
    assert found and {each.rule for each in found} == {"L703"}
    for each in found:
        picture = cv2.imdecode(np.frombuffer(each.content, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert picture.shape == (256, 256) and picture.std() > 1
        assert each.file.endswith(".dcm")


@pytest.mark.parametrize(
    "wrong", [{"attributes": ("none",)}, {"metadata": None}, {"stages": frozenset({"tags"})}]
)
def test_a_column_that_cannot_be_measured_is_wrong_use(
    films: Path, tmp_path: Path, wrong: dict[str, object]
) -> None:
    with pytest.raises(UsageError):
        run(films, tmp_path, **{**plan(films, "ward"), **wrong})


def test_the_command_takes_it(films: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as end:
        patch.setattr(
            "sys.argv", ["auditor", "scan", str(films), "--attribute", "ward", "--out", str(tmp_path)]
        )
        cli.main()
    assert end.value.code == 2
    assert "--attribute" in capsys.readouterr().err
