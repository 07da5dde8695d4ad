"""`auditor gate` and `auditor report`: what a finished audit's report.json is good for."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from auditor import gate as gating
from auditor.commands.options import (
    BaselineFile,
    FailOn,
    Formats,
    Lang,
    PolicyFile,
    ReportFile,
    choices,
    chosen_policy,
    judge_new,
    language,
)
from auditor.report import FORMATS, load_report, summary, write_report
from auditor.report.baseline import load_baseline


def gate(
    report: ReportFile,
    policy: PolicyFile = None,
    baseline: BaselineFile = None,
    fail_on: FailOn = None,
    lang: Lang = "en",
) -> None:
    """Judge a report by a policy again; exits as scan does. A baseline needs findings.csv beside the report."""
    earlier = load_baseline(baseline) if baseline else None
    found = judge_new(load_report(report), report.parent, earlier, chosen_policy(policy, fail_on))
    typer.echo(summary(found, language(lang)), err=True)
    raise typer.Exit(gating.EXIT[found.verdict.status])


def report(
    report: ReportFile,
    out: Annotated[str, typer.Option("--out", help="Folder, or - for stdout. [that of the report]")] = "",
    lang: Lang = "en",
    formats: Formats = "html",
) -> None:
    """Write a report again from its report.json, in another language or format."""
    found, chosen = load_report(report), choices("--format", formats, tuple(FORMATS))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) if out == "-" else Path(out) if out else report.parent
        for path in write_report(found, folder, lang=language(lang), formats=chosen):
            if out == "-":
                typer.echo(path.read_text(encoding="utf-8"), nl=False)
            else:
                typer.echo(str(path), err=True)
