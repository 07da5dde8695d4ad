"""What a source is: items, and a stream for each. It must survive pickling to worker processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from auditor.model import Item


class Source(Protocol):
    """A dataset in its storage. Never written to."""

    @property
    def name(self) -> str:
        """A short name for the default output folder."""
        ...

    @property
    def place(self) -> str:
        """Where it lies, as `open_source` takes it. It may identify: it is kept sealed, and never shown."""
        ...

    def items(self) -> Iterator[Item]:
        """Every file, in a stable order; what will not be opened carries its reason."""
        ...

    def at(self, path: str) -> Item:
        """The item at a path; it carries a reason where there is none, or none that is opened."""
        ...

    def open(self, item: Item) -> BinaryIO:
        """A seekable stream at 0. Raises OSError."""
        ...
