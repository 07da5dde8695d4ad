"""One audit, from source to verdict: examine, judge, attack, combine, write."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

from auditor import gate
from auditor.detectors.known import KnownIdentifiers
from auditor.errors import InterruptedScanError, UsageError
from auditor.inventory import FindingStore, Inventory
from auditor.keys import Key, fingerprint
from auditor.linkage.describe.tiers import load_features
from auditor.linkage.within.named import Column
from auditor.model import (
    Place,
    Text,
)
from auditor.pipeline.attribution import MetadataTable, PathRule, check_rule
from auditor.pipeline.closing import Found, shown_name, write
from auditor.pipeline.dataset.across import judge_across
from auditor.pipeline.dataset.comparison import judge_original
from auditor.pipeline.dataset.known_list import known_of, load_known
from auditor.pipeline.dataset.recurrences import Harvest, judge_recurrences
from auditor.pipeline.dataset.stewardship import Consent, load_consent
from auditor.pipeline.examining import examine_all
from auditor.pipeline.imagery import judge_imagery
from auditor.pipeline.judge import judge_claims, judge_outcomes, judge_values
from auditor.pipeline.named import check_attributes, named_columns
from auditor.pipeline.outcomes import measure
from auditor.pipeline.plan import Plan, Progress, no_progress
from auditor.pipeline.rubbish import seldom_collected
from auditor.pipeline.run import Run
from auditor.pipeline.steps import Step, Steps
from auditor.pipeline.volumes import try_series
from auditor.pixels import describe_engine
from auditor.policy import Policy
from auditor.readers.containers import close_all
from auditor.report.schema import Report
from auditor.sources import Source, open_source

_PIXEL_PLACES = (Place.PIXELS, Place.FACE)
_TAG_PLACES = tuple(place for place in Place if place not in _PIXEL_PLACES)


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit ends with: the report, and the folder that holds its tables."""

    report: Report
    folder: Path

    @property
    def exit_code(self) -> int:
        """0 passed, 1 gate failed, 3 incomplete."""
        return gate.EXIT[self.report.verdict.status]


def audit(
    source: Source,
    folder: Path,
    key: Key,
    policy: Policy = Policy(),
    plan: Plan = Plan(),
    *,
    workers: int = 0,
    resume: bool = False,
    progress: Progress = no_progress,
    today: dt.date | None = None,
    evidence: Path | None = None,
) -> Audit:
    """Audit `source`, write its tables into `folder`, and return the report.

    workers: processes for reading and judging; 0 uses this one. resume: go on with the state that
    an interrupted scan left in `folder`. Raises AuditorError for wrong settings; InterruptedScanError
    when the user stops it, with everything examined so far kept. evidence: folder for the vault.
    """
    started, clock = dt.datetime.now(dt.UTC), time.perf_counter()
    given = _given(plan)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise UsageError(
            "The output folder cannot be made", str(folder), "Choose another with --out."
        ) from None
    settings = fingerprint(version("auditor"), repr(source), plan.settings, key.id)
    steps = Steps()
    with (
        seldom_collected(),
        Inventory(folder / ".state", key, settings, resume=resume) as inventory,
    ):
        try:
            examine_all(source, inventory, plan, given.table, workers, progress)
            if plan.reads_text or plan.portrays:
                with steps.of(Step.VOLUMES):
                    try_series(source, inventory, plan, workers, progress)
            run = Run(
                source=source,
                folder=folder,
                key=key,
                policy=policy,
                plan=plan,
                today=today or started.date(),
                evidence=evidence,
                settings=settings,
                inventory=inventory,
                store=FindingStore(inventory),
                steps=steps,
                workers=workers,
                progress=progress,
            )
            _judge(run, given)
            found = _measure(run, given, _compare(run))
        except KeyboardInterrupt:
            raise InterruptedScanError(
                "The scan was stopped", str(folder), "Run the same command with --resume to go on."
            ) from None
        report = write(run, found, given.table, given.engine, started, clock)
        close_all()
        inventory.remove()
    return Audit(report.model_copy(update={"verdict": gate.evaluate(report, policy, run.today)}), folder)


