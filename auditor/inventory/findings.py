"""Matches spread over the files again: one row a finding, sorted and counted by DuckDB.

Holds masks and keyed hashes only; a found value never enters it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from auditor.inventory.store import Inventory
from auditor.masking import mask, telling_words
from auditor.model import Category, Finding, Match, Place, Severity, Text

_SCHEMA = """
CREATE OR REPLACE TABLE matches (
    value BIGINT, claim BIGINT, item INTEGER, rule VARCHAR, severity INTEGER, confidence DOUBLE,
    category VARCHAR, location VARCHAR, masked VARCHAR, hmac VARCHAR, patient VARCHAR, detail VARCHAR)
"""
_SPREAD = """
CREATE OR REPLACE TABLE findings AS
WITH places AS (SELECT value, any_value(location) AS place FROM values_seen GROUP BY value)
SELECT m.rule, m.severity, m.confidence, m.category, o.item, p.place AS location, o.counts, o.bbox,
       m.masked, m.hmac, i.patient, m.detail
  FROM matches m JOIN occurrences o USING (value) JOIN places p USING (value) JOIN items i ON i.item = o.item
UNION ALL
SELECT m.rule, m.severity, m.confidence, m.category, i.item, m.location, '', '', '', '', i.patient, m.detail
  FROM matches m JOIN items i ON i.claim = m.claim WHERE m.value IS NULL AND m.claim IS NOT NULL
UNION ALL
SELECT m.rule, m.severity, m.confidence, m.category, m.item, m.location, '', '', '', '', m.patient, m.detail
  FROM matches m WHERE m.value IS NULL AND m.claim IS NULL
"""
Lowered = tuple[float, str]
"""The share of its confidence that a match keeps, and why."""
_ORDER = "ORDER BY severity DESC, rule, item NULLS FIRST, location, counts, bbox, masked, hmac, detail"


_SEVERITIES = tuple(Severity)
_CATEGORIES = {str(category): category for category in Category}
_REMEMBERED = 1 << 12


class Rule(Protocol):
    """What a finding says of its rule."""

    @property
    def title(self) -> Text: ...

    @property
    def remedy(self) -> Text: ...


class Shown(Protocol):
    """How true paths and locations are shown."""

    def path(self, path: str) -> str: ...

    def location(self, location: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one rule with one severity at one location, counted."""

    rule: str
    severity: Severity
    category: Category
    location: str
    confidence: float
    count: int
    files: int
    patients: int
    masked: str
    path: str
    """True path of the first file; empty when the findings are of no file."""


@dataclass(frozen=True, slots=True)
class PatientFindings:
    """What was found of one patient."""

    patient: str
    files: int
    findings: int
    worst: Severity | None


