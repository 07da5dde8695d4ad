"""What a scan was asked to do: everything a worker needs, small and picklable."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Protocol

from auditor.model import STAGES
from auditor.readers.base import Limits


class Progress(Protocol):
    """Told how far a stage is. Library users pass nothing and see nothing."""

    def __call__(self, stage: str, done: int, total: int) -> None: ...


def no_progress(stage: str, done: int, total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """A table that says which image shows which patient."""

    file: Path
    image_column: str
    patient_column: str
    exam_column: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings of one scan. `patient` is `tag:KEYWORD` or `path:REGEX` with a group `patient`."""

    stages: frozenset[str] = frozenset(STAGES)
    engine: str = "rapid"
    effort: str = "standard"
    patient: str = "tag:PatientID"
    metadata: Metadata | None = None
    limits: Limits = Limits()
    seed: int = 0
    draws: int = 20
    features: str = "deep"
    """What describes images for linkage: deep, classical, or the path of an ONNX model."""
    known_identifiers: Path | None = None
    """A list of the source's patients, to search the dataset for."""
    original: Path | None = None
    """The set before de-identification, to compare the release with."""
    reference: Path | None = None
    """A set that somebody else may hold, to look the release's images up in."""
    reference_patient: str = ""
    """Its patient rule; empty: that of the release."""
    keep_trace: bool | None = None
    """What stays, sealed, in the run's folder for `auditor trace`: None, where the release lies; True, small copies
    of its images too; False, nothing."""
    consent: Path | None = None
    """A table of consents: patient, scope, date, withdrawn."""
    attributes: tuple[str, ...] = ()
    """Columns of the metadata table that are predicted from the images."""

    @property
    def settings(self) -> str:
        """The settings as text, the same in every process: the order of a set is not."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return repr([(name, sorted(v) if isinstance(v, frozenset) else v) for name, v in values])

    @property
    def reads_text(self) -> bool:
        """Whether text is read off the pixels."""
        return "pixels" in self.stages

    @property
    def portrays(self) -> bool:
        """Whether a small copy of each image is kept for linkage."""
        return "linkage" in self.stages
