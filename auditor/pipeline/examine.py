"""What a worker does with a file: read it, look at its frames, and send back what was found."""

from __future__ import annotations

import hashlib
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from types import FrameType

import numpy as np
from numpy.typing import NDArray

from auditor.inventory import Batch, Collector
from auditor.linkage import pixel_digest, portray
from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.pipeline.attribution import attribute
from auditor.pipeline.plan import Plan
from auditor.pixels import TextReader
from auditor.readers import read_item
from auditor.readers.base import FrameError, Reading
from auditor.sources import Source

_UNREADABLE = frozenset({Reason.NO_PERMISSION, Reason.VANISHED, Reason.IO_ERROR, Reason.CRASHED})


class TimeUp(BaseException):
    """The file took longer than the limit. Not an Exception: no reader may take it for bad content."""


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What the frames of one file gave."""

    texts: tuple[Element, ...] = ()
    examined: int = 0
    failure: Reason | None = None
    portrait: NDArray[np.uint8] | None = None
    digest: str = ""


def examine(source: Source, items: Sequence[tuple[int, Item]], plan: Plan, secret: bytes) -> Batch:
    """Examine a few files. Nothing that a file holds can raise out of here."""
    collector = Collector(secret)
    for index, item in items:
        started = time.perf_counter()
        record, looked = _examine_one(source, item, plan)
        collector.add(
            attribute(record, plan.patient),
            index,
            time.perf_counter() - started,
            extra=(*path_elements(item.path), *looked.texts),
            frames_examined=looked.examined,
            portrait=looked.portrait,
            digest=looked.digest,
        )
    return collector.batch


def path_elements(path: str) -> list[Element]:
    """The folder names and the file name of a path, each an element to be judged."""
    *folders, name = PurePosixPath(path).parts or ("",)
    return [Element(Place.FOLDER_NAME, "folder name", part) for part in folders] + [
        Element(Place.FILE_NAME, "file name", name)
    ]


def unexamined(item: Item, reason: Reason) -> Record:
    """The record of an item that nobody opened."""
    status = Status.UNREADABLE if reason in _UNREADABLE else Status.SKIPPED
    return Record(item, Kind.OTHER, status, reason)


def _examine_one(source: Source, item: Item, plan: Plan) -> tuple[Record, Looked]:
    if item.reason:
        return unexamined(item, item.reason), Looked()
    record = Record(item, Kind.OTHER, Status.UNREADABLE, Reason.TIMEOUT)
    try:
        with time_limit(plan.limits.seconds), source.open(item) as stream:
            reading = read_item(stream, item, plan.limits)
            # If time runs out among the frames, what was read before them is kept.
            record = replace(reading.record, status=Status.PARTIAL, reason=Reason.TIMEOUT)
            looked = _look(reading, plan)
            return _conclude(reading.record, looked), looked
    except TimeUp:
        return record, Looked()
    except PermissionError:
        return unexamined(item, Reason.NO_PERMISSION), Looked()
    except FileNotFoundError:
        return unexamined(item, Reason.VANISHED), Looked()
    except OSError:
        return unexamined(item, Reason.IO_ERROR), Looked()
    except MemoryError:
        return replace(record, reason=Reason.TOO_LARGE), Looked()
    except Exception:  # noqa: BLE001 - the last barrier: one bad file never ends a scan, and it is reported
        return replace(record, reason=Reason.FAILED), Looked()


def _look(reading: Reading, plan: Plan) -> Looked:
    """Decode each frame once, for every stage that wants pixels."""
    total = reading.record.frames_total
    if not (plan.reads_text or (total and plan.portrays)):
        return Looked()
    reader = TextReader(plan.engine, plan.effort) if plan.reads_text else None
    digest = hashlib.sha256()
    portrait, examined, failure = None, 0, None
    for frame in reading.frames():
        if isinstance(frame, FrameError):
            failure = frame.reason
            continue
        examined += 1
        if reader:
            reader.add(frame)
        if plan.portrays:
            digest.update(pixel_digest(frame).encode())
            # The middle of a stack shows more anatomy than its ends.
            if portrait is None or frame.index <= total // 2:
                portrait = portray(frame)
    for layer in reading.layers() if reader else ():
        if isinstance(layer, FrameError):
            failure = failure or layer.reason
        elif reader:
            reader.add(layer)
    texts = reader.finish().elements if reader else ()
    return Looked(
        tuple(texts), examined, failure, portrait, digest.hexdigest() if portrait is not None else ""
    )


def _conclude(record: Record, looked: Looked) -> Record:
    if looked.failure and record.status is Status.READ:
        reason = Reason.FRAMES_FAILED if looked.examined else looked.failure
        return replace(record, status=Status.PARTIAL, reason=reason)
    return record


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeUp in the block after so many seconds; only where signals can be had."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_: int, __: FrameType | None) -> None:
        raise TimeUp

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
