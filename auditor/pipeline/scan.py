"""One audit, from source to verdict: examine, judge, attack, combine, write."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

from auditor import gate
from auditor.detectors.known import KnownIdentifiers
from auditor.errors import InterruptedScanError, UsageError
from auditor.inventory import Batch, FindingStore, Inventory
from auditor.inventory.inside import count_members, holders, members
from auditor.keys import Key, fingerprint
from auditor.linkage.describe.tiers import load_features
from auditor.linkage.within.named import Column
from auditor.model import (
    Claim,
    Context,
    Element,
    Facts,
    Item,
    Place,
    Reason,
    Severity,
    Status,
    Text,
    Way,
)
from auditor.pipeline import assemble
from auditor.pipeline.attribution import MetadataTable, PathRule, check_rule
from auditor.pipeline.collect import collect_evidence
from auditor.pipeline.dataset.across import judge_across
from auditor.pipeline.dataset.comparison import judge_original
from auditor.pipeline.dataset.known_list import known_of, load_known
from auditor.pipeline.dataset.recurrences import Harvest, judge_recurrences
from auditor.pipeline.dataset.stewardship import load_consent
from auditor.pipeline.devices import devices
from auditor.pipeline.display import Display
from auditor.pipeline.examine import examine
from auditor.pipeline.imagery import judge_imagery
from auditor.pipeline.judge import judge_claims, judge_elements, judge_outcomes, judge_values, rules
from auditor.pipeline.kept import FILE as TRACE_FILE
from auditor.pipeline.kept import keep
from auditor.pipeline.members import Budget, inherited, resumed
from auditor.pipeline.named import check_attributes, named_columns
from auditor.pipeline.outcomes import measure
from auditor.pipeline.parallel import chunked, run
from auditor.pipeline.plan import Plan, Progress, no_progress
from auditor.pipeline.rubbish import seldom_collected
from auditor.pipeline.steps import Step, Steps
from auditor.pipeline.tables import write_tables
from auditor.pipeline.volumes import told as heads_told
from auditor.pipeline.volumes import try_series
from auditor.pixels import describe_engine
from auditor.policy import Policy
from auditor.readers.containers import close_all
from auditor.report.schema import DeviceRow, Report, VerdictModel
from auditor.report.unfinished import told as failure_told
from auditor.risk.combine import PatientEvidence, collect, dataset_risk, patient_rows
from auditor.sources import Source, open_source

_PIXEL_PLACES = (Place.PIXELS, Place.FACE)
_TAG_PLACES = tuple(place for place in Place if place not in _PIXEL_PLACES)
_FILES_A_TASK = 8
_HEADERS_A_TASK = 16
"""Where no frame is decoded, a file is soon done."""


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
    today = today or started.date()
    check_rule(plan.patient)
    engine = describe_engine(plan.engine) if plan.reads_text else ""
    if plan.portrays:
        load_features(plan.features)  # what cannot be used is told before the scan, not after it
    table = MetadataTable(plan.metadata) if plan.metadata else None
    check_attributes(plan, table)
    known = load_known(plan.known_identifiers) if plan.known_identifiers else KnownIdentifiers()
    consents = load_consent(plan.consent) if plan.consent else None
    for other in (plan.original, plan.reference):
        if other:
            open_source(other)  # a wrong path is told before the scan, not after it
    if plan.reference_patient:
        check_rule(plan.reference_patient)
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
            examine_all(source, inventory, plan, table, workers, progress)
            if plan.reads_text or plan.portrays:
                with steps.of(Step.VOLUMES):
                    try_series(source, inventory, plan, workers, progress)
            store = FindingStore(inventory)
            harvest = Harvest()
            places = _TAG_PLACES * ("tags" in plan.stages) + _PIXEL_PLACES * plan.reads_text
            with steps.of(Step.VALUES):
                judge_values(
                    inventory,
                    store,
                    policy.profile.codes,
                    places,
                    workers=workers,
                    progress=progress,
                    steps=steps,
                    hear=harvest.hear,
                )
            if "tags" in plan.stages:
                judge_claims(inventory, store, policy.profile.codes, steps)
            with steps.of(Step.IMAGERY):
                judge_imagery(inventory, store, plan)
            progress("comparing over the dataset", 0, 0)
            judge_across(
                source, inventory, store, plan, policy, harvest, known, consents, today, workers, steps
            )
            compared: list[Text] = []
            with steps.of(Step.ORIGINAL):
                compared = _compare(inventory, store, plan, policy, settings, workers, progress)
            shown = partial(shown_name, key=key, display=_display(key, store, steps))
            columns: tuple[Column, ...] = ()
            with steps.of(Step.ATTRIBUTES):
                columns = named_columns(plan, table, inventory, shown)
            read = partial(examine_all, table=None, workers=workers, progress=progress)
            outcomes, copies = measure(
                inventory, plan, policy, settings, read, workers, progress, columns, steps
            )
            judge_outcomes(outcomes, store, inventory, steps)
            store.spread()
        except KeyboardInterrupt:
            raise InterruptedScanError(
                "The scan was stopped", str(folder), "Run the same command with --resume to go on."
            ) from None
        progress("writing tables", 0, 0)
        display = _display(key, store, steps)
        (folder / TRACE_FILE).unlink(missing_ok=True)
        if plan.portrays and plan.keep_trace is not False:
            with steps.of(Step.TRACE):
                pictures = bool(plan.keep_trace)
                keep(folder, source, inventory, display, copies, seed=plan.seed, pictures=pictures)
        missing = list(table.missing(path for _, path, _ in inventory.paths())) if table else []
        if evidence:
            progress("sealing evidence", 0, 0)
            with steps.of(Step.EVIDENCE):
                collect_evidence(source, inventory, key, evidence, plan.limits)
        weighed = _evidence(store)
        patients = list(patient_rows(weighed, outcomes.linkage, outcomes.records))
        write_tables(folder, inventory, store, outcomes, patients, display, missing)
        measured = dataset_risk(patients, policy.gate.patient_risk, weighed, _direct_ways(plan))
        data = assemble.dataset(
            shown_name(source.name, key, display), inventory, plan, started, time.perf_counter() - clock
        )
        summary = assemble.coverage(inventory, len(missing))
        seen: list[DeviceRow] = []
        with steps.of(Step.DEVICES):
            seen = devices(source, inventory, display, plan, policy.report.pictures)
        unfinished = assemble.unfinished(steps.failures)
        told = assemble.limits(summary, data, outcomes.linkage, plan)
        told += compared
        told += heads_told(inventory)
        told += [failure_told(each) for each in unfinished]
        report = Report(
            tool=assemble.tool(engine),
            dataset=data,
            coverage=summary,
            findings=assemble.findings(store, display, inventory, policy, today),
            linkage=assemble.linkage(outcomes),
            records=assemble.records(outcomes),
            risk=assemble.risk(measured),
            verdict=VerdictModel(status="incomplete", reasons=[], reasons_zh=[]),
            devices=seen,
            unfinished=unfinished,
            limits=[text.en for text in told],
            limits_zh=[text.zh for text in told],
        )
        close_all()
        inventory.remove()
    return Audit(report.model_copy(update={"verdict": gate.evaluate(report, policy, today)}), folder)


def examine_all(
    source: Source,
    inventory: Inventory,
    plan: Plan,
    table: MetadataTable | PathRule | None,
    workers: int,
    progress: Progress,
) -> None:
    """Examine every item that the inventory does not hold yet, then what was found inside them."""
    total = files = sum(1 for _ in source.items())
    done = inventory.done()
    finished = len(done)
    secret = inventory.key.derive("values")
    task = partial(_examine_some, source, plan, secret, secrets.token_hex(8))
    crashed = partial(_crashed, source, plan, secret)
    budget = Budget(plan.limits)
    owners = resumed(holders(inventory), budget) if done else {}
    size = _FILES_A_TASK if plan.reads_text or plan.portrays else _HEADERS_A_TASK
    numbered: Iterator[tuple[int, Item]] = enumerate(source.items())
    first, end = 0, files
    progress("examining files", finished, total)
    while True:
        pending = (each for each in numbered if each[0] not in done)
        # Members share what their archive may unpack to, first come first served: in order.
        examined = run(task, chunked(pending, size), workers=workers, crashed=crashed, ordered=first > 0)
        for batch in examined:
            batch.examined = [budget.admit(example) for example in batch.examined]
            facts = [example.facts for example in batch.examined]
            if table:
                facts = _look_up(table, batch)
            facts = inherited(batch.examined, facts, owners)
            inventory.add(batch, facts)
            finished += len(batch.examined)
            progress("examining files", finished, total)
        # What this round found inside files is the next one's work.
        found = count_members(inventory, first, end)
        if not found:
            return
        numbered, total = members(inventory, first, end), end + found
        first, end = end, end + found


def _compare(
    inventory: Inventory,
    store: FindingStore,
    plan: Plan,
    policy: Policy,
    settings: str,
    workers: int,
    progress: Progress,
) -> list[Text]:
    """Examine the original like the release, but for text in its pixels, and compare; says how much."""
    if plan.original is None:
        return []
    unread = replace(plan, stages=frozenset({"tags", "linkage"}), patient="tag:PatientID")
    # Where the original has no header that says it, its paths may: the release's table names pseudonyms.
    by_path = PathRule(plan.patient) if plan.patient.startswith("path:") else None
    with Inventory(inventory.file.parent / "original", inventory.key, settings) as original:
        examine_all(open_source(plan.original), original, unread, by_path, workers, progress)
        identifiers = known_of(original)
        original.flush()
    told = judge_original(inventory, store, original.file, policy.profile.codes)
    judge_recurrences(inventory, store, identifiers, policy.profile.codes, listed=True)
    return [told]


def _examine_some(
    source: Source, plan: Plan, secret: bytes, scan: str, items: Sequence[tuple[int, Item]]
) -> Batch:
    return examine(source, items, plan, secret, scan)


def _crashed(source: Source, plan: Plan, secret: bytes, item: tuple[int, Item]) -> Batch:
    """The batch of a file whose decoder took its process down: its name is still judged."""
    index, file = item
    return examine(source, [(index, replace(file, reason=Reason.CRASHED))], plan, secret)


def _look_up(table: MetadataTable | PathRule, batch: Batch) -> list[Facts]:
    """Each file's facts completed from the metadata table; an image it does not name says so."""
    facts = []
    for number, example in enumerate(batch.examined):
        found = table.facts(example.path, example.facts)
        unknown = found is None and example.frames_total and not example.facts.patient
        if unknown and example.status is Status.READ:
            batch.examined[number] = replace(example, reason=Reason.NO_METADATA)
        facts.append(found or example.facts)
    return facts


