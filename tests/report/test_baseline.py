"""A baseline: what was accepted stays known wherever it stands, and nothing else is."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import gate
from auditor.errors import UsageError
from auditor.model import Category, Finding, Severity
from auditor.policy import Policy
from auditor.report import render, write_report
from auditor.report.baseline import count_known, family, load_baseline, with_baseline
from auditor.report.schema import Report
from auditor.report.tables import write_rows
from tests.report.sample import rich
from tests.report.sample_groups import group


def finding(**changes: object) -> Finding:
    fields: dict[str, object] = {
        "rule_id": "D203", "severity": Severity.HIGH, "confidence": 0.9, "category": Category.NAME,
        "file": "a.dcm", "item": "i1", "location": "(0040,0275)[3].(0040,1002) Reason", "bbox": "", "masked": "XX",
        "value_hmac": "h1", "patient": "P-1", "message": "m", "remedy": "r",
    }  # fmt: skip
    return Finding(**{**fields, **changes})  # type: ignore[arg-type]


def table(folder: Path, *rows: Finding) -> Path:
    write_rows(folder / "findings.csv", Finding, rows)
    return folder / "findings.csv"


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({}, True),
        ({"file": "b.dcm", "item": "i2", "patient": "P-2", "confidence": 0.5, "bbox": "1 2 3 4"}, True),
        ({"location": "(0040,0275)[0].(0040,1002) Reason"}, True),
        ({"severity": Severity.LOW}, True),
        ({"severity": Severity.CRITICAL}, False),
        ({"value_hmac": "h2"}, False),
        ({"rule_id": "D212"}, False),
        ({"category": Category.STAFF}, False),
        ({"location": "(0040,0275)[3].(0040,1003) Other"}, False),
    ],
)
def test_identity_is_rule_category_value_and_kind_of_place(
    tmp_path: Path, changes: dict[str, object], known: bool
) -> None:
    earlier = load_baseline(table(tmp_path / "old", finding()))
    found = count_known(table(tmp_path / "new", finding(**changes)), earlier)
    assert found.total() == known


def test_a_finding_without_a_value_is_known_by_its_patient(tmp_path: Path) -> None:
    earlier = load_baseline(table(tmp_path / "old", finding(value_hmac="")))
    now = table(tmp_path / "new", finding(value_hmac="", file="z"), finding(value_hmac="", patient="P-2"))
    assert count_known(now, earlier).total() == 1


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_places_differ_by_what_they_count_only(one: int, other: int) -> None:
    for form in (
        "table column=name row={}",
        "pixels frame={}",
        "text line {}",
        "text page={} line {}",
        "(0040,A730)[{}].(0040,A160) TextValue",
    ):
        assert family(form.format(one, one)) == family(form.format(other, other))
    assert family("overlay 6000") != family("overlay 6002")


def judged(report: Report) -> str:
    policy = Policy.model_validate({"gate": {"review_rank1": None, "review_k": None, "max_unreadable": 1.0}})
    return gate.evaluate(report, policy, dt.date(2026, 1, 15)).status


def one_group(count: int) -> Report:
    only = group(rule_id="D203", severity="high", location="(0040,0275)[#].(0040,1002) Reason", count=count)
    found = rich().findings.model_copy(update={"groups": [only]})
    return rich().model_copy(update={"findings": found})


def test_only_new_findings_gate(tmp_path: Path) -> None:
    earlier = load_baseline(table(tmp_path / "old", finding()))
    table(tmp_path / "same", finding(), finding(file="b.dcm"))
    table(tmp_path / "more", finding(), finding(value_hmac="h2"))
    assert judged(one_group(2)) == "fail"
    known = with_baseline(one_group(2), tmp_path / "same", earlier)
    assert (known.findings.known, judged(known)) == (2, "pass")
    more = with_baseline(one_group(2), tmp_path / "more", earlier)
    assert (more.findings.groups[0].known, judged(more)) == (1, "fail")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_format_tells_what_is_known(tmp_path: Path, lang: str) -> None:
    earlier = load_baseline(table(tmp_path / "old", finding()))
    known = with_baseline(one_group(1), table(tmp_path, finding()).parent, earlier)
    word = {"en": "aseline", "zh": "基线"}[lang]
    assert all(word in render(known, name, lang=lang) for name in ("html", "markdown", "junit"))
    states = [result["baselineState"] for result in json.loads(render(known, "sarif"))["runs"][0]["results"]]
    assert states == ["unchanged"]
    assert json.loads(render(known, "codequality")) == []
    assert "baselineState" not in render(one_group(1), "sarif")


def test_a_baseline_under_another_key_is_refused(tmp_path: Path) -> None:
    write_report(rich(), tmp_path, formats=("json",))
    table(tmp_path, finding())
    earlier = load_baseline(tmp_path)
    data = rich().dataset.model_copy(update={"key_id": "00000000"})
    with pytest.raises(UsageError, match="another key"):
        with_baseline(rich().model_copy(update={"dataset": data}), tmp_path, earlier)


@pytest.mark.parametrize(
    "content", [None, "", "a,b\n1,2\n", "\0\0", "rule_id,severity,category,location,value_hmac,patient\nX\n"]
)
def test_what_is_no_baseline_is_wrong_use(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "findings.csv").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError):
        load_baseline(tmp_path)


def test_masks_and_formulas_do_not_part_a_place_from_itself(tmp_path: Path) -> None:
    odd = finding(location="table column==A1 row=3")
    earlier = load_baseline(table(tmp_path, odd))
    with (tmp_path / "findings.csv").open(encoding="utf-8") as stream:
        assert len(list(csv.DictReader(stream))) == 1
    assert count_known(tmp_path / "findings.csv", earlier).total() == 1
