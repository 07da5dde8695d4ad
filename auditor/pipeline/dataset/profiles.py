"""How every location's values are spread over patients: elements, columns of tables, parts of names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice
from pathlib import PurePosixPath

from auditor.checks import all_checks
from auditor.checks._fields import field_of_heading, words
from auditor.checks._values import date_in
from auditor.checks.base import ProfileCheck
from auditor.detectors import is_acquisition_text, is_placeholder, is_pseudonym
from auditor.inventory import FindingStore, Inventory, Sighting, Spread, SpreadRow
from auditor.model import Claim, Context, Element, Kind, Place, Severity
from auditor.model.survey import Profile
from auditor.pipeline.judge import note
from auditor.pipeline.plan import Plan
from auditor.readers.containers import ContainerError, open_item
from auditor.readers.table import read_rows
from auditor.sources import Source
from auditor.standards.ps315 import Group

_PLACES = (Place.DATASET, Place.FILE_META, Place.PREAMBLE, Place.TRAILING, Place.EXIF, Place.NIFTI)
_NAMES = (Place.FILE_NAME, Place.FOLDER_NAME)
_EXTENSION = re.compile(r"(?:\.[A-Za-z0-9]{1,5}){1,2}$")
_APART = re.compile(r"[\s_\-.,;+=()\[\]{}]+")
_MEASURED = re.compile(r"[-+\d.,:;eE\\/ xX*()\[\]]*")
_UID = re.compile(r"[0-2](?:\.\d+){4,}")
_PERSON = re.compile(r"\b(?:patients?|subject|participant|case|pid|person|患者|病人)\b|患者|病人")
_NO_WORD = re.compile(r"[\W_]")
_BEFORE_NUMBER = re.compile(r"^\D*0*")
_SAMPLE = 200


def judge_profiles(
    source: Source, inventory: Inventory, findings: FindingStore, plan: Plan, declared: tuple[str, ...]
) -> None:
    """Count, judge, and note a match on every value at a location that a check objects to."""
    spread = Spread(inventory)
    patients = inventory.patients()
    for sighting in chain(_in_names(inventory), _in_tables(source, inventory, plan, patients)):
        spread.note(sighting)
    checks = [check for check in all_checks() if isinstance(check, ProfileCheck)]
    context = Context(Claim(), declared)
    for row in spread.rows(_PLACES):
        profile = _profile(spread, row)
        for check in checks:
            for match in check.judge(profile, context):
                severity = match.severity or check.severity
                for value, text in _concerned(inventory, findings, spread, row, severity):
                    note(findings, check.id, match, value=value, text=text)


def holds(value: str, patient: str) -> bool:
    """Whether a value is, or has as one of its parts, the declared pseudonym of the patient."""
    whole, (own, number) = _plain(value), _plain_and_number(patient)
    if not own:
        return False
    if own == whole or (len(own) >= 4 and own in whole):
        return True
    # `sub-001` in the header and `patient1` or `001` in the path are one pseudonym.
    return bool(number) and any(
        part == own or _number(part) == number for part in map(_plain, _APART.split(value))
    )


@lru_cache(4096)
def _plain_and_number(patient: str) -> tuple[str, str]:
    own = _plain(patient)
    return own, _number(own)


def _number(plain: str) -> str:
    return _BEFORE_NUMBER.sub("", plain)


@lru_cache(65536)
def is_code(value: str) -> bool:
    """Whether a value could be a code: no measured number, date, UID, placeholder, short counter or words
    of imaging."""
    text = value.strip()
    if len(text) < 3 or is_placeholder(text) or _UID.fullmatch(text) or date_in(text):
        return False
    if text.isdigit():
        return len(text.lstrip("0")) >= 4
    words = sum(char.isdigit() for char in text) < 3
    return not _MEASURED.fullmatch(text) and not (words and is_acquisition_text(text))


def _plain(text: str) -> str:
    return (text if text.isalnum() else _NO_WORD.sub("", text)).casefold()


def _profile(spread: Spread, row: SpreadRow) -> Profile:
    counts = row.patients, row.values, row.exclusive, row.repeated, row.constant, row.revisited, row.steady
    creator = ""
    if row.place in _NAMES or row.place is Place.TABLE:
        shares = spread.shares(row)
    else:
        held = coded = shaped = total = 0
        for text, maker, patient in spread.values(row):
            total, creator = total + 1, maker
            held, coded, shaped = (
                held + holds(text, patient),
                coded + is_code(text),
                shaped + is_pseudonym(text),
            )
        shares = held / total, coded / total, shaped / total
    return Profile(Element(row.place, row.location, "", row.vr, row.tag, creator), *counts, *shares)


def _concerned(
    inventory: Inventory, findings: FindingStore, spread: Spread, row: SpreadRow, severity: Severity
) -> Iterator[tuple[int, str]]:
    """The values a match on a location is spread over, as far as no rule reports them, and what identifies."""
    apart = row.place in _NAMES or row.place is Place.TABLE or row.several
    noted = spread.noted(row) if apart else set()
    for value, text in findings.unreported(row.place, "" if row.place in _NAMES else row.location, severity):
        if row.place in _NAMES:
            named = _file_parts(text) if row.place is Place.FILE_NAME else [text]
            yield from ((value, part) for part in named if inventory.text_id(part) in noted)
        elif not noted or inventory.text_id(text) in noted:
            yield value, text


def _file_parts(name: str) -> list[str]:
    return [part for part in _APART.split(_EXTENSION.sub("", name)) if part]


@lru_cache(4096)
def _shape(part: str, patient: str) -> tuple[bool, bool, bool]:
    return holds(part, patient), is_code(part), is_pseudonym(part)


def _in_names(inventory: Inventory) -> Iterator[Sighting]:
    """Folders by depth, and the parts of file names by position among equally many."""
    for item, path, exam, pseudonym, patient in inventory.owners():
        *folders, name = PurePosixPath(path).parts or ("",)
        parts = _file_parts(name)
        named = [(Place.FOLDER_NAME, f"folder name {depth}", part) for depth, part in enumerate(folders, 1)]
        named += [
            (Place.FILE_NAME, f"file name {number}/{len(parts)}", part)
            for number, part in enumerate(parts, 1)
        ]
        for place, location, part in named:
            shape = _shape(part, patient)
            # A file without an exam is one of its own.
            yield Sighting(place, location, part, pseudonym, item, exam or f"file {item}", *shape)


def _in_tables(source: Source, inventory: Inventory, plan: Plan, patients: set[str]) -> Iterator[Sighting]:
    """The cells of every table that names a patient in each row."""
    unit = 0
    for item in inventory.files(Kind.TABLE):
        try:
            opened = open_item(source, item, plan.limits)
        except (OSError, ContainerError):
            continue  # it was read a moment ago and its coverage says so; only these counts are lost
        with opened.stream as stream:
            rows = read_rows(stream, item, plan.limits)
            sample = list(islice(rows, _SAMPLE))
            column = _patient_column(sample, inventory, plan, patients)
            for row in chain(sample, rows) if column else ():
                unit += 1
                owner = row.get(column, "")
                pseudonym = inventory.key.patient(owner)
                for name, value in row.items() if pseudonym else ():
                    if name != column:
                        shape = holds(value, owner), is_code(value), is_pseudonym(value)
                        place = f"table column={name} row=#"
                        yield Sighting(Place.TABLE, place, value, pseudonym, unit, "", *shape)


def _patient_column(sample: list[dict[str, str]], inventory: Inventory, plan: Plan, known: set[str]) -> str:
    """The column that says whose row it is: by the scan's settings, by its values, or by its heading."""
    columns = list(dict.fromkeys(name for row in sample for name in row))
    if plan.metadata and plan.metadata.patient_column in columns:
        return plan.metadata.patient_column
    for name in columns:
        values = [row[name] for row in sample if name in row]
        if sum(inventory.key.patient(value) in known for value in values) >= 0.8 * len(values):
            return name
    for name in columns:
        field = field_of_heading(name)
        if field and field.group is Group.IDENTIFIER and _PERSON.search(words(name)):
            return name
    return ""
