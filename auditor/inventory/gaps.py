"""How far the dates of one file lie from its study date: joined by DuckDB."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from auditor.inventory.store import Inventory
from auditor.inventory.stretches import by_stretch

_DATED = """
CREATE OR REPLACE TABLE dated AS
    SELECT DISTINCT value, location FROM values_seen SEMI JOIN days USING (value);
CREATE OR REPLACE TABLE apart (value BIGINT, location VARCHAR, patient VARCHAR, day INTEGER, gap INTEGER)
"""
_STRETCH = """
INSERT INTO apart
WITH held AS (
    SELECT value, item, day, is_study FROM occurrences JOIN days USING (value) WHERE item >= $1 AND item < $2),
studied AS (SELECT item, min(day) AS day FROM held WHERE is_study GROUP BY item)
SELECT DISTINCT value, location, patient, studied.day, held.day - studied.day
FROM held JOIN studied USING (item) JOIN dated USING (value) JOIN items USING (item) WHERE NOT is_study
"""
_GAPS = """
WITH by_patient AS (
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

    days: id of the value, whether it is a study date, ordinal day. They stay in memory; what is
    stored counts from a day that the key alone tells.
    """
    start = int.from_bytes(inventory.key.derive("days")[:3], "big")
    columns = list(zip(*((value, is_study, start + day) for value, is_study, day in days), strict=True))
    columns = columns or [(), (), ()]
    types = (pa.int64(), pa.bool_(), pa.int32())
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    inventory.db.register("days", pa.table(arrays, names=["value", "is_study", "day"]))
    try:
        inventory.db.execute(_DATED)
        by_stretch(inventory, _STRETCH)
        return [Gap(*row) for row in inventory.db.execute(_GAPS).fetchall()]
    finally:
        inventory.db.unregister("days")
