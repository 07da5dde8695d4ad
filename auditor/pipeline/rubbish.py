"""Python's search for reference cycles, kept from going through everything that is loaded over and over."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 50_000
"""New objects between two searches; the standard's 700 suit programs that make few."""


def collect_seldom() -> None:
    """Leave what exists already out of the search, and search less often.

    Reading makes many objects, hardly any in cycles, and beside half a million that the libraries hold for good.
    """
    gc.freeze()
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])


@contextmanager
def seldom_collected() -> Iterator[None]:
    """The same in the block only."""
    before = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
