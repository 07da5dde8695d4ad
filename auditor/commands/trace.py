"""`auditor trace`: from an image found somewhere back to its record in an audited release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from auditor.commands.options import KeyFile, Lang, language
from auditor.keys import load_key
from auditor.report.locale import locale


def trace(
    image: Annotated[Path, typer.Argument(help="Image found: a screenshot, a crop, a photograph, a file.")],
    run: Annotated[Path, typer.Argument(help="Folder of an audit's report.")],
    most: Annotated[int, typer.Option("--most", min=1, help="Records to name at most.")] = 5,
    lang: Lang = "en",
    key: KeyFile = None,
) -> None:
    """Tell which record of an audited release an image shows, with what probability; needs the run's key."""
    t = locale(language(lang))
    run_key = load_key(key)
    from auditor.pipeline.kept import CLAIMED, WORTH_NAMING
    from auditor.pipeline.kept import trace as search

    answers = search(image, run, run_key, most=most)
    named = [answer for answer in answers if answer.chance >= WORTH_NAMING]
    typer.echo(t("trace.found" if named and named[0].chance >= CLAIMED else "trace.none"), err=True)
    if named:
        typer.echo("probability\titem\tpatient\tfile")
    for answer in named:
        record = answer.record
        typer.echo(f"{answer.chance:.4f}\t{record.item}\t{record.patient}\t{record.file}")
