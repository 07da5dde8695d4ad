"""The `auditor` command. Arguments in, exit codes out; no logic of its own.

Exit: 0 passed · 1 gate failed · 2 wrong use or policy · 3 audit incomplete.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from auditor.commands.demo import demo
from auditor.commands.fix import fix
from auditor.commands.init import init
from auditor.commands.locate import locate
from auditor.commands.manual import explain, rules
from auditor.commands.reports import gate, report
from auditor.commands.reveal import reveal
from auditor.commands.scan import scan
from auditor.commands.sketches import compare_sketches, psi_answer, psi_count, psi_request, sketch
from auditor.commands.trace import trace
from auditor.commands.whatif import whatif
from auditor.errors import AuditorError

app = typer.Typer(
    name="auditor",
    help="Could somebody find out whose images these are? Audit a medical-imaging dataset before it is shared.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for command in (
    scan,
    gate,
    report,
    explain,
    rules,
    locate,
    fix,
    reveal,
    init,
    whatif,
    sketch,
    compare_sketches,
    psi_request,
    psi_answer,
    psi_count,
    trace,
    demo,
):
    app.command()(command)


@app.callback(invoke_without_command=True)
def _main(
    show_version: Annotated[bool, typer.Option("--version", help="Print name and version.")] = False,
) -> None:
    if show_version:
        typer.echo(f"auditor {version('auditor')}")
        raise typer.Exit


def main() -> None:
    """Run the command; every error ends as one clear line, and none shows a found value."""
    warnings.simplefilter("ignore")
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    if os.environ.get("AUDITOR_DEBUG"):
        logging.basicConfig(format="%(name)s: %(message)s")
        logging.getLogger("auditor").setLevel(logging.DEBUG)
    try:
        app()
    except AuditorError as error:
        typer.echo(f"auditor: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("auditor: stopped", err=True)
        sys.exit(3)
    except Exception as error:
        if os.environ.get("AUDITOR_DEBUG"):
            raise
        frame = traceback.extract_tb(error.__traceback__)[-1]
        typer.echo(
            f"auditor: internal error {type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}. "
            "Its text is not shown because it may hold a found value; AUDITOR_DEBUG=1 shows it. Please report it.",
            err=True,
        )
        sys.exit(3)
