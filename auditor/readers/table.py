"""CSV, TSV, JSON, JSON lines, Parquet and sheets: each distinct value of a column once, with its first row."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

import pyarrow
import pyarrow.parquet
from defusedxml import DefusedXmlException

from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading, TimeUp
from auditor.readers.charsets import guess
from auditor.readers.hostile import PARSER_ERRORS
from auditor.readers.text import is_text, read_text
from auditor.readers.workbook import sheets

_PARQUET = b"PAR1"
_DELIMITERS = ",\t;|"
_TABLE_NAMES = (".csv", ".tsv", ".tab")
_SAMPLE_ROWS = 50
_PLAIN_NAME = re.compile(r"[^\W\d][\w .()/%\[\]#:@+-]{0,63}\Z")
_DIGITS = re.compile(r"\d{4,}")
_NUMBER = re.compile(r"[-+]?[\d.,:/ -]*\d[\d.,:/ -]*\Z")
_WORD_LIMIT = 1 << 20

_BROKEN = (
    *PARSER_ERRORS,
    csv.Error,
    pyarrow.ArrowException,
    zipfile.BadZipFile,
    ParseError,
    DefusedXmlException,
)

Cell = tuple[str, int, str]
"""Column, row (1 is the first data row, 0 the header) and text."""


class TableReader:
    """Columns are named in locations only when the name cannot itself be a value."""

    kind = Kind.TABLE

    def matches(self, head: bytes, name: str) -> bool:
        """Parquet by its magic, JSON by its first character, CSV by rows of one width."""
        if head.startswith(_PARQUET):
            return True
        if not is_text(head):
            return False
        text = guess(head[: head.rfind(b"\n") + 1] or head)
        return _is_json(text, name) or _delimiter(text, name) is not None

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Every distinct (column, value) in order of first appearance, column names first."""
        elements, reason = table_elements(stream, item, limits)
        status = Status.READ if reason is None else Status.PARTIAL if elements else Status.UNREADABLE
        return Reading(Record(item, Kind.TABLE, status, reason, tuple(elements)))


def table_elements(stream: BinaryIO, item: Item, limits: Limits) -> tuple[list[Element], Reason | None]:
    """Every distinct (column, value) in order of first appearance, and why some are missing."""
    reason: Reason | None = None
    elements: list[Element] = []
    seen: set[tuple[str, str]] = set()
    try:
        cells, cut = _cells(stream, item.path, limits)
        reason = Reason.TOO_LARGE if cut else None
        for column, row, value in cells:
            value = value.strip()
            if not value or (column, value) in seen:
                continue
            seen.add((column, value))
            if len(elements) >= limits.elements:
                reason = Reason.TOO_LARGE
                break
            location = f"table column={column} row=#" if row else "table header"
            elements.append(Element(Place.TABLE, location, value, counts=(row,) if row else ()))
    except RecursionError:
        reason = Reason.TOO_DEEP
    except _BROKEN:
        reason = Reason.MALFORMED
    except TimeUp:
        reason = Reason.TIMEOUT
    return elements, reason


def read_rows(stream: BinaryIO, item: Item, limits: Limits) -> Iterator[dict[str, str]]:
    """Every row of a table, column to value; ends early where the table is broken, as its coverage says."""
    row: dict[str, str] = {}
    current = 0
    try:
        for column, number, value in _cells(stream, item.path, limits)[0]:
            if number != current and number:
                if row:
                    yield row
                row, current = {}, number
            if number and value.strip():
                row[column] = value.strip()
    except (RecursionError, *_BROKEN):
        return
    if row:
        yield row


def _cells(stream: BinaryIO, path: str, limits: Limits) -> tuple[Iterator[Cell], bool]:
    """The cells in order, and whether the text was cut at the limit."""
    stream.seek(0)
    magic = stream.read(4)
    if magic == _PARQUET:
        return _parquet(stream), False
    if magic == b"PK\x03\x04":
        return _workbook(stream), False
    text, cut = read_text(stream, limits)
    return (_json(text) if _is_json(text, path) else _csv(text, path)), cut


def column_name(name: str, number: int) -> str:
    """`name` where it can be shown, else the column's number, counted from 1."""
    shown = name.strip()
    return shown if _PLAIN_NAME.match(shown) and not _DIGITS.search(shown) else str(number)


def _is_json(text: str, name: str) -> bool:
    start = text.lstrip()[:1]
    return start == "{" or (
        start == "[" and re.match(r'\s*\[\s*(?:[\[{"\]\d-]|true|false|null)', text) is not None
    )


