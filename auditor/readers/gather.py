"""Keep what was read of a file until it broke off, or its time was up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from auditor.model import Reason
from auditor.readers.base import TimeUp

T = TypeVar("T")


def gather(
    kept: list[T],
    source: Iterable[T],
    most: int,
    failures: tuple[type[BaseException], ...] = (),
) -> Reason | None:
    """Append to `kept` what `source` gives, and say why it is not all: at most `most` in the list, one of
    `failures`, or the time. After `Reason.TIMEOUT` a reader does nothing that takes long."""
    try:
        for each in source:
            if len(kept) >= most:
                return Reason.TOO_LARGE
            kept.append(each)
    except TimeUp:
        return Reason.TIMEOUT
    except failures:
        return Reason.MALFORMED
    return None
