"""What a what-if run ends with: one row a mitigation and strength."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from auditor.model import Estimate


class Attack(StrEnum):
    """What the attacker holds of a patient."""

    ANOTHER_IMAGE = "another_image"
    SAME_EXPOSURE = "same_exposure"
    """The very image, unmitigated, from an earlier leak or from who made it: all that can be tried where no
    patient has two."""


class Verdict(StrEnum):
    """What a mitigation did to the attack, by paired 95 % intervals over patients."""

    BASELINE = "baseline"
    NO_EFFECT = "no_effect"
    """The stronger attacker finds as many patients as without it."""
    LOOKS_SAFER = "looks_safer"
    """It works against who does not adapt; who does finds significantly more."""
    HOLDS = "holds"
    """Fewer patients are found, and adapting does not bring them back."""


@dataclass(frozen=True, slots=True)
class TaskScore:
    """How well the task is solved on mitigated images, trained and judged on such, by patient."""

    auc: Estimate
    """Mean over the values, each against the others."""
    accuracy: Estimate


@dataclass(frozen=True, slots=True)
class Effect:
    """One mitigation at one strength. Shares of the probe patients found at rank 1."""

    mitigation: str
    parameter: str
    value: float | None
    verdict: Verdict
    rank1_naive: Estimate
    rank1_adaptive: Estimate
    auc_naive: Estimate
    auc_adaptive: Estimate
    gained_by_adapting: Estimate
    """Rank-1 adaptive less naive, patient by patient."""
    kept_off: Estimate
    """Rank-1 without mitigation less that of the stronger attacker, patient by patient."""
    ssim: Estimate
    task: TaskScore | None
    aligned_share: float
    pareto: bool = False

    @property
    def rank1(self) -> Estimate:
        """That of the stronger attacker."""
        return max(self.rank1_naive, self.rank1_adaptive, key=lambda each: each.value)

    @property
    def utility(self) -> float:
        """AUC of the task where one is named, else SSIM."""
        return self.task.auc.value if self.task else self.ssim.value


@dataclass(frozen=True, slots=True)
class WhatIf:
    """All effects, the unmitigated release first, and what they were measured on."""

    effects: tuple[Effect, ...]
    patients: int
    probe_patients: int
    images: int
    draws: int
    seed: int
    features: str
    known_exams: bool
    attack: Attack = Attack.ANOTHER_IMAGE

    @property
    def chance(self) -> float:
        """Rank-1 of guessing."""
        return 1 / self.patients


def marked(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """The effects with the Pareto set marked: nothing else is at least as useful and finds fewer
    patients, or finds as few and is more useful."""

    def beaten(one: Effect) -> bool:
        return any(
            other.utility >= one.utility
            and other.rank1.value <= one.rank1.value
            and (other.utility > one.utility or other.rank1.value < one.rank1.value)
            for other in effects
        )

    return tuple(replace(each, pareto=not beaten(each)) for each in effects)
