"""`auditor explain` and `auditor rules`: the manual of the rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from auditor.commands.options import Lang, language
from auditor.manual import manual_page, rule_table, write_pages


def explain(rule: Annotated[str, typer.Argument(help="Id of a rule.")], lang: Lang = "en") -> None:
    """Print the manual page of a rule."""
    typer.echo(manual_page(rule, language(lang)))


def rules(
    write: Annotated[
        Path | None, typer.Option("--write", help="Write a page a rule into this folder.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """List every rule: id, severity, title."""
    if write:
        typer.echo(f"{write_pages(write)} pages in {write}", err=True)
    else:
        typer.echo(rule_table(language(lang)))
