"""Geometry of the report's plots, in SVG user units; the templates draw it and CSS colours it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.report.schema import ScalingRow

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tick:
    """A position on an axis and the number it stands for."""

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Axes:
    """The drawing's size and the plotting area inside it."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    x: tuple[Tick, ...]
    y: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class ScalingPlot:
    """Rank-1 against gallery size on a logarithmic axis. Paths are SVG path data, empty if not drawn."""

    axes: Axes
    measured: str
    measured_band: str
    extrapolated: str
    extrapolated_band: str
    chance: str
    points: tuple[Point, ...]
    first: ScalingRow
    last: ScalingRow
    boundary: float | None
    """Where measurement ends, if it does inside the plot."""
    largest_measured: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the histogram; `low` and `high` bound its risk, `at_risk` marks it as beyond the threshold."""

    x: float
    y: float
    width: float
    height: float
    count: int
    low: float
    high: float
    at_risk: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """Patients per tenth of risk, and where the threshold lies."""

    axes: Axes
    bars: tuple[Bar, ...]
    threshold: float


def scaling_plot(rows: Sequence[ScalingRow]) -> ScalingPlot | None:
    """The scaling curve, or None when there are not two gallery sizes to draw a line between."""
    known = sorted((row for row in rows if row.gallery >= 1), key=lambda row: (row.gallery, row.kind))
    if len({row.gallery for row in known}) < 2:
        return None
    width, height, left, right, top, bottom = 720, 340, 56, 684, 16, 292
    low, high = math.log10(known[0].gallery), math.log10(known[-1].gallery)

    def x(gallery: float) -> float:
        return round(left + (math.log10(gallery) - low) / (high - low) * (right - left), 2)

    def y(share: float) -> float:
        return round(bottom - min(max(share, 0.0), 1.0) * (bottom - top), 2)

    def line(part: Sequence[ScalingRow]) -> str:
        return _path([(x(r.gallery), y(r.rank1)) for r in part])

    def band(part: Sequence[ScalingRow]) -> str:
        upper = [(x(r.gallery), y(r.high)) for r in part]
        lower = [(x(r.gallery), y(r.low)) for r in reversed(part)]
        return f"{_path(upper + lower)} Z" if len(part) > 1 else ""

    measured = [r for r in known if r.kind == "measured"]
    beyond = [r for r in known if r.kind != "measured"]
    # The estimate takes over where measurement ends, so the two lines meet there.
    joined = [measured[-1], *beyond] if measured and beyond and beyond[0] is not known[0] else beyond
    sizes = [10**e for e in range(math.ceil(low), math.floor(high) + 1)]
    if len(sizes) < 2:  # within one decade the ends say more than its one power of ten
        sizes = [known[0].gallery, known[-1].gallery]
    chance_at = [10 ** (low + (high - low) * i / 40) for i in range(41)]
    axes = Axes(
        width,
        height,
        left,
        right,
        top,
        bottom,
        tuple(Tick(x(n), n) for n in sizes),
        tuple(Tick(y(v / 4), v / 4) for v in range(5)),
    )
    return ScalingPlot(
        axes=axes,
        measured=line(measured) if len(measured) > 1 else "",
        measured_band=band(measured),
        extrapolated=line(joined) if len(joined) > 1 else "",
        extrapolated_band=band(joined),
        chance=_path([(x(g), y(1 / g)) for g in chance_at]),
        points=tuple((x(r.gallery), y(r.rank1)) for r in measured),
        first=known[0],
        last=known[-1],
        boundary=x(measured[-1].gallery) if measured and beyond else None,
        largest_measured=measured[-1].gallery if measured else 0,
    )


def histogram(counts: Sequence[int], threshold: float) -> Histogram | None:
    """Bars for `counts` patients per equal share of risk from 0 to 1, or None when there is nobody."""
    if not counts or sum(counts) <= 0:
        return None
    width, height, left, right, top, bottom = 720, 280, 56, 684, 28, 232
    step = _nice(max(counts) / 4)
    ceiling = step * math.ceil(max(counts) / step)
    slot = (right - left) / len(counts)
    bars = []
    for i, count in enumerate(counts):
        tall = round(count / ceiling * (bottom - top), 2)
        lower, upper = i / len(counts), (i + 1) / len(counts)
        bars.append(
            Bar(
                round(left + i * slot + 4, 2),
                bottom - tall,
                round(slot - 8, 2),
                tall,
                count,
                lower,
                upper,
                lower >= threshold - 1e-9,
            )
        )
    axes = Axes(
        width,
        height,
        left,
        right,
        top,
        bottom,
        tuple(Tick(round(left + i * slot, 2), i / len(counts)) for i in range(len(counts) + 1)),
        tuple(Tick(round(bottom - v / ceiling * (bottom - top), 2), v) for v in range(0, ceiling + 1, step)),
    )
    at = left + min(max(threshold, 0.0), 1.0) * (right - left)
    return Histogram(axes, tuple(bars), round(at, 2))


def _nice(value: float) -> int:
    """The smallest of 1, 2, 5 times a power of ten that is not below `value`."""
    power = int(10 ** math.floor(math.log10(max(value, 1))))
    return next(power * m for m in (1, 2, 5, 10) if power * m >= value)


def _path(points: Sequence[Point]) -> str:
    return " ".join(f"{'M' if i == 0 else 'L'}{px:g} {py:g}" for i, (px, py) in enumerate(points))
