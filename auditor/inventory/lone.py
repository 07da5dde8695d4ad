"""Texts that one patient alone has, where other patients share theirs: counted by DuckDB."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.inventory.spread import FEWEST_PATIENTS
from auditor.inventory.store import Inventory
from auditor.inventory.stretches import by_stretch
from auditor.model import Place

_TEXTS = """
CREATE OR REPLACE TABLE texts AS
    SELECT DISTINCT value, place, location, text FROM values_seen
    WHERE place = $1 AND list_contains($2, vr) AND NOT contains(location, '[')
"""
_SHARED = """
CREATE OR REPLACE TABLE shared AS
    SELECT DISTINCT place, location, text, patient FROM sightings WHERE place = $1
"""
_STRETCH = """
INSERT INTO shared SELECT DISTINCT place, location, text, patient
    FROM occurrences JOIN texts USING (value) JOIN items USING (item)
    WHERE item >= $1 AND item < $2 AND patient <> ''
"""
_LONE = """
WITH owned AS (
    SELECT place, location, text, count(DISTINCT patient) AS owners FROM shared GROUP BY ALL),
crowded AS (
    SELECT place, location, count(DISTINCT patient) AS patients,
        count(DISTINCT patient) FILTER (owners > 1) AS sharing
    FROM shared JOIN owned USING (place, location, text) GROUP BY ALL
    HAVING patients >= $1 AND sharing * 2 >= patients)
SELECT value, any_value(patients), any_value(sharing)
FROM (SELECT DISTINCT value, place, location, text FROM values_seen)
    JOIN owned USING (place, location, text) JOIN crowded USING (place, location)
WHERE owners = 1 GROUP BY value ORDER BY value
"""
_FREE_TEXT = ["LO", "LT", "ST", "UT", "UC", "SH"]


@dataclass(frozen=True, slots=True)
class LoneValue:
    """A distinct value that one patient has."""

    value: int
    patients: int
    """With a text at the location."""
    sharing: int
    """Of those, the patients with a text that another has too."""


def lone_values(inventory: Inventory) -> list[LoneValue]:
    """Texts of one patient at locations where at least half of eight or more patients share theirs.

    Elements outside sequences, and the cells that `Spread` noted.
    """
    inventory.db.execute(_TEXTS, [str(Place.DATASET), _FREE_TEXT])
    inventory.db.execute(_SHARED, [str(Place.TABLE)])
    by_stretch(inventory, _STRETCH)
    return [LoneValue(*row) for row in inventory.db.execute(_LONE, [FEWEST_PATIENTS]).fetchall()]
