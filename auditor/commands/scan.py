"""`auditor scan`: audit a dataset."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from auditor import gate as gating
from auditor.commands.options import (
    BaselineFile,
    FailOn,
    Formats,
    KeyFile,
    Lang,
    PolicyFile,
    Source,
    choices,
    chosen_policy,
    judge_new,
    known_before,
    language,
    metadata_table,
    run_audit,
)
from auditor.errors import UsageError
from auditor.model import STAGES
from auditor.pipeline.plan import Plan
from auditor.readers.base import Limits
from auditor.report import FORMATS, summary, write_report
from auditor.sources import open_source


def scan(
    source: Source,
    out: Annotated[
        str,
        typer.Option("--out", help="Folder of the report, or - for one format to stdout. [reports/<name>]"),
    ] = "",
    policy: PolicyFile = None,
    lang: Lang = "en",
    stages: Annotated[str, typer.Option("--stages", help="Comma-separated stages to run.")] = ",".join(
        STAGES
    ),
    workers: Annotated[int | None, typer.Option("--workers", min=0, help="Processes. [one a core]")] = None,
    ocr: Annotated[str, typer.Option("--ocr", help="OCR engine: rapid, tesseract or both.")] = "rapid",
    ocr_effort: Annotated[str, typer.Option("--ocr-effort", help="fast, standard or thorough.")] = "standard",
    patient: Annotated[
        str, typer.Option("--patient", help="tag:KEYWORD, or path:REGEX with a group named patient.")
    ] = "tag:PatientID",
    metadata: Annotated[Path | None, typer.Option("--metadata", help="Table with a row an image.")] = None,
    image_column: Annotated[str, typer.Option("--image-column", help="Its column of image paths.")] = "",
    patient_column: Annotated[str, typer.Option("--patient-column", help="Its column of patient ids.")] = "",
    exam_column: Annotated[str, typer.Option("--exam-column", help="Its column of exams, if any.")] = "",
    attribute: Annotated[
        list[str] | None,
        typer.Option("--attribute", help="Its column to predict from the images; may be repeated."),
    ] = None,
    known_identifiers: Annotated[
        Path | None,
        typer.Option(
            "--known-identifiers", help="List of the source's patients, to search for: CSV, TSV, text."
        ),
    ] = None,
    original: Annotated[
        Path | None, typer.Option("--original", help="The set before de-identification, to compare with.")
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Option("--reference", help="A set that others may hold, to look the release's images up in."),
    ] = None,
    reference_patient: Annotated[
        str, typer.Option("--reference-patient", help="Its patient rule. [as --patient]")
    ] = "",
    keep_trace: Annotated[
        bool | None,
        typer.Option(
            "--keep-trace/--no-keep-trace",
            help="For auditor trace: keep sealed small copies of the images, or nothing. [where the release lies]",
        ),
    ] = None,
    consent: Annotated[
        Path | None, typer.Option("--consent", help="Table of consents: patient, scope, date, withdrawn.")
    ] = None,
    evidence: Annotated[
        Path | None,
        typer.Option("--evidence", help="Folder for a sealed vault of what was found; see auditor reveal."),
    ] = None,
    baseline: BaselineFile = None,
    features: Annotated[
        str, typer.Option("--features", help="For linkage: classical, deep, or the path of an ONNX model.")
    ] = "deep",
    fail_on: FailOn = None,
    formats: Formats = "html,json",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted scan.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="Seed of every random draw.")] = 0,
    key: KeyFile = None,
) -> None:
    """Audit a dataset: tags, pixels, image linkage, records; write the report; gate."""
    rules = chosen_policy(policy, fail_on)
    wanted = choices("--stages", stages, STAGES)
    chosen = choices("--format", formats, tuple(FORMATS))
    table = metadata_table(metadata, image_column, patient_column, exam_column)
    plan = Plan(
        stages=frozenset(wanted),
        engine=choices("--ocr", ocr, ("rapid", "tesseract", "both"))[0],
        effort=choices("--ocr-effort", ocr_effort, ("fast", "standard", "thorough"))[0],
        patient=patient,
        metadata=table,
        limits=Limits(file_bytes=rules.limits.file_bytes, seconds=rules.limits.seconds),
        seed=seed,
        features=features,
        known_identifiers=known_identifiers,
        original=original,
        reference=reference,
        reference_patient=reference_patient,
        keep_trace=keep_trace,
        consent=consent,
        attributes=tuple(attribute or ()),
    )
    earlier = known_before(baseline, key)
    processes = os.cpu_count() or 1 if workers is None else workers
    with tempfile.TemporaryDirectory() as scratch:
        to_stdout = out == "-"
        folder = Path(scratch) if to_stdout else Path(out or f"reports/{open_source(source).name}")
        if to_stdout and len(chosen) != 1:
            raise UsageError("Only one format fits on stdout", "--out -", "Name one with --format.")
        done = run_audit(source, folder, rules, plan, key, processes, resume, evidence)
        report = judge_new(done.report, folder, earlier, rules)
        written = write_report(report, folder, lang=language(lang), formats=chosen)
        if to_stdout:
            typer.echo(written[0].read_text(encoding="utf-8"), nl=False)
        typer.echo(summary(report, lang), err=True)
        if not to_stdout:
            typer.echo(f"{written[0]}", err=True)
    raise typer.Exit(gating.EXIT[report.verdict.status])
