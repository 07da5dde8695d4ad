"""Findings that were known and accepted in an earlier audit: `--baseline`. Only new ones count at the gate.

A finding is the same as an earlier one when rule, category, value (by its keyed hash) and kind of place
are. Its file, row, frame, item of a sequence or box never count, so that reordering, renaming and
adding files leaves it known; a finding without a value is known by its patient. One that has become
more severe than it was accepted for is new.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import ReportError, UsageError
from auditor.model import Severity
from auditor.report.clean import one_line
from auditor.report.schema import FindingGroup, Report
from auditor.report.stored import load_report

TABLE, REPORT = "findings.csv", "report.json"
_COUNTED = re.compile(r"(?<=[\[=])\d+|(?<=\b(?:line|node) )\d+|(?<=\bparagraph )\d+")
_COLUMNS = ("rule_id", "severity", "category", "location", "value_hmac", "patient")
_ADVICE = "Give the folder, report.json or findings.csv of an earlier audit."

Identity = tuple[str, str, str, str]
"""Rule, category, kind of place, keyed hash of the value or pseudonym of the patient."""
Known = Counter[tuple[str, str, str]]
"""Findings in the baseline by rule, severity and kind of place."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Identities with the rank of the worst severity that was accepted, and under which key."""

    accepted: Mapping[Identity, int]
    key_id: str = ""
    """Empty where the table stands alone and does not say."""


def family(location: str) -> str:
    """A location without what it counts: `(0040,0275)[3].(0040,1002)` and `table column=name row=12` with `#`."""
    return _COUNTED.sub("#", one_line(location))


def load_baseline(path: Path) -> Baseline:
    """Read the findings of an earlier audit from its folder, report.json or findings.csv.

    Raises UsageError where there are none to read.
    """
    table = path if path.suffix == ".csv" else (path if path.is_dir() else path.parent) / TABLE
    told = table.with_name(REPORT)
    key_id = ""
    if told.is_file():
        try:
            key_id = load_report(told).dataset.key_id
        except ReportError as error:
            raise UsageError("The report of the baseline cannot be read", str(told), error.todo) from None
    accepted: dict[Identity, int] = {}
    for identity, severity in _findings(table):
        accepted[identity] = max(accepted.get(identity, 0), severity.rank)
    return Baseline(accepted, key_id)


def check_key(baseline: Baseline, key_id: str) -> None:
    """Raise UsageError where values of the baseline were hashed under another key: none could be recognised."""
    if baseline.key_id and baseline.key_id != key_id:
        raise UsageError(
            "The baseline was made under another key, so none of its values can be recognised",
            f"key {baseline.key_id}, this audit's is {key_id}",
            "Scan with the key of the baseline (--key).",
        )


def count_known(table: Path, baseline: Baseline) -> Known:
    """How many rows of a findings.csv are in the baseline."""
    known: Known = Counter()
    for identity, severity in _findings(table):
        if severity.rank <= baseline.accepted.get(identity, -1):
            rule, _, place, _ = identity
            known[rule, str(severity), place] += 1
    return known


def in_group(known: Known, rule: str, severity: str, location: str) -> int:
    """How many findings of one group of the report are known."""
    return known[rule, severity, family(location)]


def with_baseline(report: Report, folder: Path, baseline: Baseline) -> Report:
    """The report with what is known marked; `folder` holds its findings.csv."""
    check_key(baseline, report.dataset.key_id)
    known = count_known(folder / TABLE, baseline)
    groups = [_marked(group, known) for group in report.findings.groups]
    total = sum(group.known for group in groups)
    return report.model_copy(
        update={"findings": report.findings.model_copy(update={"groups": groups, "known": total})}
    )


def _marked(group: FindingGroup, known: Known) -> FindingGroup:
    count = min(in_group(known, group.rule_id, group.severity, group.location), group.count)
    return group.model_copy(update={"known": count})


def _findings(table: Path) -> Iterator[tuple[Identity, Severity]]:
    try:
        with table.open(encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream)
            if set(_COLUMNS) - set(rows.fieldnames or ()):
                raise UsageError("The baseline is no table of findings", str(table), _ADVICE)
            for row in rows:
                rule, severity, category, location, value, patient = (row[name] or "" for name in _COLUMNS)
                yield (rule, category, family(location), value or patient), Severity(severity)
    except (OSError, UnicodeDecodeError, csv.Error):
        raise UsageError("The findings cannot be read", str(table), _ADVICE) from None
    except ValueError:
        raise UsageError("The baseline has a severity that is none", str(table), _ADVICE) from None
