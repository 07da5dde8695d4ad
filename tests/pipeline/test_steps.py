"""A step that fails costs what it alone would have found, and the verdict, the report and its tables say so."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from auditor.checks import all_checks
from auditor.checks.base import ElementCheck
from auditor.errors import UsageError
from auditor.pipeline.scan import Audit
from auditor.pipeline.steps import Failure, Step, Steps
from auditor.report import render
from tests.builders.anatomy import image_of
from tests.builders.dataset import CLEAN, clean_dicom, rows, run, write
from tests.builders.dicom import make_dicom

SECRET = "Quillfeather"
ALL = frozenset({"tags", "linkage", "records"})


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """Four patients with two exams each, and a name in one file."""
    for p in range(4):
        for e in range(2):
            tags: dict[str, Any] = {"PatientID": f"sub-{p:03d}", "PatientName": f"sub-{p:03d}"}
            tags["StudyInstanceUID"] = f"2.25.{10**6 + 10 * p + e}"
            write(tmp_path / "set", f"{p}-{e}.dcm", clean_dicom(pixels=image_of(p, e), **tags))
    named = {**CLEAN, "PatientName": f"{SECRET}^Marian", "PatientID": "sub-009"}
    write(tmp_path / "set", f"{SECRET} Marian.dcm", make_dicom(image_of(9, 0), **named))
    return tmp_path / "set"


def breaks(*_: object, **__: object) -> Any:
    raise ValueError(f"{SECRET} is in the text of the error")


def audited(release: Path, **more: Any) -> Audit:
    return run(
        release, release.parent / "out", **{"stages": ALL, "features": "classical", "draws": 3, **more}
    )


BROKEN = {
    Step.LINKAGE: ("outcomes.attack", "linkage"),
    Step.IDENTICAL: ("outcomes.find_duplicates", ""),
    Step.COPIES: ("outcomes.Copies", ""),
    Step.RECORDS: ("outcomes.assess", "records"),
    Step.VOLUMES: ("scan.try_series", ""),
    Step.VALUES: ("scan.judge_values", ""),
    Step.IMAGERY: ("scan.judge_imagery", ""),
    Step.PROFILES: ("dataset.across.judge_profiles", ""),
    Step.REVERSAL: ("dataset.across.judge_reversal", ""),
    Step.STEWARDSHIP: ("dataset.across.judge_stewardship", ""),
}


@pytest.mark.parametrize("step", BROKEN, ids=str)
def test_a_step_that_fails_leaves_the_others(
    step: Step, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, outcome = BROKEN[step]
    monkeypatch.setattr(f"auditor.pipeline.{broken}", breaks)
    report = audited(release, policy=None).report
    told = report.unfinished[0]
    assert (told.step, told.error, told.weighs) == (str(step), "ValueError", True)
    for whole in ("linkage", "records"):
        part = report.linkage.self if whole == "linkage" else report.records
        assert (part.reason == "the step could not be finished") == (outcome == whole)
    assert bool(report.findings.by_rule.get("T101")) == (step is not Step.VALUES)
    assert report.verdict.status == ("incomplete" if step is Step.VALUES else "fail")
    assert any("ValueError" in reason for reason in report.verdict.reasons)
    assert any("ValueError" in limit for limit in report.limits)
    written = [path.read_bytes() for path in (release.parent / "out").iterdir()]
    shown = [
        render(report, name, lang=lang) for name in ("html", "json", "markdown") for lang in ("en", "zh")
    ]
    assert not any(SECRET in text for text in shown)
    assert not any(SECRET.encode() in content for content in written)


def test_a_failure_alone_is_no_pass(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (release / f"{SECRET} Marian.dcm").unlink()
    monkeypatch.setattr("auditor.pipeline.outcomes.attack", breaks)
    done = audited(release)
    assert (done.report.verdict.status, done.exit_code) == ("incomplete", 3)
    page = {lang: render(done.report, "html", lang=lang) for lang in ("en", "zh")}
    assert "Not finished, so not judged: linkage by image" in page["en"]
    assert "未完成、因而未判断：影像关联" in page["zh"]
    assert "该步骤未能完成" in page["zh"]


def test_what_only_writes_beside_the_findings_asks_for_review(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (release / f"{SECRET} Marian.dcm").unlink()
    monkeypatch.setattr("auditor.pipeline.closing.keep", breaks)
    monkeypatch.setattr("auditor.pipeline.closing.devices", breaks)
    report = audited(release).report
    assert [(each.step, each.weighs) for each in report.unfinished] == [("trace", False), ("devices", False)]
    assert report.verdict.status == "review"


@pytest.mark.parametrize("workers", [0, 2])
def test_a_check_that_fails_on_values_leaves_the_other_checks_and_hides_every_name(
    workers: int, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = next(each for each in all_checks() if isinstance(each, ElementCheck) and each.id == "T101")
    monkeypatch.setattr(type(check), "judge", breaks)
    report = audited(release, workers=workers, stages=frozenset({"tags"})).report
    told = {each.rule: each for each in report.unfinished}
    assert told["T101"].step == "rule" and told["T101"].times > 1
    assert report.findings.total > 0
    shown = {row["file"] for row in rows(release.parent / "out", "coverage")}
    assert not any("sub" in name or SECRET in name or "0-0" in name for name in shown)


def test_part_of_a_file_that_fails_leaves_the_rest(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.pipeline.examine.portray", breaks)
    report = audited(release).report
    assert report.findings.by_rule["T101"]
    assert report.coverage.partial == 9
    assert report.linkage.self.reason == "no images"


def test_only_errors_are_caught() -> None:
    steps = Steps()
    for kind in (KeyboardInterrupt, SystemExit):
        with pytest.raises(kind), steps.of(Step.LINKAGE):
            raise kind
    with pytest.raises(OSError), steps.of(Step.PORTRAIT, passing=(OSError,)):
        raise FileNotFoundError
    assert steps.failures == ()


def test_a_failure_tells_its_own_place_and_no_text(caplog: pytest.LogCaptureFixture) -> None:
    steps = Steps()
    with caplog.at_level(logging.DEBUG, "auditor"):
        for _ in range(2):
            with steps.of(Step.RULE, "T101"):
                cv2.resize(np.zeros((0, 0), np.uint8), (2, 2))
        with steps.of(Step.REFERENCE):
            json.loads(SECRET)
        with steps.of(Step.LINKAGE):
            raise UsageError("The model fails on an image", SECRET)
    rule, reference, model = steps.failures
    assert (rule.rule, rule.error, rule.times) == ("T101", "error", 2)
    assert (reference.error, model.error, model.said) == (
        "JSONDecodeError",
        "UsageError",
        "The model fails on an image",
    )
    assert "decoder.py" in caplog.text and SECRET not in caplog.text


def test_failures_of_workers_are_counted_together() -> None:
    make: Callable[[], Failure] = lambda: Failure(Step.RULE, "T101", "ValueError", "checks/a.py:1")  # noqa: E731
    steps = Steps()
    for _ in range(3):
        steps.add([make()])
    assert [each.times for each in steps.failures] == [3]
