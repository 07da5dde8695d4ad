"""How values are spread over patients: counted by DuckDB, so that memory does not grow with files."""

from __future__ import annotations

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
        SELECT place, location FROM held GROUP BY place, location, item HAVING min(text) <> max(text))),
counted AS (SELECT * FROM held SEMI JOIN several USING (place, location)),
of_patient AS (SELECT place, location, patient, count(DISTINCT item) AS files FROM counted GROUP BY ALL),
of_text AS (SELECT place, location, text, patient, count(DISTINCT item) AS files FROM counted GROUP BY ALL),
alone AS (SELECT place, location, text FROM counted GROUP BY ALL HAVING min(patient) = max(patient))
SELECT place, location, text, patient FROM of_text JOIN of_patient USING (place, location, patient, files)
SEMI JOIN alone USING (place, location, text)
"""
"""Where items of a sequence give one file several values: those that stand in all files of one patient alone."""
_COUNT = """
WITH worth AS (
    SELECT place, location, any_value(vr) AS vr, any_value(tag) AS tag FROM values_seen
    WHERE vr <> 'UI' AND list_contains($1, place)
    GROUP BY place, location HAVING count(DISTINCT text) >= $2),
numbered AS (
    SELECT place, location, any_value(vr) AS vr, any_value(tag) AS tag, row_number() OVER () AS number
    FROM (FROM worth UNION ALL SELECT DISTINCT place, location, NULL, NULL FROM sightings)
    GROUP BY place, location),
stored AS (
    SELECT DISTINCT value, number, text FROM values_seen SEMI JOIN worth USING (place, location)
    JOIN numbered USING (place, location)),
files AS (
    SELECT item AS unit, hash(patient) AS patient, CASE WHEN exam <> '' THEN hash(exam) END AS exam
    FROM items WHERE patient <> ''),
seen AS (
    SELECT number, text, patient, unit, exam
    FROM stored JOIN occurrences USING (value) JOIN files ON item = unit
    UNION ALL
    SELECT number, text, hash(patient), unit, CASE WHEN exam <> '' THEN hash(exam) END
    FROM sightings JOIN numbered USING (place, location)),
anchored AS (
    SELECT DISTINCT number, hash(patient) AS patient, text FROM anchors JOIN numbered USING (place, location)),
by_patient AS (
    SELECT number, patient, min(unit) <> max(unit) AS again, min(exam) <> max(exam) AS back,
        min(text) = max(text) OR bool_or(held) AS one
    FROM seen LEFT JOIN (SELECT DISTINCT number, patient, true AS held FROM anchored) USING (number, patient)
    GROUP BY number, patient),
patients AS (
    SELECT number, count(*) AS patients, count(*) FILTER (again) AS repeated,
        count(*) FILTER (again AND one) AS constant, count(*) FILTER (back) AS revisited,
        count(*) FILTER (back AND one) AS steady
    FROM by_patient GROUP BY number HAVING count(*) >= $2),
by_text AS (
    SELECT number, text, min(patient) = max(patient) AS alone
    FROM seen ANTI JOIN anchored USING (number) GROUP BY number, text
    UNION ALL SELECT number, text, true FROM anchored),
texts AS (
    SELECT number, count(*) AS texts, count(*) FILTER (alone) AS exclusive FROM by_text GROUP BY number)
SELECT place, location, coalesce(vr, ''), tag, patients, texts, exclusive, repeated, constant, revisited, steady,
    number IN (SELECT number FROM anchored)
FROM patients JOIN texts USING (number) JOIN numbered USING (number)
WHERE exclusive * 2 >= texts ORDER BY place, location
"""
"""Patients and exams are counted by hash: numbers are compared faster than texts."""
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
            text, creator = self._inventory.text_in(content)
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
