"""The end of an audit: tables, sealed files and the report, from what was found."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass

from auditor.inventory import FindingStore
from auditor.keys import Key
from auditor.linkage.copies.duplicates import Copies
from auditor.model import Claim, Context, Element, Outcomes, Place, Severity, Text, Way
from auditor.pipeline import assemble
from auditor.pipeline.attribution import MetadataTable
from auditor.pipeline.collect import collect_evidence
from auditor.pipeline.devices import devices
from auditor.pipeline.display import Display
from auditor.pipeline.judge import judge_elements, rules
from auditor.pipeline.kept import FILE as TRACE_FILE
from auditor.pipeline.kept import keep
from auditor.pipeline.plan import Plan
from auditor.pipeline.run import Run
from auditor.pipeline.steps import Step
from auditor.pipeline.tables import write_tables
from auditor.pipeline.volumes import told as heads_told
from auditor.report.schema import DeviceRow, Report, VerdictModel
from auditor.report.unfinished import told as failure_told
from auditor.risk.combine import PatientEvidence, collect, dataset_risk, patient_rows


@dataclass(frozen=True, slots=True)
class Found:
    """What an audit ends with, before it is written."""

    outcomes: Outcomes
    copies: Copies | None
    """What near-duplicates were looked for in; None where images were not compared."""
    compared: tuple[Text, ...] = ()
    """How far the release could be compared with its original."""


def write(
    run: Run, found: Found, table: MetadataTable | None, engine: str, started: dt.datetime, clock: float
) -> Report:
    """Write the tables and sealed files into the run's folder; return the report, its verdict still open.

    table: of metadata, if one was given; engine: that read the pixels; started, clock: when the audit began, as a
    date and by `time.perf_counter`.
    """
    run.progress("writing tables", 0, 0)
    display, inventory = run.display(), run.inventory
    _seal(run, found, display)
    missing = list(table.missing(path for _, path, _ in inventory.paths())) if table else []
    weighed = _evidence(run.store)
    patients = list(patient_rows(weighed, found.outcomes.linkage, found.outcomes.records))
    write_tables(run.folder, inventory, run.store, found.outcomes, patients, display, missing)
    measured = dataset_risk(patients, run.policy.gate.patient_risk, weighed, _direct_ways(run.plan))
    name = shown_name(run.source.name, run.key, display)
    data = assemble.dataset(name, inventory, run.plan, started, time.perf_counter() - clock)
    summary = assemble.coverage(inventory, len(missing))
    seen: list[DeviceRow] = []
    with run.steps.of(Step.DEVICES):
        seen = devices(run.source, inventory, display, run.plan, run.policy.report.pictures)
    unfinished = assemble.unfinished(run.steps.failures)
    limits = [
        *assemble.limits(summary, data, found.outcomes.linkage, run.plan),
        *found.compared,
        *heads_told(inventory),
        *(failure_told(each) for each in unfinished),
    ]
    return Report(
        tool=assemble.tool(engine),
        dataset=data,
        coverage=summary,
        findings=assemble.findings(run.store, display, inventory, run.policy, run.today),
        linkage=assemble.linkage(found.outcomes),
        records=assemble.records(found.outcomes),
        risk=assemble.risk(measured),
        verdict=VerdictModel(status="incomplete", reasons=[], reasons_zh=[]),
        devices=seen,
        unfinished=unfinished,
        limits=[text.en for text in limits],
        limits_zh=[text.zh for text in limits],
    )


def _seal(run: Run, found: Found, display: Display) -> None:
    """What `auditor trace` needs, and the vault, each where it was asked for."""
    plan = run.plan
    (run.folder / TRACE_FILE).unlink(missing_ok=True)
    if plan.portrays and plan.keep_trace is not False:
        with run.steps.of(Step.TRACE):
            pictures = bool(plan.keep_trace)
            keep(
                run.folder,
                run.source,
                run.inventory,
                display,
                found.copies,
                seed=plan.seed,
                pictures=pictures,
            )
    if run.evidence:
        run.progress("sealing evidence", 0, 0)
        with run.steps.of(Step.EVIDENCE):
            collect_evidence(run.source, run.inventory, run.key, run.evidence, plan.limits)


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
