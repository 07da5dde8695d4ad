"""report.html: what it says of rich, clean, empty, crowded and hostile reports."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import UsageError
from auditor.model import Way
from auditor.report import FORMATS, render, summary, write_report
from auditor.report.locale import locale
from auditor.report.page import ROWS_SHOWN, render_html
from auditor.report.schema import Linkage, Records, Report, SelfLinkage
from auditor.report.ways import ordered, way_views
from tests.report.sample import clean, crowded, empty, rich
from tests.report.sample_groups import GROUPS, findings, group


def words(source: str) -> str:
    """The text of the page's main part as a reader sees it, on one line."""
    source = source[source.index("<main>") :]
    body = re.sub(r"<(style|script)>.*?</\1>", "", source, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_the_verdict_comes_first_with_its_reasons() -> None:
    text = words(render_html(rich()))
    assert text.index("Do not share this dataset as it is") < text.index("1,204 critical findings")
    assert text.index("1,204 critical findings") < text.index("In numbers") < text.index("Five ways back")


@pytest.mark.parametrize(
    ("status", "english", "chinese"),
    [
        ("pass", "Pass", "通过"),
        ("review", "Review", "需复核"),
        ("fail", "Fail", "不通过"),
        ("incomplete", "Incomplete", "不完整"),
    ],
)
def test_the_verdict_is_said_in_both_languages(status: str, english: str, chinese: str) -> None:
    report = rich().model_copy(update={"verdict": rich().verdict.model_copy(update={"status": status})})
    assert f"<strong>{english}</strong>" in render_html(report)
    assert f"<strong>{chinese}</strong>" in render_html(report, "zh")


def test_numbers_have_their_denominator_and_interval() -> None:
    text = words(render_html(rich()))
    assert "12,240 of 12,480" in text
    assert "74.1% 95% interval 67.2%–80.5%; chance 0.15%; 682 patients to choose from" in text
    assert "598 of 682" in text


def test_chinese_takes_the_chinese_texts_of_the_report() -> None:
    text = words(render_html(rich(), "zh"))
    assert "影像中烧录了可识别身份的文字" in text and "病案号" in text and "年龄、性别、检查日期" in text
    assert "Identifying text burned into the image" not in text


def test_english_left_in_a_chinese_report_is_marked_as_english() -> None:
    source = render_html(rich(), "zh")
    assert '<span lang="en">aligned radiograph, Gabor energies, PCA whitening</span>' in source


def test_an_empty_dataset_is_not_measured_and_never_zero() -> None:
    report = empty()
    text = words(render_html(report))
    assert "Incomplete" in text and "no file could be examined" in text
    assert {view.state for view in way_views(report, locale("en"))} == {"unmeasured"}
    numbers = text[text.index("Serious findings") : text.index("Five ways")]
    assert numbers.count("Not measured") == 4 and "0" not in numbers
    assert "No finding in what was examined" not in text
    assert "未测量" in words(render_html(report, "zh"))


def test_clean_is_bounded_by_what_was_examined() -> None:
    text = words(render_html(clean()))
    assert "No finding in what was examined." in text
    assert "Nothing found in what was examined" in text


def test_stages_that_did_not_run_are_not_measured_even_without_findings() -> None:
    report = clean().model_copy(
        update={
            "dataset": clean().dataset.model_copy(update={"stages": ["tags"]}),
            "linkage": Linkage(self=SelfLinkage(reason="stage not run")),
            "records": Records(reason="stage not run"),
        }
    )
    states = {view.slug: view.state for view in way_views(report, locale("en"))}
    assert states == {
        "data": "clear",
        "pixels": "unmeasured",
        "image": "unmeasured",
        "record": "unmeasured",
        "reversal": "clear",
    }


def test_an_attack_that_succeeds_is_never_called_clean() -> None:
    states = {view.slug: view.state for view in way_views(clean(), locale("en"))}
    assert states["image"] == states["record"] == "measured"


def test_images_compared_without_an_attack_are_measured_in_part() -> None:
    attack = SelfLinkage(images=12, reason="no patient has two images")
    report = clean().model_copy(update={"linkage": Linkage(self=attack)})
    states = {view.slug: view.state for view in way_views(report, locale("en"))}
    assert states["image"] == "partial"
    assert "no patient has two images" in words(render_html(report))


def test_frames_that_no_engine_read_are_not_measured() -> None:
    report = clean()
    report = report.model_copy(update={"tool": report.tool.model_copy(update={"ocr_engine": ""})})
    states = {view.slug: view.state for view in way_views(report, locale("en"))}
    assert states["pixels"] == "unmeasured"


def test_waived_findings_are_shown_last_and_do_not_open_a_way() -> None:
    waived = group(waived_by="M. Keller, until 2027-03-31")
    report = rich().model_copy(update={"findings": findings([waived])})
    view = way_views(report, locale("en"))[0]
    assert view.state == "waived" and "Keller" in view.found[0].text
    assert ordered([waived, group(severity="info", rule_id="X")])[0].rule_id == "X"


def test_a_way_names_each_rule_once_with_all_its_findings() -> None:
    groups = [group(count=4), group(count=3, location="(0010,1001) OtherPatientNames")]
    groups += [group(rule_id=f"R{i}", severity="low") for i in range(4)]
    report = rich().model_copy(update={"findings": findings(groups)})
    told = [s.text for s in way_views(report, locale("en"))[0].found]
    assert told[0].endswith("must be empty: 7 findings")
    assert told[-1] == "and 2 more kinds of finding"


def test_findings_are_ordered_by_weight() -> None:
    assert [g.severity for g in ordered(GROUPS)] == [
        "critical", "high", "high", "medium", "medium", "info", "low",
    ]  # fmt: skip


def test_a_long_table_is_cut_and_says_so() -> None:
    source = render_html(crowded(ROWS_SHOWN + 700))
    assert f"The first {ROWS_SHOWN} of {ROWS_SHOWN + 700} rows are shown" in words(source)
    assert source.count("<tr data-severity=") == ROWS_SHOWN


def test_every_way_has_its_own_advice_in_every_state() -> None:
    for lang in ("en", "zh"):
        for report in (rich(), clean(), empty()):
            views = way_views(report, locale(lang))
            assert len(views) == len(Way)
            assert all(v.looked and v.found and v.todo and v.meaning for v in views)


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>&{{7*7}}\u202e\x00\n=cmd"


def hostile(value: Any) -> Any:
    """`value` with a hostile string in the place of every text and every key of free text."""
    if isinstance(value, dict):
        return {key: hostile(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [hostile(inner) for inner in value]
    return HOSTILE if isinstance(value, str) else value


class Names(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hostile_text_in_every_field_is_inert(lang: str) -> None:
    content = hostile(rich().model_dump())
    content["dataset"]["kinds"] = content["coverage"]["reasons"] = {HOSTILE: 1}
    content["findings"]["by_category"] = content["records"]["by_attribute"] = {HOSTILE: 1}
    content["tool"]["libraries"] = {HOSTILE: HOSTILE}
    report = Report.model_validate(content)
    source = render_html(report, lang)
    names = Names(source).names
    assert names.count("script") == 1 and "img" not in names
    assert "\x00" not in source and "\u202e" not in source
    assert "{{7*7}}" in unescape(source), "text is not a template"


def test_a_name_that_cannot_be_encoded_does_not_stop_the_report(tmp_path: Path) -> None:
    report = rich().model_copy(update={"findings": findings([group(example_file="bad\udcff.dcm")])})
    for path in write_report(report, tmp_path, formats=list(FORMATS)):
        path.read_text(encoding="utf-8")


def test_files_are_written_whole_and_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    paths = write_report(rich(), folder, lang="zh", formats=["json", "html"])
    assert [path.name for path in paths] == ["report.json", "report.html"]
    assert sorted(p.name for p in folder.iterdir()) == ["report.html", "report.json"]
    assert 'lang="zh-CN"' in paths[1].read_text(encoding="utf-8")


def test_an_unknown_format_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_report(rich(), tmp_path / "out", formats=["html", "docx"])
    assert not (tmp_path / "out").exists()
    with pytest.raises(UsageError):
        render(rich(), "html", lang="xx")


def test_a_folder_that_cannot_be_made_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        write_report(rich(), tmp_path / "file" / "out")


def test_the_summary_begins_with_the_verdict() -> None:
    lines = summary(rich()).splitlines()
    assert lines[0] == "Verdict: Fail. Do not share this dataset as it is."
    assert lines[1].startswith("  - 1,204 critical")
    assert "Findings: critical 1,204, high 58, medium 1,054, low 12, info 3." in lines
    assert summary(rich(), "zh").startswith("结论：不通过。")


def test_the_summary_of_nothing_says_not_measured() -> None:
    text = summary(empty())
    assert text.count("not measured") == 4
    assert "stage not run" in text and "该阶段未运行" in summary(empty(), "zh")
