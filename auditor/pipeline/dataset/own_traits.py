"""Who the patients of a release are as far as the release tells itself: what their pseudonyms are held against."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from auditor.checks._values import date_in
from auditor.checks.birth_date import BirthDate
from auditor.checks.text_date import DateInText
from auditor.detectors.known_forms import dates
from auditor.inventory import Inventory
from auditor.model import Category, Facts, Severity
from auditor.pipeline.dataset.traits import Identified

_OF_THE_PATIENT = {Category.NAME: "names", Category.RECORD_NUMBER: "numbers", Category.NATIONAL_ID: "numbers"}
_OLDEST = 120
_RETAINED = frozenset({"MODIFIED", "UNMODIFIED"})
_ROWS = """
WITH told AS (SELECT unnest($1) AS value), codes AS (SELECT unnest($2) AS text, unnest($3) AS patient)
SELECT DISTINCT told.value, codes.patient
FROM told JOIN occurrences mine USING (value)
    JOIN occurrences other ON other.item = mine.item AND other.counts = mine.counts
    JOIN values_seen ON values_seen.value = other.value
    JOIN codes ON codes.text = values_seen.text
WHERE mine.counts <> '' AND values_seen.place = 'table'
"""
"""The pseudonyms that stand in the same row of a table."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the element checks were sure of: id of the value, what it is, the text."""

    value: int
    kind: str
    """A field of `Identified`."""
    text: str


def heard_of(rule: str, value: int, category: Category, severity: Severity, text: str) -> Heard | None:
    """What a finding tells of a person; None where it is nothing that pseudonyms are made of."""
    if rule == BirthDate.id or (rule == DateInText.id and severity.rank >= Severity.HIGH.rank):
        return Heard(value, "births", text)
    kind = _OF_THE_PATIENT.get(category)
    return Heard(value, kind, text) if kind else None


@dataclass(slots=True)
class _Person:
    code: str
    told: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def identified(self) -> Identified:
        return Identified(self.code, **{kind: tuple(sorted(texts)) for kind, texts in self.told.items()})


def identified(inventory: Inventory, heard: Iterable[Heard]) -> list[Identified]:
    """Every declared pseudonym with what headers, names of files, text and rows of tables tell of its patient.

    What several patients' files hold, such as the name of a physician, is nobody's.
    """
    people: dict[str, _Person] = {}
    for pseudonym, facts in inventory.facts():
        person = people.setdefault(pseudonym, _Person(facts.patient))
        for kind, text in _of_header(facts):
            person.told[kind].add(text)
    kept = list(heard)
    owners = _owners(inventory, {each.value for each in kept}, people)
    for each in kept:
        own = owners.get(each.value, set())
        if len(own) == 1 and (owner := people.get(next(iter(own)))):
            texts = (
                [f"{day:%Y%m%d}" for day in dates(_day_in(each.text))]
                if each.kind == "births"
                else [each.text]
            )
            owner.told[each.kind].update(texts)
    return [person.identified() for person in people.values()]


def _of_header(facts: Facts) -> Iterable[tuple[str, str]]:
    if birth := date_in(facts.birth_date):
        yield "births", birth
    # Where dates are moved or retained on purpose, a pseudonym gives away no more than the header.
    if facts.dates not in _RETAINED and (day := date_in(facts.study_date)):
        yield "days", day
    years = re.fullmatch(r"0*([1-9]\d{0,2})(?:Y|\.0)?", facts.age.strip().upper())
    if years and int(years[1]) <= _OLDEST:
        yield "ages", years[1]
    if facts.sex.strip().upper()[:1] in ("F", "M"):
        yield "sexes", facts.sex.strip().upper()[:1]


def _day_in(text: str) -> str:
    """The part of a labelled date that is the date."""
    found = re.search(r"\d.*", text)
    return found[0] if found else ""


def _owners(inventory: Inventory, values: set[int], people: Mapping[str, _Person]) -> dict[int, set[str]]:
    owners = inventory.owners_of(values) if values else {}
    codes = {inventory.text_id(person.code): patient for patient, person in people.items()}
    wanted = [sorted(values), list(codes), list(codes.values())]
    for value, patient in inventory.stream(_ROWS, wanted) if values and codes else ():
        owners.setdefault(value, set()).add(patient)
    return owners
