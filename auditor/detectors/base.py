"""What a detector returns: spans of a text that identify, each with a category and a confidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from auditor.model import Category


@dataclass(frozen=True, slots=True)
class Hit:
    """One identifying span, `text[start:end]`. `kind` says what it is: `cn-resident-id`, `phone` …"""

    category: Category
    kind: str
    start: int
    end: int
    confidence: float


class Detector(Protocol):
    """A function from text to hits, without state."""

    def __call__(self, text: str) -> Iterable[Hit]: ...