@dataclass(frozen=True, slots=True)
class _Given:
    """What was given beside the source, read and found usable."""

    engine: str
    table: MetadataTable | None
    known: KnownIdentifiers
    consents: dict[str, list[Consent]] | None


def _given(plan: Plan) -> _Given:
    """Read it: what cannot be used, and a wrong path, are told before the scan, not after it."""
    check_rule(plan.patient)
    engine = describe_engine(plan.engine) if plan.reads_text else ""
    if plan.portrays:
        load_features(plan.features)
    table = MetadataTable(plan.metadata) if plan.metadata else None
    check_attributes(plan, table)
    known = load_known(plan.known_identifiers) if plan.known_identifiers else KnownIdentifiers()
    consents = load_consent(plan.consent) if plan.consent else None
    for other in (plan.original, plan.reference):
        if other:
            open_source(other)
    if plan.reference_patient:
        check_rule(plan.reference_patient)
    return _Given(engine, table, known, consents)


def _judge(run: Run, given: _Given) -> None:
    """Every distinct value, every claim, and what only the dataset as a whole tells."""
    inventory, store, plan, steps = run.inventory, run.store, run.plan, run.steps
    harvest = Harvest()
    places = _TAG_PLACES * ("tags" in plan.stages) + _PIXEL_PLACES * plan.reads_text
    with steps.of(Step.VALUES):
        judge_values(
            inventory,
            store,
            run.declared,
            places,
            workers=run.workers,
            progress=run.progress,
            steps=steps,
            hear=harvest.hear,
        )
    if "tags" in plan.stages:
        judge_claims(inventory, store, run.declared, steps)
    with steps.of(Step.IMAGERY):
        judge_imagery(inventory, store, plan)
    run.progress("comparing over the dataset", 0, 0)
    judge_across(
        run.source,
        inventory,
        store,
        plan,
        run.policy,
        harvest,
        given.known,
        given.consents,
        run.today,
        run.workers,
        steps,
    )


def _compare(run: Run) -> tuple[Text, ...]:
    """Examine the original like the release, but for text in its pixels, and compare; says how much."""
    if run.plan.original is None:
        return ()
    with run.steps.of(Step.ORIGINAL):
        unread = replace(run.plan, stages=frozenset({"tags", "linkage"}), patient="tag:PatientID")
        # Where the original has no header that says it, its paths may: the release's table names pseudonyms.
        by_path = PathRule(run.plan.patient) if run.plan.patient.startswith("path:") else None
        with Inventory(run.inventory.file.parent / "original", run.key, run.settings) as original:
            source = open_source(run.plan.original)
            examine_all(source, original, unread, by_path, run.workers, run.progress)
            identifiers = known_of(original)
            original.flush()
        told = judge_original(run.inventory, run.store, original.file, run.declared)
        judge_recurrences(run.inventory, run.store, identifiers, run.declared, listed=True)
        return (told,)
    return ()


def _measure(run: Run, given: _Given, compared: tuple[Text, ...]) -> Found:
    """The attacks on the release as a whole, and what the checks say of them."""
    inventory, plan, steps = run.inventory, run.plan, run.steps
    columns: tuple[Column, ...] = ()
    with steps.of(Step.ATTRIBUTES):
        shown = partial(shown_name, key=run.key, display=run.display())
        columns = named_columns(plan, given.table, inventory, shown)
    read = partial(examine_all, table=None, workers=run.workers, progress=run.progress)
    outcomes, copies = measure(
        inventory, plan, run.policy, run.settings, read, run.workers, run.progress, columns, steps
    )
    judge_outcomes(outcomes, run.store, inventory, steps)
    run.store.spread()
    return Found(outcomes, copies, compared)
