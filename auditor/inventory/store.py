"""The state of a scan in one DuckDB file: files, distinct values, where each occurs, portraits.

Nothing in it can be read without the key: values, paths and header facts are sealed, ids and
patients are keyed hashes. It lives in the output folder while a scan runs and is removed after it.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, astuple
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

import cv2
import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.errors import UsageError
from auditor.inventory.batch import Batch, Examined
from auditor.inventory.occurred import Occurred
from auditor.inventory.sealed import SCHEMA, Sealed
from auditor.keys import Key
from auditor.model import (
    Claim,
    Coverage,
    Element,
    Facts,
    Item,
    Kind,
    Place,
    Portrait,
    Status,
)

_WHOLE_SERIES = 8
_MEMORY = "256MB"
"""What the database may hold at a time; beyond, it goes to the disk, sealed as it is. The whole of half a
million files is judged within it."""
_THREADS = 4
"""Each holds blocks of its own; more are not faster on tables of numbers."""
_SEEN_LIMIT = 1 << 18
_PAGE = 1000
_HELD_BACK = 100_000
"""Occurrences that are kept in memory before they are written together."""
_SECONDS = 5.0
"""How much of a scan a killed process loses at most."""
_ONCE = frozenset({"facts"})
"""Tables that hold each id once, whoever adds it again."""
_KINDS, _STATUSES = {str(kind): kind for kind in Kind}, {str(status): status for status in Status}
_PLACES = {str(place): place for place in Place}
_SUBJECTS = 4096
"""Combinations of facts that are remembered: images of a series share theirs."""


class Inventory(Sealed):
    """Takes batches in, gives back distinct values, files, patients and portraits as streams."""

    def __init__(self, folder: Path, key: Key, fingerprint: str, *, resume: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "inventory.duckdb"
        if not resume:
            self.file.unlink(missing_ok=True)
        super().__init__(key)
        self._seen: set[int] = set()
        self._occurred = Occurred()
        self._subject = lru_cache(maxsize=_SUBJECTS)(self._new_subject)
        self.facts_in = lru_cache(maxsize=_SUBJECTS)(self._facts_in)
        self._pending: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._flushed = time.monotonic()
        self._db = duckdb.connect(
            str(self.file),
            config={
                "memory_limit": _MEMORY,
                "threads": min(_THREADS, os.cpu_count() or 1),
                "temp_directory": str(folder / "spill"),
            },
        )
        self._db.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
        self._db.execute(SCHEMA)
        known = self._db.execute("SELECT fingerprint FROM settings").fetchone()
        if known and known[0] != fingerprint:
            self._db.close()
            raise UsageError(
                "The interrupted scan had other settings, another source or another version",
                todo="Scan again without --resume.",
            )
        if not known:
            self._db.execute("INSERT INTO settings VALUES (?)", [fingerprint])

    @property
    def db(self) -> duckdb.DuckDBPyConnection:
        """The connection, with everything added so far in its tables."""
        self.flush()
        return self._db

    def __enter__(self) -> Inventory:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, trace: TracebackType | None) -> None:
        self.flush()
        self._db.close()

    def remove(self) -> None:
        """Close and delete the state: after a scan that ended, nothing is left of it."""
        self._pending.clear()
        self._occurred = Occurred()
        # What is deleted next need not be brought in order before.
        self._db.execute("PRAGMA disable_checkpoint_on_shutdown")
        self._db.close()
        shutil.rmtree(self.file.parent)

    def add(self, batch: Batch, facts: Iterable[Facts]) -> None:
        """Store one batch; `facts` are its files' facts after attribution, in the same order."""
        if len(self._seen) > _SEEN_LIMIT:
            self._seen.clear()
        fresh = batch.values.keys() - self._seen
        self._seen |= fresh
        pending = self._pending
        claims = [(number, claim) for number, claim in batch.claims.items() if number not in self._seen]
        self._seen.update(number for number, _ in claims)
        pending["claims"] += [(number, self._seal(asdict(claim))) for number, claim in claims]
        pending["values_seen"] += [self._value_row(v, *batch.values[v]) for v in fresh]
        pending["items"] += [self._item_row(e, f) for e, f in zip(batch.examined, facts, strict=True)]
        self._occurred.add(batch)
        pending["members"] += [row for e in batch.examined for row in self._member_rows(e)]
        pending["portraits"] += [self._portrait_row(e) for e in batch.examined if e.portrait is not None]
        pending["volumes"] += [(e.index, self._png(e.volume)) for e in batch.examined if e.volume is not None]
        # A transaction costs the same for one file as for a thousand.
        if self._occurred.count > _HELD_BACK or time.monotonic() - self._flushed > _SECONDS:
            self.flush()

    def add_found(self, item: int, batch: Batch) -> None:
        """Store what a later stage found in a file that is stored already."""
        fresh = batch.values.keys() - self._seen
        self._seen |= fresh
        self._pending["values_seen"] += [self._value_row(v, *batch.values[v]) for v in fresh]
        rows = [
            (value, item, *batch.spots[spot])
            for value, spot in zip(batch.occurred, batch.places, strict=True)
        ]
        self._pending["occurrences"] += rows

    def add_volume(self, item: int, picture: NDArray[np.uint8], slices: Iterable[int] = ()) -> None:
        """Note the picture of the volume whose slices lie in the files of the item's series, or in `slices` beside
        the item where no series says so."""
        self._pending["volumes"].append((item, self._png(picture)))
        self._pending["slices"] += [(each,) for each in slices if each != item]

    def flush(self) -> None:
        """Write what was added and is still held back, all of it or nothing."""
        if not any(self._pending.values()) and not self._occurred.count:
            return
        self._db.begin()
        try:
            for table, rows in self._pending.items():
                self.insert(table, rows)
            self._append("occurrences", self._occurred.table())
            self._db.commit()
        except BaseException:  # an interrupt too: the rows stay pending
            self._db.rollback()
            raise
        self._pending.clear()
        self._occurred = Occurred()
        self._flushed = time.monotonic()

    def done(self) -> set[int]:
        """Indexes of the items that are stored already: what a resumed scan leaves out."""
        return {row[0] for row in self.db.execute("SELECT item FROM items").fetchall()}

    def claims(self) -> dict[int, Claim]:
        """Every distinct claim by id."""
        rows = self.db.execute("SELECT claim, any_value(content) FROM claims GROUP BY claim").fetchall()
        return {number: self._claim(content) for number, content in rows}

    def distinct_values(self, *places: Place, tag: int | None = None) -> Iterator[tuple[int, Element, int]]:
        """Every distinct value once: its id, one element that has it, the id of its claim. tag: only those
        of this DICOM attribute. What was read off pixels has the confidence of its surest reading,
        whichever file was examined first."""
        query = """SELECT value, any_value(place), any_value(location), any_value(vr), any_value(tag),
                any_value(claim), any_value(content), any_value(surest)
            FROM values_seen LEFT JOIN (
                SELECT value, round(max(confidence)::DOUBLE, 4) AS surest FROM occurrences
                WHERE confidence < 1 GROUP BY value
            ) USING (value)
            WHERE list_contains($1, place) AND (tag = $2 OR $2 IS NULL)
            GROUP BY value ORDER BY value"""
        wanted = [[str(place) for place in places], tag]
        for value, place, location, vr, number, claim, content, surest in self.stream(query, wanted):
            text, creator = self.text_in(content)
            confidence = 1.0 if surest is None else surest
            element = Element(_PLACES[place], location, text, vr, number, creator, (), None, confidence)
            yield value, element, claim

    def count_values(self, *places: Place) -> int:
        """How many distinct values `distinct_values` will give."""
        query = "SELECT count(DISTINCT value) FROM values_seen WHERE list_contains($1, place)"
        row = self.db.execute(query, [[str(place) for place in places]]).fetchone()
        return row[0] if row else 0

    def paths(self) -> Iterator[tuple[int, str, str]]:
        """Index, true path and patient pseudonym of every file, in the source's order."""
        for item, path, patient in self.stream("SELECT item, path, patient FROM items ORDER BY item"):
            yield item, self.path(path), patient

    def owners(self) -> Iterator[tuple[int, str, str, str, str]]:
        """Index, true path, keyed exam, patient pseudonym and patient id of every file that has a patient."""
        query = """SELECT item, path, exam, patient, told FROM items JOIN facts USING (fact)
            WHERE patient <> '' ORDER BY item"""
        for item, path, exam, pseudonym, told in self.stream(query):
            yield item, self.path(path), exam, pseudonym, self.facts_in(told).patient

    def owners_of(self, values: Iterable[int]) -> dict[int, set[str]]:
        """The pseudonyms of the patients whose files hold each of these values."""
        query = """SELECT DISTINCT value, patient FROM occurrences JOIN items USING (item)
            WHERE patient <> '' AND value IN (SELECT unnest($1))"""
        owners: dict[int, set[str]] = {}
        for value, patient in self.stream(query, [list(values)]):
            owners.setdefault(value, set()).add(patient)
        return owners

    def patients(self) -> set[str]:
        """The pseudonyms of all patients."""
        return {row[0] for row in self.db.execute("SELECT DISTINCT patient FROM items").fetchall()} - {""}

    def files(self, kind: Kind) -> Iterator[Item]:
        """Every file of a kind that could be read, archives' members included."""
        query = """SELECT path, size, inside FROM items
            WHERE kind = $1 AND status IN ('read', 'partial') ORDER BY item"""
        for path, size, inside in self.stream(query, [str(kind)]):
            within, members = json.loads(self._sealer.unseal(inside)) if inside else ("", ())
            yield Item(self.path(path), size, within=within, members=tuple(members))

    def images(self) -> Iterator[tuple[Item, str, str, str, Facts]]:
        """Every readable image that is attributed to a patient: the file, patient pseudonym, keyed exam
        and series, facts; in the source's order."""
        query = """SELECT path, size, inside, patient, exam, series, told FROM items JOIN facts USING (fact)
            WHERE frames_total > 0 AND patient <> '' AND status IN ('read', 'partial') ORDER BY item"""
        for path, size, inside, patient, exam, series, told in self.stream(query):
            within, members = json.loads(self._sealer.unseal(inside)) if inside else ("", ())
            item = Item(self.path(path), size, within=within, members=tuple(members))
            yield item, patient, exam, series, self.facts_in(told)

    def facts(self) -> Iterator[tuple[str, Facts]]:
        """Patient pseudonym and facts of every file that is attributed to a patient."""
        query = """SELECT patient, told FROM items JOIN facts USING (fact)
            WHERE patient <> '' ORDER BY item"""
        for patient, told in self.stream(query):
            yield patient, self.facts_in(told)

    def coverage(self, shown: Callable[[str], str] = str) -> Iterator[Coverage]:
        """One row a file, with its path as `shown` makes it of the true one."""
        query = """SELECT path, kind, status, reason, frames_total, frames_examined, seconds
            FROM items ORDER BY item"""
        for path, kind, status, reason, total, examined, seconds in self.stream(query):
            true = self.path(path)
            named = _KINDS[kind], _STATUSES[status]
            yield Coverage(shown(true), self.key.item(true), *named, reason, total, examined, seconds)

    def portraits(self, *, every: bool = False) -> Iterator[Portrait]:
        """One portrait an image; of a volume the picture of the whole, and of a long series whose volume
        is not known only its middle file. `every`: of every file what it shows itself."""
        one_a_series = f""" WINDOW series AS (PARTITION BY patient, exam, items.series)
            QUALIFY items.series = '' OR count(*) OVER series < {_WHOLE_SERIES}
            OR CASE WHEN count(whole) OVER series > 0 THEN whole IS NOT NULL
                ELSE row_number() OVER (series ORDER BY item) = (count(*) OVER series + 1) // 2 END"""
        query = f"""SELECT item, path, patient, exam, told, digest, pixels, whole, cut
            FROM portraits JOIN items USING (item) JOIN facts USING (fact)
            LEFT JOIN (SELECT item, any_value(whole) AS whole FROM volumes GROUP BY item) USING (item)
            {"" if every else "WHERE item NOT IN (SELECT item FROM slices)" + one_a_series} ORDER BY item"""
        for _, path, patient, exam, told, digest, sealed, whole, cut in self.stream(query):
            known = self.facts_in(told)
            is_volume = whole is not None and not every
            png = np.frombuffer(self._sealer.unseal(whole if is_volume else sealed), np.uint8)
            pixels = np.asarray(cv2.imdecode(png, cv2.IMREAD_GRAYSCALE), np.uint8)
            # A volume's picture is aligned with other volumes', not with single images.
            modality = f"{known.modality} volume".strip() if is_volume else known.modality
            yield Portrait(
                self.path(path),
                patient,
                exam,
                pixels,
                digest,
                modality,
                known.view,
                known.sex,
                known.age,
                known.study_date,
                cut,
            )

    def stream(self, query: str, parameters: list[Any] | None = None) -> Iterator[tuple[Any, ...]]:
        """Run a query and yield its rows a page at a time."""
        cursor = self.db.cursor()
        cursor.execute(query, parameters or [])
        while rows := cursor.fetchmany(_PAGE):
            yield from rows

    def insert(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        """Append rows to a table; each row has the table's columns in order."""
        if not rows:
            return
        columns = [name for name, *_ in self._db.execute(f"DESCRIBE {table}").fetchall()]
        # Column by column through Arrow: a row at a time is a hundred times slower.
        arrays = zip(columns, zip(*rows, strict=True), strict=True)
        self._append(table, pa.table({name: pa.array(column) for name, column in arrays}))

    def _append(self, table: str, arriving: pa.Table) -> None:
        self._db.register("arriving", arriving)
        unless_there = "OR IGNORE " * (table in _ONCE)
        self._db.execute(f"INSERT {unless_there}INTO {table} SELECT * FROM arriving")
        self._db.unregister("arriving")

    def _facts_in(self, told: bytes) -> Facts:
        return Facts(*json.loads(self._sealer.unseal(told)))

    def _claim(self, sealed: bytes) -> Claim:
        content = json.loads(self._sealer.unseal(sealed))
        return Claim(**{**content, "codes": tuple(content["codes"])})

    def _value_row(self, number: int, element: Element, claim: int) -> tuple[Any, ...]:
        told = f"{len(element.creator)} {element.creator}{element.value}"
        content = self._sealer.seal(told.encode("utf-8", "surrogatepass"))
        text = self.text_id(element.value)
        return number, str(element.place), element.location, element.vr, element.tag, claim, text, content

    def _item_row(self, e: Examined, facts: Facts) -> tuple[Any, ...]:
        path = self._sealer.seal(e.path.encode("utf-8", "surrogateescape"))
        row = (e.index, path, e.size, str(e.kind), str(e.status), str(e.reason or ""))
        counts = (e.frames_total, e.frames_examined, *astuple(e.screening), round(e.seconds, 4))
        inside = self._seal([e.within, e.inside]) if e.inside else None
        patient, exam, series, fact = self._subject(facts)
        return (*row, *counts, patient, exam, series, e.claim, fact, inside)

    def _new_subject(self, facts: Facts) -> tuple[str, str, str, int]:
        """Keyed patient, exam and series, and the id that the facts are stored under."""
        content = json.dumps(astuple(facts)).encode()
        number = self._hash(content)
        if number not in self._seen:
            self._seen.add(number)
            self._pending["facts"].append((number, self._sealer.seal(content)))
        exam = self.key.tag("exam", facts.exam) if facts.exam else ""
        series = self.key.tag("series", facts.series) if facts.series else ""
        return self.key.patient(facts.patient), exam, series, number

    def _member_rows(self, e: Examined) -> Iterator[tuple[Any, ...]]:
        for position, item in enumerate(e.members):
            content = [item.path, item.size, item.reason, item.within, item.members]
            yield e.index, position, self._seal(content)

    def _portrait_row(self, e: Examined) -> tuple[Any, ...]:
        sealed = self._png(e.portrait) if e.portrait is not None else self._sealer.seal(b"")
        return e.index, e.digest, sealed, e.cut
