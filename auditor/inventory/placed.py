"""Lines of text in pixels by the device that wrote them: joined by DuckDB, one device at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from auditor.inventory.store import Inventory
from auditor.model import Box, Place

MOST_LINES = 200_000
"""Lines of one device that are compared; of more, a sample of the patients."""
_ROWS = 10_000
_FACTS = """SELECT DISTINCT fact, told FROM items JOIN facts USING (fact)
    WHERE frames_total > 0 AND patient <> '' ORDER BY fact"""
_WRITTEN = """
CREATE OR REPLACE TABLE written AS
    SELECT device, patient, value, bbox, list(DISTINCT item ORDER BY item) AS items
    FROM occurrences JOIN (
        SELECT DISTINCT value FROM values_seen WHERE place = $1 AND location = $2) USING (value)
    JOIN items USING (item) JOIN device_of USING (fact)
    WHERE bbox <> '' AND patient <> '' GROUP BY device, patient, value, bbox
"""
_SAMPLED = """
WITH sizes AS (
    SELECT device, count(*) AS lines FROM written GROUP BY device HAVING count(DISTINCT patient) >= $1)
SELECT device, patient, value, bbox, items FROM written JOIN sizes USING (device)
WHERE hash(patient) % (lines // $2 + 1) = 0
ORDER BY device, items[1], bbox, value, patient
"""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A distinct value at one box on images of one patient."""

    patient: str
    value: int
    box: Box
    items: tuple[int, ...]


def placed_lines(inventory: Inventory, location: str, patients: int) -> Iterator[list[PlacedLine]]:
    """The lines of each device that has so many patients with a line: those at this location in pixels.

    A device is a manufacturer, model and modality at one image size.
    """
    inventory.db.execute("CREATE OR REPLACE TABLE device_of (fact BIGINT, device BIGINT)")
    rows: list[tuple[object, ...]] = []
    for fact, told in inventory.stream(_FACTS):
        known = inventory.facts_in(told)
        device = (known.maker, known.model, known.modality, known.rows, known.columns)
        rows.append((fact, inventory.text_id(repr(device))))
        if len(rows) >= _ROWS:
            inventory.insert("device_of", rows)
            rows.clear()
    inventory.insert("device_of", rows)
    inventory.db.execute(_WRITTEN, [str(Place.PIXELS), location])
    for _, lines in groupby(inventory.stream(_SAMPLED, [patients, MOST_LINES]), key=itemgetter(0)):
        yield [
            PlacedLine(patient, value, _box(bbox), tuple(items)) for _, patient, value, bbox, items in lines
        ]


def texts_of(inventory: Inventory, values: Iterable[int]) -> tuple[dict[int, str], dict[int, int]]:
    """The text of each of these values, and the id of its claim."""
    query = """SELECT value, any_value(content), any_value(claim) FROM values_seen
        WHERE value IN (SELECT unnest($1)) GROUP BY value"""
    texts, claims = {}, {}
    for value, content, claim in inventory.stream(query, [list(values)]):
        texts[value], claims[value] = inventory.text_in(content)[0], claim
    return texts, claims


def times_written(inventory: Inventory, values: Iterable[int]) -> dict[int, int]:
    """On how many images, at how many places of each, every one of these values stands, in any file."""
    query = """SELECT value, count(*) FROM (SELECT DISTINCT value, item, bbox FROM occurrences
        WHERE value IN (SELECT unnest($1))) GROUP BY value"""
    return dict(inventory.db.execute(query, [list(values)]).fetchall())


def _box(bbox: str) -> Box:
    x0, y0, x1, y1 = (int(number) for number in bbox.split())
    return x0, y0, x1, y1
