"""Every file of a source, and every file inside of them, examined and kept in an inventory."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from auditor.inventory import Batch, Inventory
from auditor.inventory.inside import count_members, holders, members
from auditor.model import Facts, Item, Reason, Status
from auditor.pipeline.attribution import MetadataTable, PathRule
from auditor.pipeline.examine import examine
from auditor.pipeline.members import Budget, inherited, resumed
from auditor.pipeline.parallel import chunked, run
from auditor.pipeline.plan import Plan, Progress
from auditor.sources import Source

_FILES_A_TASK = 8
_HEADERS_A_TASK = 16
"""Where no frame is decoded, a file is soon done."""


def examine_all(
    source: Source,
    inventory: Inventory,
    plan: Plan,
    table: MetadataTable | PathRule | None,
    workers: int,
    progress: Progress,
) -> None:
    """Examine every item that the inventory does not hold yet, then what was found inside them."""
    total = files = sum(1 for _ in source.items())
    done = inventory.done()
    finished = len(done)
    secret = inventory.key.derive("values")
    task = partial(_examine_some, source, plan, secret, secrets.token_hex(8))
    crashed = partial(_crashed, source, plan, secret)
    budget = Budget(plan.limits)
    owners = resumed(holders(inventory), budget) if done else {}
    size = _FILES_A_TASK if plan.reads_text or plan.portrays else _HEADERS_A_TASK
    numbered: Iterator[tuple[int, Item]] = enumerate(source.items())
    first, end = 0, files
    progress("examining files", finished, total)
    while True:
        pending = (each for each in numbered if each[0] not in done)
        # Members share what their archive may unpack to, first come first served: in order.
        examined = run(task, chunked(pending, size), workers=workers, crashed=crashed, ordered=first > 0)
        for batch in examined:
            batch.examined = [budget.admit(example) for example in batch.examined]
            facts = [example.facts for example in batch.examined]
            if table:
                facts = _look_up(table, batch)
            facts = inherited(batch.examined, facts, owners)
            inventory.add(batch, facts)
            finished += len(batch.examined)
            progress("examining files", finished, total)
        # What this round found inside files is the next one's work.
        found = count_members(inventory, first, end)
        if not found:
            return
        numbered, total = members(inventory, first, end), end + found
        first, end = end, end + found


def _examine_some(
    source: Source, plan: Plan, secret: bytes, scan: str, items: Sequence[tuple[int, Item]]
) -> Batch:
    return examine(source, items, plan, secret, scan)


def _crashed(source: Source, plan: Plan, secret: bytes, item: tuple[int, Item]) -> Batch:
    """The batch of a file whose decoder took its process down: its name is still judged."""
    index, file = item
    return examine(source, [(index, replace(file, reason=Reason.CRASHED))], plan, secret)


def _look_up(table: MetadataTable | PathRule, batch: Batch) -> list[Facts]:
    """Each file's facts completed from the metadata table; an image it does not name says so."""
    facts = []
    for number, example in enumerate(batch.examined):
        found = table.facts(example.path, example.facts)
        unknown = found is None and example.frames_total and not example.facts.patient
        if unknown and example.status is Status.READ:
            batch.examined[number] = replace(example, reason=Reason.NO_METADATA)
        facts.append(found or example.facts)
    return facts
