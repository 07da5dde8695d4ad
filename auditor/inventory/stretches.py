"""Queries over all occurrences, a stretch of files at a time: those of a million would not fit in memory."""

from __future__ import annotations

from auditor.inventory.store import Inventory

STRETCH = 50_000


def by_stretch(inventory: Inventory, *queries: str) -> None:
    """Run the queries for each stretch of files; of theirs, `item >= $1 AND item < $2`.

    A statement cannot hold another's memory, so several short ones need less than one that does it all.
    """
    last = inventory.db.execute("SELECT coalesce(max(item), -1) FROM items").fetchone() or (-1,)
    for first in range(0, last[0] + 1, STRETCH):
        for query in queries:
            inventory.db.execute(query, [first, first + STRETCH] if "$1" in query else [])
