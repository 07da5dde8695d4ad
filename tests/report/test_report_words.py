"""The locales: complete, alike, and the only source of words in the templates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from string import Formatter

import pytest

from auditor.errors import UsageError
from auditor.linkage.describe.features import Classical
from auditor.linkage.within.scaling import LAW
from auditor.model import Category, Kind, Reason, Severity, Status, Way
from auditor.report.locale import LANGUAGES, Locale, locale
from auditor.report.measures import Interval
from auditor.report.ways import SLUGS
from auditor.risk.records import DEFAULT

PACKAGE = files("auditor.report")
TEMPLATES = sorted(p.name for p in (PACKAGE / "templates").iterdir() if p.name.endswith(".j2"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def texts(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from texts(inner, f"{path}.{i}")
    else:
        assert isinstance(value, str), path
        yield path, value


def load(lang: str) -> dict[str, str]:
    content = json.loads((PACKAGE / "locales" / f"{lang}.json").read_text(encoding="utf-8"))
    content.pop("phrases")  # English is where phrases come from, so only the other languages list them
    return dict(texts(content))


def test_both_locales_have_the_same_keys() -> None:
    assert load("en").keys() == load("zh").keys()


def test_placeholders_agree() -> None:
    def placeholders(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    chinese = load("zh")
    assert {k: placeholders(v) for k, v in load("en").items()} == {
        k: placeholders(v) for k, v in chinese.items()
    }


def test_chinese_is_chinese_and_english_is_not() -> None:
    # Names that both languages write alike, and texts made of placeholders and signs only.
    alike = {
        "lang",
        "list",
        "below",
        "doc.colon",
        "above",
        "numbers.of",
        "method.python",
        "glossary.terms.8.0",
        "doc.size_value",
        "ways.group_alone",
        "whatif.listed",
        "whatif.semicolon",
    }
    english, chinese = load("en"), load("zh")
    same = {key for key, text in english.items() if text == chinese[key]} - alike
    assert all(key.startswith("terms.") for key in same), same
    assert not [key for key, text in english.items() if CHINESE.search(text)]
    missing = [k for k, v in chinese.items() if not CHINESE.search(v) and k not in alike]
    assert all(key.startswith("terms.") for key in missing), missing


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_of_the_model_has_a_translation(lang: str) -> None:
    terms = json.loads((PACKAGE / "locales" / f"{lang}.json").read_text(encoding="utf-8"))["terms"]
    vocabularies = {
        "severity": Severity,
        "category": Category,
        "way": Way,
        "kind": Kind,
        "status": Status,
        "reason": Reason,
    }
    for name, words in vocabularies.items():
        assert set(terms[name]) == {word.value for word in words}
    assert set(DEFAULT) <= set(terms["attribute"])


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_hold_no_words_of_their_own(name: str) -> None:
    source = (PACKAGE / "templates" / name).read_text(encoding="utf-8")
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{\{.*?\}\}", "", source, flags=re.DOTALL)
    for attribute in re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', source):
        assert not re.search(r"[^\W\d_]", attribute), attribute
    shown = re.sub(r"<[^>]*>", " ", source)
    assert not re.findall(r"[^\W\d_]+", shown)


def test_every_key_a_template_or_module_names_exists() -> None:
    names = [p for p in (PACKAGE / "templates").iterdir() if p.name.endswith(".j2")]
    names += [p for p in PACKAGE.iterdir() if p.name.endswith(".py")]
    found = set()
    for path in names:
        source = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"""\bt(?:\.data)?\(\s*["']([a-z0-9_]+(?:\.[a-z0-9_]+)+)["'][,)]""", source))
    assert len(found) > 100
    for lang in LANGUAGES:
        t = Locale(lang)
        for key in found:
            t.data(key)


def test_an_unknown_language_is_wrong_use() -> None:
    with pytest.raises(UsageError):
        Locale("xx")


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (None, "Not measured"),
        (float("nan"), "Not measured"),
        (0.0, "0%"),
        (1.0, "100%"),
        (0.00001, "<0.01%"),
        (0.99999, ">99.99%"),
        (1 / 682, "0.15%"),
        (0.741, "74.1%"),
        (0.9964, "99.64%"),
        (0.5, "50.0%"),
    ],
)
def test_percentages(share: float | None, shown: str) -> None:
    assert locale("en").percent(share) == shown


def test_numbers_dates_and_durations() -> None:
    t, zh = locale("en"), locale("zh")
    assert t.count("files", 1) == "1 file" and t.count("files", 12345) == "12,345 files"
    assert zh.count("patients", 2000) == "2,000 名患者"
    assert t.size(0) == "0 B" and t.size(48_310_442_112) == "48.3 GB" and t.size(999) == "999 B"
    assert t.duration(0.04) == "0.0 s" and t.duration(125.2) == "2 min 5 s"
    assert zh.duration(7260) == "2 小时 1 分"
    assert t.date("2026-11-21T20:14:09+00:00") == "2026-11-21 20:14 UTC"
    assert t.date("yesterday") == "yesterday" and t.date("") == ""
    assert t.mark(0.09) == "9%" and t.mark(0.125) == "12.5%"
    assert "1.0%–2.5%" in t.interval(Interval(value=0.02, low=0.01, high=0.025))


def test_a_text_missing_in_one_language_falls_back_and_says_so() -> None:
    assert locale("zh").pick("title", "") == ("title", "en")
    assert locale("zh").pick("title", "标题") == ("标题", "zh-CN")
    assert locale("zh").phrase("something new") is None
    assert locale("zh").phrase("stage not run") == "该阶段未运行"
    assert locale("en").phrase("something new") == "something new"


def test_phrases_carry_their_numbers_over_and_nothing_else() -> None:
    zh = locale("zh")
    assert zh.phrase("12 blank images were left out") == "有 12 幅空白影像未纳入"
    assert zh.phrase("Weiss blank images were left out") is None


def test_what_linkage_says_of_itself_is_translated() -> None:
    assert locale("zh").phrase(LAW) and locale("zh").phrase(Classical.name)


def test_phrases_agree_with_their_translations() -> None:
    content = json.loads((PACKAGE / "locales" / "zh.json").read_text(encoding="utf-8"))
    for english, chinese in content["phrases"].items():
        names = [{n for _, n, _, _ in Formatter().parse(text) if n} for text in (english, chinese)]
        assert names[0] == names[1] and CHINESE.search(chinese)


def test_no_text_is_left_that_nothing_shows() -> None:
    paths = [p for folder in (PACKAGE, PACKAGE / "templates") for p in folder.iterdir() if p.is_file()]
    source = "".join(p.read_text(encoding="utf-8") for p in paths if p.name.endswith((".py", ".j2")))
    words = set(re.findall(r"[a-z0-9_]+", source))
    listed = ("terms.", "glossary.terms.", "limits.general.")
    # The last part of each key is written out somewhere, whole or as what a prefix is joined with.
    keys = {key.removesuffix(".one").removesuffix(".other") for key in load("en")}
    unused = {k for k in keys if not k.startswith(listed) and k.rpartition(".")[2] not in words}
    assert unused <= {f"ways.{way}.todo_{state}" for way in SLUGS.values() for state in ADVICE}, unused


ADVICE = ("found", "clear", "unmeasured")
