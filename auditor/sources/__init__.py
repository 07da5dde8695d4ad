"""Where items come from. One module per kind of storage, all behind `Source`."""

from __future__ import annotations

from pathlib import Path

from auditor.errors import UsageError
from auditor.sources.base import Source
from auditor.sources.directory import DirectorySource

__all__ = ["Source", "open_source"]


def open_source(path: Path, exclude: Path | None = None) -> Source:
    """The source at `path`; `exclude` is the output folder. Raises UsageError when there is none."""
    root = path.expanduser().absolute()
    if root.is_dir():
        return DirectorySource(root, exclude=exclude.expanduser().absolute() if exclude else None)
    if root.is_file():
        return DirectorySource(root.parent, only=root.name)
    raise UsageError(
        "The source does not exist or is neither a folder nor a file", str(path), "Check the path."
    )
