"""`auditor locate`: from an `item` of a report back to its file."""

from __future__ import annotations

from typing import Annotated

import typer

from auditor.commands.options import KeyFile, Source
from auditor.errors import UsageError
from auditor.keys import load_key
from auditor.readers.base import Limits
from auditor.sources import open_source


def locate(
    source: Source, item: Annotated[str, typer.Argument(help="The `item` of a row.")], key: KeyFile = None
) -> None:
    """Print the true path of the file that an `item` stands for; needs the run's key."""
    run_key = load_key(key)
    from auditor.pipeline.members import every_item

    files = every_item(open_source(source), Limits())
    found = next((i.path for i in files if run_key.item(i.path) == item), None)
    if found is None:
        raise UsageError(
            "No file of the source has this item",
            item,
            "Check the source, and that --key is the key of the run.",
        )
    typer.echo(found)
