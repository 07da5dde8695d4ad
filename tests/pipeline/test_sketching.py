"""`auditor sketch` and `auditor compare-sketches` from files to an answer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import cv2
import pytest

from auditor import cli
from tests.builders.anatomy import image_of
from tests.builders.features import Tiny

ID = "Quillfeather"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.linkage.describe.tiers.load_features", lambda _: Tiny())
    monkeypatch.setattr("auditor.linkage.sketches.basis.MIN_IMAGES", 40)


@pytest.fixture(scope="module")
def holders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two holders with sixteen patients in common, of other exams but for one exposure; and a key."""
    root = tmp_path_factory.mktemp("holders")
    for name, people, exams in (("a", range(40), (0, 1)), ("b", range(24, 48), (2, 3))):
        (root / name).mkdir()
        for person in people:
            for exam in exams:
                cv2.imwrite(str(root / name / f"{ID}{person}_{name}{exam}.png"), image_of(person, exam))
    cv2.imwrite(str(root / "b" / f"{ID}30_b9.png"), image_of(30, 0))
    (root / "shared.key").write_text("ab" * 32)
    return root


def call(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr("sys.argv", ["auditor", *map(str, arguments)])
    try:
        cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


RULE = ("--patient", rf"path:^({ID})?(?P<patient>[^_]+)_", "--workers", "0")


def test_two_holders_learn_how_many_patients_they_share_and_nothing_is_named(
    holders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key, basis = ("--shared-key", holders / "shared.key"), tmp_path / "basis"
    first, second, result = (tmp_path / name for name in ("a.sketch", "b.sketch", "result.json"))
    assert (
        call(monkeypatch, "sketch", holders / "a", "--out", first, *key, "--write-basis", basis, *RULE) == 0
    )
    assert call(monkeypatch, "sketch", holders / "b", "--out", second, *key, "--basis", basis, *RULE) == 0
    assert "not anonymous" in capsys.readouterr().err
    assert call(monkeypatch, "compare-sketches", first, second, *key, "--out", result) == 0
    told = capsys.readouterr()
    found = json.loads(result.read_text())
    assert found["patients"] == [24, 40] and found["verified_with_key"]
    assert found["shared_exposures"] == 1
    assert found["shared_patients"]["low"] <= 16 <= found["shared_patients"]["high"]
    assert re.search(r"about \d+ of 24 patients", told.err)
    written = first.read_text() + second.read_text() + result.read_text() + told.err + told.out
    assert ID not in written and basis.read_bytes().find(ID.encode()) == -1
    assert call(monkeypatch, "compare-sketches", first, second, "--out", "-", "--lang", "zh") == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["patients"] == [24, 40] and "双方都有的患者" in told.err


def test_wrong_use_is_told(
    holders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    start = ("sketch", holders / "a", "--out", tmp_path / "a.sketch", "--shared-key")
    key = holders / "shared.key"
    for arguments, told in (
        ((*start, tmp_path / "none", "--write-basis", tmp_path / "b"), "shared key does not exist"),
        ((*start, key), "needs a basis"),
        ((*start, key, "--basis", tmp_path / "none"), "basis cannot be read"),
        ((*start, key, "--basis", key), "no basis"),
        ((*start, key, "--write-basis", tmp_path / "b", "--bits", "257"), "multiple of 8"),
        (("compare-sketches", key, key), "no sketch"),
    ):
        assert call(monkeypatch, *arguments, *(RULE if arguments[0] == "sketch" else ())) == 2
        assert told in capsys.readouterr().err


def test_two_holders_count_shared_exposures_by_three_files(
    holders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip(
        "private_set_intersection", reason="openmined-psi is not installed: pip install 'auditor[psi]'"
    )
    request, secret, response, result = (tmp_path / each for each in ("request", "secret", "response", "r"))
    assert call(monkeypatch, "psi-request", holders / "a", "--out", request, "--secret", secret) == 0
    assert call(monkeypatch, "psi-answer", holders / "b", "--request", request, "--out", response) == 0
    told = capsys.readouterr()
    assert "80 exposures" in told.err and "49 exposures" in told.err
    assert call(monkeypatch, "psi-count", response, "--secret", secret, "--out", result) == 0
    assert json.loads(result.read_text()) == {"schema_version": "2.0", "exposures": [80, 49], "shared": 1}
    told = capsys.readouterr()
    assert "with both: 1 of 80 here and 49 there" in told.err
    written = b"".join(each.read_bytes() for each in (request, secret, response, result))
    assert ID.encode() not in written and ID not in told.err + told.out
    assert call(monkeypatch, "psi-count", response, "--secret", request) == 2
    assert "is no auditor-psi-secret" in capsys.readouterr().err
