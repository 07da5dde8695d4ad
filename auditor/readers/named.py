"""Values under a name, as a table's column would give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.model import Element, Place
from auditor.readers.charsets import guess
from auditor.readers.table import column_name
from auditor.readers.text import xml_elements

_LONGEST = 1 << 20


def named(name: str, values: Iterable[object]) -> Iterator[Element]:
    """Each distinct text once, with its position; XML by its nodes. The name is told as a value too, so
    that one which identifies is masked in locations.
    """
    column = column_name(name, 1)
    if name not in ("", "1"):
        yield Element(Place.TABLE, "table header", name[:_LONGEST])
    seen: set[str] = set()
    for row, value in enumerate(values, 1):
        text = shown(value)
        if not text or text in seen:
            continue
        seen.add(text)
        nodes = xml_elements(text) if text.startswith("<") and text.endswith(">") else None
        if nodes is None:
            yield Element(Place.TABLE, f"table column={column} row=#", text, counts=(row,))
        else:
            yield from nodes


def shown(value: object) -> str:
    """A value as text; bytes in whatever encoding they are; empty where there is nothing to read."""
    if isinstance(value, bytes):
        raw = value[:_LONGEST].rstrip(b"\0")
        return "" if b"\0" in raw else guess(raw).strip()
    return "" if value is None else str(value)[:_LONGEST].replace("\0", " ").strip()
