"""Files inside files, as the state of a scan notes them: by level, so that an interrupted scan numbers them alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.inventory.store import Inventory
from auditor.model import Facts, Item, Reason


@dataclass(frozen=True, slots=True)
class Holder:
    """A file that holds others."""

    path: str
    size: int
    facts: Facts
    members: tuple[Item, ...]


def count_members(inventory: Inventory, first: int, end: int) -> int:
    """How many files are noted inside those numbered from `first` up to `end`."""
    query = "SELECT count(*) FROM members WHERE parent >= $1 AND parent < $2"
    row = inventory.db.execute(query, [first, end]).fetchone()
    return row[0] if row else 0


def members(inventory: Inventory, first: int, end: int) -> Iterator[tuple[int, Item]]:
    """The files inside those numbered from `first` up to `end`, numbered on from `end`.

    A level is numbered once the one above it was examined whole, so that numbers stay what they are however
    often a scan is interrupted.
    """
    query = "SELECT content FROM members WHERE parent >= $1 AND parent < $2 ORDER BY parent, position"
    for number, (content,) in enumerate(inventory.stream(query, [first, end]), end):
        yield number, _item(inventory, content)


def holders(inventory: Inventory) -> Iterator[Holder]:
    """Every file that was found to hold others, in the order of their numbers."""
    query = """SELECT items.item, path, size, told, content
        FROM members JOIN items ON items.item = members.parent LEFT JOIN facts USING (fact)
        ORDER BY members.parent, position"""
    last, row, held = -1, None, list[Item]()
    for number, path, size, told, content in inventory.stream(query):
        if row is not None and number != last:
            yield Holder(*row, tuple(held))
            held.clear()
        row = inventory.path(path), size, inventory.facts_in(told) if told else Facts()
        last = number
        held.append(_item(inventory, content))
    if row is not None:
        yield Holder(*row, tuple(held))


def _item(inventory: Inventory, content: bytes) -> Item:
    path, size, reason, within, inside = json.loads(inventory.unseal(content))
    return Item(path, size, Reason(reason) if reason else None, within, tuple(inside))
