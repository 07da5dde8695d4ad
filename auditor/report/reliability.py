"""Geometry of the reliability diagram, in SVG user units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.report.plots import Axes, Tick
from auditor.report.schema import CalibrationBin


@dataclass(frozen=True, slots=True)
class Mark:
    """One bin: where it stands, its interval, and a radius that grows with its attempts."""

    x: float
    y: float
    high: float
    low: float
    radius: float


@dataclass(frozen=True, slots=True)
class ReliabilityPlot:
    """Share found against probability predicted; on the diagonal both agree."""

    axes: Axes
    marks: tuple[Mark, ...]


def reliability_plot(bins: Sequence[CalibrationBin]) -> ReliabilityPlot | None:
    """The diagram, or None where there is no bin."""
    if not bins:
        return None
    width, height, left, right, top, bottom = 480, 420, 56, 456, 16, 372

    def x(share: float) -> float:
        return round(left + min(max(share, 0.0), 1.0) * (right - left), 2)

    def y(share: float) -> float:
        return round(bottom - min(max(share, 0.0), 1.0) * (bottom - top), 2)

    most = max(each.attempts for each in bins)
    marks = tuple(
        Mark(
            x(each.predicted),
            y(each.found.value),
            y(each.found.high),
            y(each.found.low),
            round(3 + 5 * (each.attempts / most) ** 0.5, 2),
        )
        for each in bins
    )
    quarters = [quarter / 4 for quarter in range(5)]
    axes = Axes(
        width,
        height,
        left,
        right,
        top,
        bottom,
        tuple(Tick(x(each), each) for each in quarters),
        tuple(Tick(y(each), each) for each in quarters),
    )
    return ReliabilityPlot(axes, marks)
