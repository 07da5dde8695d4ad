"""Who the source's patients are, by `--known-identifiers` or `--original`. No value leaves this process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from auditor.checks._fields import field_of, field_of_heading
from auditor.checks._values import parts
from auditor.detectors import person_name
from auditor.detectors.known import KnownIdentifiers
from auditor.detectors.known_forms import dates
from auditor.errors import UsageError
from auditor.inventory import Inventory
from auditor.model import Category, Item, Place
from auditor.readers.base import Limits
from auditor.readers.charsets import guess
from auditor.readers.table import TableReader, read_rows
from auditor.standards.ps315 import Group

_HEAD = 4096
_HASHED = frozenset({Category.RECORD_NUMBER, Category.NATIONAL_ID, Category.INSURANCE, Category.ACCOUNT, Category.NAME,
                     Category.PHONE, Category.EMAIL})  # fmt: skip
_OF_GROUP = {Group.NAME: Category.NAME, Group.STAFF: Category.STAFF, Group.BIRTH: Category.DATE}
_IGNORED = frozenset({Group.CHARACTERISTIC, Group.DEVICE, Group.INSTITUTION, Group.UID})
_IDENTIFY = frozenset({Group.NAME, Group.IDENTIFIER, Group.BIRTH, Group.CONTACT})
_NUMBER = re.compile(r"[A-Za-z]{0,6}[ _-]?\d[\dA-Za-z _/-]{3,24}")


def load_known(path: Path) -> KnownIdentifiers:
    """Index every cell of a table, or every line of a text, that is a name, number, date or address.

    Columns are told by their headings, cells of others by what they look like. Raises UsageError
    where the file cannot be read or holds no identifier.
    """
    known = KnownIdentifiers()
    added = 0
    for row, (heading, text) in enumerate(_cells(path)):
        category = category_of(heading, text)
        if category is not None and known.add(text, category, row):
            added += 1
            if category in _HASHED:
                known.add_hashes(text, category, row)
    if not added:
        raise UsageError(
            "The list of known identifiers holds none that can be searched for",
            str(path),
            "Give a CSV, TSV or text file with names, numbers, birth dates or phone numbers.",
        )
    return known


def known_of(original: Inventory) -> KnownIdentifiers:
    """Index the names, numbers, birth dates and contact data in the attributes of the original set."""
    known = KnownIdentifiers()
    for number, element, _ in original.distinct_values(Place.DATASET):
        field = field_of(element)
        if field is not None and field.group in _IDENTIFY:
            for part in parts(element.value):
                if known.add(part, field.category, number) and field.category in _HASHED:
                    known.add_hashes(part, field.category, number)
    return known


def category_of(heading: str, text: str) -> Category | None:
    """What a cell is, by its column's heading, else by its look; None for what identifies nobody."""
    field = field_of_heading(heading) if heading else None
    if field is not None and field.group in _IGNORED:
        return None
    if field is not None and field.group in _OF_GROUP:
        return _OF_GROUP[field.group]
    if field is not None and field.group in (Group.IDENTIFIER, Group.CONTACT):
        return field.category
    if dates(text):
        # A date of no known kind may be that of an examination, which many patients share.
        return Category.DATE if field is None else None
    if "@" in text:
        return Category.EMAIL
    if _NUMBER.fullmatch(text):
        return Category.RECORD_NUMBER
    return Category.NAME if "^" in text or person_name(text) >= 0.5 else None


def _cells(path: Path) -> Iterator[tuple[str, str]]:
    try:
        item = Item(path.name, path.stat().st_size)
        with path.open("rb") as stream:
            if TableReader().matches(stream.read(_HEAD), path.name):
                for row in read_rows(stream, item, Limits()):
                    yield from row.items()
            else:
                stream.seek(0)
                yield from (("", line.strip()) for line in guess(stream.read()).splitlines() if line.strip())
    except OSError:
        raise UsageError(
            "The list of known identifiers cannot be read", str(path), "Check --known-identifiers."
        ) from None
