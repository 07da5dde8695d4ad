"""The command: what it prints where, and how it exits."""

import json
from pathlib import Path

import pytest

from auditor import cli
from auditor.keys import load_key
from tests.builders.dataset import clean_dicom, write
from tests.builders.dicom import make_dicom


def call(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Run the command in this process; returns its exit code."""
    monkeypatch.setattr("sys.argv", ["auditor", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


@pytest.fixture
def leaky(dataset: Path) -> Path:
    write(dataset, "1.dcm", make_dicom(PatientName="SEXTON^CARMEN", PatientID="sub-1"))
    return dataset


SCAN = ("--stages", "tags,records", "--workers", "0")


def test_version_names_the_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "--version") == 0
    assert capsys.readouterr().out.split()[0] == "auditor"


def test_help_lists_the_commands_that_exist(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "--help") == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in ("scan", "gate", "report", "explain", "rules", "locate", "demo"))


def test_scan_writes_the_report_and_says_so_on_stderr_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], leaky: Path, tmp_path: Path
) -> None:
    assert call(monkeypatch, "scan", leaky, "--out", tmp_path / "out", *SCAN) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "report.html" in told.err
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written >= {
        "report.html", "report.json", "findings.csv", "coverage.csv", "patients.csv", "linkage.csv",
        "duplicates.csv", "inventory.csv",
    }  # fmt: skip


def test_one_format_goes_to_stdout(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], leaky: Path
) -> None:
    assert call(monkeypatch, "scan", leaky, "--out", "-", "--format", "json", *SCAN) == 1
    assert json.loads(capsys.readouterr().out)["verdict"]["status"] == "fail"
    assert call(monkeypatch, "scan", leaky, "--out", "-", "--format", "json,html", *SCAN) == 2


def test_gate_and_report_need_the_json_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], leaky: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    call(monkeypatch, "scan", leaky, "--out", out, *SCAN)
    assert call(monkeypatch, "gate", out / "report.json") == 1
    assert call(monkeypatch, "gate", out / "report.json", "--fail-on", "never") == 0
    assert call(monkeypatch, "report", out / "report.json", "--out", tmp_path / "zh", "--lang", "zh") == 0
    assert 'lang="zh' in (tmp_path / "zh" / "report.html").read_text(encoding="utf-8")
    assert call(monkeypatch, "gate", tmp_path / "nothing.json") == 2
    assert "auditor:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("scan", "{nowhere}"), 2),
        (("scan", "{empty}", *SCAN), 3),
        (("scan", "{leaky}", "--stages", "tgas"), 2),
        (("scan", "{leaky}", "--lang", "fr", *SCAN), 2),
        (("scan", "{leaky}", "--patient", "path:(", *SCAN), 2),
        (("scan", "{leaky}", "--metadata", "{nowhere}", *SCAN), 2),
        (("scan", "{leaky}", "--policy", "{nowhere}", *SCAN), 2),
        (("scan", "{leaky}", "--fail-on", "severe", *SCAN), 2),
        (("scan",), 2),
        (("frobnicate",), 2),
        (("explain", "X999"), 2),
        (("locate", "{leaky}", "0123456789abcdef"), 2),
    ],
)
def test_wrong_use_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    leaky: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    code: int,
) -> None:
    (tmp_path / "empty").mkdir()
    places = {"nowhere": tmp_path / "nowhere", "empty": tmp_path / "empty", "leaky": leaky}
    given = [argument.format(**places) if argument[0] == "{" else argument for argument in arguments]
    out = ["--out", tmp_path / "out"] if given[0] == "scan" and len(given) > 1 else []
    assert call(monkeypatch, *given, *out) == code
    told = capsys.readouterr()
    assert told.err and "Traceback" not in told.err and told.out == ""


def test_every_rule_is_listed_and_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "rules") == 0
    ids = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert len(ids) > 20
    assert call(monkeypatch, "explain", ids[0].lower()) == 0
    assert capsys.readouterr().out.startswith(f"# {ids[0]} ")


def test_locate_finds_a_file_by_its_item(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], dataset: Path
) -> None:
    write(dataset, "SEXTON/1.dcm", clean_dicom())
    assert call(monkeypatch, "locate", dataset, load_key().item("SEXTON/1.dcm")) == 0
    assert capsys.readouterr().out == "SEXTON/1.dcm\n"


def test_an_unforeseen_error_shows_no_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], leaky: Path, tmp_path: Path
) -> None:
    def explode(*_: object, **__: object) -> None:
        raise ValueError("SEXTON^CARMEN")

    monkeypatch.setattr("auditor.pipeline.scan.audit", explode)
    assert call(monkeypatch, "scan", leaky, "--out", tmp_path / "out", *SCAN) == 3
    told = capsys.readouterr()
    assert "ValueError" in told.err and "SEXTON" not in told.err + told.out


def test_a_baseline_lets_what_is_known_pass_and_nothing_new(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], leaky: Path, tmp_path: Path
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    passing = ("--baseline", old)
    assert call(monkeypatch, "scan", leaky, "--out", old, *SCAN) == 1
    write(leaky, "folder/renamed.dcm", make_dicom(PatientName="SEXTON^CARMEN", PatientID="sub-1"))
    assert call(monkeypatch, "scan", leaky, "--out", new, *SCAN, *passing) == 0
    assert "of the baseline" in capsys.readouterr().err
    assert call(monkeypatch, "gate", new / "report.json", *passing) == 0
    assert call(monkeypatch, "gate", new / "report.json", "--baseline", old / "findings.csv") == 0
    write(leaky, "2.dcm", make_dicom(PatientName="KOWALSKI^ANNA", PatientID="sub-2"))
    assert call(monkeypatch, "scan", leaky, "--out", new, *SCAN, *passing) == 1
    assert call(monkeypatch, "gate", new / "report.json", *passing) == 1
    assert call(monkeypatch, "gate", new / "report.json", "--baseline", tmp_path / "nothing") == 2
    (tmp_path / "other.key").write_bytes(bytes(range(32)))
    assert (
        call(monkeypatch, "scan", leaky, "--out", new, *SCAN, *passing, "--key", tmp_path / "other.key") == 2
    )
    assert "SEXTON" not in capsys.readouterr().err
