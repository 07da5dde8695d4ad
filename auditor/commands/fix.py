"""`auditor fix`: an audit's findings as instructions for programs that repair."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from auditor.commands.options import PolicyFile, choices
from auditor.errors import UsageError
from auditor.policy import load_policy
from auditor.remedies import WRITERS, load_repairs


def fix(
    folder: Annotated[Path, typer.Argument(help="Folder of an audit.", show_default=False)],
    formats: Annotated[str, typer.Option("--format", help="deid: a recipe. ctp: scripts for CTP.")] = "deid",
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write to. [DIR/fix]")] = None,
    policy: PolicyFile = None,
) -> None:
    """Write what was found as a deid recipe or CTP scripts: masks by device, PS3.15 actions on headers."""
    chosen = choices("--format", formats, tuple(WRITERS))
    repairs = load_repairs(folder, load_policy(policy).profile.codes)
    target = out or folder / "fix"
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in chosen:
            for path in WRITERS[name](repairs, target):
                typer.echo(str(path), err=True)
    except OSError:
        raise UsageError("The files cannot be written", str(target), "Choose another with --out.") from None
    for kind, count in repairs.left:
        typer.echo(f"Not repaired by these: {count:,} in {kind}", err=True)
