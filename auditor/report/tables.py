"""CSV files of rows: one writer for findings, coverage, patients, links, duplicates, inventory."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Iterable
from dataclasses import fields
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.report.clean import one_line

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# Spreadsheets run cells that start like this as formulas, in full-width forms too (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def write_rows(path: Path, row_type: type[DataclassInstance], rows: Iterable[object]) -> int:
    """Stream `rows` to a UTF-8 CSV file at `path` and return how many there were.

    The columns are the fields of the dataclass `row_type`, in order; the header is written even
    when there is no row. None is an empty cell, booleans are `true` and `false`, floats have six
    significant digits. Text is kept on one line, and a cell that a spreadsheet would take for a
    formula starts with an apostrophe. The file appears whole or not at all: rows go to a
    temporary file beside it that replaces it at the end.
    """
    names = [field.name for field in fields(row_type)]
    values = attrgetter(*names)
    count = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(names)
            for row in rows:
                found = values(row) if len(names) > 1 else (values(row),)
                writer.writerow([_text(cell) if type(cell) is str else _cell(cell) for cell in found])
                count += 1
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return count


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return _text(str(value.value))
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(value, ".6g") if math.isfinite(value) else ""
    return _text(str(value))


@lru_cache(maxsize=1 << 13)
def _text(value: str) -> str:
    """The text as it is written. Most cells recur from row to row."""
    shown = one_line(value)
    guarded = shown.lstrip().startswith(_FORMULA) or value[:1] in ("\t", "\r", "\n")
    return f"'{shown}" if guarded else shown
