"""Report x policy -> verdict: thresholds, waivers, incompleteness, and which of them wins."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from auditor import gate
from auditor.policy import Policy
from auditor.report.measures import Interval
from auditor.report.schema import Report
from tests.report.sample import clean, empty, rich

DAY = dt.date(2026, 1, 15)


def verdict(report: Report, **policy: Any) -> tuple[str, int]:
    found = gate.evaluate(report, Policy.model_validate(policy), DAY)
    assert len(found.reasons) == len(found.reasons_zh)
    return found.status, gate.EXIT[found.status]


def with_rank1(report: Report, low: float, high: float) -> Report:
    rank1 = Interval(value=(low + high) / 2, low=low, high=high)
    attack = report.linkage.self.model_copy(update={"rank1": rank1})
    return report.model_copy(update={"linkage": report.linkage.model_copy(update={"self": attack})})


def with_coverage(report: Report, **counts: int) -> Report:
    return report.model_copy(update={"coverage": report.coverage.model_copy(update=counts)})


QUIET = {"review_rank1": None, "review_k": None}


def test_nothing_examined_is_incomplete_whatever_the_policy() -> None:
    assert verdict(empty(), gate={"fail_on": "never", "max_unreadable": 1.0}) == ("incomplete", 3)


def test_findings_fail_from_their_level_on() -> None:
    assert verdict(rich(), gate={**QUIET, "fail_on": "high"}) == ("fail", 1)
    assert verdict(rich(), gate={**QUIET, "fail_on": "never", "max_unreadable": 1.0}) == ("review", 0)
    quiet = {**QUIET, "fail_on": "never", "review_on": "never", "max_unreadable": 1.0}
    assert verdict(rich(), gate=quiet) == ("pass", 0)


def test_waived_findings_do_not_count_until_the_waiver_ends() -> None:
    rules = {group.rule_id for group in rich().findings.groups}
    waivers = [{"rule": rule, "owner": "x", "reason": "y", "expires": DAY} for rule in rules]
    allowed = {**QUIET, "max_unreadable": 1.0}
    assert verdict(rich(), gate=allowed, waiver=waivers) == ("pass", 0)
    ended = [{**waiver, "expires": DAY - dt.timedelta(days=1)} for waiver in waivers]
    assert verdict(rich(), gate=allowed, waiver=ended) == ("fail", 1)


def test_a_leak_outweighs_what_is_unread() -> None:
    unread = with_coverage(rich(), unreadable=10_000)
    assert verdict(unread, gate={**QUIET, "fail_on": "high"}) == ("fail", 1)
    assert verdict(unread, gate={**QUIET, "fail_on": "never"}) == ("incomplete", 3)
    assert verdict(unread, gate={**QUIET, "fail_on": "never", "max_unreadable": 1.0})[1] == 0


@pytest.mark.parametrize(
    ("low", "high", "limits", "status"),
    [
        (0.3, 0.5, {"review_rank1": 0.2}, "review"),
        (0.1, 0.5, {"review_rank1": 0.2}, "pass"),
        (0.1, 0.5, {"review_rank1": None, "fail_rank1": 0.4}, "fail"),
        (0.1, 0.3, {"review_rank1": None, "fail_rank1": 0.4}, "pass"),
    ],
)
def test_rank1_is_held_against_its_interval(
    low: float, high: float, limits: dict[str, float | None], status: str
) -> None:
    report = with_rank1(clean(), low, high)
    assert verdict(report, gate={"review_k": None, **limits})[0] == status


def test_small_classes_ask_for_review_or_fail() -> None:
    records = clean().records.model_copy(
        update={"k_min": 2, "prosecutor": Interval(value=0.2, low=0.1, high=0.3)}
    )
    report = clean().model_copy(update={"records": records})
    base = {"review_rank1": None}
    assert verdict(report, gate={**base, "review_k": 3})[0] == "review"
    assert verdict(report, gate={**base, "review_k": 2})[0] == "pass"
    assert verdict(report, gate={**base, "review_k": None, "fail_k": 3})[0] == "fail"
    assert verdict(report, gate={**base, "review_k": None, "fail_prosecutor": 0.25})[0] == "fail"


def test_what_was_not_looked_at_is_no_pass() -> None:
    dataset = clean().dataset.model_copy(update={"stages": ["linkage"]})
    partial = clean().model_copy(update={"dataset": dataset})
    assert verdict(clean(), gate=QUIET) == ("pass", 0)
    assert verdict(partial, gate=QUIET) == ("review", 0)
    [reason] = gate.evaluate(partial, Policy.model_validate({"gate": QUIET}), DAY).reasons
    assert reason.endswith("tags, pixels, records")


def attacked(**measured: Any) -> Report:
    """A clean report whose attack on images came out like this."""
    attack = clean().linkage.self.model_copy(update={"images": 200, **measured})
    return clean().model_copy(update={"linkage": clean().linkage.model_copy(update={"self": attack})})


def low_rank1(high: float = 0.15) -> Interval:
    return Interval(value=0.1, low=0.05, high=high)


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        ({"rank1": None, "reason": "no patient has two images"}, "no patient has two images"),
        ({"rank1": low_rank1(), "probe_patients": 80, "aligned_share": 0.1}, "Only 10% of the images"),
        ({"rank1": low_rank1(0.6), "probe_patients": 6, "aligned_share": 1.0}, "as high as 60%"),
    ],
)
def test_what_was_badly_measured_is_no_pass(measured: dict[str, Any], said: str) -> None:
    found = gate.evaluate(attacked(**measured), Policy(), DAY)
    assert found.status == "review"
    assert any(said in reason for reason in found.reasons)
    assert not any(reason.isascii() for reason in found.reasons_zh)
    quiet = Policy.model_validate({"gate": QUIET})
    assert gate.evaluate(attacked(**measured), quiet, DAY).status == "pass"


def test_a_low_rank1_that_was_well_measured_passes() -> None:
    well = attacked(rank1=low_rank1(), probe_patients=80, aligned_share=0.95)
    assert verdict(well, gate={"review_k": None})[0] == "pass"
