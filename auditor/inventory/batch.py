"""What travels from a worker to the inventory: a few files' elements, each distinct one once."""

from __future__ import annotations

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from auditor.model import Claim, Element, Facts, Item, Kind, Reason, Record, Screening, Status

Spot = tuple[str, str, float]
"""What tells one occurrence of a value in a file from another: counts as `1,2`, bbox as `x0 y0 x1 y1`, confidence."""


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """One file, as far as it was examined."""

    index: int
    path: str
    size: int
    kind: Kind
    status: Status
    reason: Reason | None
    frames_total: int
    frames_examined: int
    seconds: float
    claim: int
    facts: Facts
    occurrences: int
    """How many of the batch's occurrences are the file's: as many as follow those of the file before."""
    portrait: NDArray[np.uint8] | None = None
    cut: bool = False
    """Whether the file ends before the frame that the portrait shows."""
    volume: NDArray[np.uint8] | None = None
    """Picture of the volume that the file holds, if it holds one."""
    digest: str = ""
    members: tuple[Item, ...] = ()
    """Files inside the file, that are still to be examined."""
    within: str = ""
    inside: tuple[int, ...] = ()
    """Where the file itself lies, when it is inside another: as `Item.within` and `Item.members`."""
    screening: Screening = Screening()


@dataclass(slots=True)
class Batch:
    """The files of one task, with the distinct values and claims they refer to."""

    values: dict[int, tuple[Element, int]] = field(default_factory=dict)
    """Id to one element that has the value, and the id of the claim it stands under."""
    claims: dict[int, Claim] = field(default_factory=dict)
    examined: list[Examined] = field(default_factory=list)
    occurred: array[int] = field(default_factory=lambda: array("q"))
    """Id of the value of each occurrence, file by file."""
    places: array[int] = field(default_factory=lambda: array("l"))
    """Key in `spots` of each occurrence."""
    spots: dict[int, Spot] = field(default_factory=dict)


_MOST = 1 << 15
_Number = tuple[int, int, Element]
"""Id of a value and number of a spot; the element is held, so that its address stays its own."""


class Memory:
    """Ids by the address of an element and its claim, kept from batch to batch of one scan: readers give one
    and the same object for what recurs in many files. What is known here was sent with an earlier batch."""

    def __init__(self) -> None:
        self.known: defaultdict[int, dict[int, _Number]] = defaultdict(dict)
        self.claims: dict[Claim, int] = {}
        self.spots: dict[Spot, int] = {}
        self.held = 0

    def make_room(self) -> None:
        """Forget all, if it is too much. Between batches only, which refer to spots by number."""
        if self.held > _MOST:
            self.known.clear()
            self.claims.clear()
            self.spots.clear()
            self.held = 0


@lru_cache(maxsize=1)
def memory_of(scan: str) -> Memory:
    """This process's memory of one scan, which `scan` names; that of the scan before is forgotten."""
    return Memory()


def _plain(e: Element) -> Element:
    """The element without where in the file it occurred."""
    return Element(e.place, e.location, e.value, e.vr, e.tag, e.creator, (), None, e.confidence)


class Collector:
    """Gathers records into a batch. Ids are keyed hashes, so that every worker gives the same.

    A batch brings the distinct values that `memory` does not know; without it, all that it refers to.
    """

    def __init__(self, secret: bytes, memory: Memory | None = None) -> None:
        self._secret = secret
        self._memory = memory or Memory()
        self._memory.make_room()
        self._batch = Batch()

    @property
    def batch(self) -> Batch:
        """What was gathered so far."""
        used = set(self._batch.places)
        self._batch.spots = {number: spot for spot, number in self._memory.spots.items() if number in used}
        return self._batch

    def claim(self, claim: Claim) -> int:
        """The id of a claim, noted in the batch."""
        number = self._memory.claims.get(claim)
        if number is None:
            number = self._memory.claims[claim] = self._id(repr(claim))
            self._batch.claims[number] = claim
            self._memory.held += 1
        return number

    def occurrences(self, elements: Sequence[Element], claim: int) -> int:
        """Note each distinct element in the batch, and where each one occurred; returns how many did."""
        known = self._memory.known[claim]
        met = [known.get(id(element)) or self._note(element, claim) for element in elements]
        self._batch.occurred.extend([each[0] for each in met])
        self._batch.places.extend([each[1] for each in met])
        return len(met)

    def _note(self, element: Element, claim: int) -> _Number:
        # PS3.15 judges by location and claim, so both are part of what makes a value distinct.
        number = self._id(
            f"{element.place}\0{element.location}\0{element.vr}\0{element.creator}\0{claim}\0{element.value}"
        )
        counts = ",".join(map(str, element.counts)) if element.counts else ""
        bbox = " ".join(map(str, element.bbox)) if element.bbox else ""
        spot = self._memory.spots.setdefault((counts, bbox, element.confidence), len(self._memory.spots))
        if number not in self._batch.values:
            self._batch.values[number] = (_plain(element) if counts or bbox else element, claim)
        noted = self._memory.known[claim][id(element)] = number, spot, element
        self._memory.held += 1
        return noted

    def add(
        self,
        record: Record,
        index: int,
        seconds: float,
        *,
        extra: Iterable[Element] = (),
        frames_examined: int = 0,
        portrait: NDArray[np.uint8] | None = None,
        cut: bool = False,
        volume: NDArray[np.uint8] | None = None,
        digest: str = "",
        members: tuple[Item, ...] = (),
        screening: Screening | None = None,
    ) -> None:
        """Note one file. `extra`: elements that a later stage than its reader found."""
        claim = self.claim(record.claim)
        self._batch.examined.append(
            Examined(
                index=index,
                path=record.item.path,
                size=record.item.size,
                kind=record.kind,
                status=record.status,
                reason=record.reason,
                frames_total=record.frames_total,
                frames_examined=frames_examined,
                seconds=seconds,
                claim=claim,
                facts=record.facts,
                occurrences=self.occurrences((*record.elements, *extra), claim),
                portrait=portrait,
                cut=cut,
                volume=volume,
                digest=digest,
                members=members,
                within=record.item.within,
                inside=record.item.members,
                screening=screening or Screening(),
            )
        )

    def _id(self, text: str) -> int:
        # 64 bits: with ten million distinct values a collision has a chance of 3 in a million.
        data = text.encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(data, key=self._secret, digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)
