"""How values are spread over patients: counted by DuckDB, so that memory does not grow with files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.inventory.store import Inventory
from auditor.inventory.stretches import by_stretch
from auditor.model import Place

FEWEST_PATIENTS = 8
_SCHEMA = """
CREATE OR REPLACE TABLE sightings (
    place VARCHAR, location VARCHAR, text BIGINT, patient VARCHAR, unit INTEGER, exam VARCHAR,
    declared BOOLEAN, coded BOOLEAN, pseudonymous BOOLEAN)
"""
_NUMBERED = """
CREATE OR REPLACE TABLE numbered AS
WITH worth AS (
    SELECT place, location, any_value(vr) AS vr, any_value(tag) AS tag FROM values_seen
    WHERE vr <> 'UI' AND list_contains($1, place)
    GROUP BY place, location HAVING count(DISTINCT text) >= $2)
SELECT place, location, any_value(vr) AS vr, any_value(tag) AS tag, bool_or(kept) AS kept,
    row_number() OVER () AS number
FROM (SELECT *, true AS kept FROM worth
    UNION ALL SELECT DISTINCT place, location, NULL, NULL, false FROM sightings)
GROUP BY place, location
"""
_HELD = """
CREATE OR REPLACE TABLE stored AS
    SELECT DISTINCT value, number, text, contains(location, '[#]') AS nested
    FROM values_seen JOIN numbered USING (place, location) WHERE kept;
CREATE OR REPLACE TABLE held (
    number BIGINT, text BIGINT, patient UBIGINT, files BIGINT,
    first INTEGER, last INTEGER, early UBIGINT, late UBIGINT);
CREATE OR REPLACE TABLE owned (number BIGINT, patient UBIGINT, files BIGINT);
CREATE OR REPLACE TABLE several (number BIGINT);
CREATE OR REPLACE TABLE stretch (
    number BIGINT, nested BOOLEAN, text BIGINT, patient UBIGINT, unit INTEGER, exam UBIGINT);
INSERT INTO held
    SELECT number, text, patient, count(DISTINCT unit), min(unit), max(unit), min(exam), max(exam)
    FROM (SELECT place, location, text, unit, hash(patient) AS patient,
            CASE WHEN exam <> '' THEN hash(exam) END AS exam FROM sightings)
    JOIN numbered USING (place, location) GROUP BY number, text, patient
"""
_STRETCH = (
    """CREATE OR REPLACE TABLE stretch AS
        SELECT DISTINCT number, nested, text, hash(patient) AS patient, item AS unit,
            CASE WHEN exam <> '' THEN hash(exam) END AS exam
        FROM occurrences JOIN stored USING (value) JOIN items USING (item)
        WHERE item >= $1 AND item < $2 AND patient <> ''""",
    """INSERT INTO held
        SELECT number, text, patient, count(*), min(unit), max(unit), min(exam), max(exam)
        FROM stretch GROUP BY number, text, patient""",
    """INSERT INTO owned SELECT number, patient, count(DISTINCT unit) FROM stretch WHERE nested
        GROUP BY number, patient""",
    """INSERT INTO several SELECT DISTINCT number FROM (
        SELECT number FROM stretch WHERE nested GROUP BY number, unit HAVING count(*) > 1)""",
)
"""Which files and exams of a patient hold a text, and where a file has several texts. Patients and exams
are counted by hash: numbers are compared faster than texts."""
_ANCHORS = """
CREATE OR REPLACE TABLE anchors AS
WITH counted AS (SELECT number, text, patient, sum(files) AS files FROM held
    WHERE number IN (SELECT number FROM several) GROUP BY number, text, patient),
of_patient AS (SELECT number, patient, sum(files) AS files FROM owned GROUP BY number, patient),
alone AS (SELECT number, text FROM counted GROUP BY number, text HAVING count(*) = 1)
SELECT number, text, patient FROM counted JOIN of_patient USING (number, patient, files)
SEMI JOIN alone USING (number, text)
"""
"""Where items of a sequence give one file several values: those that stand in all files of one patient alone."""
_COUNT = """
WITH by_patient AS (
    SELECT number, patient, min(first) <> max(last) AS again, min(early) <> max(late) AS back,
        min(text) = max(text) OR (number, patient) IN (SELECT (number, patient) FROM anchors) AS one
    FROM held GROUP BY number, patient),
patients AS (
    SELECT number, count(*) AS patients, count(*) FILTER (again) AS repeated,
        count(*) FILTER (again AND one) AS constant, count(*) FILTER (back) AS revisited,
        count(*) FILTER (back AND one) AS steady
    FROM by_patient GROUP BY number HAVING count(*) >= $1),
by_text AS (
    SELECT number, text, min(patient) = max(patient) AS alone
    FROM held ANTI JOIN anchors USING (number) GROUP BY number, text
    UNION ALL SELECT number, text, true FROM anchors),
texts AS (
    SELECT number, count(*) AS texts, count(*) FILTER (alone) AS exclusive FROM by_text GROUP BY number)
SELECT place, location, coalesce(vr, ''), tag, patients, texts, exclusive, repeated, constant, revisited, steady,
    number IN (SELECT number FROM anchors), number
FROM patients JOIN texts USING (number) JOIN numbered USING (number)
WHERE exclusive * 2 >= texts ORDER BY place, location
"""
_VALUES = """
WITH texts AS (
    SELECT text, arg_min(content, value) AS content FROM values_seen
    WHERE place = $1 AND location = $2 GROUP BY text),
owners AS (
    SELECT text, min(first) AS item FROM held
    WHERE number = $3 AND (NOT $4 OR text IN (SELECT text FROM anchors WHERE number = $3)) GROUP BY text)
SELECT content, told FROM texts JOIN owners USING (text) JOIN items USING (item) JOIN facts USING (fact)
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
    several: bool
    """Files have several values here; `values` are those that stand in all files of one patient."""
    number: int
    """Of the location, in these counts."""


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
        self._db.execute(_NUMBERED, [[str(place) for place in places], FEWEST_PATIENTS])
        self._db.execute(_HELD)
        by_stretch(self._inventory, *_STRETCH)
        self._db.execute(_ANCHORS)
        rows = self._db.execute(_COUNT, [FEWEST_PATIENTS]).fetchall()
        return [SpreadRow(Place(place), *rest) for place, *rest in rows]

    def values(self, row: SpreadRow) -> Iterator[tuple[str, str, str]]:
        """Every distinct text at a location: the text, its private creator, the patient id of one owner."""
        for content, told in self._inventory.stream(
            _VALUES, [str(row.place), row.location, row.number, row.several]
        ):
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
        table = "anchors" if row.several else "held"
        query = f"SELECT DISTINCT text FROM {table} WHERE number = $1"
        return {text for (text,) in self._db.execute(query, [row.number]).fetchall()}

    def _flush(self) -> None:
        self._inventory.insert("sightings", self._pending)
        self._pending.clear()
