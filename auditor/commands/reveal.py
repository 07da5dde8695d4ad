"""`auditor reveal`: a vault in the clear, for whoever holds the run key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from auditor.commands.options import KeyFile
from auditor.errors import UsageError
from auditor.keys import load_key


def reveal(
    folder: Annotated[Path, typer.Argument(help="Folder of --evidence.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="Folder for what is revealed.", show_default=False)],
    key: KeyFile = None,
) -> None:
    """Write a vault's values, crops and renders in the clear. What it writes identifies: keep it as the data."""
    from auditor.evidence import reveal as write

    try:
        count = write(folder, load_key(key), out)
    except OSError:
        raise UsageError("The evidence cannot be written", str(out), "Choose another with --out.") from None
    typer.echo(f"{count:,} entries in {out}. They identify: protect them as the data itself.", err=True)
