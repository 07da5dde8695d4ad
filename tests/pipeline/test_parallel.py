"""Tasks over processes: crashes cost one item, in one process or many."""

import os
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool

import pytest

from auditor.pipeline.parallel import chunked, run

KILLER = 7


def double(items: Sequence[int]) -> list[int]:
    return [2 * item for item in items]


def die_on_killer(items: Sequence[int]) -> list[int]:
    if KILLER in items:
        os._exit(1)
    return double(items)


def crashed(item: int) -> list[int]:
    return [-item]


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_every_item_is_done_once(workers: int) -> None:
    results = run(double, chunked(range(20), 3), workers=workers)
    assert sorted(value for result in results for value in result) == [2 * item for item in range(20)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_crash_costs_one_item(workers: int) -> None:
    results = run(die_on_killer, chunked(range(20), 3), workers=workers, crashed=crashed)
    values = sorted(value for result in results for value in result)
    assert values == sorted([-KILLER] + [2 * item for item in range(20) if item != KILLER])


def test_a_crash_nobody_expects_is_raised() -> None:
    with pytest.raises(BrokenProcessPool):
        list(run(die_on_killer, chunked(range(20), 3), workers=2))
