"""The same exposure more than once in a release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np

from auditor.linkage.copies.near import Exposures, Pair
from auditor.linkage.copies.trace import Library, packed
from auditor.linkage.describe.embedding import Store, sample
from auditor.linkage.describe.portrait import is_blank
from auditor.model import Duplicate, Portrait

IDENTICAL = "identical_pixels"
NEAR = "near_duplicate"
WITHIN, REFERENCE = "within", "reference"
NEAR_CAP = 10_000
"""Exposures among which near-duplicates are looked for, drawn at random: their keypoints stay in memory."""
REFERENCE_PART = 500


def find_duplicates(portraits: Store) -> list[Duplicate]:
    """Images whose decoded pixels are identical, whatever their container.

    Blank images are left out: an empty frame says nothing of anybody. Of m identical images m − 1
    pairs are named: the first of every patient with the first of all, and every other image with
    its own patient's first; so a group never costs m² rows and every crossing of patients shows.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for portrait in portraits():
        if portrait.digest and not is_blank(portrait.pixels):
            groups.setdefault(portrait.digest, []).append((portrait.path, portrait.patient))
    found = []
    for members in groups.values():
        firsts: dict[str, str] = {}
        head_path, head_patient = members[0]
        for path, patient in members:
            if patient in firsts:
                found.append(Duplicate(firsts[patient], path, patient, patient, IDENTICAL, 1.0, WITHIN))
            else:
                firsts[patient] = path
                if path != head_path:
                    found.append(Duplicate(head_path, path, head_patient, patient, IDENTICAL, 1.0, WITHIN))
    return found


class Copies:
    """Finds images that show one exposure though their pixels differ: in a release, and in other sets.

    Of images with identical pixels only the first is looked at, blank ones not at all; among more
    than `NEAR_CAP` exposures of the release, that many drawn at random.
    """

    def __init__(self, portraits: Store, *, seed: int, workers: int = 1) -> None:
        """portraits: gives the portraits afresh at each call. seed: of every random draw."""
        drawn = sample(lambda: _exposures(portraits()), NEAR_CAP, np.random.default_rng(seed))
        self._chosen = list(drawn.values())
        self._searched = Exposures([each.pixels for each in self._chosen], seed=seed, workers=workers)

    @property
    def portraits(self) -> list[Portrait]:
        """Those that are searched."""
        return self._chosen

    def library(self) -> Library | None:
        """What is needed to trace an image to one of `portraits`; None where none has local features."""
        index, placed = self._searched.index, self._searched.placed
        if index is None:
            return None
        return Library(index, placed.astype(np.float16), [packed(each.pixels) for each in self._chosen])

    def within(self) -> list[Duplicate]:
        """Pairs of the release, the score from 0.5 towards 1, in the order of the portraits."""
        return [_near(self._chosen, self._chosen, pair, WITHIN) for pair in self._searched.pairs()]

    def among(self, reference: Store) -> Iterator[Duplicate]:
        """Pairs of a file of the release and one of `reference`, which is read once, a part at a time;
        identical pixels are left to `find_shared`."""
        others = _exposures(reference())
        while part := list(islice(others, REFERENCE_PART)):
            for pair in self._searched.copies([each.pixels for each in part]):
                here, there = self._chosen[pair.a], part[pair.b]
                if not here.digest or here.digest != there.digest:
                    yield _near(self._chosen, part, pair, REFERENCE)


def find_near_duplicates(portraits: Store, *, seed: int, workers: int = 1) -> list[Duplicate]:
    """Near-duplicates within a release, see `Copies`."""
    return Copies(portraits, seed=seed, workers=workers).within()


def find_shared(portraits: Store, reference: Store) -> list[Duplicate]:
    """Images of `reference` whose decoded pixels are those of an image of the release.

    Every image of the reference is named with the first of each patient of the release.
    """
    known: dict[str, dict[str, str]] = {}
    for portrait in portraits():
        if portrait.digest and not is_blank(portrait.pixels):
            known.setdefault(portrait.digest, {}).setdefault(portrait.patient, portrait.path)
    return [
        Duplicate(path, other.path, patient, other.patient, IDENTICAL, 1.0, REFERENCE)
        for other in reference()
        if other.digest
        for patient, path in known.get(other.digest, {}).items()
    ]


def _near(here: list[Portrait], there: list[Portrait], pair: Pair, scope: str) -> Duplicate:
    a, b = here[pair.a], there[pair.b]
    return Duplicate(a.path, b.path, a.patient, b.patient, NEAR, round(pair.score, 3), scope)


def _exposures(portraits: Iterable[Portrait]) -> Iterator[Portrait]:
    seen = set()
    for portrait in portraits:
        if portrait.digest not in seen and not is_blank(portrait.pixels):
            yield portrait
        if portrait.digest:
            seen.add(portrait.digest)
