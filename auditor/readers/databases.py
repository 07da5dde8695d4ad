"""SQLite and Arrow files: tables row by row, and what deleted rows left behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import BinaryIO

import pyarrow
import pyarrow.ipc

from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading, TimeUp
from auditor.readers.charsets import guess
from auditor.readers.hostile import PARSER_ERRORS
from auditor.readers.named import shown
from auditor.readers.scraps import scraps
from auditor.readers.table import column_name

_SQLITE, _ARROW = b"SQLite format 3\0", b"ARROW1\0\0"
_LARGEST = 512 << 20
_STEPS, _TICKS = 1_000_000, 2_000
"""A statement is interrupted after so many ticks of so many steps of SQLite's machine."""
_BROKEN = (*PARSER_ERRORS, sqlite3.Error, pyarrow.ArrowException)


class DatabaseReader:
    """Tables are read, never views: a hostile file may define a view that runs for ever."""

    kind = Kind.TABLE

    def matches(self, head: bytes, name: str) -> bool:
        """By magic number."""
        return head.startswith((_SQLITE, _ARROW))

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Every distinct (column, value); a database that breaks off is searched for runs of text."""
        stream.seek(0)
        raw = stream.read(_LARGEST)
        reason = Reason.TOO_LARGE if stream.read(1) else None
        elements: dict[tuple[str, str], Element] = {}
        try:
            for element in _sqlite(raw) if raw.startswith(_SQLITE) else _arrow(raw):
                elements.setdefault((element.location, element.value), element)
                if len(elements) >= limits.elements:
                    reason = Reason.TOO_LARGE
                    break
        except TimeUp:
            reason = Reason.TIMEOUT
        except _BROKEN:
            reason = Reason.MALFORMED
            for text in scraps(raw[: limits.text_bytes]):
                elements[("", text)] = Element(Place.TEXT, "text run", text)
        status = Status.PARTIAL if reason else Status.READ
        return Reading(Record(item, self.kind, status, reason, tuple(elements.values())))


def _sqlite(raw: bytes) -> Iterator[Element]:
    with sqlite3.connect(":memory:") as database:
        database.deserialize(raw)
        database.text_factory = lambda value: guess(value)
        ticks = iter(range(_TICKS))
        database.set_progress_handler(lambda: next(ticks, None) is None, _STEPS)
        database.execute("PRAGMA trusted_schema=OFF")
        tables = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        for name, definition in tables:
            if not str(definition or "").upper().startswith("CREATE VIRTUAL"):
                yield Element(Place.TABLE, "table header", str(name))
                quoted = '"' + str(name).replace('"', '""') + '"'
                cursor = database.execute(f"SELECT * FROM {quoted}")  # noqa: S608 - a quoted name of the file
                titles = [str(column[0]) for column in cursor.description]
                yield from (Element(Place.TABLE, "table header", title) for title in titles)
                columns = [column_name(title, number) for number, title in enumerate(titles, 1)]
                for number, row in enumerate(cursor, 1):
                    for column, value in zip(columns, row, strict=True):
                        if text := shown(value):
                            yield Element(Place.TABLE, f"table column={column} row=#", text, counts=(number,))
        database.execute("VACUUM")
        kept = database.serialize()
    database.close()
    # Deleted rows stay in the pages until they are written over; what a rebuilt copy lacks was deleted.
    for text in scraps(raw):
        if text.encode("utf-8", "replace") not in kept:
            yield Element(Place.TRAILING, "unused bytes", text)


def _arrow(raw: bytes) -> Iterator[Element]:
    """Feather, version 2, and other Arrow files."""
    file = pyarrow.ipc.open_file(pyarrow.BufferReader(raw))
    for key, value in (file.schema.metadata or {}).items():
        if key != b"pandas":
            yield Element(
                Place.TABLE, "table column=metadata row=#", f"{guess(key)}={guess(value)}", counts=(1,)
            )
    for title in file.schema.names:
        yield Element(Place.TABLE, "table header", title)
    row = 0
    for index in range(file.num_record_batches):
        for record in file.get_batch(index).to_pylist():
            row += 1
            for number, (title, value) in enumerate(record.items(), 1):
                if text := shown(value):
                    yield Element(
                        Place.TABLE, f"table column={column_name(title, number)} row=#", text, counts=(row,)
                    )
