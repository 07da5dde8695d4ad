"""What is computed over the whole dataset once every file is known: linkage, copies, the reference, records."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from auditor.inventory import Inventory
from auditor.linkage.attack import attack
from auditor.linkage.copies.duplicates import NEAR_CAP, Copies, find_duplicates
from auditor.linkage.describe.tiers import load_features
from auditor.linkage.within.named import Column
from auditor.model import Duplicate, LinkageOutcome, Outcomes, RecordsOutcome, ReferenceOutcome
from auditor.pipeline.plan import Plan, Progress
from auditor.pipeline.reference import Examine, measure_reference, with_reference
from auditor.pipeline.steps import UNFINISHED, Step, Steps
from auditor.policy import Policy
from auditor.risk.records import assess


def measure(
    inventory: Inventory,
    plan: Plan,
    policy: Policy,
    settings: str,
    examine: Examine,
    workers: int,
    progress: Progress,
    columns: Sequence[Column],
    steps: Steps,
) -> tuple[Outcomes, Copies | None]:
    """The outcomes of the plan's stages, and what near-duplicates were looked for in.

    examine: reads a reference; columns: to predict from the images; steps: told of what failed, whose outcome
    then says so.
    """
    outcomes, copies = Outcomes(), None
    if plan.portrays:
        outcomes, copies = _images(inventory, plan, settings, examine, workers, progress, columns, steps)
    if "records" in plan.stages:
        progress("counting equivalence classes", 0, 0)
        outcomes = replace(outcomes, records=RecordsOutcome(reason=UNFINISHED))
        with steps.of(Step.RECORDS):
            found = assess(
                inventory.facts(),
                quasi_identifiers=policy.records.quasi_identifiers,
                population=policy.records.population,
                seed=plan.seed,
            )
            outcomes = replace(outcomes, records=found)
    return outcomes, copies


def _images(
    inventory: Inventory,
    plan: Plan,
    settings: str,
    examine: Examine,
    workers: int,
    progress: Progress,
    columns: Sequence[Column],
    steps: Steps,
) -> tuple[Outcomes, Copies | None]:
    linkage = LinkageOutcome(reason=UNFINISHED)
    duplicates: list[Duplicate] = []
    progress("matching images", 0, 0)
    with steps.of(Step.LINKAGE):
        linkage = attack(
            inventory.portraits,
            seed=plan.seed,
            draws=plan.draws,
            features=load_features(plan.features),
            progress=progress,
            columns=columns,
        )
        if linkage.images > NEAR_CAP:
            note = f"near-duplicates were looked for among {NEAR_CAP} images drawn at random"
            linkage = replace(linkage, notes=(*linkage.notes, note))
    progress("near-duplicates", 0, 0)
    with steps.of(Step.IDENTICAL):
        duplicates += find_duplicates(partial(inventory.portraits, every=True))
    copies = _copies(inventory, plan, steps)
    if copies:
        with steps.of(Step.COPIES):
            duplicates += copies.within()
    reference = ReferenceOutcome(reason="no reference was given")
    if plan.reference:
        reference = ReferenceOutcome(reason=UNFINISHED)
        with steps.of(Step.REFERENCE):
            reference, shared = measure_reference(
                inventory,
                copies,
                plan,
                settings,
                examine=examine,
                workers=workers,
                progress=progress,
                steps=steps,
            )
            duplicates += shared
    found = Outcomes(with_reference(linkage, reference), reference=reference, duplicates=tuple(duplicates))
    return found, copies


def _copies(inventory: Inventory, plan: Plan, steps: Steps) -> Copies | None:
    with steps.of(Step.COPIES):
        return Copies(inventory.portraits, seed=plan.seed, workers=os.cpu_count() or 1)
    return None
