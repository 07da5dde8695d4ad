"""Tasks over processes, such that a decoder that crashes its process costs one file, not the scan."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from itertools import islice
from typing import TypeVar

from joblib import Parallel, delayed

from auditor.pipeline.rubbish import collect_seldom

T = TypeVar("T")
R = TypeVar("R")


def chunked(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size` items."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def run(
    task: Callable[[Sequence[T]], R],
    chunks: Iterable[list[T]],
    *,
    workers: int,
    crashed: Callable[[T], R] | None = None,
    ordered: bool = False,
) -> Iterator[R]:
    """Results of `task` for every chunk, in any order, or in that of the chunks if `ordered`.

    workers: processes; 0 runs in this one. crashed: makes the result of an item whose process
    died; without it the crash is raised (BrokenProcessPool).
    """
    if workers == 0:
        yield from map(task, chunks)
        return
    handed_out: dict[int, list[T]] = {}
    remaining = _noted(chunks, handed_out)
    while True:
        # joblib runs a single job in this process, where a crash would end the scan: with one worker
        # there are two, and one task at a time.
        parallel = Parallel(
            n_jobs=max(workers, 2),
            return_as="generator" if ordered else "generator_unordered",
            pre_dispatch=1 if workers == 1 else "2*n_jobs",
            batch_size=1,
        )
        try:
            for number, result in parallel(delayed(_numbered)(task, n, chunk) for n, chunk in remaining):
                handed_out.pop(number, None)
                yield result
            return
        except BrokenProcessPool:
            if crashed is None:
                raise
            # Whoever crashed is among the chunks that were handed out: find it one by one.
            suspects = [item for chunk in handed_out.values() for item in chunk]
            handed_out.clear()
            for item in suspects:
                yield _alone(task, item, crashed)


def _alone(task: Callable[[Sequence[T]], R], item: T, crashed: Callable[[T], R]) -> R:
    try:
        _, result = Parallel(n_jobs=2)([delayed(_numbered)(task, 0, [item])])[0]
        done: R = result
        return done
    except BrokenProcessPool:
        return crashed(item)


def _numbered(task: Callable[[Sequence[T]], R], number: int, chunk: list[T]) -> tuple[int, R]:
    _settle()
    return number, task(chunk)


@cache
def _settle() -> None:
    """Turn this worker's stderr off: decoders in C write there what they like, found values included."""
    collect_seldom()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _noted(chunks: Iterable[list[T]], handed_out: dict[int, list[T]]) -> Iterator[tuple[int, list[T]]]:
    for number, chunk in enumerate(chunks):
        handed_out[number] = chunk
        yield number, chunk
