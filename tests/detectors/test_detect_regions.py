"""The shortcuts that keep detectors fast give what the patterns give on the whole text."""

# Pieces read better on few lines.
# ruff: noqa: E501

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.detectors import dates, label_list, national_ids
from auditor.detectors.base import Hit
from auditor.detectors.cjk_names import has_cjk
from auditor.detectors.regions import around
from tests.detectors.test_detect import FOUND, QUIET

LINES = [text for text, _, _ in FOUND] + list(QUIET)
PIECES = st.sampled_from(
    ["12", "3", "2019", "05", "19620418", "536-22-8171", "AB", "1", "-", "/", ".", " ", ", ", "Mar", "March", "de ", "of ", "th", "月",
     "年", "日", "MRN", "DOB", "patient ", "Name", ": ", "ref phys", "acc #", "\n", "\t", "x", "Dr. ", "GB29 NWBK 6016 1331 9268 19", "O5", "元"]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=4).map(" ".join),
    st.lists(PIECES, max_size=30).map("".join),
)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_labels_are_those_of_one_pattern(text: str) -> None:
    text = "".join(c for c in text if not has_cjk(c))
    groups = "|".join(f"(?P<L{i}>{label.latin})" for i, label in enumerate(label_list._ORDER))
    letter = label_list._LETTER
    whole = re.compile(rf"(?<!{letter})(?:{groups})(?!{letter})", re.IGNORECASE)
    expected = [
        (label_list._ORDER[int((m.lastgroup or "L0")[1:])], m.start(), m.end()) for m in whole.finditer(text)
    ]
    assert list(label_list.find_labels(text)) == expected


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_dates_are_those_of_the_whole_text(text: str) -> None:
    patterns = dates._NUMERIC + dates._NAMED_MONTH + dates._EAST_ASIAN
    expected = set(dates._dates(text, 0, len(text), patterns))
    assert {hit for hit in dates.find_dates(text) if hit.kind != "month and day"} >= expected


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_numbers_are_those_of_the_whole_text(text: str) -> None:
    expected: set[Hit] = set()
    for lettered in (False, True):
        expected.update(national_ids._numbers(text, 0, len(text), lettered))
    assert set(national_ids.find_national_ids(text)) >= expected


@given(st.lists(st.integers(0, 500), min_size=1), st.integers(0, 30))
def test_stretches_are_ordered_and_apart(starts: list[int], margin: int) -> None:
    spans = [(start, start + 1) for start in sorted(starts)]
    found = list(around(spans, 520, margin))
    assert all(end < start for (_, end), (start, _) in pairwise(found))
    assert all(any(a <= start and end <= b for a, b in found) for start, end in spans)
