"""What no value and no file can answer alone: judged once over the whole dataset."""

from __future__ import annotations

import datetime as dt

from auditor.detectors.known import KnownIdentifiers
from auditor.inventory import FindingStore, Inventory
from auditor.pipeline.dataset.gaps import judge_gaps
from auditor.pipeline.dataset.layout import Layouts
from auditor.pipeline.dataset.lone import judge_lone_texts
from auditor.pipeline.dataset.profiles import judge_profiles
from auditor.pipeline.dataset.recurrences import Harvest, judge_recurrences
from auditor.pipeline.dataset.reversal import judge_reversal
from auditor.pipeline.dataset.stewardship import Consent, judge_stewardship
from auditor.pipeline.plan import Plan
from auditor.policy import Policy
from auditor.sources import Source


def judge_across(
    source: Source,
    inventory: Inventory,
    findings: FindingStore,
    plan: Plan,
    policy: Policy,
    found: Harvest,
    listed: KnownIdentifiers,
    consents: dict[str, list[Consent]] | None,
    today: dt.date,
    workers: int = 0,
) -> None:
    """Note what the dataset as a whole tells.

    found: identifiers that the checks of values were sure of; listed: those of the source's patients;
    consents: by patient id, None where none are asked for.
    """
    declared = policy.profile.codes
    judge_recurrences(inventory, findings, found.known, declared, listed=False)
    judge_recurrences(inventory, findings, listed, declared, listed=True, repeat=True)
    if "tags" in plan.stages:
        judge_profiles(source, inventory, findings, plan, declared)
        judge_reversal(inventory, findings, declared, found.heard, workers)
        judge_gaps(inventory, findings, declared)
        judge_lone_texts(inventory, findings, declared)
    if plan.reads_text:
        Layouts(inventory, findings, declared).judge()
    judge_stewardship(inventory, findings, policy, consents, today)
