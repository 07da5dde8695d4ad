"""Dates in their usual forms; versions, UIDs, ratios and measures are none."""

# Tables of values read better on few lines.

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditor.detectors import detect, is_placeholder
from auditor.model import Category

DATES = """
2024年3月5日|二〇二四年三月五日|2024-03-05|2024/3/5|2024.03.05|08/04/1932|24-MAY-02|1999 Sep 23|1999Sep23|20240305
2013-07-13T10:22:31|20170920150233|March 5, 2024|5th of March 2024|3. Mai 2016|12 mars 1999|4 de julio de 2011
11-05-25-142825|5/25/2011 2:56:22 PM|O8/O4/1932|昭和45年3月12日|令和5年3月5日|2024년 3월 5일|11/18/94 08:50:28
""".replace("\n", "|").strip("|").split("|")  # fmt: skip


@pytest.mark.parametrize("text", DATES)
def test_date_is_found_whole(text: str) -> None:
    hits = [h for h in detect(text) if h.category is Category.DATE and h.confidence >= 0.5]
    assert hits and (hits[0].start, hits[0].end) == (0, len(text))


NO_DATES = """
1.2.840.10008.5.1.4|12.5.2.1|3/5|0.2024|12:30|120/80|5-10-15|99999999|20241305|2024-02-30|13/13/2024|512x512|1/2/3
version 2.6.3.6|2019|R6.1|V3.51*P25|3.2 x 1.1 x 4.5|C1234567890|HH:MM:SS|31.12|may 5 mm
""".replace("\n", "|").strip("|").split("|")  # fmt: skip


@pytest.mark.parametrize("text", NO_DATES)
def test_is_no_date(text: str) -> None:
    assert [h for h in detect(text) if h.category is Category.DATE and h.confidence >= 0.5] == []


@given(
    st.dates(date(1905, 1, 2), date(2035, 12, 31)),
    st.sampled_from(
        ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y%m%d", "%d %b %Y", "%B %d, %Y", "%Y年%m月%d日"]
    ),
)
def test_every_day_in_every_form(day: date, form: str) -> None:
    assume(not is_placeholder(day.strftime("%Y%m%d")))
    text = f"on {day.strftime(form)} again"
    assert any(h.category is Category.DATE and h.confidence >= 0.5 for h in detect(text))
