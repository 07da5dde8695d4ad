"""One audit under way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from auditor.inventory import FindingStore, Inventory
from auditor.keys import Key
from auditor.pipeline.display import Display
from auditor.pipeline.plan import Plan, Progress
from auditor.pipeline.steps import Steps
from auditor.policy import Policy
from auditor.sources import Source


@dataclass(frozen=True, slots=True)
class Run:
    """What an audit was asked for, and where it keeps what it learns."""

    source: Source
    folder: Path
    """Where its tables go."""
    key: Key
    policy: Policy
    plan: Plan
    today: dt.date
    evidence: Path | None
    """Folder of the vault, where one is wanted."""
    settings: str
    """Fingerprint of all that an interrupted scan must have in common with the one that goes on."""
    inventory: Inventory
    store: FindingStore
    steps: Steps
    workers: int
    progress: Progress

    @property
    def declared(self) -> tuple[str, ...]:
        """Codes of the de-identification profile that the policy declares."""
        return self.policy.profile.codes

    def display(self) -> Display:
        """How paths are shown; where a name may not have been judged, none is."""
        return Display(self.key, self.store.flagged(), judged=self.steps.judged_names)
