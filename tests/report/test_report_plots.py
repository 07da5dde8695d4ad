"""Geometry of the plots: inside the frame, honest at the ends, absent when there is nothing to draw."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from auditor.report.laws import SHAPES, laws_plot
from auditor.report.measures import Interval
from auditor.report.plots import histogram, scaling_plot
from auditor.report.reliability import reliability_plot
from auditor.report.schema import CalibrationBin, LawRow, ScalingRow


def row(gallery: int, rank1: float, kind: str = "measured", margin: float = 0.05) -> ScalingRow:
    return ScalingRow(gallery=gallery, rank1=rank1, low=rank1 - margin, high=rank1 + margin, kind=kind)


def numbers(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](\S+) (\S+)", path)]


def test_measured_and_extrapolated_meet_where_measurement_ends() -> None:
    plot = scaling_plot([row(10, 0.9), row(100, 0.8), row(10_000, 0.6, "extrapolated")])
    assert plot is not None
    assert numbers(plot.measured)[-1] == numbers(plot.extrapolated)[0]
    assert plot.boundary == numbers(plot.measured)[-1][0]
    assert plot.largest_measured == 100 and plot.last.gallery == 10_000
    assert [tick.value for tick in plot.axes.x] == [10, 100, 1000, 10_000]


def test_a_short_axis_is_marked_at_its_ends() -> None:
    plot = scaling_plot([row(2, 0.8), row(3, 0.7)])
    assert plot is not None and [tick.value for tick in plot.axes.x] == [2, 3]


def test_one_size_is_no_curve() -> None:
    assert scaling_plot([]) is None
    assert scaling_plot([row(50, 0.5)]) is None
    assert scaling_plot([row(0, 1.0), row(50, 0.5)]) is None


def test_measured_alone_has_no_boundary() -> None:
    plot = scaling_plot([row(10, 0.9), row(100, 0.8)])
    assert plot is not None and plot.boundary is None and plot.extrapolated == ""


def test_higher_rank_is_higher_on_the_page() -> None:
    plot = scaling_plot([row(10, 0.9), row(100, 0.2)])
    assert plot is not None
    assert plot.points[0][1] < plot.points[1][1] and plot.points[0][0] < plot.points[1][0]


@given(
    st.lists(
        st.builds(
            row,
            st.integers(-5, 10**7),
            st.floats(-1, 2),
            st.sampled_from(["measured", "extrapolated"]),
            st.floats(0, 1),
        ),
        max_size=12,
    )
)
def test_every_point_stays_inside_the_frame(rows: list[ScalingRow]) -> None:
    plot = scaling_plot(rows)
    if plot is None:
        return
    a = plot.axes
    paths = (plot.measured, plot.measured_band, plot.extrapolated, plot.extrapolated_band, plot.chance)
    for x, y in [point for path in paths for point in numbers(path)]:
        assert a.left - 0.5 <= x <= a.right + 0.5 and a.top - 0.5 <= y <= a.bottom + 0.5


@given(st.lists(st.integers(0, 10**6), min_size=10, max_size=10), st.floats(0, 1))
def test_bars_are_as_tall_as_their_counts(counts: list[int], threshold: float) -> None:
    plot = histogram(counts, threshold)
    if sum(counts) == 0:
        assert plot is None
        return
    assert plot is not None
    a = plot.axes
    assert [bar.count for bar in plot.bars] == counts
    tallest = max(plot.bars, key=lambda bar: (bar.height, bar.count))
    assert tallest.count == max(counts) and a.top <= tallest.y <= a.bottom
    assert 2 <= len(a.y) <= 7
    assert a.left <= plot.threshold <= a.right


def test_bars_beyond_the_threshold_are_marked() -> None:
    plot = histogram([1] * 10, 0.3)
    assert plot is not None
    assert [bar.at_risk for bar in plot.bars] == [False] * 3 + [True] * 7


def test_the_reliability_diagram_stands_inside_its_frame() -> None:
    bins = [
        CalibrationBin(
            low=low,
            high=low + 0.1,
            predicted=low + 0.05,
            found=Interval(value=low, low=0, high=1),
            attempts=n,
        )
        for low, n in ((0.1, 4), (0.9, 400))
    ]
    plot = reliability_plot(bins)
    assert plot is not None and reliability_plot([]) is None
    first, last = plot.marks
    assert first.x < last.x and first.y > last.y and first.radius < last.radius
    for mark in plot.marks:
        assert plot.axes.left <= mark.x <= plot.axes.right
        assert plot.axes.top <= mark.high <= mark.y <= mark.low <= plot.axes.bottom


def law(name: str, gallery: int, rank1: float, measured: float | None = None) -> LawRow:
    return LawRow(
        law=name,
        fitted_to=100,
        gallery=gallery,
        rank1=rank1,
        low=rank1 - 0.1,
        high=rank1 + 0.1,
        measured=measured,
    )


CURVE = [row(10, 0.9), row(100, 0.8)]
LAWS = [law(name, n, 0.7 - n / 10**6) for name in ("a", "b", "c") for n in (1000, 10_000)]


def test_every_law_starts_where_measurement_ends_and_has_a_shape_of_its_own() -> None:
    plot = laws_plot(CURVE, LAWS)
    assert plot is not None
    assert [line.law for line in plot.lines] == ["a", "b", "c"]
    assert [line.shape for line in plot.lines] == list(SHAPES)
    assert {numbers(line.path)[0] for line in plot.lines} == {plot.points[-1]}
    at_first = [line.marks[0].x for line in plot.lines]
    assert len(set(at_first)) == 3
    for line in plot.lines:
        assert all(mark.high < mark.y < mark.low for mark in line.marks)
        assert all(plot.axes.left <= mark.x <= plot.axes.width for mark in line.marks)


def test_what_was_held_back_is_no_look_beyond() -> None:
    assert laws_plot(CURVE, [law("a", 100, 0.8, 0.81)]) is None
    assert laws_plot(CURVE[:1], LAWS) is None
    assert laws_plot([], []) is None
