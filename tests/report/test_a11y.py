"""report.html as a browser, a screen reader and a network monitor see it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from auditor.report.page import render_html
from auditor.report.schema import Report
from tests.report.sample import clean, crowded, empty, rich

REPORTS = {"rich": rich(), "empty": empty(), "clean": clean(), "crowded": crowded(5)}
PAGES = {(name, lang): render_html(report, lang) for name, report in REPORTS.items() for lang in ("en", "zh")}
VOID = {"meta", "link", "input", "br", "hr", "img", "path", "circle", "line", "rect"}


class Page(HTMLParser):
    """The elements of a page in order, with attributes, text and nesting checked."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], str]] = []
        self.stack: list[str] = []
        self.text: dict[int, str] = {}
        self.open: list[int] = []
        self.feed(source)
        self.close()
        assert not self.stack, f"never closed: {self.stack}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"attribute twice in {tag}"
        self.elements.append((tag, dict(attrs), " ".join(self.stack)))
        if tag not in VOID:
            self.stack.append(tag)
            self.open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), " ".join(self.stack)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack and self.stack[-1] == tag, f"</{tag}> inside {self.stack[-3:]}"
        self.stack.pop()
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for index in self.open:
            self.text[index] = self.text.get(index, "") + data

    def all(self, *tags: str) -> list[tuple[str, dict[str, str | None], str]]:
        return [element for element in self.elements if element[0] in tags]


@pytest.fixture(params=PAGES, ids=lambda key: "-".join(key))
def page(request: pytest.FixtureRequest) -> Page:
    return Page(PAGES[request.param])


@pytest.fixture(params=PAGES, ids=lambda key: "-".join(key))
def source(request: pytest.FixtureRequest) -> str:
    return PAGES[request.param]


@pytest.mark.parametrize(("lang", "tag"), [("en", "en"), ("zh", "zh-CN")])
def test_the_page_names_its_language(lang: str, tag: str) -> None:
    assert Page(PAGES["rich", lang]).all("html")[0][1]["lang"] == tag


def test_headings_step_down_one_level_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _, _ in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_every_reference_has_a_target(page: Page) -> None:
    ids = [attrs["id"] for _, attrs, _ in page.elements if attrs.get("id")]
    assert len(ids) == len(set(ids))
    for _, attrs, _ in page.elements:
        references = (attrs.get("aria-labelledby") or "").split() + (attrs.get("for") or "").split()
        if (attrs.get("href") or "").startswith("#"):
            references.append(str(attrs["href"])[1:])
        assert set(references) <= set(ids)


def test_landmarks(page: Page) -> None:
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.all(landmark)) == 1
    assert page.all("a")[0][1]["class"] == "skip"
    assert all(attrs.get("aria-labelledby") for _, attrs, _ in page.all("section"))


def test_table_headers_have_a_scope(page: Page) -> None:
    assert all(attrs.get("scope") in {"col", "row"} for _, attrs, _ in page.all("th"))
    bodies = [parents for _, _, parents in page.all("tr") if parents.endswith("tbody")]
    assert bodies or not page.all("table")


def test_pictures_are_named_or_hidden(page: Page) -> None:
    for _, attrs, _ in page.all("svg"):
        named = attrs.get("role") == "img" and attrs.get("aria-labelledby")
        assert named or attrs.get("aria-hidden") == "true"
    assert not page.all("img", "iframe", "object", "embed", "link", "base")


def test_scrolling_regions_can_be_reached_by_keyboard(page: Page) -> None:
    for _, attrs, _ in page.all("div"):
        if attrs.get("class") == "scroll":
            assert attrs["tabindex"] == "0" and attrs["role"] == "region" and attrs["aria-label"]


def test_form_fields_are_labelled(page: Page) -> None:
    labels = {attrs["for"] for _, attrs, _ in page.all("label")}
    assert {attrs["id"] for _, attrs, _ in page.all("input", "select")} == labels


def test_nothing_is_asked_of_the_network(source: str) -> None:
    assert not re.search(
        r"""(?:https?:)?//[a-z]|url\((?!#)|@import|\bsrc=|\baction=""", source.split("<script>")[0]
    )
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', source)
    assert policy and "default-src &#39;none&#39;" in policy[1]


def test_no_inline_style_or_handler_that_the_policy_would_block(page: Page) -> None:
    for _, attrs, _ in page.elements:
        assert "style" not in attrs and not [name for name in attrs if name.startswith("on")]


def test_no_section_table_or_list_is_empty(page: Page) -> None:
    for index, (tag, attrs, _) in enumerate(page.elements):
        if tag in {
            "section",
            "table",
            "tbody",
            "ul",
            "ol",
            "dl",
            "dd",
            "dt",
            "li",
            "p",
            "h2",
            "h3",
            "caption",
        }:
            assert page.text.get(index, "").strip(), (tag, attrs)


def test_no_programming_word_is_shown(page: Page) -> None:
    body = next(i for i, (tag, _, _) in enumerate(page.elements) if tag == "main")
    assert not re.findall(r"\b(?:None|nan|NaN|inf|undefined|null)\b", page.text[body])


def test_a_report_of_another_program_still_has_a_verdict() -> None:
    verdict = rich().verdict.model_copy(update={"status": "excellent"})
    report: Report = rich().model_copy(update={"verdict": verdict})
    assert "Incomplete" in render_html(report)


def _luminance(colour: str) -> float:
    """Relative luminance of #rgb or #rrggbb (WCAG 2.2)."""
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _themes() -> list[dict[str, str]]:
    style = re.search(r"<style>(.*?)</style>", PAGES["rich", "en"], re.DOTALL)
    assert style
    blocks = re.findall(r":root \{(.*?)\}", style[1], re.DOTALL)
    return [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", block)) for block in blocks]


@pytest.mark.parametrize("theme", _themes(), ids=["light", "dark", "print"])
def test_text_stands_out_from_its_ground(theme: dict[str, str]) -> None:
    severities = ["critical", "high", "medium", "low", "info"]
    verdicts = ["pass", "review", "fail", "incomplete"]
    pairs = [(name, "ground") for name in ["ink", "muted", "accent", *severities, *verdicts]]
    pairs += [(text, f"{verdict}-soft") for verdict in verdicts for text in ("ink", "muted", verdict)]
    pairs += [("on-colour", name) for name in ["critical", *verdicts]]
    weak = {pair: _contrast(theme[pair[0]], theme[pair[1]]) for pair in pairs}
    assert not {pair: ratio for pair, ratio in weak.items() if ratio < 4.5}
