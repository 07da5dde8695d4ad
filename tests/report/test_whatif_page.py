"""whatif.html as a browser and a screen reader see it; whatif.csv."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from auditor.report.measures import Interval
from auditor.report.whatif import render_whatif, trade_off, whatif_summary, write_whatif
from auditor.report.whatif_schema import WhatIfReport, WhatIfRow, WhatIfSample, WhatIfTask
from tests.report.test_a11y import Page


def _at(value: float) -> Interval:
    return Interval(value=value, low=max(0.0, value - 0.1), high=min(1.0, value + 0.1))


def row(name: str, verdict: str, naive: float, adaptive: float, use: float, **more: object) -> WhatIfRow:
    given: dict[str, object] = {
        "mitigation": name,
        "parameter": "" if name == "none" else "sigma",
        "value": None if name == "none" else 8.0,
        "verdict": verdict,
        "rank1_naive": _at(naive),
        "rank1_adaptive": _at(adaptive),
        "auc_naive": _at(0.9),
        "auc_adaptive": _at(0.95),
        "gained_by_adapting": _at(adaptive - naive),
        "kept_off": _at(0.1),
        "ssim": _at(use),
        "task_auc": None,
        "task_accuracy": None,
        "aligned_share": 0.9,
        "pareto": name == "none",
    }
    return WhatIfRow.model_validate(given | more)


def report(task: bool = False, attack: str = "another_image", middles: int = 0) -> WhatIfReport:
    more = {"task_auc": _at(0.8), "task_accuracy": _at(0.7)} if task else {}
    return WhatIfReport(
        tool="auditor 0.1.0",
        dataset="films <b>",
        started="2025-01-02T03:04:05+00:00",
        seconds=61.0,
        cpu_seconds=100.0,
        seed=7,
        draws=20,
        features="classical",
        chance=0.01,
        utility="task_auc" if task else "ssim",
        sample=WhatIfSample(
            images_in_source=300,
            patients_in_source=200,
            images=200,
            patients=100,
            probe_patients=90,
            max_patients=100,
            not_decoded={"larger than the limit": 2},
            other_exams=False,
            volumes=3,
            middle_images=middles,
        ),
        attack=attack,  # type: ignore[arg-type]
        task=WhatIfTask(name="sex", kind="values", values=2, images=200, patients=100, majority=0.55)
        if task
        else None,
        rows=[
            row("none", "baseline", 0.8, 0.8, 1.0, **more),
            row("blur", "looks_safer", 0.2, 0.6, 0.8, **more),
            row("module:own<script>", "holds", 0.1, 0.1, 0.3),
        ],
    )


@pytest.fixture(params=[(task, lang) for task in (False, True) for lang in ("en", "zh")], ids=str)
def source(request: pytest.FixtureRequest) -> str:
    task, lang = request.param
    return render_whatif(report(task), lang)


def test_the_page_is_well_formed_and_every_reference_has_a_target(source: str) -> None:
    page = Page(source)
    ids = [attrs["id"] for _, attrs, _ in page.elements if attrs.get("id")]
    assert len(ids) == len(set(ids))
    for _, attrs, _ in page.elements:
        if (target := attrs.get("href") or "").startswith("#"):
            assert target[1:] in ids
        for name in (attrs.get("aria-labelledby") or "").split():
            assert name in ids
    levels = [int(tag[1]) for tag, _, _ in page.all("h1", "h2", "h3")]
    assert levels[0] == 1 and levels.count(1) == 1


def test_the_page_reaches_for_nothing_and_escapes_what_it_is_given(source: str) -> None:
    assert not re.search(r"""(?:src|href)=["'](?!#)""", source)
    assert "<b>" not in source and "own<script>" not in source
    assert "default-src &#39;none&#39;" in source


def test_every_point_of_the_plot_can_be_reached_by_keyboard_and_is_named(source: str) -> None:
    page = Page(source)
    points = [attrs for tag, attrs, where in page.elements if tag == "a" and "svg" in where]
    assert [attrs["href"] for attrs in points] == ["#row-0", "#row-1", "#row-2"]
    assert all(attrs["aria-label"] for attrs in points)


def test_the_answer_says_what_only_looks_safe() -> None:
    page = render_whatif(report())
    answer = page[page.index('id="answer"') : page.index('id="plot"')]
    assert "looks safer than it is: </strong>Gaussian blur (sigma 8), 60.0% still found" in answer
    assert "90 patients among 100 patients" in answer
    assert "lasting effect: </strong>module:own" in answer


def test_lower_is_safer_and_further_right_more_useful() -> None:
    marks = trade_off(report()).marks
    assert marks[2].top > marks[1].top > marks[0].top
    assert marks[0].x > marks[1].x > marks[2].x


def test_the_table_of_numbers_carries_interval_seed_and_denominators(tmp_path: Path) -> None:
    page, *_ = write_whatif(report(True), tmp_path, lang="zh")
    assert 'lang="zh-CN"' in page.read_text(encoding="utf-8")
    rows = list(csv.DictReader((tmp_path / "whatif.csv").open(encoding="utf-8")))
    assert rows[1]["rank1_adaptive_low"] == "0.5" and rows[1]["seed"] == "7"
    assert rows[1]["gallery_patients"] == "100" and rows[1]["task_auc"] == "0.8"
    assert rows[2]["task_auc"] == ""


def test_the_terminal_names_every_mitigation() -> None:
    lines = whatif_summary(report()).splitlines()
    assert len(lines) == 3 and "naive attacker 20.0%, by the adaptive one 60.0%" in lines[1]


@pytest.mark.parametrize(
    ("lang", "very", "middle"), [("en", "very exposure", "middle image"), ("zh", "同一次曝光", "中间一幅")]
)
def test_what_was_not_another_image_or_not_the_whole_is_said(lang: str, very: str, middle: str) -> None:
    plain, other = report(), report(attack="same_exposure", middles=17)
    assert very not in render_whatif(plain, lang) + whatif_summary(plain, lang)
    for text in (render_whatif(other, lang), whatif_summary(other, lang)):
        assert very in text and middle in text and "17" in text
