"""Which files are slices of one series, and what a later stage found on all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from auditor.inventory.batch import Collector
from auditor.inventory.lookup import item_from
from auditor.inventory.store import Inventory
from auditor.model import Element, Item

_SLICES = """WITH single AS (
        SELECT patient, exam, item, claim, path, size, inside, fact,
            CASE WHEN count(*) OVER (PARTITION BY patient, exam, series) >= $1 THEN series ELSE '' END AS series
        FROM items WHERE kind = 'dicom' AND frames_total = 1 AND status IN ('read', 'partial'))
    SELECT patient, exam, series, item, claim, path, size, inside, told FROM single JOIN facts USING (fact)
    QUALIFY count(*) OVER (PARTITION BY patient, exam, series) >= $1
    ORDER BY patient, exam, series, item"""
_NOTED = """SELECT DISTINCT item FROM occurrences JOIN values_seen USING (value)
    WHERE place = 'face' AND location LIKE 'head volume%'"""


@dataclass(frozen=True, slots=True)
class Series:
    """The files of one series, each of one frame, in the order of `items`. `claim`: the id of the first file's claim.

    Where files of an exam name no series, or each one of its own, as some de-identification leaves them, all of them
    are taken together: what belongs together, geometry has to tell.
    """

    first: int
    claim: int
    files: tuple[Item, ...]
    items: tuple[int, ...] = ()
    named: bool = True
    """Whether the files say that they are one series."""


def series_of(
    inventory: Inventory, modalities: frozenset[str], fewest: int, most: int, *, again: bool = False
) -> Iterator[Series]:
    """Every series of these modalities with `fewest` files or more; `most` files of it at most.

    Left out, unless `again`, are those on which something was noted before an interruption.
    """
    noted = set() if again else {row[0] for row in inventory.db.execute(_NOTED).fetchall()}
    rows = inventory.stream(_SLICES, [fewest])
    for (_, _, uid), members in groupby(rows, key=lambda row: row[:3]):
        files: list[Item] = []
        items: list[int] = []
        first = claim = -1
        for _, _, _, item, own_claim, path, size, inside, told in members:
            if len(files) == most:
                continue
            if inventory.facts_in(told).modality not in modalities:
                continue
            if first < 0:
                first, claim = item, own_claim
            files.append(item_from(inventory, path, size, inside))
            items.append(item)
        if len(files) >= fewest and noted.isdisjoint(items):
            yield Series(first, claim, tuple(files), tuple(items), bool(uid))


def note(inventory: Inventory, series: Series, elements: Sequence[Element]) -> None:
    """Store what was found on a series with its first file."""
    collector = Collector(inventory.key.derive("values"))
    collector.occurrences(elements, series.claim)
    inventory.add_found(series.first, collector.batch)


def looks(inventory: Inventory) -> dict[str, int]:
    """How many volumes there are of each look, by the location of its element."""
    query = """SELECT location, count(*) FROM occurrences JOIN (
            SELECT value, any_value(location) AS location FROM values_seen WHERE place = 'face'
                AND location LIKE 'head volume%' GROUP BY value
        ) USING (value) GROUP BY location ORDER BY location"""
    return dict(inventory.db.execute(query).fetchall())
