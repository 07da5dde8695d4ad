"""CSV rows: what a spreadsheet, a parser and an attacker make of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import (
    Category,
    Coverage,
    Duplicate,
    Finding,
    InventoryRow,
    Kind,
    PatientLink,
    PatientRow,
    Severity,
    Status,
)
from auditor.report.tables import write_rows


@dataclass(frozen=True)
class Cells:
    text: str = ""
    number: float | None = None
    flag: bool | None = None


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("row_type", [Finding, Coverage, PatientRow, PatientLink, Duplicate, InventoryRow])
def test_the_header_is_there_without_rows(tmp_path: Path, row_type: type) -> None:
    path = tmp_path / "deep" / "rows.csv"
    assert write_rows(path, row_type, []) == 0
    assert path.read_text(encoding="utf-8") == ",".join(f.name for f in fields(row_type)) + "\n"


def test_findings_have_the_columns_of_the_contract(tmp_path: Path) -> None:
    row = Finding(
        rule_id="TAG-NAME",
        severity=Severity.HIGH,
        confidence=0.87654321,
        category=Category.NATIONAL_ID,
        file="a,b/ü.dcm",
        item="9c1d",
        location="(0010,0010) PatientName",
        bbox="1 2 3 4",
        masked="王**",
        value_hmac="00ff",
        patient="p1",
        message='says "so"',
        remedy="empty it",
    )
    assert write_rows(tmp_path / "findings.csv", Finding, iter([row])) == 1
    (found,) = read(tmp_path / "findings.csv")
    assert found["severity"] == "high" and found["category"] == "national id"
    assert found["confidence"] == "0.876543"
    assert found["file"] == "a,b/ü.dcm" and found["masked"] == "王**" and found["message"] == 'says "so"'


def test_missing_boolean_and_whole_numbers(tmp_path: Path) -> None:
    rows = [Cells(), Cells("x", 0.0, True), Cells("y", -0.25, False), Cells("z", float("nan"))]
    write_rows(tmp_path / "c.csv", Cells, rows)
    assert [(r["number"], r["flag"]) for r in read(tmp_path / "c.csv")] == [
        ("", ""),
        ("0", "true"),
        ("-0.25", "false"),
        ("", ""),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\n-2"])
def test_formulas_are_inert(tmp_path: Path, text: str) -> None:
    write_rows(tmp_path / "c.csv", Cells, [Cells(text)])
    assert read(tmp_path / "c.csv")[0]["text"].startswith("'")


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_is_one_line_of_utf8(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("rows") / "c.csv"
    write_rows(path, Cells, [Cells(text), Cells("end")])
    lines = path.read_text(encoding="utf-8").split("\n")
    assert len(lines) == 4 and lines[2] == "end,,"
    shown = read(path)[0]["text"]
    assert not [c for c in shown if category(c) in {"Cc", "Cs", "Zl", "Zp"} or c == "\u202e"]


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "coverage.csv"
    row = Coverage("a", "i", Kind.DICOM, Status.READ, "", 1, 1, 0.5)
    write_rows(path, Coverage, [row])
    before = path.read_bytes()

    def broken() -> Iterator[Coverage]:
        yield row
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_rows(path, Coverage, broken())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
