"""Which patient a file belongs to: by a tag, by its path, or by a metadata table."""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath

import pandas as pd

from auditor.errors import MetadataError, UsageError
from auditor.model import Facts, Record
from auditor.pipeline.plan import Metadata

_COLUMN_OF_FACT = {
    "sex": ("sex", "gender", "patientsex", "patientgender", "性别"),
    "age": ("age", "patientage", "ageyears", "年龄"),
    "birth_date": ("birthdate", "dateofbirth", "dob", "patientbirthdate", "出生日期"),
    "study_date": ("studydate", "examdate", "scandate", "acquisitiondate", "date", "检查日期"),
    "site": ("site", "hospital", "institution", "center", "centre", "医院"),
    "device": ("device", "scanner", "manufacturer", "model"),
    "size": ("height", "patientsize", "patientheight", "身高"),
    "weight": ("weight", "patientweight", "体重"),
    "ethnic": ("ethnicity", "ethnicgroup", "race", "民族"),
    "modality": ("modality",),
    "view": ("view", "viewposition", "projection", "position"),
    "body_part": ("bodypart", "bodypartexamined", "anatomy"),
}

_EXTENSION = re.compile(r"(\.nii|\.tar)?\.[A-Za-z][A-Za-z0-9]{0,7}$")


def check_rule(rule: str) -> None:
    """Raise UsageError unless `rule` is `tag:KEYWORD` or `path:REGEX` with a group `patient`."""
    kind, _, body = rule.partition(":")
    if kind == "tag" and body:
        return
    if kind == "path" and body:
        try:
            if "patient" in re.compile(body).groupindex:
                return
        except re.error:
            pass
        raise UsageError(
            "The path rule is not a regular expression with a group named patient",
            "--patient",
            r"For example: --patient 'path:^(?P<patient>[^/_]+)'",
        )
    raise UsageError("The patient rule is not known", "--patient", "Use tag:KEYWORD or path:REGEX.")


def attribute(record: Record, rule: str) -> Record:
    """The record with its patient set by the rule; `tag:PatientID` is what readers give anyway."""
    kind, _, body = rule.partition(":")
    if kind == "path":
        found = _pattern(body).search(record.item.path)
        patient = (found.group("patient") or "") if found else ""
    elif body == "PatientID":
        return record
    else:
        ending = f" {body}"
        patient = next((e.value for e in record.elements if e.location.endswith(ending)), "")
    return replace(record, facts=replace(record.facts, patient=patient))


class PathRule:
    """Names the patient by the path where a file says none; looked up like a `MetadataTable`."""

    def __init__(self, rule: str) -> None:
        self._pattern = _pattern(rule.partition(":")[2])

    def facts(self, path: str, facts: Facts) -> Facts | None:
        """The facts with the patient of the path, unless they name one; None where neither does."""
        if facts.patient:
            return facts
        found = self._pattern.search(path)
        return replace(facts, patient=found["patient"]) if found and found["patient"] else None


@cache
def _pattern(body: str) -> re.Pattern[str]:
    return re.compile(body)


class MetadataTable:
    """A table with a row an image. Looked up by path, else by the path without its extension, by file name, or by the
    name without its extension, the latter three where they are unique in the table."""

    def __init__(self, asked: Metadata) -> None:
        self._asked = asked
        self._table = _load(asked)
        self._facts = {
            fact: column
            for fact, names in _COLUMN_OF_FACT.items()
            for column in self._table.columns
            if re.sub(r"[\W_]+", "", column).casefold() in names
        }
        self._facts["patient"] = asked.patient_column
        if asked.exam_column:
            self._facts["exam"] = asked.exam_column
        first: dict[str, int] = {}
        for row, path in enumerate(_key(path) for path in self._table[asked.image_column]):
            first.setdefault(path, row)
        named = [(PurePosixPath(path).name, row) for path, row in first.items()]
        self._row_of = (
            first,
            _unique((_stem(path), row) for path, row in first.items()),
            _unique(named),
            _unique((_stem(name), row) for name, row in named),
        )

    def facts(self, path: str, facts: Facts) -> Facts | None:
        """The facts completed from the image's row; None when no row names the image."""
        row = self._row(path)
        if row is None:
            return None
        found = {fact: str(self._table[column].iat[row]) for fact, column in self._facts.items()}
        return replace(facts, **{fact: value for fact, value in found.items() if value})

    def has(self, column: str) -> bool:
        """Whether the table has this column."""
        return column in self._table.columns

    def cell(self, path: str, column: str) -> str:
        """What the image's row says in a column; empty when no row names the image."""
        row = self._row(path)
        return "" if row is None else str(self._table[column].iat[row])

    def missing(self, paths: Iterable[str]) -> Iterator[str]:
        """The images that the table names and that are not among `paths`."""
        rows = {self._row(path) for path in paths}
        return (path for path, row in self._row_of[0].items() if row not in rows)

    def _row(self, path: str) -> int | None:
        key = PurePosixPath(_key(path))
        keys = (str(key), _stem(str(key)), key.name, _stem(key.name))
        return next((rows[key] for key, rows in zip(keys, self._row_of, strict=True) if key in rows), None)


def _unique(named: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The row of every name that only one row has."""
    rows: dict[str, list[int]] = defaultdict(list)
    for name, row in named:
        rows[name].append(row)
    return {name: found[0] for name, found in rows.items() if len(found) == 1}


def _load(asked: Metadata) -> pd.DataFrame:
    where, suffixes = str(asked.file), asked.file.suffixes
    try:
        if ".parquet" in suffixes:
            table = pd.read_parquet(asked.file).astype(str)
        elif ".json" in suffixes:
            table = pd.read_json(asked.file, dtype=False).astype(str)
        else:
            table = pd.read_csv(
                asked.file,
                dtype=str,
                sep=_delimiter(asked.file),
                encoding="utf-8-sig",
                encoding_errors="replace",
            )
    except FileNotFoundError:
        raise MetadataError("The metadata table does not exist", where, "Check --metadata.") from None
    except (OSError, ValueError, pd.errors.ParserError):
        raise MetadataError(
            "The metadata table cannot be read", where, "It must be CSV, TSV, JSON or Parquet."
        ) from None
    table = table.fillna("")
    named = [asked.image_column, asked.patient_column] + ([asked.exam_column] if asked.exam_column else [])
    if lacking := [column for column in named if column not in table.columns]:
        raise MetadataError(
            f"The metadata table has no column {', '.join(map(repr, lacking))}",
            where,
            "Check --image-column, --patient-column and --exam-column.",
        )
    return table


def _delimiter(file: Path) -> str:
    """The one of the usual delimiters that parts the head line most often; quoted text is rare there."""
    with file.open("rb") if file.suffix != ".gz" else gzip.open(file) as stream:
        head = stream.readline(1 << 16).decode("utf-8", "replace")
    return max(",\t;|", key=head.count)


def _stem(path: str) -> str:
    """Without the extension. What follows the last dot of a UID is none."""
    return _EXTENSION.sub("", path)


def _key(path: str) -> str:
    return str(path).replace("\\", "/").removeprefix("./").lstrip("/")