def _display(key: Key, store: FindingStore, steps: Steps) -> Display:
    """How paths are shown; where a name may not have been judged, none is."""
    return Display(key, store.flagged(), judged=steps.judged_names)


def shown_name(name: str, key: Key, display: Display) -> str:
    """The dataset's name as the report shows it: a folder may be named after its only patient."""
    judged = judge_elements([(0, Element(Place.FOLDER_NAME, "folder name", name), Context(Claim()))])
    serious = any(
        (match.severity or rules()[rule].severity).rank >= Severity.MEDIUM.rank
        for _, rule, match, _ in judged
    )
    return f"[{key.value(name)[:8]}]" if serious else display.path(name)


def _direct_ways(plan: Plan) -> list[Way]:
    """The ways that the stages of this run could find something on."""
    return [Way.DATA, Way.REVERSAL] * ("tags" in plan.stages) + [Way.PIXELS] * plan.reads_text


def _evidence(store: FindingStore) -> Mapping[str, PatientEvidence]:
    """What was found in each patient's files, for the risk stage to weigh."""
    evidence, known = collect(), rules()
    for patient, rule, category, severity, confidence in store.by_patient():
        evidence[patient].add(known[rule].way, category, severity, confidence)
    for counted in store.patients():
        own = evidence[counted.patient]
        own.files, own.findings = counted.files, counted.findings
    return evidence
