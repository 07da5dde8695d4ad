"""audit.toml: what the releaser declares, what the gate allows, and who has accepted what."""

from __future__ import annotations

import datetime as dt
import fnmatch
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from auditor.errors import PolicyError
from auditor.model import Severity

Level = Literal["info", "low", "medium", "high", "critical", "never"]


class Section(BaseModel):
    """Closed: an unknown key is an error, so that a misspelt threshold cannot pass silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Profile(Section):
    """What the releaser declares of the dataset, added to what each file claims itself."""

    codes: tuple[str, ...] = ()
    """PS3.15 de-identification codes: 113100 the Basic Profile, 113101–113112 its options."""

    @field_validator("codes")
    @classmethod
    def _known(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [code for code in codes if not ("113100" <= code <= "113112" and len(code) == 6)]
        if unknown:
            raise ValueError("codes must be among 113100 to 113112 (DICOM PS3.16 CID 7050)")
        return codes


class Gate(Section):
    """Thresholds. A severity counts every finding at or above it that no waiver covers."""

    fail_on: Level = "high"
    review_on: Level = "medium"
    max_unreadable: float = Field(0.02, ge=0, le=1)
    """Share of files that may be unreadable before the audit counts as incomplete."""
    review_rank1: float | None = Field(0.2, ge=0, le=1)
    fail_rank1: float | None = Field(None, ge=0, le=1)
    review_k: int | None = Field(5, ge=1)
    """The smallest equivalence class that passes without a second look."""
    fail_k: int | None = Field(None, ge=1)
    fail_prosecutor: float | None = Field(None, ge=0, le=1)
    patient_risk: float = Field(0.09, ge=0, le=1)
    """A patient at or above this combined risk is counted as at risk (EMA Policy 0070 uses 0.09)."""


class Records(Section):
    """Which facts an attacker may know, and the population the patients come from."""

    quasi_identifiers: tuple[str, ...] | None = None
    population: int | None = Field(None, ge=1)


class Retention(Section):
    """How long studies may be kept, and what for: consents must cover the purpose."""

    years: float | None = Field(None, gt=0)
    purpose: str = ""


class Waiver(Section):
    """A finding that somebody has accepted, until a date."""

    rule: str
    location: str = "*"
    """Shell pattern on the finding's location."""
    owner: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    expires: dt.date

    def covers(self, rule: str, location: str, today: dt.date) -> bool:
        """Whether the waiver is in force for a finding of this rule at this location."""
        pattern = self.location.replace("[", "[[]")
        return self.rule == rule and today <= self.expires and fnmatch.fnmatchcase(location, pattern)


class Limits(Section):
    """Bounds on one file: sizes in bytes, time in seconds."""

    file_bytes: int = Field(4 << 30, ge=1)
    seconds: float = Field(600.0, gt=0)


class ReportSection(Section):
    """What the report shows."""

    pictures: int = Field(0, ge=0, le=100)
    """Devices whose drawing lies over one of their images at 32 pixels. Such a copy can be matched with other
    images of the patient, so none by default."""


class Policy(Section):
    """The whole of audit.toml; every part has a default."""

    name: str = ""
    profile: Profile = Profile()
    gate: Gate = Gate()
    records: Records = Records()
    retention: Retention = Retention()
    limits: Limits = Limits()
    report: ReportSection = ReportSection()
    waiver: tuple[Waiver, ...] = ()

    def waiver_for(self, rule: str, location: str, today: dt.date) -> Waiver | None:
        """The first waiver in force for a finding, if any."""
        return next((w for w in self.waiver if w.covers(rule, location, today)), None)

    def failing(self, severity: Severity) -> bool:
        """Whether a finding of this severity fails the gate."""
        return reaches(severity, self.gate.fail_on)

    def reviewing(self, severity: Severity) -> bool:
        """Whether a finding of this severity asks for a second look."""
        return reaches(severity, self.gate.review_on)


def reaches(severity: Severity, level: Level) -> bool:
    """Whether `severity` is at or above `level`; nothing reaches `never`."""
    return level != "never" and severity.rank >= Severity(level).rank


def load_policy(path: Path | None) -> Policy:
    """Read audit.toml; the defaults when no path is given.

    Raises PolicyError naming every key that is wrong. Values are not repeated in the message.
    """
    if path is None:
        return Policy()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PolicyError("The policy file does not exist", str(path), "Check --policy.") from None
    except (OSError, UnicodeDecodeError):
        raise PolicyError("The policy file cannot be read", str(path), "It must be UTF-8 text.") from None
    except tomllib.TOMLDecodeError as error:
        raise PolicyError("The policy is not valid TOML", f"{path}: {error}", "Correct that line.") from None
    try:
        return Policy.model_validate(table)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in detail['loc'])}: {detail['msg']}" for detail in error.errors()
        )
        raise PolicyError(
            "The policy has wrong keys or values", f"{path}: {wrong}", "See docs/policy.md."
        ) from None
