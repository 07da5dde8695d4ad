"""How values are spread over patients: counted by DuckDB, so that memory does not grow with files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.inventory.store import Inventory
from auditor.model import Place

FEWEST_PATIENTS = 8
_SCHEMA = """
CREATE OR REPLACE TABLE sightings (
    place VARCHAR, location VARCHAR, text BIGINT, patient VARCHAR, unit INTEGER, exam VARCHAR,
    declared BOOLEAN, coded BOOLEAN, pseudonymous BOOLEAN)
"""
_ANCHORS = """
CREATE OR REPLACE TABLE anchors AS
WITH nested AS (
    SELECT DISTINCT value, place, location, text FROM values_seen
    WHERE vr <> 'UI' AND contains(location, '[#]') AND list_contains($1, place)),
held AS (
    SELECT place, location, text, patient, item
    FROM nested JOIN occurrences USING (value) JOIN items USING (item) WHERE patient <> ''),
several AS (
    SELECT DISTINCT place, location FROM (
        SELECT place, location FROM held GROUP BY place, location, item HAVING count(DISTINCT text) > 1)),
counted AS (SELECT * FROM held SEMI JOIN several USING (place, location)),
of_patient AS (SELECT place, location, patient, count(DISTINCT item) AS files FROM counted GROUP BY ALL),
of_text AS (SELECT place, location, text, patient, count(DISTINCT item) AS files FROM counted GROUP BY ALL),
alone AS (SELECT place, location, text FROM counted GROUP BY ALL HAVING count(DISTINCT patient) = 1)
SELECT place, location, text, patient FROM of_text JOIN of_patient USING (place, location, patient, files)
SEMI JOIN alone USING (place, location, text)
"""
"""Where items of a sequence give one file several values: those that stand in all files of one patient alone."""
_COUNT = """
WITH worth AS (
    SELECT place, location, any_value(vr) AS vr, any_value(tag) AS tag FROM values_seen
    WHERE vr <> 'UI' AND list_contains($1, place)
    GROUP BY place, location HAVING count(DISTINCT text) >= $2),
stored AS (SELECT DISTINCT value, place, location, text FROM values_seen SEMI JOIN worth USING (place, location)),
seen AS (
    SELECT place, location, text, patient, item AS unit, exam
    FROM stored JOIN occurrences USING (value) JOIN items USING (item) WHERE patient <> ''
    UNION ALL SELECT place, location, text, patient, unit, exam FROM sightings),
by_patient AS (
    SELECT place, location, patient, count(DISTINCT unit) > 1 AS again,
        count(DISTINCT nullif(exam, '')) > 1 AS back, count(DISTINCT text) = 1 OR bool_or(anchored) AS one
    FROM seen LEFT JOIN (SELECT DISTINCT place, location, patient, true AS anchored FROM anchors)
        USING (place, location, patient)
    GROUP BY place, location, patient),
patients AS (
    SELECT place, location, count(*) AS patients, count(*) FILTER (again) AS repeated,
        count(*) FILTER (again AND one) AS constant, count(*) FILTER (back) AS revisited,
        count(*) FILTER (back AND one) AS steady
    FROM by_patient GROUP BY place, location HAVING count(*) >= $2),
by_text AS (
    SELECT place, location, text, count(DISTINCT patient) = 1 AS alone
    FROM seen ANTI JOIN anchors USING (place, location) GROUP BY place, location, text
    UNION ALL SELECT place, location, text, true FROM anchors),
texts AS (
    SELECT place, location, count(*) AS texts, count(*) FILTER (alone) AS exclusive
    FROM by_text GROUP BY place, location)
SELECT place, location, coalesce(vr, ''), tag, patients, texts, exclusive, repeated, constant, revisited, steady,
    EXISTS (FROM anchors a WHERE a.place = patients.place AND a.location = patients.location)
FROM patients JOIN texts USING (place, location) LEFT JOIN worth USING (place, location)
WHERE exclusive * 2 >= texts ORDER BY place, location
"""
_VALUES = """
SELECT arg_min(content, item), arg_min(told, item)
FROM values_seen JOIN occurrences USING (value) JOIN items USING (item) JOIN facts USING (fact)
WHERE place = $1 AND location = $2 AND patient <> '' AND (NOT $3 OR text IN (
    SELECT text FROM anchors WHERE place = $1 AND location = $2)) GROUP BY text
"""


@dataclass(frozen=True, slots=True)
class SpreadRow:
    """Counts of one location; the names are those of `auditor.model.survey.Profile`."""

    place: Place
    location: str
    vr: str
    tag: int | None
    patients: int
    values: int
    exclusive: int
    repeated: int
    constant: int
    revisited: int
    steady: int
    several: bool = False
    """Files have several values here; `values` are those that stand in all files of one patient."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A value that the inventory does not hold by itself: a table's cell in its row, a part of a name."""

    place: Place
    location: str
    text: str
    patient: str
    """Keyed pseudonym."""
    unit: int
    """The row or file it stands in."""
    exam: str
    """Keyed, or empty."""
    declared: bool
    coded: bool
    pseudonymous: bool


class Spread:
    """Counts over values and patients in the inventory's database."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory, self._db = inventory, inventory.db
        self._db.execute(_SCHEMA)
        self._pending: list[tuple[object, ...]] = []

    def note(self, seen: Sighting) -> None:
        """Count one more value."""
        text = self._inventory.text_id(seen.text)
        shape = (seen.declared, seen.coded, seen.pseudonymous)
        self._pending.append(
            (str(seen.place), seen.location, text, seen.patient, seen.unit, seen.exam, *shape)
        )
        if len(self._pending) >= 10_000:
            self._flush()

    def rows(self, places: tuple[Place, ...]) -> list[SpreadRow]:
        """Every location of at least eight patients where at least half of the values have one owner."""
        self._flush()
        self._db.execute(_ANCHORS, [[str(place) for place in places]])
        rows = self._db.execute(_COUNT, [[str(place) for place in places], FEWEST_PATIENTS]).fetchall()
        return [SpreadRow(Place(place), *rest) for place, *rest in rows]

    def values(self, row: SpreadRow) -> Iterator[tuple[str, str, str]]:
        """Every distinct text at a location: the text, its private creator, the patient id of one owner."""
        for content, told in self._inventory.stream(_VALUES, [str(row.place), row.location, row.several]):
            text, creator = json.loads(self._inventory.unseal(content))
            yield text, creator, self._inventory.facts_in(told).patient

    def shares(self, row: SpreadRow) -> tuple[float, float, float]:
        """Shares of noted values that are declared, coded and pseudonymous."""
        query = """SELECT avg(declared::INT), avg(coded::INT), avg(pseudonymous::INT) FROM (
            SELECT DISTINCT ON (text) * FROM sightings WHERE place = $1 AND location = $2)"""
        found = self._db.execute(query, [str(row.place), row.location]).fetchone()
        return found or (0.0, 0.0, 0.0)

    def noted(self, row: SpreadRow) -> set[int]:
        """Ids of the noted texts at a location; where files have several values, of those that count."""
        table = "anchors" if row.several else "sightings"
        query = f"SELECT DISTINCT text FROM {table} WHERE place = $1 AND location = $2"
        return {text for (text,) in self._db.execute(query, [str(row.place), row.location]).fetchall()}

    def _flush(self) -> None:
        self._inventory.insert("sightings", self._pending)
        self._pending.clear()
