"""How well two sketches tell how many patients two holders share: bias of the number, coverage of its interval.

    python benchmarks/shared_patients.py FOLDER [--other FOLDER] [--counts 0,5,20] [--divisions 20] [--seed 0]

FOLDER holds index.csv with the columns path, patient_id, date_or_order, view and modality. It is divided at random
over two holders again and again, see `sketches.split`. The whitening is fitted on a random half of one holder's
patients, the first's and the second's in turn, as `auditor sketch` does, or on the images of another folder. Images
are placed and described once: the templates, a mean picture each, are those of all images.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from linkage_nih import load
from numpy.typing import NDArray
from sketches import as_sketch, owned, rank1, split

from auditor.keys import Key
from auditor.linkage.describe.align import Float
from auditor.linkage.describe.deep import Deep
from auditor.linkage.describe.features import Whitening, unit
from auditor.linkage.describe.space import Space, build_templates
from auditor.linkage.sketches import Projection, Sketch, compare
from auditor.linkage.sketches.basis import blocks_of, describe_all
from auditor.linkage.sketches.projection import cosines
from auditor.model import Portrait

KEY = Key(bytes(range(32)))


class Divider:
    """Sketches of divisions of one set."""

    def __init__(self, portraits: list[Portrait], foreign: list[Portrait], seed: int) -> None:
        self.portraits = portraits
        templates = build_templates(foreign or portraits, np.random.default_rng(seed))
        space = Space(Deep(), templates)
        self._zones = list(blocks_of(describe_all(space, portraits)))
        self._projection: Projection | None = None
        self._fixed = self._placed(blocks_of(describe_all(space, foreign))) if foreign else None

    def _placed(self, fitted_on: Iterable[Float]) -> tuple[Float, NDArray[np.uint8]]:
        """Of all images, the vectors in clear and their sketches."""
        fine = []
        for zone, learnt_from in zip(self._zones, fitted_on, strict=True):
            whitening = Whitening.fit(learnt_from)
            fine.append(whitening.whiten(whitening.project(zone)))
        vectors = unit(np.hstack(fine))
        # Half the patients of a division may support other numbers of components than those of the last.
        if self._projection is None or self._projection.length != vectors.shape[1]:
            self._projection = Projection(KEY, vectors.shape[1])
        return vectors, self._projection.sketch(vectors)

    def divide(
        self, count: int, number: int, rng: np.random.Generator
    ) -> tuple[Sketch, Sketch, tuple[float, float] | None]:
        """The sketches of two holders with `count` patients in common, and how many of those are found at the first
        guess, in clear and sketched."""
        a, b, shared = split(self.portraits, rng, count)
        if number % 2:
            a, b = b, a
        half: frozenset[str] = frozenset()
        placed = self._fixed
        if placed is None:
            patients = sorted(owned(self.portraits, a))
            half = frozenset(
                patients[place] for place in rng.permutation(len(patients))[: len(patients) // 2]
            )
            rows = [row for row in a if self.portraits[row].patient in half]
            placed = self._placed([zone[rows] for zone in self._zones])
        vectors, bits = placed
        both, found = [*a, *b], None
        if shared:
            clear, told = vectors[both] @ vectors[both].T, cosines(bits[both], bits[both])
            first, second = (
                rank1(each[: len(a), len(a) :], each, self.portraits, a, b, shared, number)
                for each in (clear, told)
            )
            found = first, second
        return as_sketch(self.portraits, a, bits[a], half), as_sketch(self.portraits, b, bits[b]), found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--other", type=Path)
    parser.add_argument("--counts", default="0,5,20,80,160")
    parser.add_argument("--divisions", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    cpu = time.process_time()
    other = load(arguments.other) if arguments.other else []
    divider = Divider(load(arguments.folder), other, arguments.seed)
    for count in map(int, arguments.counts.split(",")):
        told, ranks = [], []
        for number in range(arguments.divisions):
            rng = np.random.default_rng([arguments.seed, count, number])
            one, other, rank = divider.divide(count, number, rng)
            ranks += [rank] if rank else []
            found = compare(one, other, seed=number)
            if found.shared_patients is None:
                print(f"shared {count}: {found.reason}")
                continue
            told.append((found.shared_patients.value, found.shared_patients.low, found.shared_patients.high))
        if not told:
            continue
        value, low, high = np.array(told).T
        print(
            f"shared {count}: told {value.mean():.1f} on average (from {value.min():.0f} to {value.max():.0f}); "
            f"interval holds {count} in {((low <= count) & (count <= high)).sum()} of {len(told)}, lies above it in "
            f"{(low > count).sum()}, below in {(high < count).sum()}; {(high - low).mean():.0f} wide",
            flush=True,
        )
        if ranks:
            clear, sketched = np.mean(ranks, axis=0)
            print(f"  rank-1 of shared patients: {clear:.3f} in clear, {sketched:.3f} sketched", flush=True)
    print(f"processor time {time.process_time() - cpu:.0f} s")


if __name__ == "__main__":
    main()
