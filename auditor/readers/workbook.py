"""Sheets of an Excel workbook, row by row, with dates as dates."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterator
from typing import BinaryIO

import openpyxl


def sheets(stream: BinaryIO) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Name and rows of each sheet. Raises what openpyxl, zipfile and the XML parser raise on broken files."""
    stream.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                rows = ([_shown(value) for value in row] for row in sheet.iter_rows(values_only=True))
                yield str(sheet.title), filter(any, rows)
        finally:
            book.close()


def _shown(value: object) -> str:
    """A day without a time of day is a date; Excel has no other way to store one."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    return "" if value is None else str(value)
