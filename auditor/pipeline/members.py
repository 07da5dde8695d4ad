"""How much the archives of a source may unpack to, nested ones counted with the file that holds them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.inventory.batch import Examined
from auditor.model import Item, Reason, Status
from auditor.readers import read_item
from auditor.readers.base import Limits
from auditor.readers.containers import ContainerError, open_item
from auditor.sources import Source


def every_item(source: Source, limits: Limits) -> Iterator[Item]:
    """Every file of the source, then every file inside them, a level at a time."""
    level = list(source.items())
    while level:
        yield from level
        level = [inner for item in level if not item.reason for inner in _members(source, item, limits)]


def _members(source: Source, item: Item, limits: Limits) -> tuple[Item, ...]:
    try:
        opened = open_item(source, item, limits)
    except (OSError, ContainerError):  # what cannot be opened has no members to show
        return ()
    with opened.stream as stream:
        return read_item(stream, replace(item, size=opened.size), limits).members


class Budget:
    """Each archive's listing is bounded by its reader; sixteen archives of sixteen archives need more."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left: dict[str, tuple[int, int]] = {}
        """Members and bytes that the outermost file may still unpack to."""

    def admit(self, examined: Examined) -> Examined:
        """The file with those of its members that fit; partly examined where some do not."""
        if not examined.members:
            return examined
        root = examined.members[0].within
        count, size = self._left.get(root) or self._allowed(examined.size)
        admitted: list[Item] = []
        for item in examined.members:
            if count < 1 or size < item.size:
                break
            admitted.append(item)
            count, size = count - 1, size - item.size
        self._left[root] = count, size
        if len(admitted) == len(examined.members):
            return examined
        return replace(examined, members=tuple(admitted), status=Status.PARTIAL, reason=Reason.TOO_LARGE)

    def _allowed(self, size: int) -> tuple[int, int]:
        return self._limits.members, max(self._limits.inflated_bytes, self._limits.ratio * size)