class FindingStore:
    """Takes matches, gives findings. Lives in the inventory's database."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._db = inventory.db
        self._db.execute(_SCHEMA)
        self._pending: list[tuple[object, ...]] = []
        self._words: set[str] = set()

    def add(
        self,
        rule: str,
        match: Match,
        *,
        severity: Severity,
        category: Category,
        text: str = "",
        value: int | None = None,
        claim: int | None = None,
        item: int | None = None,
    ) -> None:
        """Note a match on a distinct value, on a claim, on one file, or on the dataset."""
        key = self._inventory.key
        masked, hmac = (mask(text), key.value(text)) if text else ("", "")
        if text and category in (Category.NAME, Category.STAFF) and severity.rank >= Severity.HIGH.rank:
            # Paths and columns seldom hold a whole name: each of its words is known too.
            self._words |= {key.value(word) for word in telling_words(text)}
        row = (value, claim, item, rule, severity.rank, round(match.confidence, 3), str(category))
        self._pending.append((*row, match.location, masked, hmac, match.patient, match.detail))
        if len(self._pending) >= 10_000:
            self._flush()

    def spread(self) -> None:
        """Join the matches with the files that hold their values: from here on, findings."""
        self._flush()
        self._db.execute(_SPREAD)

    def rows(self, rules: Mapping[str, Rule], display: Shown) -> Iterator[Finding]:
        """Findings, worst first, as they are written: displayed paths, messages and remedies."""
        query = f"SELECT f.*, i.path FROM findings f LEFT JOIN items i USING (item) {_ORDER}"

        @lru_cache(maxsize=_REMEMBERED)
        def named(sealed: bytes | None) -> tuple[str, str]:
            path = self._inventory.path(sealed) if sealed else ""
            return display.path(path), self._inventory.key.item(path) if path else ""

        @lru_cache(maxsize=_REMEMBERED)
        def located(location: str, counts: str) -> str:
            return number_location(display.location(location), counts)

        @lru_cache(maxsize=_REMEMBERED)
        def told(rule: str, detail: str) -> tuple[str, str]:
            title = rules[rule].title.en
            return f"{title}: {detail}" if detail else title, rules[rule].remedy.en

        for row in self._inventory.stream(query):
            (
                rule,
                rank,
                confidence,
                category,
                _,
                location,
                counts,
                bbox,
                masked,
                hmac,
                patient,
                detail,
                sealed,
            ) = row
            file, item = named(sealed)
            yield Finding(
                rule,
                _SEVERITIES[rank],
                confidence,
                _CATEGORIES[category],
                file,
                item,
                located(location, counts),
                bbox,
                masked,
                hmac,
                patient or "",
                *told(rule, detail),
            )

    def groups(self) -> list[Group]:
        """Every (rule, severity, location) with its counts and one example, worst first."""
        query = """SELECT g.*, i.path FROM (
                SELECT rule, severity, any_value(category), location, max(confidence), count(*) AS found,
                    count(DISTINCT item), count(DISTINCT nullif(patient, '')), min(item) AS item,
                    arg_min(masked, item)
                FROM findings GROUP BY rule, severity, location
            ) g LEFT JOIN items i USING (item) ORDER BY severity DESC, found DESC, rule, location"""
        return [
            Group(
                rule=rule,
                severity=_SEVERITIES[rank],
                category=_CATEGORIES[category],
                location=location,
                confidence=confidence,
                count=count,
                files=files,
                patients=patients,
                masked=masked or "",
                path=self._inventory.path(sealed) if sealed else "",
            )
            for rule, rank, category, location, confidence, count, files, patients, _, masked, sealed in (
                self._inventory.stream(query)
            )
        ]

    def totals(self) -> tuple[int, int, int]:
        """Findings, files with findings, patients with findings."""
        row = self._db.execute(
            "SELECT count(*), count(DISTINCT item), count(DISTINCT nullif(patient, '')) FROM findings"
        ).fetchone()
        return row or (0, 0, 0)

    def by_location(self) -> dict[str, int]:
        """Location template to number of findings, for inventory.csv."""
        return dict(self._db.execute("SELECT location, count(*) FROM findings GROUP BY location").fetchall())

    def patients(self) -> Iterator[PatientFindings]:
        """Every patient with the number of files and findings, and the worst severity."""
        query = """SELECT patient, count(DISTINCT i.item), count(f.rule), max(f.severity)
            FROM items i LEFT JOIN (SELECT item, rule, severity FROM findings) f ON f.item = i.item
            WHERE patient <> '' GROUP BY patient ORDER BY patient"""
        for patient, files, findings, worst in self._inventory.stream(query):
            yield PatientFindings(patient, files, findings, None if worst is None else _SEVERITIES[worst])

    def by_patient(self) -> Iterator[tuple[str, str, Category, Severity, float]]:
        """Patient, rule, category, severity and highest confidence: what the risk stage weighs."""
        query = """SELECT patient, rule, category, severity, max(confidence) FROM findings
            WHERE patient <> '' GROUP BY ALL ORDER BY ALL"""
        for patient, rule, category, rank, confidence in self._inventory.stream(query):
            yield patient, rule, _CATEGORIES[category], _SEVERITIES[rank], confidence

    def flagged(self) -> set[str]:
        """Hashes of what paths and locations must not show: findings of weight in names of files and folders,
        any in names of columns and keys, and serious ones elsewhere, because the same value may stand there."""
        query = """SELECT DISTINCT hmac FROM matches LEFT JOIN values_seen USING (value)
            WHERE hmac <> '' AND (severity >= ? OR (severity >= ? AND place IN (?, ?))
                OR (severity >= ? AND values_seen.location LIKE '%header'))"""
        self._flush()
        parameters = [
            Severity.HIGH.rank,
            Severity.MEDIUM.rank,
            str(Place.FILE_NAME),
            str(Place.FOLDER_NAME),
            Severity.LOW.rank,
        ]
        return {row[0] for row in self._db.execute(query, parameters).fetchall()} | self._words

    def unreported(self, place: Place, location: str, severity: Severity) -> Iterator[tuple[int, str]]:
        """Id and text of every distinct value at a location (empty: at the whole place) that no match
        reports with this severity or more."""
        self._flush()
        query = """SELECT value, any_value(content) FROM values_seen
            WHERE place = $1 AND (location = $2 OR $2 = '')
                AND value NOT IN (SELECT value FROM matches WHERE value IS NOT NULL AND severity >= $3)
            GROUP BY value ORDER BY value"""
        for value, content in self._inventory.stream(query, [str(place), location, severity.rank]):
            yield value, self._inventory.text_in(content)[0]

    def severities(self, values: Iterable[int]) -> dict[int, int]:
        """The rank of the worst match on each of these values that has any."""
        self._flush()
        query = "SELECT value, max(severity) FROM matches WHERE value IN (SELECT unnest($1)) GROUP BY value"
        return dict(self._db.execute(query, [list(values)]).fetchall())

    def judged(self, values: Iterable[int], rule: str, severity: Severity) -> dict[int, Category]:
        """The category of the worst match of a rule, of this severity or more, on each value that has one."""
        self._flush()
        query = """SELECT value, arg_max(category, (severity, confidence, category)) FROM matches
            WHERE value IN (SELECT unnest($1)) AND rule = $2 AND severity >= $3 GROUP BY value"""
        rows = self._db.execute(query, [list(values), rule, severity.rank]).fetchall()
        return {value: _CATEGORIES[category] for value, category in rows}

    def lower(
        self, lowered: Mapping[int, Lowered], rule: str, categories: Iterable[Category], below: float
    ) -> None:
        """Make matches of a rule on these values low at most: those of the categories and of less confidence."""
        self._flush()
        query = """UPDATE matches
            SET severity = least(severity, $1), confidence = round(confidence * $2, 3), detail = $3
            WHERE value = $4 AND rule = $5 AND list_contains($6, category) AND confidence < $7"""
        kinds = [str(category) for category in categories]
        for value, (share, detail) in sorted(lowered.items()):
            self._db.execute(query, [Severity.LOW.rank, share, detail, value, rule, kinds, below])

    def _flush(self) -> None:
        self._inventory.insert("matches", self._pending)
        self._pending.clear()


def number_location(template: str, counts: str) -> str:
    """Put the occurrence's counts where the location says `#`: `pixels frame=#`, `3` to `pixels frame=3`."""
    for count in counts.split(",") if counts else ():
        template = template.replace("#", count, 1)
    return template
