"""A file of the inventory by its number, so that a later stage can open it again."""

from __future__ import annotations

import json

from auditor.inventory.store import Inventory
from auditor.model import Item


def item_from(inventory: Inventory, path: bytes, size: int, inside: bytes | None) -> Item:
    """The item of a row's sealed columns."""
    within, members = json.loads(inventory.unseal(inside)) if inside else ("", ())
    return Item(inventory.path(path), size, within=within, members=tuple(members))


def item_at(inventory: Inventory, number: int) -> Item:
    """The item with a number; KeyError where there is none."""
    query = "SELECT path, size, inside FROM items WHERE item = ?"
    row = inventory.db.execute(query, [number]).fetchone()
    if row is None:
        raise KeyError(number)
    return item_from(inventory, *row)
