"""What travels from a worker to the inventory: a few files' elements, each distinct one once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from auditor.model import Claim, Element, Facts, Item, Kind, Reason, Record, Status

Occurrence = tuple[int, str, str, float]
"""Id of the distinct value, counts as `1,2`, bbox as `x0 y0 x1 y1`, confidence."""


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
    occurrences: list[Occurrence]
    portrait: NDArray[np.uint8] | None = None
    digest: str = ""
    members: tuple[Item, ...] = ()
    """Files inside the file, that are still to be examined."""
    within: str = ""
    inside: tuple[int, ...] = ()
    """Where the file itself lies, when it is inside another: as `Item.within` and `Item.members`."""


@dataclass(slots=True)
class Batch:
    """The files of one task, with the distinct values and claims they refer to."""

    values: dict[int, tuple[Element, int]] = field(default_factory=dict)
    """Id to one element that has the value, and the id of the claim it stands under."""
    claims: dict[int, Claim] = field(default_factory=dict)
    examined: list[Examined] = field(default_factory=list)


_KNOWN = 1 << 15


@lru_cache(maxsize=1)
def _known(secret: bytes) -> dict[tuple[int, int], tuple[Element, int]]:
    """Ids by object and claim, kept from batch to batch of one scan."""
    return {}


class Collector:
    """Gathers records into a batch. Ids are keyed hashes, so that every worker gives the same."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._known = _known(secret)
        self.batch = Batch()

    def claim(self, claim: Claim) -> int:
        """The id of a claim, noted in the batch."""
        number = self._id(repr(claim))
        self.batch.claims[number] = claim
        return number

    def occurrences(self, elements: Iterable[Element], claim: int) -> list[Occurrence]:
        """Note each distinct element in the batch and return where each one occurred."""
        rows: list[Occurrence] = []
        values = self.batch.values
        for element in elements:
            number = self._number(element, claim)
            if number not in values:
                plain = replace(element, counts=(), bbox=None) if element.counts or element.bbox else element
                values[number] = (plain, claim)
            counts = ",".join(map(str, element.counts)) if element.counts else ""
            bbox = " ".join(map(str, element.bbox)) if element.bbox else ""
            rows.append((number, counts, bbox, element.confidence))
        return rows

    def _number(self, element: Element, claim: int) -> int:
        """The id of a distinct value. Readers give one and the same object for what recurs in many files."""
        key = id(element), claim
        known = self._known.get(key)
        if known is not None:
            return known[1]
        # PS3.15 judges by location and claim, so both are part of what makes a value distinct.
        number = self._id(
            f"{element.place}\0{element.location}\0{element.vr}\0{element.creator}\0{claim}\0{element.value}"
        )
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[key] = element, number  # held, so that its id stays its own
        return number

    def add(
        self,
        record: Record,
        index: int,
        seconds: float,
        *,
        extra: Iterable[Element] = (),
        frames_examined: int = 0,
        portrait: NDArray[np.uint8] | None = None,
        digest: str = "",
        members: tuple[Item, ...] = (),
    ) -> None:
        """Note one file. `extra`: elements that a later stage than its reader found."""
        claim = self.claim(record.claim)
        rows = self.occurrences(record.elements, claim) + self.occurrences(extra, claim)
        self.batch.examined.append(
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
                occurrences=rows,
                portrait=portrait,
                digest=digest,
                members=members,
                within=record.item.within,
                inside=record.item.members,
            )
        )

    def _id(self, text: str) -> int:
        # 64 bits: with ten million distinct values a collision has a chance of 3 in a million.
        data = text.encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(data, key=self._secret, digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)
