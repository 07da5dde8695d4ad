"""The steps of an audit, kept apart: one that fails is reported, and takes no other's findings with it."""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType

from auditor.errors import AuditorError

_log = logging.getLogger("auditor")
_PACKAGE = Path(__file__).parents[1]
UNFINISHED = "the step could not be finished"
"""Reason of an outcome whose step failed."""


class Step(StrEnum):
    """What can fail on its own; the words are looked up in the locales."""

    VOLUMES = "volumes"
    VALUES = "values"
    RULE = "rule"
    IMAGERY = "imagery"
    RECURRENCES = "recurrences"
    PROFILES = "profiles"
    REVERSAL = "reversal"
    GAPS = "gaps"
    LONE_TEXTS = "lone texts"
    LAYOUTS = "layouts"
    STEWARDSHIP = "stewardship"
    ORIGINAL = "original"
    ATTRIBUTES = "attributes"
    LINKAGE = "linkage"
    IDENTICAL = "identical pixels"
    COPIES = "near-duplicates"
    REFERENCE = "reference"
    RECORDS = "records"
    FRAME_TEXT = "text of a frame"
    PORTRAIT = "portrait"
    TRACE = "trace"
    EVIDENCE = "evidence"
    DEVICES = "devices"


_BESIDE = frozenset({Step.TRACE, Step.EVIDENCE, Step.DEVICES})
"""Steps that write something beside the findings: without them the verdict is none the less whole."""


_NAMING = frozenset({Step.VALUES, Step.RULE, Step.RECURRENCES})


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that ended in an error. Holds where and of what type, never the error's text: that may be a found
    value. `said` is the text of this package's own errors, which hold none."""

    step: Step
    rule: str
    error: str
    where: str
    said: str = ""
    trace: tuple[str, ...] = field(default=(), compare=False)
    """Calls, outermost first, as `file:line function`."""
    times: int = field(default=1, compare=False)

    @property
    def weighs(self) -> bool:
        """Whether the verdict lacks what the step would have found."""
        return self.step not in _BESIDE

    @classmethod
    def of(cls, step: Step, rule: str, error: BaseException) -> Failure:
        """What may be told of `error`."""
        calls = [
            (_shown(call.filename), f"{_shown(call.filename)}:{call.lineno}", call.name)
            for call in traceback.extract_tb(error.__traceback__)
        ]
        own = [place for file, place, _ in calls if "/" in file or file == "cli.py"]
        trace = tuple(f"{place} {name}" for _, place, name in calls)
        said = error.what if isinstance(error, AuditorError) else ""
        return cls(step, rule, type(error).__name__, (own or ["?"])[-1], said, trace)


def _shown(file: str) -> str:
    """A file of this package by its path in it; of another only its name."""
    path = Path(file)
    return path.relative_to(_PACKAGE).as_posix() if path.is_relative_to(_PACKAGE) else path.name


class Steps:
    """Collects the failures of what runs inside of `of`."""

    def __init__(self) -> None:
        self._failures: Counter[Failure] = Counter()

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Each distinct failure once, with how often it was met, in the order in which they were met."""
        return tuple(replace(failure, times=times) for failure, times in self._failures.items())

    @property
    def judged_names(self) -> bool:
        """Whether nothing failed by which names of files and columns are known to identify."""
        return not any(failure.step in _NAMING for failure in self._failures)

    def of(self, step: Step, rule: str = "", passing: tuple[type[Exception], ...] = ()) -> _Guard:
        """A block whose error is noted, and ends the block alone. Interruptions, time limits and errors of the
        `passing` types go on."""
        return _Guard(self, step, rule, passing)

    def add(self, failures: Iterable[Failure]) -> None:
        """Note failures, those of a worker too; the log at level DEBUG tells where each came from."""
        for failure in failures:
            self._failures[failure] += failure.times
            _log.debug(
                "%s %s: %s\n  %s", failure.step, failure.rule, failure.error, "\n  ".join(failure.trace)
            )


class _Guard:
    """The one place where any error is caught: what may go wrong in a step over a whole dataset cannot be
    listed, and hours of findings must not go with it. It is never silent: the verdict says so."""

    __slots__ = ("_passing", "_rule", "_step", "_steps")

    def __init__(self, steps: Steps, step: Step, rule: str, passing: tuple[type[Exception], ...]) -> None:
        self._steps, self._step, self._rule, self._passing = steps, step, rule, passing

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception) or isinstance(error, self._passing):
            return False
        self._steps.add([Failure.of(self._step, self._rule, error)])
        return True
