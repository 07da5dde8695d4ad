"""One row of each table that is written. None holds a found value."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.words import Category, Kind, Severity, Status


@dataclass(frozen=True, slots=True)
class Screening:
    """What the screen before reading did with the pictures of a file, or of a scan: frames, projections of several
    frames, and layers that are not the image."""

    looked: int = 0
    """Distinct pictures that the screen looked at."""
    spared: int = 0
    """Those of `looked` that were not read with care."""
    repeated: int = 0
    """Frames and layers that were not looked at: copies of an earlier one of their file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of findings.csv. Holds no found value."""

    rule_id: str
    severity: Severity
    confidence: float
    category: Category
    file: str
    item: str
    location: str
    bbox: str
    masked: str
    value_hmac: str
    patient: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """One row of coverage.csv."""

    file: str
    item: str
    kind: Kind
    status: Status
    reason: str
    frames_total: int
    frames_examined: int
    seconds: float


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """One row of inventory.csv: a location, and how many values, files and patients use it."""

    location: str
    vr: str
    distinct_values: int
    files: int
    patients: int
    findings: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """One row of duplicates.csv."""

    file_a: str
    file_b: str
    patient_a: str
    patient_b: str
    kind: str
    score: float
    scope: str


@dataclass(frozen=True, slots=True)
class PatientLink:
    """One row of linkage.csv. None where it could not be measured; `reason` says why."""

    patient: str
    images: int
    nearest_other_patient: str = ""
    score: float | None = None
    p_correct_link: float | None = None
    rank_of_true_match: float | None = None
    conspicuous: float | None = None
    conspicuous_by: str = ""
    """What stands out, where anything does."""
    reason: str = ""
    p_in_reference: float | None = None
    reference_patient: str = ""
    reference_file: str = ""


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One row of patients.csv: what is known of one patient's risk, by way."""

    patient: str
    files: int
    findings: int
    worst_severity: str
    p_identified_directly: float
    p_correct_link: float | None
    equivalence_class: int | None
    prosecutor_risk: float | None
    p_in_reference: float | None
    risk: float
