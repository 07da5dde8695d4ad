"""`auditor demo`: a synthetic dataset with planted identifiers, audited."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from auditor.commands.options import KeyFile, Lang, language, run_audit
from auditor.pipeline.plan import Metadata, Plan
from auditor.policy import Policy
from auditor.report import summary, write_report


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder of the report.")] = Path("reports/demo"),
    dataset: Annotated[Path, typer.Option("--dataset", help="Folder of the made dataset.")] = Path(
        "demo/dataset"
    ),
    lang: Lang = "en",
    seed: Annotated[int, typer.Option("--seed", help="Seed of the dataset and the audit.")] = 0,
    workers: Annotated[int | None, typer.Option("--workers", min=0, help="Processes. [one a core]")] = None,
    key: KeyFile = None,
) -> None:
    """Make a synthetic dataset with planted identifiers, and audit it."""
    from auditor.demo import write_demo

    made = write_demo(dataset, seed=seed)
    plan = Plan(seed=seed, metadata=Metadata(made.metadata, "path", "patient", "exam"))
    done = run_audit(
        dataset, out, Policy(), plan, key, os.cpu_count() or 1 if workers is None else workers, False
    )
    page, *_ = write_report(done.report, out, lang=language(lang), formats=("html", "json"))
    typer.echo(summary(done.report, lang), err=True)
    typer.echo(f"The dataset is in {dataset}; its report is {page}", err=True)
