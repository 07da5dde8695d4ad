"""Every check, by one rule: its page is complete, its good examples are quiet, its bad ones match."""

from __future__ import annotations

import re

import pytest

from auditor.checks import all_checks
from auditor.checks.base import Check
from auditor.model import Category, Severity, Way

CHECKS = all_checks()
HEADINGS = ("What it does", "Why it matters", "Remedy")


def by_id(check: Check) -> str:
    return check.id


def test_there_are_checks_of_every_letter() -> None:
    assert {check.id[0] for check in CHECKS} >= set("TDFCV")


@pytest.mark.parametrize("check", CHECKS, ids=by_id)
def test_manual_page_is_complete(check: Check) -> None:
    page = type(check).__doc__ or ""
    assert re.match(r"\S.*\.\n", page), "a first line that ends in a full stop"
    positions = [page.find(f"    {heading}\n") for heading in HEADINGS]
    assert -1 not in positions
    assert positions == sorted(positions)


@pytest.mark.parametrize("check", CHECKS, ids=by_id)
def test_vocabulary(check: Check) -> None:
    assert re.fullmatch(r"[A-Z]\d{3}", check.id)
    assert isinstance(check.severity, Severity)
    assert isinstance(check.category, Category)
    assert check.way is None or isinstance(check.way, Way)
    for text in (check.title, check.remedy):
        assert text.en.strip()
        assert re.search(r"[\u4e00-\u9fff]", text.zh), "a Chinese text"
        assert text.en[-1] == "." or text is check.title


@pytest.mark.parametrize("check", CHECKS, ids=by_id)
def test_good_examples_are_quiet(check: Check) -> None:
    assert len(check.good) >= 2
    for example in check.good:
        assert not list(check.judge(example.subject, example.context)), example


@pytest.mark.parametrize("check", CHECKS, ids=by_id)
def test_bad_examples_match_and_say_the_same_again(check: Check) -> None:
    assert len(check.bad) >= 2
    for example in check.bad:
        first = list(check.judge(example.subject, example.context))
        assert first, example
        assert first == list(check.judge(example.subject, example.context))
        assert all(0 < match.confidence <= 1 for match in first)


@pytest.mark.parametrize("check", CHECKS, ids=by_id)
def test_details_hold_no_found_text(check: Check) -> None:
    for example in check.bad:
        for match in check.judge(example.subject, example.context):
            if len(match.text) > 3:
                assert match.text.lower() not in match.detail.lower()
