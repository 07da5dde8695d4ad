"""The CSV tables of an audit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from auditor.inventory import FindingStore, Inventory, count_locations
from auditor.model import (
    Coverage,
    Duplicate,
    Finding,
    InventoryRow,
    Kind,
    Outcomes,
    PatientLink,
    PatientRow,
    Reason,
    Status,
)
from auditor.pipeline.display import Display
from auditor.pipeline.judge import rules
from auditor.report.tables import write_rows


def write_tables(
    folder: Path,
    inventory: Inventory,
    store: FindingStore,
    outcomes: Outcomes,
    patients: Sequence[PatientRow],
    display: Display,
    missing: Sequence[str],
) -> None:
    """Write findings, coverage, inventory, patients, linkage and duplicates as CSV, paths as they are shown.

    missing: true paths that a metadata table names and the source does not hold.
    """
    found = store.by_location()
    locations = (
        replace(row, location=display.location(row.location), findings=found.get(row.location, 0))
        for row in count_locations(inventory)
    )
    duplicates = (
        replace(
            pair,
            file_a=display.path(pair.file_a),
            file_b=pair.file_b if pair.scope == "reference" else display.path(pair.file_b),
        )
        for pair in outcomes.duplicates
    )
    write_rows(folder / "findings.csv", Finding, store.rows(rules(), display))
    write_rows(folder / "coverage.csv", Coverage, _coverage(inventory, display, missing))
    write_rows(folder / "inventory.csv", InventoryRow, locations)
    write_rows(folder / "patients.csv", PatientRow, patients)
    write_rows(folder / "linkage.csv", PatientLink, outcomes.linkage.patients)
    write_rows(folder / "duplicates.csv", Duplicate, duplicates)


def _coverage(inventory: Inventory, display: Display, missing: Sequence[str]) -> Iterator[Coverage]:
    yield from inventory.coverage(display.path)
    for path in missing:
        item = inventory.key.item(path)
        yield Coverage(display.path(path), item, Kind.OTHER, Status.SKIPPED, Reason.MISSING, 0, 0, 0.0)
