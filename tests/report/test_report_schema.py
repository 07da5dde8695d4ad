"""report.json: what is written validates, reads back the same, and breaks with a clear message."""

from __future__ import annotations

import json
import math
from pathlib import Path

import jsonschema
import pytest

from auditor.errors import ReportError
from auditor.report import load_report, write_report
from auditor.report.measures import Interval
from auditor.report.schema import Linkage, Report, Risk, SelfLinkage
from auditor.report.stored import SCHEMA_FILE, json_text, schema_text
from tests.report.sample import clean, crowded, empty, rich

EVERY = [rich(), empty(), clean(), crowded(30)]


def test_the_shipped_schema_is_the_model() -> None:
    hint = "write auditor.report.stored.schema_text() to report.schema.json"
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), hint


@pytest.mark.parametrize("report", EVERY, ids=["rich", "empty", "clean", "crowded"])
def test_every_report_validates_and_reads_back(report: Report, tmp_path: Path) -> None:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(json_text(report)), schema)
    (path,) = write_report(report, tmp_path, formats=["json"])
    assert load_report(path) == report


def test_the_contract_keys_are_where_a_reader_looks() -> None:
    content = json.loads(json_text(rich()))
    assert content["linkage"]["self"]["rank1"] == {"value": 0.741, "low": 0.672, "high": 0.805}
    assert content["linkage"]["scaling"][0]["kind"] == "measured"
    assert content["verdict"]["status"] == "fail"
    assert content["records"]["k_min"] == 1


def test_a_number_that_is_none_is_not_measured() -> None:
    nan = math.nan
    attack = SelfLinkage(rank1=Interval(value=0.5, low=nan, high=0.6), chance=math.inf)
    assert attack.rank1 is None and attack.chance is None
    risk = Risk(
        mean=nan, p95=0.1, highest=1, patients_at_risk=0, threshold=0.1, by_way={"data": nan}, histogram=[]
    )
    assert risk.mean is None and risk.by_way == {"data": None}
    report = rich().model_copy(update={"linkage": Linkage(self=attack), "risk": risk})
    jsonschema.validate(json.loads(json_text(report)), json.loads(schema_text()))


def _changed(tmp_path: Path, **changes: object) -> Path:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(json.loads(json_text(rich())) | changes), encoding="utf-8")
    return path


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="cannot be read") as caught:
        load_report(tmp_path / "nothing.json")
    assert "nothing.json" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b"[]", b"null", b'"x"'])
def test_what_is_not_a_report_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(ReportError, match="JSON"):
        load_report(path)


def test_another_schema_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="schema version"):
        load_report(_changed(tmp_path, schema_version="9.0"))


def test_a_wrong_field_is_named_without_its_content(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="coverage") as caught:
        load_report(_changed(tmp_path, coverage="Weiss^Lena"))
    assert "Weiss" not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
