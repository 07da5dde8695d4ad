"""Read a reference set as any source, and hold the release's images beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from auditor.inventory import FindingStore, Inventory
from auditor.linkage.across.reference import compare
from auditor.linkage.copies.duplicates import Copies, find_shared
from auditor.model import Duplicate, LinkageOutcome, Place, ReferenceOutcome
from auditor.pipeline.dataset.recurrences import Harvest, judge_recurrences
from auditor.pipeline.display import Display
from auditor.pipeline.judge import judge_values
from auditor.pipeline.plan import Plan, Progress
from auditor.pipeline.steps import Steps
from auditor.sources import Source, open_source

Examine = Callable[[Source, Inventory, Plan], None]
"""Reads every item of a source into an inventory."""
_PLACES = tuple(place for place in Place if place not in (Place.PIXELS, Place.FACE))


def measure_reference(
    release: Inventory,
    copies: Copies | None,
    plan: Plan,
    settings: str,
    *,
    examine: Examine,
    workers: int,
    progress: Progress,
    steps: Steps,
) -> tuple[ReferenceOutcome, list[Duplicate]]:
    """What of the release is in the set at `plan.reference`; its paths come back as they may be shown.

    The state of the reference lies, sealed, beside that of the release, and is removed with it.
    """
    if plan.reference is None:
        return ReferenceOutcome(reason="no reference was given"), []
    unread = replace(
        plan, stages=frozenset({"tags", "linkage"}), patient=plan.reference_patient or plan.patient
    )
    with Inventory(release.file.parent / "reference", release.key, settings) as reference:
        examine(open_source(plan.reference), reference, unread)
        progress("matching the reference", 0, 0)
        shared = find_shared(partial(release.portraits, every=True), partial(reference.portraits, every=True))
        if copies:
            shared += copies.among(reference.portraits)
        outcome = compare(release.portraits, reference.portraits, shared, seed=plan.seed, progress=progress)
        display = _display(reference, workers, progress, steps)
        links = tuple(replace(link, path=display.path(link.path)) for link in outcome.links)
        shown = [replace(pair, file_b=display.path(pair.file_b)) for pair in shared]
        return replace(outcome, links=links), shown


def with_reference(linkage: LinkageOutcome, found: ReferenceOutcome) -> LinkageOutcome:
    """`linkage` with what the reference tells of each patient."""
    links = {link.patient: link for link in found.links}
    patients = (
        replace(
            row,
            p_in_reference=links[row.patient].chance,
            reference_patient=links[row.patient].other,
            reference_file=links[row.patient].path,
        )
        if row.patient in links
        else row
        for row in linkage.patients
    )
    return replace(linkage, patients=tuple(patients))


def _display(reference: Inventory, workers: int, progress: Progress, steps: Steps) -> Display:
    """How paths of the reference are shown: judged as those of a release, since it may be identified."""
    store, harvest, own = FindingStore(reference), Harvest(), Steps()
    judge_values(
        reference, store, (), _PLACES, workers=workers, progress=progress, steps=own, hear=harvest.hear
    )
    judge_recurrences(reference, store, harvest.known, (), listed=False)
    steps.add(own.failures)
    return Display(reference.key, store.flagged(), judged=own.judged_names)
