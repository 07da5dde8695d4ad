"""Columns of the metadata table that the user names, and whether the files themselves hold them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import PurePath

from auditor.errors import UsageError
from auditor.inventory import Inventory
from auditor.linkage.within.named import Column
from auditor.pipeline.attribution import MetadataTable
from auditor.pipeline.plan import Plan

HELD = 0.9
"""Share of each value's images in which one location says the same, from which the files hold a column."""
_TABLES = "SELECT count(*) FROM values_seen WHERE location = $1 OR location = $2"
_SEEN = """SELECT DISTINCT location, o.item, v.text FROM occurrences o
    JOIN (SELECT DISTINCT value, location, text FROM values_seen) v USING (value)
    WHERE v.text IN (SELECT unnest($1)) ORDER BY ALL"""


def check_attributes(plan: Plan, table: MetadataTable | None) -> None:
    """Raise UsageError unless the named columns can be looked up and will be measured."""
    if not plan.attributes:
        return
    if table is None:
        raise UsageError(
            "An attribute is a column of the metadata table", "--attribute", "Give the table with --metadata."
        )
    if not plan.portrays:
        raise UsageError(
            "Attributes are read off the images by linkage", "--attribute", "Add linkage to --stages."
        )
    if any(not table.has(column) for column in plan.attributes):
        raise UsageError(
            "The metadata table has no column of that name", "--attribute", "Name a column of --metadata."
        )


def named_columns(
    plan: Plan, table: MetadataTable | None, inventory: Inventory, shown: Callable[[str], str]
) -> tuple[Column, ...]:
    """The columns to predict; `shown` gives a name as it may be shown."""
    if table is None:
        return ()
    return tuple(
        Column(shown(name), partial(table.cell, column=name), is_held(name, plan, table, inventory))
        for name in dict.fromkeys(plan.attributes)
    )


def is_held(column: str, plan: Plan, table: MetadataTable, inventory: Inventory) -> bool:
    """Whether the release has the column: the table itself, a table with a column of that name, or a place
    in the images' own files that says the same (mean over the values, so that a constant is no match)."""
    if plan.metadata and _among(plan.metadata.file, inventory):
        return True
    names = [f"table column={column.strip()} row=#", f"table column={column.strip()}"]
    if next(inventory.stream(_TABLES, names))[0]:
        return True
    label = {item: inventory.text_id(text) for item, text in _cells(column, table, inventory)}
    images = Counter(label.values())
    agreed: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for location, item, text in inventory.stream(_SEEN, [list(images)]):
        if label.get(item) == text:
            agreed[location][text] += 1
    return any(
        sum(min(1.0, found[text] / count) for text, count in images.items()) >= HELD * len(images)
        for found in agreed.values()
    )


def _cells(column: str, table: MetadataTable, inventory: Inventory) -> list[tuple[int, str]]:
    cells = ((item, table.cell(path, column).strip()) for item, path, _ in inventory.paths())
    return [(item, text) for item, text in cells if text]


def _among(file: PurePath, inventory: Inventory) -> bool:
    return any(PurePath(path).name == file.name for _, path, _ in inventory.paths())