def _delimiter(text: str, name: str) -> str | None:
    """The delimiter that splits the first rows into one width of two or more; None for prose."""
    named = name.lower().removesuffix(".gz").endswith(_TABLE_NAMES)
    best, width = None, 1
    for delimiter in _DELIMITERS:
        rows = list(_rows(text, delimiter, _SAMPLE_ROWS))
        widths = [len(row) for row in rows]
        if len(rows) < (1 if named else 3):
            continue
        common = max(set(widths), key=widths.count)
        agree = widths.count(common) / len(widths)
        if common > width and agree >= (0.8 if named else 1.0):
            best, width = delimiter, common
    if best is None and named and text.strip():
        return ","
    return best


def _rows(text: str, delimiter: str, count: int | None = None) -> Iterator[list[str]]:
    csv.field_size_limit(_WORD_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for number, row in enumerate(filter(None, reader)):
        if number == count:
            return
        yield row


def _csv(text: str, name: str) -> Iterator[Cell]:
    delimiter = _delimiter("".join(text.splitlines(keepends=True)[:200]), name) or ","
    return _of_rows(_rows(text, delimiter))


def _of_rows(rows: Iterator[list[str]]) -> Iterator[Cell]:
    """Cells of rows whose first may name the columns."""
    sample = list(islice(rows, _SAMPLE_ROWS))
    names = sample[0] if _has_header(sample) else []
    columns = [column_name(title, number) for number, title in enumerate(names, 1)]
    for column, title in zip(columns, names, strict=True):
        yield column, 0, title
    for row_number, row in enumerate(chain(sample[1:] if names else sample, rows), 1):
        for number, value in enumerate(row):
            yield columns[number] if number < len(columns) else str(number + 1), row_number, value


def _workbook(stream: BinaryIO) -> Iterator[Cell]:
    """Every sheet of an Excel workbook, with its name."""
    for title, rows in sheets(stream):
        yield "sheet", 1, title
        yield from _of_rows(rows)


def _has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names columns: no numbers above numbers, no value that comes again below."""
    if len(rows) < 2:
        return bool(rows) and not any(_NUMBER.match(cell.strip()) for cell in rows[0])
    for number, title in enumerate(rows[0]):
        below = [row[number].strip() for row in rows[1:] if number < len(row)]
        if title.strip() and title.strip() in below:
            return False
        if _NUMBER.match(title.strip()) and any(_NUMBER.match(cell) for cell in below):
            return False
    return True


def _json(text: str) -> Iterator[Cell]:
    """One document, or one a line. A list of records has rows; anything else is row 1."""
    try:
        document = json.loads(text.lstrip("\ufeff"))
    except json.JSONDecodeError:
        for number, line in enumerate(filter(str.strip, text.splitlines()), 1):
            yield from _flat(json.loads(line), "", number)
        return
    if isinstance(document, list):
        for number, record in enumerate(document, 1):
            yield from _flat(record, "", number)
    else:
        yield from _flat(document, "", 1)


def _flat(node: object, path: str, row: int) -> Iterator[Cell]:
    """Leaves of nested objects and lists. A key that may be a value is shown as `*` and told apart."""
    if isinstance(node, dict):
        for key, value in node.items():
            plain = column_name(str(key), 0)
            if plain == "0":
                yield f"{path or '*'} key", row, str(key)
                plain = "*"
            else:
                yield plain, 0, plain
            yield from _flat(value, f"{path}.{plain}" if path else plain, row)
    elif isinstance(node, list):
        for value in node:
            yield from _flat(value, path, row)
    elif node is not None and not isinstance(node, bool):
        yield path or "1", row, str(node)


def _parquet(stream: BinaryIO) -> Iterator[Cell]:
    stream.seek(0)
    file = pyarrow.parquet.ParquetFile(stream)
    for key, value in (file.schema_arrow.metadata or {}).items():
        if key not in (b"pandas", b"ARROW:schema"):
            yield "metadata", 1, guess(key) + "=" + guess(value)
    row = 0
    for batch in file.iter_batches(batch_size=4096):
        for number, title in enumerate(batch.schema.names, 1):
            yield column_name(title, number), 0, title
        for record in batch.to_pylist():
            row += 1
            for number, (title, value) in enumerate(record.items(), 1):
                yield from _flat(value, column_name(title, number), row)
