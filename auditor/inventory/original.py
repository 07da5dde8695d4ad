"""The release beside the original: files paired, and what both have in common, joined by DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.inventory.store import Inventory
from auditor.model import Element, Facts, Place

_PAIRS = """
CREATE OR REPLACE TABLE pairs AS
WITH ours AS (SELECT digest, any_value(item) AS item FROM portraits
              WHERE digest <> '' GROUP BY digest HAVING count(*) = 1),
theirs AS (SELECT digest, any_value(item) AS item FROM original.portraits
           WHERE digest <> '' GROUP BY digest HAVING count(*) = 1)
SELECT ours.item AS item, theirs.item AS source, true AS same FROM ours JOIN theirs USING (digest)
"""
_LEFT = """
SELECT item, path FROM {database}items WHERE frames_total > 0
AND item NOT IN (SELECT {column} FROM pairs) ORDER BY item
"""
_COMMON = """
WITH ours AS (SELECT DISTINCT o.item, v.value, v.place, v.location, v.text
    FROM occurrences o JOIN pairs p ON p.item = o.item JOIN values_seen v USING (value)),
theirs AS (SELECT DISTINCT p.item, v.place, v.location, v.text
    FROM original.occurrences o JOIN pairs p ON p.source = o.item JOIN original.values_seen v USING (value)),
common AS (SELECT value, count(DISTINCT item) AS files FROM ours
    SEMI JOIN theirs USING (item, place, location, text) GROUP BY value)
SELECT value, any_value(files), any_value(place), any_value(location), any_value(vr), any_value(tag),
    any_value(claim), any_value(content) FROM common JOIN values_seen USING (value) GROUP BY value ORDER BY value
"""
_SPLIT = """
SELECT list_sort(list(DISTINCT ours.patient)) FROM pairs p
JOIN items ours ON ours.item = p.item JOIN original.items theirs ON theirs.item = p.source
WHERE ours.patient <> '' AND theirs.patient <> ''
GROUP BY theirs.patient HAVING count(DISTINCT ours.patient) > 1 ORDER BY ALL
"""
_MERGED = """
SELECT ours.patient FROM pairs p
JOIN items ours ON ours.item = p.item JOIN original.items theirs ON theirs.item = p.source
WHERE ours.patient <> '' AND theirs.patient <> ''
GROUP BY ours.patient HAVING count(DISTINCT theirs.patient) > 1 ORDER BY ALL
"""
_SPLIT_EXAMS = """
SELECT DISTINCT min(ours.patient) FROM pairs p
JOIN items ours ON ours.item = p.item JOIN original.items theirs ON theirs.item = p.source
WHERE ours.exam <> '' AND theirs.exam <> '' AND ours.patient <> ''
GROUP BY theirs.exam HAVING count(DISTINCT ours.exam) > 1 ORDER BY ALL
"""
_FACTS = """
SELECT ours.patient, own.told, other.told FROM pairs p
JOIN items ours ON ours.item = p.item JOIN original.items theirs ON theirs.item = p.source
JOIN facts own ON own.fact = ours.fact JOIN original.facts other ON other.fact = theirs.fact
WHERE ours.patient <> '' ORDER BY ours.item
"""
_CHANGED = """
SELECT i.path, ours.pixels, theirs.pixels FROM pairs p JOIN items i ON i.item = p.item
LEFT JOIN portraits ours ON ours.item = p.item LEFT JOIN original.portraits theirs ON theirs.item = p.source
WHERE NOT same ORDER BY p.item
"""
_IDENTITIES = """
SELECT any_value(f.told), theirs.patient, v.tag, any_value(v.content)
FROM pairs p JOIN items ours ON ours.item = p.item JOIN facts f ON f.fact = ours.fact
JOIN original.items theirs ON theirs.item = p.source
JOIN original.occurrences o ON o.item = p.source JOIN original.values_seen v ON v.value = o.value
WHERE ours.patient <> '' AND theirs.patient <> '' AND v.place = 'data set'
    AND v.location IN ('(0010,0010) PatientName', '(0010,0020) PatientID', '(0010,0030) PatientBirthDate')
