"""From an image found somewhere back to its record in an audited release, or at least to its patient."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auditor.errors import UsageError
from auditor.inventory import Inventory
from auditor.keys import Key
from auditor.linkage.copies.duplicates import Copies
from auditor.linkage.copies.persons import Person, Persons
from auditor.linkage.copies.trace import Traced
from auditor.linkage.describe.portrait import grey_of
from auditor.model import Portrait
from auditor.pipeline.examining import examine_all
from auditor.pipeline.kept import Kept, Record, load
from auditor.pipeline.plan import Plan, Progress, no_progress
from auditor.pipeline.volumes import try_series
from auditor.readers import read_item
from auditor.readers.base import FrameError, Limits
from auditor.readers.containers import ContainerError, open_item
from auditor.sources import open_source

CLAIMED = 0.5
"""Probability from which a record is said to be the one."""
_FRAMES = 4
"""Frames of the image asked about that are traced; a screenshot has one."""


class Shows(StrEnum):
    """What an answer says that the image shows of its record."""

    EXPOSURE = "exposure"
    PATIENT = "patient"
    """Another exposure of the record's patient."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A record, and the probability that the image asked about shows what `shows` says of it."""

    record: Record
    chance: float
    inliers: int
    shows: Shows = Shows.EXPOSURE


def trace(
    image: Path,
    folder: Path,
    key: Key,
    *,
    release: Path | None = None,
    limits: Limits = Limits(),
    most: int = 5,
    workers: int = 0,
    progress: Progress = no_progress,
) -> list[Answer]:
    """The records of the run in `folder` that `image` most probably shows, best first; where none is claimed,
    last also the patient of whom it may be another exposure.

    release: where the release lies now, if not where it was scanned and no copies were kept.

    Raises:
        UsageError: the run kept nothing, the release is gone, or no frame of the image can be read.
        KeyFileError: the run was made with another key.
    """
    kept = load(folder, key)
    frames = list(_frames(image, limits))
    portraits = list(kept.copies) or _read_again(kept, key, release, limits, workers, progress)
    copies = Copies(lambda: portraits, seed=kept.seed, workers=max(1, workers))
    library = copies.library()
    best: dict[int, Traced] = {}
    progress("searching", 0, 0)
    if library:
        for found in (each for frame in frames for each in library.trace(frame, most)):
            known = best.get(found.position)
            if known is None or known.chance < found.chance:
                best[found.position] = found
    ordered = sorted(best.values(), key=lambda each: (-each.chance, -each.inliers, each.position))
    records = [kept.records[each.path] for each in copies.portraits]
    answers = [Answer(records[each.position], each.chance, each.inliers) for each in ordered[:most]]
    if not any(answer.chance >= CLAIMED for answer in answers):
        persons = Persons(portraits, seed=kept.seed, progress=progress)
        likely: list[Person] = [person for frame in frames if (person := persons.find(frame))]
        for person in sorted(likely, key=lambda each: -each.chance)[:1]:
            record = kept.records[portraits[person.position].path]
            answers.append(Answer(record, round(person.chance, 4), 0, Shows.PATIENT))
    return answers


def _read_again(
    kept: Kept, key: Key, release: Path | None, limits: Limits, workers: int, progress: Progress
) -> list[Portrait]:
    """The portraits of the release, from where it lies; each with its item for a path, and the run's patient."""
    place = release or Path(kept.place)
    try:
        source = open_source(place)
    except UsageError:
        raise UsageError(
            "The release is no longer where it was scanned",
            todo="Say with --release where it is; a scan with --keep-trace keeps small copies for later.",
        ) from None
    plan = Plan(stages=frozenset({"linkage"}), limits=limits)
    with (
        tempfile.TemporaryDirectory() as scratch,
        Inventory(Path(scratch) / "state", key, "trace") as inventory,
    ):
        examine_all(source, inventory, plan, None, workers, progress)
        try_series(source, inventory, plan, workers, progress)
        found = [replace(each, path=key.item(each.path)) for each in inventory.portraits()]
        inventory.remove()
    known = [
        replace(each, patient=kept.records[each.path].patient) for each in found if each.path in kept.records
    ]
    if not known:
        raise UsageError(
            "No image of the run's release lies there",
            "--release",
            "Say where the release is that was scanned.",
        )
    return known


def _frames(image: Path, limits: Limits) -> Iterator[NDArray[np.uint8]]:
    """The first frames of the image, grey. Raises UsageError when there is none."""
    source = open_source(image)
    shown = 0
    for item in source.items():
        try:
            opened = open_item(source, item, limits)
            with opened.stream:
                for frame in read_item(opened.stream, item, limits).frames():
                    if not isinstance(frame, FrameError) and shown < _FRAMES:
                        shown += 1
                        yield grey_of(frame.display)
        except (ContainerError, OSError):
            continue
    if not shown:
        raise UsageError("No frame of the image can be read", str(image), "Give a picture or a DICOM file.")
