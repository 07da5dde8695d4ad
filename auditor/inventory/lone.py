"""Texts that one patient alone has, where other patients share theirs: counted by DuckDB."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.inventory.spread import FEWEST_PATIENTS
from auditor.inventory.store import Inventory
from auditor.model import Place

_LONE = """
WITH texts AS (
    SELECT DISTINCT value, place, location, text FROM values_seen
    WHERE place = $1 AND list_contains($2, vr) AND NOT contains(location, '[')),
held AS (
    SELECT DISTINCT place, location, text, patient
    FROM texts JOIN occurrences USING (value) JOIN items USING (item) WHERE patient <> ''
    UNION SELECT DISTINCT place, location, text, patient FROM sightings WHERE place = $3),
owned AS (SELECT place, location, text, count(*) AS owners FROM held GROUP BY ALL),
crowded AS (
    SELECT place, location, count(DISTINCT patient) AS patients,
        count(DISTINCT patient) FILTER (owners > 1) AS sharing
    FROM held JOIN owned USING (place, location, text) GROUP BY ALL
    HAVING patients >= $4 AND sharing * 2 >= patients)
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
    wanted = [str(Place.DATASET), _FREE_TEXT, str(Place.TABLE), FEWEST_PATIENTS]
    return [LoneValue(*row) for row in inventory.db.execute(_LONE, wanted).fetchall()]
