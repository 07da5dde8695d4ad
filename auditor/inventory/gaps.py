"""How far the dates of one file lie from its study date: joined by DuckDB."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from auditor.inventory.store import Inventory

_GAPS = """
WITH studied AS (
    SELECT item, min(day) AS day FROM days JOIN occurrences USING (value) WHERE is_study GROUP BY item),
apart AS (
    SELECT d.value, v.location, i.patient, s.day, d.day - s.day AS gap
    FROM days d JOIN (SELECT DISTINCT value, location FROM values_seen) v USING (value)
    JOIN occurrences USING (value) JOIN studied s USING (item) JOIN items i USING (item)
    WHERE NOT d.is_study),
by_patient AS (
    SELECT location, patient, count(DISTINCT day) > 1 AND count(DISTINCT gap) = 1 AND any_value(gap) <> 0 AS steady
    FROM apart WHERE patient <> '' GROUP BY location, patient)
SELECT value, min(gap), max(gap), coalesce(bool_or(steady), false)
FROM apart LEFT JOIN by_patient USING (location, patient) GROUP BY value ORDER BY value
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """Days from the study date to one distinct date, over the files that hold both."""

    value: int
    """Id of the distinct value."""
    least: int
    most: int
    steady: bool
    """Whether, for some patient, all values of the location lie as far from several study dates."""


def date_gaps(inventory: Inventory, days: Iterable[tuple[int, bool, int]]) -> list[Gap]:
    """The gap of every distinct date that stands in one file with a study date.

    days: id of the value, whether it is a study date, ordinal day. They stay in memory: no date is stored
    in the clear.
    """
    columns = list(zip(*days, strict=True)) or [(), (), ()]
    types = (pa.int64(), pa.bool_(), pa.int32())
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    inventory.db.register("days", pa.table(arrays, names=["value", "is_study", "day"]))
    try:
        return [Gap(*row) for row in inventory.db.execute(_GAPS).fetchall()]
    finally:
        inventory.db.unregister("days")
