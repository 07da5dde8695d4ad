"""Numbers in report.json, which may not have been measured."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import AfterValidator, BaseModel


class Interval(BaseModel, extra="forbid", frozen=True):
    value: float
    low: float
    high: float


def _finite_interval(interval: Interval | None) -> Interval | None:
    if interval is None or all(map(math.isfinite, (interval.value, interval.low, interval.high))):
        return interval
    return None


def _finite(number: float | None) -> float | None:
    return number if number is None or math.isfinite(number) else None


# JSON has no word for "not a number": what could not be computed was not measured.
Measured = Annotated[Interval | None, AfterValidator(_finite_interval)]
MeasuredFloat = Annotated[float | None, AfterValidator(_finite)]
