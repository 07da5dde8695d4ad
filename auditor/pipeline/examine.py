"""What a worker does with a file: read it, look at its frames, and send back what was found."""

from __future__ import annotations

import hashlib
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from types import FrameType

import numpy as np
from numpy.typing import NDArray

from auditor.inventory import Batch, Collector
from auditor.inventory.batch import memory_of
from auditor.linkage.describe.portrait import pixel_digest, portray
from auditor.linkage.describe.volumes import is_volume, portray_volume
from auditor.model import MEMBER, Element, Item, Kind, Place, Reason, Record, Screening, Status
from auditor.pipeline.attribution import attribute
from auditor.pipeline.plan import Plan
from auditor.pipeline.steps import Step, Steps
from auditor.pixels import FaceFinder, TextReader, try_head
from auditor.readers import read_item
from auditor.readers.base import FrameError, Reading, TimeUp
from auditor.readers.containers import ContainerError, open_item
from auditor.sources import Source

_UNREADABLE = frozenset(
    {Reason.ENCRYPTED, Reason.NO_PERMISSION, Reason.VANISHED, Reason.IO_ERROR, Reason.CRASHED}
)


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What the frames of one file gave."""

    texts: tuple[Element, ...] = ()
    examined: int = 0
    failure: Reason | None = None
    portrait: NDArray[np.uint8] | None = None
    last: bool = False
    """Whether the portrait shows the last frame that was decoded: the one that a file's early end cuts."""
    volume: NDArray[np.uint8] | None = None
    digest: str = ""
    screening: Screening = Screening()


def examine(
    source: Source, items: Sequence[tuple[int, Item]], plan: Plan, secret: bytes, scan: str = ""
) -> Batch:
    """Examine a few files. Nothing that a file holds can raise out of here.

    scan: names the scan; what this process sent with a batch of it is not sent with the next.
    """
    collector = Collector(secret, memory_of(scan) if scan else None)
    for index, item in items:
        started = time.perf_counter()
        record, members, looked = _examine_one(source, item, plan)
        collector.add(
            attribute(record, plan.patient),
            index,
            time.perf_counter() - started,
            extra=(*path_elements(item), *looked.texts),
            frames_examined=looked.examined,
            portrait=looked.portrait,
            cut=looked.last and record.reason is Reason.TRUNCATED,
            volume=looked.volume,
            digest=looked.digest,
            members=members,
            screening=looked.screening,
        )
    return collector.batch


def path_elements(item: Item) -> list[Element]:
    """The folder names and the file name of a path, each an element to be judged.

    Of a member only its name inside its archive: the archive's own path is judged with the archive.
    """
    inner = item.path.rpartition(MEMBER)[2] if item.members else item.path
    *folders, name = [part for part in inner.split("/") if part not in ("", ".")] or [""]
    where = ("archive member", "archive member") if item.members else ("folder name", "file name")
    pointed = [part for part in PurePosixPath(item.target).parts if part.strip("/.")]
    return [
        *(Element(Place.FOLDER_NAME, where[0], part) for part in folders),
        Element(Place.FILE_NAME, where[1], name),
        *(Element(Place.FOLDER_NAME, "link target", part) for part in pointed),
    ]


def unexamined(item: Item, reason: Reason) -> Record:
    """The record of an item that nobody opened."""
    status = Status.UNREADABLE if reason in _UNREADABLE else Status.SKIPPED
    return Record(item, Kind.OTHER, status, reason)


def _examine_one(source: Source, item: Item, plan: Plan) -> tuple[Record, tuple[Item, ...], Looked]:
    if item.reason:
        return unexamined(item, item.reason), (), Looked()
    reading: Reading | None = None
    look = _Look(plan)
    try:
        with TimeLimit(plan.limits.seconds):
            opened = open_item(source, item, plan.limits)
            with opened.stream:
                own = item if opened.size == item.size else replace(item, size=opened.size)
                reading = read_item(opened.stream, own, plan.limits)
                if reading.record.reason is Reason.TIMEOUT:
                    return reading.record, reading.members, Looked()
                look.at(reading)
                looked = look.result()
                return _conclude(reading.record, looked, opened.reason), reading.members, looked
    except ContainerError as error:
        given_up = unexamined(item, error.reason)
    except PermissionError:
        given_up = unexamined(item, Reason.NO_PERMISSION)
    except FileNotFoundError:
        given_up = unexamined(item, Reason.VANISHED)
    except OSError:
        given_up = unexamined(item, Reason.IO_ERROR)
    except TimeUp:
        given_up = Record(item, Kind.OTHER, Status.UNREADABLE, Reason.TIMEOUT)
    except MemoryError:
        given_up = Record(item, Kind.OTHER, Status.UNREADABLE, Reason.TOO_LARGE)
    except Exception:  # noqa: BLE001 - the last barrier: one bad file never ends a scan, and it is reported
        given_up = Record(item, Kind.OTHER, Status.UNREADABLE, Reason.FAILED)
    if reading is None:
        return given_up, (), look.so_far()
    # What was read before its frames or its storage failed is kept.
    record = replace(reading.record, status=Status.PARTIAL, reason=given_up.reason)
    return record, reading.members, look.so_far()