GROUP BY ours.patient, theirs.patient, v.tag ORDER BY ALL
"""


class Original:
    """Answers questions on a release and its original. `file`: the original's inventory, closed."""

    def __init__(self, inventory: Inventory, file: Path) -> None:
        self._inventory, self._db = inventory, inventory.db
        quoted = str(file).replace("'", "''")
        self._db.execute(f"ATTACH '{quoted}' AS original (READ_ONLY)")
        self._pair()

    def close(self) -> None:
        """Let go of the original's inventory."""
        self._db.execute("DETACH original")

    def images(self) -> tuple[int, int]:
        """Images of the release, and how many of them were paired."""
        row = self._db.execute(
            "SELECT count(*) FILTER (frames_total > 0), (SELECT count(*) FROM pairs) FROM items"
        ).fetchone()
        return row or (0, 0)

    def common(self) -> Iterator[tuple[int, Element, int, int]]:
        """Every value at the same location in both files of a pair: id, element, claim, pairs."""
        for value, files, place, location, vr, tag, claim, content in self._inventory.stream(_COMMON):
            text, creator = self._inventory.text_in(content)
            yield (
                value,
                Element(Place(place), location, text, vr, tag, creator),
                claim,
                files,
            )

    def split(self) -> list[tuple[str, ...]]:
        """Pseudonyms that share one patient of the original."""
        rows = self._db.execute(_SPLIT).fetchall()
        return [tuple(patients) for (patients,) in rows]

    def merged(self) -> list[str]:
        """Pseudonyms that stand for several patients of the original."""
        return [patient for (patient,) in self._db.execute(_MERGED).fetchall()]

    def split_exams(self) -> list[str]:
        """Patients of whom one examination was given several study UIDs."""
        return [patient for (patient,) in self._db.execute(_SPLIT_EXAMS).fetchall()]

    def facts(self) -> Iterator[tuple[str, Facts, Facts]]:
        """Pseudonym, facts of the released file and of its original, of every pair."""
        for patient, ours, theirs in self._inventory.stream(_FACTS):
            yield patient, self._inventory.facts_in(ours), self._inventory.facts_in(theirs)

    def changed(self) -> Iterator[tuple[str, NDArray[np.uint8] | None, NDArray[np.uint8] | None]]:
        """True path and small grey copy of every released image that was paired otherwise than by its
        pixels, and the copy of its original; None where none was kept."""
        for path, ours, theirs in self._inventory.stream(_CHANGED):
            yield self._inventory.path(path), self._copy(ours), self._copy(theirs)

    def identities(self) -> Iterator[tuple[str, str, int, str]]:
        """Pseudonym as it stands in the release, keyed patient of the original, tag and value of what the
        original says of the patient: name, id or birth date."""
        for told, patient, tag, content in self._inventory.stream(_IDENTITIES):
            value, _ = self._inventory.text_in(content)
            yield self._inventory.facts_in(told).patient, patient, tag, value

    def _copy(self, sealed: bytes | None) -> NDArray[np.uint8] | None:
        if sealed is None:
            return None
        png = np.frombuffer(self._inventory.unseal(sealed), np.uint8)
        return np.asarray(cv2.imdecode(png, cv2.IMREAD_GRAYSCALE), np.uint8)

    def _pair(self) -> None:
        """By pixels where they are unique; the rest by path, or in order where nothing else is left."""
        self._db.execute(_PAIRS)
        any_by_pixels = self._db.execute("SELECT count(*) FROM pairs").fetchone() != (0,)
        ours, theirs = (self._left(*names) for names in (("", "item"), ("original.", "source")))
        by_path = {path: item for item, path in theirs}
        pairs = [(item, by_path[path], False) for item, path in ours if path in by_path]
        if not pairs and not any_by_pixels and len(ours) == len(theirs):
            pairs = [(one[0], other[0], False) for one, other in zip(ours, theirs, strict=True)]
        self._inventory.insert("pairs", list(pairs))

    def _left(self, database: str, column: str) -> list[tuple[int, str]]:
        query = _LEFT.format(database=database, column=column)
        return [(item, self._inventory.path(path)) for item, path in self._inventory.stream(query)]
