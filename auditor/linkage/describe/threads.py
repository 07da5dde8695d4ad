"""Threads that do not get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import joblib
from threadpoolctl import threadpool_limits


@contextmanager
def threads(workers: int) -> Iterator[joblib.Parallel]:
    """So many threads, none of which starts more for its products of small matrices: those would spend
    more time on waiting for each other than on work (measured: two to three times the processor time)."""
    with threadpool_limits(1), joblib.Parallel(n_jobs=workers, prefer="threads") as parallel:
        yield parallel
