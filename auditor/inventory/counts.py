"""Files counted by kind, status and reason; values, files and patients counted by location."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.inventory.store import Inventory
from auditor.inventory.stretches import by_stretch
from auditor.model import InventoryRow

_PLACED = """
CREATE OR REPLACE TABLE placed AS
WITH seen AS (SELECT value, any_value(location) AS location, any_value(vr) AS vr FROM values_seen GROUP BY value)
SELECT value, location, vr, dense_rank() OVER (ORDER BY location, vr) AS number FROM seen
"""
_HELD = """
INSERT INTO located SELECT number, patient, count(*)
FROM (SELECT DISTINCT number, item FROM occurrences JOIN (SELECT value, number FROM placed) USING (value)
    WHERE item >= $1 AND item < $2)
JOIN items USING (item) GROUP BY ALL
"""
_LOCATIONS = """
WITH named AS (
    SELECT number, any_value(location) AS location, any_value(vr) AS vr, count(*) AS found
    FROM placed GROUP BY number),
counted AS (
    SELECT number, sum(files)::BIGINT AS files, count(DISTINCT nullif(patient, '')) AS patients
    FROM located GROUP BY number)
SELECT location, vr, found, files, patients FROM named JOIN counted USING (number) ORDER BY number
"""


def count_files(inventory: Inventory) -> dict[str, dict[str, int]]:
    """Files by kind, by status and by reason; and sums of bytes, frames and attribution."""
    grouped = {
        column: dict(
            inventory.db.execute(
                f"SELECT {column}, count(*) FROM items GROUP BY {column} ORDER BY {column}"
            ).fetchall()
        )
        for column in ("kind", "status", "reason")
    }
    query = """SELECT count(*) AS files, coalesce(sum(size), 0) AS bytes,
            coalesce(sum(frames_total), 0) AS frames_total,
            coalesce(sum(frames_examined), 0) AS frames_examined,
            coalesce(sum(screened), 0) AS screened, coalesce(sum(spared), 0) AS spared,
            coalesce(sum(repeated), 0) AS repeated,
            count(DISTINCT nullif(patient, '')) AS patients,
            count(*) FILTER (frames_total > 0) AS images,
            count(*) FILTER (patient = '' AND frames_total > 0) AS without_patient FROM items"""
    cursor = inventory.db.execute(query)
    names = [column[0] for column in cursor.description or ()]
    sums = {name: int(value) for name, value in zip(names, cursor.fetchone() or (), strict=True)}
    return {**grouped, "sum": sums}


def count_locations(inventory: Inventory) -> Iterator[InventoryRow]:
    """How many distinct values, files and patients each location has; findings not counted here."""
    db = inventory.db
    db.execute(_PLACED)
    db.execute("CREATE OR REPLACE TABLE located (number BIGINT, patient VARCHAR, files BIGINT)")
    by_stretch(inventory, _HELD)
    for location, vr, values, files, patients in inventory.stream(_LOCATIONS):
        yield InventoryRow(location, vr, values, files, patients, 0)