class _Look:
    """Decodes each frame once, for every stage that wants pixels; keeps what it has when time runs out. What
    fails for one of them leaves the others theirs."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._reader: TextReader | None = None
        self._faces = FaceFinder()
        self._heads: list[Element] = []
        self._spelt: dict[str, None] = {}
        self._digest = hashlib.sha256()
        self._portrait: NDArray[np.uint8] | None = None
        self._whole: NDArray[np.uint8] | None = None
        self._portrayed = self._examined = 0
        self._steps = Steps()
        self._failure: Reason | None = None

    def at(self, reading: Reading) -> None:
        """Look at every frame, and for text at every layer."""
        plan, total = self._plan, reading.record.frames_total
        if not (plan.reads_text or (total and plan.portrays)):
            return
        if plan.reads_text:
            self._reader = TextReader(plan.engine, plan.effort)
            self._faces = FaceFinder(reading.record.facts.modality)
        for frame in reading.frames():
            if isinstance(frame, FrameError):
                self._failure = frame.reason
                continue
            self._examined += 1
            if self._reader:
                with self._apart(Step.FRAME_TEXT):
                    self._reader.add(frame)
                    self._faces.add(frame)
            if plan.portrays:
                with self._apart(Step.PORTRAIT):
                    self._digest.update(pixel_digest(frame).encode())
                    # The middle of a stack shows more anatomy than its ends.
                    if self._portrait is None or frame.index <= total // 2:
                        self._portrait, self._portrayed = portray(frame), self._examined
        for layer in reading.layers() if self._reader else ():
            if isinstance(layer, FrameError):
                self._failure = self._failure or layer.reason
            elif self._reader:
                self._spelt.update(dict.fromkeys(layer.spelt))
                with self._apart(Step.FRAME_TEXT):
                    self._reader.add(layer)
        volume = reading.volume()
        if volume is not None and self._reader:
            with self._apart(Step.FRAME_TEXT):
                self._heads = try_head(volume)
        if volume is not None and plan.portrays and is_volume(volume):
            with self._apart(Step.PORTRAIT):
                self._whole = portray_volume(volume)

    def result(self) -> Looked:
        """What all frames gave."""
        texts: Sequence[Element] = ()
        if self._reader:
            with self._apart(Step.FRAME_TEXT):
                texts = self._reader.finish().elements
        failed = {failure.step for failure in self._steps.failures}
        portrait, whole = self._portrait, self._whole
        if Step.PORTRAIT in failed:  # a digest needs every frame
            portrait = whole = None
        return Looked(
            (*texts, *self._seen()),
            self._examined,
            Reason.FAILED if failed else self._failure,
            portrait,
            self._portrayed == self._examined,
            whole,
            self._digest.hexdigest() if portrait is not None else "",
            self._screening(),
        )

    def so_far(self) -> Looked:
        """What was read before the file was given up; no portrait, since a digest needs every frame."""
        texts = self._reader.so_far() if self._reader else ()
        found = (*texts, *self._seen())
        read = self._examined - (self._reader.held if self._reader else 0)
        return Looked(found, read, self._failure, screening=self._screening())

    def _apart(self, step: Step) -> AbstractContextManager[None]:
        # What the barrier around the file has a reason for goes on to it.
        return self._steps.of(step, passing=(OSError, MemoryError))

    def _screening(self) -> Screening:
        return self._reader.screening if self._reader else Screening()

    def _seen(self) -> list[Element]:
        spelt = [Element(Place.TRAILING, "pixel data unused bits", text) for text in self._spelt]
        return self._faces.elements + self._heads + spelt


def _conclude(record: Record, looked: Looked, cut: Reason | None) -> Record:
    if record.status is not Status.READ:
        return record
    if cut:
        return replace(record, status=Status.PARTIAL, reason=cut)
    if looked.failure:
        some = looked.examined and looked.failure is not Reason.FAILED
        reason = Reason.FRAMES_FAILED if some else looked.failure
        return replace(record, status=Status.PARTIAL, reason=reason)
    return record


class TimeLimit:
    """Raises TimeUp in its block after so many seconds; only where signals can be had."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._before: Callable[[int, FrameType | None], object] | int | None = None
        self._can = threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")

    def __enter__(self) -> None:
        if self._can:
            self._before = signal.signal(signal.SIGALRM, _stop)
            signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def __exit__(self, *_: object) -> None:
        if self._can:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)


def _stop(_: int, __: FrameType | None) -> None:
    raise TimeUp
