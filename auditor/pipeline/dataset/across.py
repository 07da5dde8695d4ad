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
from auditor.pipeline.steps import Step, Steps
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
    workers: int,
    steps: Steps,
) -> None:
    """Note what the dataset as a whole tells.

    found: identifiers that the checks of values were sure of; listed: those of the source's patients;
    consents: by patient id, None where none are asked for. steps: told of what failed.
    """
    declared = policy.profile.codes
    with steps.of(Step.RECURRENCES):
        judge_recurrences(inventory, findings, found.known, declared, listed=False)
    with steps.of(Step.RECURRENCES):
        judge_recurrences(inventory, findings, listed, declared, listed=True, repeat=True)
    if "tags" in plan.stages:
        with steps.of(Step.PROFILES):
            judge_profiles(source, inventory, findings, plan, declared)
        with steps.of(Step.REVERSAL):
            judge_reversal(inventory, findings, declared, found.heard, workers)
        with steps.of(Step.GAPS):
            judge_gaps(inventory, findings, declared)
        with steps.of(Step.LONE_TEXTS):
            judge_lone_texts(inventory, findings, declared)
    if plan.reads_text:
        with steps.of(Step.LAYOUTS):
            Layouts(inventory, findings, declared).judge()
    with steps.of(Step.STEWARDSHIP):
        judge_stewardship(inventory, findings, policy, consents, today)
