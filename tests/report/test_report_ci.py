"""Markdown, SARIF, JUnit and Code Quality: well formed, complete, inert."""

from __future__ import annotations

import json
import re

import defusedxml.ElementTree as ElementTree

from auditor.report.ci import fingerprint, render_codequality, render_junit, render_sarif
from auditor.report.markdown import ROWS_SHOWN, render_markdown
from tests.report.sample import clean, crowded, empty, rich
from tests.report.sample_groups import GROUPS, findings, group


def test_sarif_has_a_result_per_group_and_a_rule_per_id() -> None:
    run = json.loads(render_sarif(rich()))["runs"][0]
    assert len(run["results"]) == len(GROUPS)
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} == rules
    levels = {result["ruleId"]: result["level"] for result in run["results"]}
    assert levels["TAG-NAME"] == "error" and levels["REC-UNIQUE"] == "warning"
    (suppressed,) = [r for r in run["results"] if "suppressions" in r]
    assert suppressed["ruleId"] == "TAG-DEVICE"
    assert run["invocations"][0]["executionSuccessful"]


def test_sarif_escapes_paths_and_says_when_the_audit_is_incomplete() -> None:
    report = rich().model_copy(update={"findings": findings([group(example_file="a b/ü%.dcm")])})
    result = json.loads(render_sarif(report))["runs"][0]["results"][0]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20b/%C3%BC%25.dcm"
    assert not json.loads(render_sarif(empty()))["runs"][0]["invocations"][0]["executionSuccessful"]


def test_identity_is_the_rule_and_the_place() -> None:
    assert fingerprint(group(count=1)) == fingerprint(group(count=2, example_file="other"))
    assert fingerprint(group()) != fingerprint(group(location="(0010,0020) PatientID"))


def test_junit_counts_agree_with_its_cases() -> None:
    root = ElementTree.fromstring(render_junit(rich()))
    cases = root.findall(".//testcase")
    assert len(cases) == len(GROUPS) + 1 == int(root.attrib["tests"])
    assert int(root.attrib["failures"]) == len(root.findall(".//failure")) == 6
    assert int(root.attrib["skipped"]) == len(root.findall(".//skipped")) == 1
    assert cases[0].attrib["name"] == "verdict" and cases[0].find("failure") is not None


def test_junit_of_nothing_is_an_error_and_of_clean_is_green() -> None:
    assert ElementTree.fromstring(render_junit(empty())).attrib["errors"] == "1"
    root = ElementTree.fromstring(render_junit(clean()))
    assert root.attrib["failures"] == root.attrib["errors"] == "0"


def test_junit_survives_hostile_text() -> None:
    wild = group(title="<a>&\"'\x00\uffff]]>", location="\x1b[31m", severity="<x>", waived_by="")
    report = rich().model_copy(update={"findings": findings([wild])})
    assert ElementTree.fromstring(render_junit(report)).find(".//testcase") is not None


def test_code_quality_leaves_waived_groups_out() -> None:
    issues = json.loads(render_codequality(rich(), "zh"))
    assert len(issues) == len(GROUPS) - 1
    assert issues[0]["severity"] == "blocker" and "必须为空" in issues[0]["description"]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert all(issue["location"]["lines"]["begin"] == 1 for issue in issues)


def test_markdown_tables_keep_their_shape_under_hostile_text() -> None:
    wild = group(title="a | b\n# c <b>x</b> [l](http://h) `q`", location="|x|")
    text = render_markdown(rich().model_copy(update={"findings": findings([wild])}))
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {5}
    assert not re.search(r"(?<!\\)(?:<b>|\]\(|`)|(?<!\\)://", text)


def test_markdown_is_cut_and_says_so_and_nothing_is_not_measured() -> None:
    assert f"The first {ROWS_SHOWN} of 150 rows" in render_markdown(crowded(150))
    assert "Not measured" in render_markdown(empty(), "en")
    assert render_markdown(clean(), "zh").startswith("# 再识别风险报告")
