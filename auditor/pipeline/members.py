"""Files inside files: how much they may unpack to in all, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from auditor.inventory.batch import Examined
from auditor.inventory.inside import Holder
from auditor.model import MEMBER, Facts, Item, Reason, Status
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


def inherited(examined: Sequence[Examined], facts: Sequence[Facts], owners: dict[str, Facts]) -> list[Facts]:
    """Each file's facts; what is found inside a patient's file is that patient's, unless it says another.

    `owners` gathers the files that hold others, and is asked for them.
    """
    told = []
    for example, own in zip(examined, facts, strict=True):
        outer = owners.get(example.path.rpartition(MEMBER)[0])
        if outer is not None and not own.patient:
            own = replace(own, patient=outer.patient, exam=own.exam or outer.exam)
        if example.members and own.patient:
            owners[example.path] = own
        told.append(own)
    return told


def resumed(holders: Iterable[Holder], budget: Budget) -> dict[str, Facts]:
    """The `owners` of `inherited`, as an interrupted scan left them; `budget` is told what it spent."""
    owners = {}
    for holder in holders:
        budget.spend(holder)
        if holder.facts.patient:
            owners[holder.path] = holder.facts
    return owners


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
        count, size = self._of(root, examined.size)
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

    def spend(self, holder: Holder) -> None:
        """Count what was admitted before the scan was interrupted; the outermost file first."""
        root = holder.members[0].within
        count, size = self._of(root, holder.size)
        self._left[root] = count - len(holder.members), size - sum(item.size for item in holder.members)

    def _of(self, root: str, size: int) -> tuple[int, int]:
        return self._left.get(root) or self._allowed(size)

    def _allowed(self, size: int) -> tuple[int, int]:
        return self._limits.members, max(self._limits.inflated_bytes, self._limits.ratio * size)
