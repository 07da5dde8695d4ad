"""Files that the other holder gave: read within bounds, whatever is in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from auditor.errors import SketchError


def read_bytes(file: Path, most: int, what: str) -> bytes:
    """The content of `file`, a `what`. Raises SketchError where it cannot be read or is larger than `most`."""
    try:
        with file.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise SketchError(
            f"The {what} cannot be read ({error.strerror or 'input/output error'})",
            str(file),
            "Check its path.",
        ) from None
    if len(content) > most:
        raise SketchError(
            f"The {what} is larger than {most >> 20} MiB", str(file), "Ask its maker how it was made."
        )
    return content


def read_json(file: Path, most: int, what: str) -> dict[str, Any]:
    """The object that a file of JSON holds. Raises SketchError for any other file."""
    try:
        found = json.loads(read_bytes(file, most, what))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise SketchError(
            f"The file is no {what}", str(file), "Give the file that its maker was told to send."
        )
    return found
