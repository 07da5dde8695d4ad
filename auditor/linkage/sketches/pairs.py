"""Pairs of images of two holders, or of one, and how alike they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.align import Float
from auditor.linkage.describe.embedding import NEIGHBOURS
from auditor.linkage.sketches.files import SketchedPatient
from auditor.linkage.sketches.projection import cosines, paired_cosines

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Random = np.random.Generator
Weigh = Callable[[Float | Array], tuple[Array, Array]]
"""Two weights of every pair, from its score."""

IMAGES = 20_000
"""Of a holder that are compared; with more, fewer of each patient, and always two."""
STRANGERS = 50_000
"""Pairs of strangers that are drawn at random."""
BLOCK = 500


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A holder's images, those of one patient side by side."""

    bits: NDArray[np.uint8]
    """(images, bits / 8)."""
    owner: Rows
    """(images,): the patient's position."""
    exams: Rows
    """(images,): numbered within the patient."""
    patients: int

    @classmethod
    def of(cls, patients: Sequence[SketchedPatient], bits: int) -> Side:
        """At most `IMAGES` of them, the same number of every patient."""
        most = max(2, IMAGES // max(1, len(patients)))
        sizes = [min(most, len(patient.exams)) for patient in patients]
        return cls(
            np.concatenate([np.zeros((0, bits // 8), np.uint8), *(each.bits[:most] for each in patients)]),
            np.repeat(np.arange(len(sizes)), sizes),
            np.array([exam for patient in patients for exam in _exams(patient)[:most]], np.intp),
            len(sizes),
        )

    def share(self) -> Array:
        """Of every image its part in the mean over patients and their images."""
        return np.asarray(1 / (np.bincount(self.owner)[self.owner] * self.patients), np.float64)

    def by_patient(self, values: Array) -> Array:
        """Means over the images of every patient."""
        return np.asarray(np.bincount(self.owner, values) / np.bincount(self.owner), np.float64)


Imaged = tuple[Side, Float]
"""A holder's images, and how familiar each of them is."""
Kin = tuple[Rows, Array]
"""Of pairs of images of one patient: his position, and how alike they are."""


def _exams(patient: SketchedPatient) -> list[int]:
    """The exam of every image; where it is not known every exposure is taken for one."""
    exposures = list(dict.fromkeys(patient.exposures))
    return [
        exam or -1 - exposures.index(exposure)
        for exam, exposure in zip(patient.exams, patient.exposures, strict=True)
    ]


def familiarity(first: Side, second: Side) -> tuple[Float, Float]:
    """Of every image, its mean cosine to the most similar images of other patients of both holders.

    Own images would make a patient familiar, and so harder to find, the more he has. Those at one holder are
    known and left out; those at the other are among the most similar, of which as many are passed over.
    """
    bits = np.concatenate([first.bits, second.bits])
    owner = np.concatenate([first.owner, first.patients + second.owner])
    most = int(np.bincount(owner).max())
    k = max(1, min(NEIGHBOURS, (len(bits) - most) // 4))
    passed = min(most, (len(bits) - most) // 8)
    found = np.zeros(len(bits), np.float32)
    for start in range(0, len(bits), BLOCK):
        rows = slice(start, start + BLOCK)
        similar = cosines(bits[rows], bits)
        similar[owner[rows, None] == owner[None]] = -np.inf
        similar = np.sort(similar, axis=1)[:, ::-1]
        found[rows] = similar[:, passed : passed + k].mean(axis=1)
    return found[: len(first.bits)], found[len(first.bits) :]


def _scores(one: Imaged, rows: slice, other: Imaged) -> Float:
    """Match scores as in `Embedding.scores`: (rows, images of the other)."""
    (side, familiar), (others, theirs) = one, other
    found = cosines(side.bits[rows], others.bits) - (familiar[rows, None] + theirs[None]) / 2
    return np.asarray(found, np.float32)


def rows_of(one: Imaged, other: Imaged, weigh: Weigh) -> Array:
    """What every patient of `one` weighs with each of the `other`'s patients but himself, on average: (patients, 2)."""
    side, others = one[0], other[0]
    found = np.zeros((len(side.bits), 2))
    share = others.share()
    for start in range(0, len(side.bits), BLOCK):
        rows = slice(start, start + BLOCK)
        weights = np.stack(weigh(_scores(one, rows, other)), axis=-1)
        if one is other:
            weights[side.owner[rows, None] == side.owner[None]] = 0
        found[rows] = np.einsum("rcw,c->rw", weights, share)
    if one is other:
        found *= side.patients / (side.patients - 1)
    return np.stack([side.by_patient(found[:, each]) for each in (0, 1)], axis=1)


def _paired(one: Imaged, rows: Rows, columns: Rows) -> Array:
    """Match scores of pairs of images of one holder."""
    side, familiar = one
    parts = [np.zeros(0)]
    for start in range(0, len(rows), BLOCK):
        left, right = rows[start : start + BLOCK], columns[start : start + BLOCK]
        found = paired_cosines(side.bits[left], side.bits[right]) - (familiar[left] + familiar[right]) / 2
        parts.append(found.astype(np.float64))
    return np.concatenate(parts)


def kin_of(one: Imaged) -> Kin:
    """Pairs of images of two exams of one patient: his position, and the score."""
    side, _ = one
    ends = np.searchsorted(side.owner, np.arange(side.patients + 1))
    rows, columns = [], []
    for start, end in pairwise(ends.tolist()):
        left, right = np.nonzero(np.triu(side.exams[start:end, None] != side.exams[None, start:end]))
        rows.append(start + left)
        columns.append(start + right)
    left, right = np.concatenate(rows), np.concatenate(columns)
    return side.owner[left], _paired(one, left, right)


def strangers_of(one: Imaged, rng: Random) -> Array:
    """Scores of images of two patients of one holder, every pair of patients being as likely."""
    side, _ = one
    left, right = rng.choice(len(side.bits), (2, STRANGERS), p=side.share())
    apart = side.owner[left] != side.owner[right]
    return _paired(one, left[apart], right[apart])
