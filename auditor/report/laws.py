"""Geometry of the plot of the laws beyond the gallery, in SVG user units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.report.plots import Axes, Point, Tick
from auditor.report.schema import LawRow, ScalingRow

APART = 7
"""Units between the marks of two laws at one gallery size, so that their intervals can be told apart."""
SHAPES = ("M-4.5 0 A4.5 4.5 0 1 0 4.5 0 A4.5 4.5 0 1 0 -4.5 0 Z", "M-4 -4 H4 V4 H-4 Z", "M0 -5 L5 4 L-5 4 Z")
"""Circle, square, triangle: the order of the laws."""


@dataclass(frozen=True, slots=True)
class LawMark:
    """What one law says at one size: where it stands, and the ends of its interval."""

    x: float
    y: float
    high: float
    low: float


@dataclass(frozen=True, slots=True)
class LawLine:
    """One law beyond what was measured. `number` counts the laws and chooses dash and shape."""

    law: str
    number: int
    shape: str
    path: str
    marks: tuple[LawMark, ...]


@dataclass(frozen=True, slots=True)
class LawsPlot:
    """The measured curve of sub-galleries, and what each law makes of it at larger ones."""

    axes: Axes
    measured: str
    band: str
    points: tuple[Point, ...]
    lines: tuple[LawLine, ...]
    boundary: float
    gallery: int
    largest: int


def laws_plot(scaling: Sequence[ScalingRow], laws: Sequence[LawRow]) -> LawsPlot | None:
    """The plot, or None where nothing was measured at two sizes or no law looks beyond them."""
    measured = sorted(
        (r for r in scaling if r.kind == "measured" and r.gallery >= 1), key=lambda r: r.gallery
    )
    if len({row.gallery for row in measured}) < 2:
        return None
    last = measured[-1]
    beyond = [row for row in laws if row.measured is None and row.gallery > last.gallery]
    if not beyond:
        return None
    width, height, left, right, top, bottom = 720, 340, 56, 676, 16, 292
    largest = max(row.gallery for row in beyond)
    low, high = math.log10(measured[0].gallery), math.log10(largest)

    def x(gallery: float) -> float:
        return round(left + (math.log10(gallery) - low) / (high - low) * (right - left), 2)

    def y(share: float) -> float:
        return round(bottom - min(max(share, 0.0), 1.0) * (bottom - top), 2)

    points = tuple((x(row.gallery), y(row.rank1)) for row in measured)
    upper = [(x(row.gallery), y(row.high)) for row in measured]
    lower = [(x(row.gallery), y(row.low)) for row in reversed(measured)]
    names = list(dict.fromkeys(row.law for row in beyond))
    lines = []
    for number, name in enumerate(names):
        own = sorted((row for row in beyond if row.law == name), key=lambda row: row.gallery)
        aside = (number - (len(names) - 1) / 2) * APART
        marks = tuple(
            LawMark(round(x(row.gallery) + aside, 2), y(row.rank1), y(row.high), y(row.low)) for row in own
        )
        path = _path([points[-1], *((mark.x, mark.y) for mark in marks)])
        lines.append(LawLine(name, number % len(SHAPES), SHAPES[number % len(SHAPES)], path, marks))
    decades = range(math.ceil(low), math.floor(high) + 1)
    axes = Axes(
        width,
        height,
        left,
        right,
        top,
        bottom,
        tuple(Tick(x(10**power), 10**power) for power in decades),
        tuple(Tick(y(quarter / 4), quarter / 4) for quarter in range(5)),
    )
    return LawsPlot(
        axes=axes,
        measured=_path(points),
        band=f"{_path([*upper, *lower])} Z",
        points=points,
        lines=tuple(lines),
        boundary=points[-1][0],
        gallery=last.gallery,
        largest=largest,
    )


def _path(points: Sequence[Point]) -> str:
    return " ".join(f"{'M' if not place else 'L'}{px:g} {py:g}" for place, (px, py) in enumerate(points))
