"""What a run keeps so that an image found later can be traced to its record, sealed under the run's key.

By default it keeps where the release lies and what its tables call each record, and no picture: tracing reads
the release again. Where it is told to keep copies, `trace.sealed` holds a small one of every image, for the time when
the release is gone. Read without the key it tells how large it is and nothing else.
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from auditor.errors import UsageError
from auditor.inventory import Inventory
from auditor.keys import Key, Sealer
from auditor.linkage.copies.duplicates import Copies
from auditor.linkage.copies.trace import packed, unpacked
from auditor.model import Portrait
from auditor.pipeline.display import Display
from auditor.sources import Source

FILE = "trace.sealed"
_MAGIC = b"auditor-trace-2\n"
_PART = 256
_LARGEST = 1 << 28
"""Bytes of one part that are unpacked."""


@dataclass(frozen=True, slots=True)
class Record:
    """An image of the release as its tables name it; no path that identifies."""

    file: str
    item: str
    patient: str


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What a run kept: the records by their item, and either the place of the release or copies of its images."""

    place: str
    seed: int
    records: dict[str, Record]
    copies: tuple[Portrait, ...]
    """Each has its record's item in place of a path."""


def keep(
    folder: Path,
    source: Source,
    inventory: Inventory,
    display: Display,
    copies: Copies | None,
    *,
    seed: int,
    pictures: bool,
) -> None:
    """Write `trace.sealed` into `folder`; `pictures`: with small copies of what is in `copies`."""
    key, sealer = inventory.key, Sealer(inventory.key)
    target = folder / FILE
    temporary = target.with_name(f".{FILE}.part")
    shown = (
        {"file": display.path(path), "item": key.item(path), "patient": patient}
        for _, path, patient in inventory.paths()
    )
    small = (
        {
            "item": key.item(each.path),
            "exam": each.exam,
            "digest": each.digest,
            "modality": each.modality,
            "picture": base64.b64encode(packed(each.pixels)).decode(),
        }
        for each in (copies.portraits if copies and pictures else ())
    )
    with temporary.open("wb") as stream:
        stream.write(_MAGIC)
        _write(stream, sealer, {"place": source.place, "seed": seed, "pictures": pictures})
        for rows in (shown, small):
            while part := list(islice(rows, _PART)):
                _write(stream, sealer, part)
    temporary.replace(target)


def load(folder: Path, key: Key) -> Kept:
    """What the run in `folder` kept.

    Raises:
        UsageError: it kept nothing, or what cannot be read.
        KeyFileError: the run was made with another key.
    """
    file = folder / FILE
    try:
        with file.open("rb") as stream:
            if stream.read(len(_MAGIC)) != _MAGIC:
                raise UsageError(
                    "The run's trace file is not of this version", str(file), "Scan the release again."
                )
            head, *parts = _read(stream, Sealer(key))
            rows = [row for part in parts for row in part]
            records = {row["item"]: Record(**row) for row in rows if "file" in row}
            copies = tuple(_portrait(row, records) for row in rows if "picture" in row)
            return Kept(head["place"], head["seed"], records, copies)
    except FileNotFoundError:
        raise UsageError(
            "The run kept nothing to trace images with",
            str(file),
            "Scan again with the linkage stage, and without --no-keep-trace.",
        ) from None
    except (OSError, ValueError, struct.error, zlib.error, KeyError, TypeError):
        raise UsageError(
            "The run's trace file cannot be read", str(file), "Scan the release again."
        ) from None


def _portrait(row: dict[str, Any], records: dict[str, Record]) -> Portrait:
    pixels = unpacked(base64.b64decode(row["picture"]))
    patient = records[row["item"]].patient
    return Portrait(row["item"], patient, row["exam"], pixels, row["digest"], row["modality"])


def _write(stream: BinaryIO, sealer: Sealer, content: object) -> None:
    sealed = sealer.seal(zlib.compress(json.dumps(content).encode()))
    stream.write(struct.pack("<Q", len(sealed)) + sealed)


def _read(stream: BinaryIO, sealer: Sealer) -> Iterator[Any]:
    while head := stream.read(8):
        (length,) = struct.unpack("<Q", head)
        plain = zlib.decompressobj().decompress(sealer.unseal(stream.read(length)), _LARGEST)
        yield json.loads(plain)
