"""`auditor init`: a policy to edit, and a CI job that gates on it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from auditor.commands.options import choices
from auditor.errors import UsageError

STARTERS = {
    "github": ("github.yml", ".github/workflows/auditor.yml"),
    "gitlab": ("gitlab.yml", ".gitlab/auditor.yml"),
}


def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the project.")] = Path(),
    ci: Annotated[str, typer.Option("--ci", help="CI to write a job for: github, gitlab or none.")] = "none",
) -> None:
    """Write audit.toml with every default, and a CI job; existing files are never touched."""
    system = choices("--ci", ci, (*STARTERS, "none"))[0]
    wanted = {"audit.toml": "audit.toml"}
    if system in STARTERS:
        name, target = STARTERS[system]
        wanted[name] = target
    if present := [target for target in wanted.values() if (folder / target).exists()]:
        raise UsageError("A file is there already", ", ".join(present), "Move it away, or edit it.")
    for name, target in wanted.items():
        path = folder / target
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes((files("auditor.starter") / name).read_bytes())
        except OSError as error:
            raise UsageError(
                f"The file cannot be written ({error.strerror})", str(path), "Check the folder."
            ) from None
        typer.echo(str(path), err=True)
