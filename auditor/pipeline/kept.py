"""What a run keeps so that an image found later can be traced to its record, sealed under the run's key.

The file `trace.sealed` lies in the run's folder: a head, then one sealed part for every few hundred
images. Read without the key it tells how many images it holds and nothing else.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from auditor.errors import UsageError
from auditor.inventory import Inventory
from auditor.keys import Key, Sealer
from auditor.linkage.duplicates import Copies
from auditor.linkage.near import Index
from auditor.linkage.portrait import grey_of
from auditor.linkage.trace import Library, Traced
from auditor.pipeline.display import Display
from auditor.readers import read_item
from auditor.readers.base import FrameError, Limits
from auditor.readers.containers import ContainerError, open_item
from auditor.sources import open_source

FILE = "trace.sealed"
_MAGIC = b"auditor-trace-1\n"
_PART = 256
CLAIMED = 0.5
"""Probability from which a record is said to be the one."""
WORTH_NAMING = 0.05
_FRAMES = 4
"""Frames of the image asked about that are traced; a screenshot has one."""


@dataclass(frozen=True, slots=True)
class Record:
    """An image of the release as its tables name it; no path that identifies."""

    file: str
    item: str
    patient: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A record, and the probability that the image asked about is of the same exposure."""

    record: Record
    chance: float
    inliers: int


def keep(folder: Path, copies: Copies, inventory: Inventory, display: Display) -> int:
    """Write `trace.sealed` into `folder`; returns how many images can be traced."""
    target = folder / FILE
    library = copies.library()
    if library is None:
        return 0
    sealer = Sealer(inventory.key)
    records = [
        Record(display.path(each.path), inventory.key.item(each.path), each.patient)
        for each in copies.portraits
    ]
    temporary = target.with_name(f".{FILE}.part")
    with temporary.open("wb") as stream:
        stream.write(_MAGIC)
        _write(stream, sealer, library.index.state())
        for start in range(0, len(records), _PART):
            part = slice(start, start + _PART)
            pictures = library.portraits[part]
            _write(
                stream,
                sealer,
                {
                    "placed": library.placed[part],
                    "pictures": np.frombuffer(b"".join(pictures), np.uint8),
                    "lengths": np.array([len(each) for each in pictures]),
                    "files": np.array([each.file for each in records[part]], np.str_),
                    "items": np.array([each.item for each in records[part]], np.str_),
                    "patients": np.array([each.patient for each in records[part]], np.str_),
                },
            )
    temporary.replace(target)
    return len(records)


def trace(image: Path, folder: Path, key: Key, limits: Limits = Limits(), most: int = 5) -> list[Answer]:
    """The records of the run in `folder` that `image` most probably shows, best first.

    Raises:
        UsageError: the run kept nothing, or no frame of the image can be read.
        KeyFileError: the run was made with another key.
    """
    library, records = _load(folder / FILE, key)
    best: dict[int, Traced] = {}
    for frame in _frames(image, limits):
        for found in library.trace(frame, most):
            known = best.get(found.position)
            if known is None or known.chance < found.chance:
                best[found.position] = found
    ordered = sorted(best.values(), key=lambda each: (-each.chance, -each.inliers, each.position))
    return [Answer(records[each.position], each.chance, each.inliers) for each in ordered[:most]]


def _load(file: Path, key: Key) -> tuple[Library, list[Record]]:
    sealer = Sealer(key)
    try:
        with file.open("rb") as stream:
            if stream.read(len(_MAGIC)) != _MAGIC:
                raise UsageError(
                    "The run's trace file is not of this version", str(file), "Scan the release again."
                )
            head, *parts = _read(stream, sealer)
    except FileNotFoundError:
        raise UsageError(
            "The run kept nothing to trace images with",
            str(file),
            "Scan again with the linkage stage, and without --no-keep-trace.",
        ) from None
    except (OSError, ValueError, struct.error, zipfile.BadZipFile, KeyError):
        raise UsageError(
            "The run's trace file cannot be read", str(file), "Scan the release again."
        ) from None
    placed, pictures, records = [], [], []
    for part in parts:
        placed.append(part["placed"])
        ends = np.cumsum(part["lengths"])
        pictures += [each.tobytes() for each in np.split(part["pictures"], ends[:-1])]
        names = zip(part["files"].tolist(), part["items"].tolist(), part["patients"].tolist(), strict=True)
        records += [Record(*each) for each in names]
    return Library(Index.of(head), np.concatenate(placed), pictures), records


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


def _write(stream: BinaryIO, sealer: Sealer, arrays: Mapping[str, NDArray[Any]]) -> None:
    plain = io.BytesIO()
    np.savez(plain, **arrays)  # type: ignore[arg-type]
    sealed = sealer.seal(plain.getvalue())
    stream.write(struct.pack("<Q", len(sealed)) + sealed)


def _read(stream: BinaryIO, sealer: Sealer) -> Iterator[dict[str, NDArray[Any]]]:
    while head := stream.read(8):
        (length,) = struct.unpack("<Q", head)
        with np.load(io.BytesIO(sealer.unseal(stream.read(length))), allow_pickle=False) as arrays:
            yield dict(arrays)
