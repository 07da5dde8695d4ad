"""`auditor trace`: from an image found somewhere back to its record in an audited release."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from auditor.commands.options import KeyFile, Lang, language
from auditor.keys import load_key
from auditor.progress import Bars
from auditor.report.locale import locale

WORTH_NAMING = 0.05


def trace(
    image: Annotated[Path, typer.Argument(help="Image found: a screenshot, a crop, a photograph, a file.")],
    run: Annotated[Path, typer.Argument(help="Folder of an audit's report.")],
    most: Annotated[int, typer.Option("--most", min=1, help="Records to name at most.")] = 5,
    release: Annotated[
        Path | None, typer.Option("--release", help="Where the release lies. [where it was scanned]")
    ] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=0, help="Processes. [one a core]")] = None,
    lang: Lang = "en",
    key: KeyFile = None,
) -> None:
    """Tell which record of an audited release an image shows, or which patient, and with what probability; needs the
    run's key."""
    t = locale(language(lang))
    run_key = load_key(key)
    from auditor.pipeline.tracing import CLAIMED, Shows
    from auditor.pipeline.tracing import trace as search

    with Bars() as bars:
        answers = search(
            image,
            run,
            run_key,
            release=release,
            most=most,
            workers=os.cpu_count() or 1 if workers is None else workers,
            progress=bars,
        )
    named = [answer for answer in answers if answer.chance >= WORTH_NAMING]
    claimed = next((answer.shows for answer in named if answer.chance >= CLAIMED), None)
    told = {Shows.EXPOSURE: "trace.found", Shows.PATIENT: "trace.patient", None: "trace.none"}
    typer.echo(t(told[claimed]), err=True)
    if named:
        typer.echo("probability\titem\tpatient\tfile\tshows")
    for answer in named:
        record = answer.record
        typer.echo(f"{answer.chance:.4f}\t{record.item}\t{record.patient}\t{record.file}\t{answer.shows}")
