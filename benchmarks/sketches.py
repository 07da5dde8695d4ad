"""What sketches lose against clear vectors, for several bases; shared_patients.py measures the count.

    python benchmarks/sketches.py FOLDER [--other FOLDER] [--splits 2] [--seed 0]

FOLDER holds index.csv with the columns path, patient_id, date_or_order, view and modality. Patients with several exams
are split: half of them are shared (their exams divided over both holders), a quarter are with one holder
alone; patients with one exam are divided. Bases: fitted on half of the first holder's patients, on both holders'
images, on another set.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import numpy as np
from linkage_nih import load
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from auditor.keys import Key
from auditor.linkage.describe.deep import Deep
from auditor.linkage.describe.embedding import NEIGHBOURS
from auditor.linkage.sketches import Basis, Projection, Sketch, SketchedPatient, compare
from auditor.linkage.sketches.projection import cosines
from auditor.model import Portrait

Array = NDArray[np.float32]
DRAWS = 20


def split(
    portraits: list[Portrait], rng: np.random.Generator, count: int | None = None
) -> tuple[list[int], list[int], list[str]]:
    """Rows of the two holders, and the patients whom they share: `count`, or half of those with several exams."""
    rows: dict[str, list[int]] = {}
    for row, portrait in enumerate(portraits):
        rows.setdefault(portrait.patient, []).append(row)
    many = sorted(name for name, own in rows.items() if len({portraits[r].exam for r in own}) > 1)
    single = sorted(set(rows) - set(many))
    order = [many[place] for place in rng.permutation(len(many))]
    half = len(order) // 2 if count is None else count
    quarter = (half + len(order)) // 2
    sides: tuple[list[int], list[int]] = ([], [])
    for name in order[:half]:
        exams = sorted({portraits[r].exam for r in rows[name]})
        here = set(rng.permutation(exams)[: len(exams) // 2].tolist())
        for row in rows[name]:
            sides[portraits[row].exam not in here].append(row)
    for side, names in enumerate((order[half:quarter], order[quarter:])):
        sides[side].extend(row for name in names for row in rows[name])
    for turn, place in enumerate(rng.permutation(len(single))):
        sides[turn % 2].extend(rows[single[place]])
    return sorted(sides[0]), sorted(sides[1]), order[:half]


def rank1(
    cosine: Array,
    joint: Array,
    portraits: list[Portrait],
    a: list[int],
    b: list[int],
    shared: list[str],
    seed: int,
) -> float:
    """A random image of every shared patient from `a`, among one random image of every patient of `b`."""
    familiar = np.partition(joint, -NEIGHBOURS - 1, axis=1)[:, -NEIGHBOURS - 1 : -1].mean(axis=1)
    scores = cosine - (familiar[: len(a), None] + familiar[None, len(a) :]) / 2
    rng = np.random.default_rng(seed)
    probes, gallery = owned(portraits, a), owned(portraits, b)
    right = []
    for _ in range(DRAWS):
        columns = {name: int(rng.choice(own)) for name, own in gallery.items()}
        names, places = list(columns), list(columns.values())
        for name in shared:
            row = int(rng.choice(probes[name]))
            right.append(names[int(scores[row, places].argmax())] == name)
    return float(np.mean(right))


def owned(portraits: list[Portrait], rows: list[int]) -> dict[str, list[int]]:
    """Places of every patient's images in `rows`."""
    owned: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        owned.setdefault(portraits[row].patient, []).append(place)
    return owned


def as_sketch(
    portraits: list[Portrait], rows: list[int], bits: NDArray[np.uint8], learnt: frozenset[str] = frozenset()
) -> Sketch:
    """The sketch that a holder of these rows would make; `bits`: (rows, bits / 8)."""
    patients = []
    for patient, own in owned(portraits, rows).items():
        exams = sorted({portraits[rows[place]].exam for place in own})
        patients.append(
            SketchedPatient(
                bits[own],
                tuple(exams.index(portraits[rows[place]].exam) for place in own),
                tuple(portraits[rows[place]].digest[:32] for place in own),
                patient in learnt,
            )
        )
    return Sketch("", "", "", bits.shape[1] * 8, tuple(patients), 0)


def view_auc(points: Array, portraits: list[Portrait]) -> float:
    """How well a label (the view, PA or AP) is read off sketches or vectors, by patient: what they leak."""
    target = np.array([portrait.view == "PA" for portrait in portraits])
    people = [portrait.patient for portrait in portraits]
    model = LogisticRegression(C=1.0, max_iter=300)
    found = cross_val_predict(
        model, points, target, groups=people, cv=GroupKFold(5), method="decision_function"
    )
    return float(roc_auc_score(target, found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--other", type=Path)
    parser.add_argument("--bases", default="first,both,other", help="Comma-separated: first, both, other.")
    parser.add_argument("--splits", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    workers, cpu = os.cpu_count() or 1, time.process_time()
    portraits, features, key = load(arguments.folder), Deep(), Key(bytes(range(32)))
    other = load(arguments.other) if arguments.other else []
    for number in range(arguments.splits):
        rng = np.random.default_rng([arguments.seed, number])
        a, b, shared = split(portraits, rng)
        print(
            f"split {number}: {len(owned(portraits, a))} and {len(owned(portraits, b))} patients, "
            f"{len(a)} and {len(b)} images, {len(shared)} patients shared"
        )
        patients = sorted(owned(portraits, a))
        half = frozenset(patients[place] for place in rng.permutation(len(patients))[: len(patients) // 2])
        learnt_from = [portraits[row] for row in a if portraits[row].patient in half]
        bases = {"first": learnt_from, "both": portraits, "other": other}
        for name, fitted_on in bases.items():
            if not fitted_on:
                continue
            basis = Basis.fit(lambda: fitted_on, features, seed=arguments.seed, workers=workers)  # noqa: B023
            vectors = np.stack([vector for _, vector in basis.vectors(portraits, workers=workers)])
            rows = np.array([*a, *b])
            clear = vectors[rows] @ vectors[rows].T
            told = [f"clear {rank1(clear[: len(a), len(a) :], clear, portraits, a, b, shared, number):.3f}"]
            for bits in (1024, 2048, 4096, 8192):
                sketched = Projection(key, vectors.shape[1], bits).sketch(vectors)
                joint = cosines(sketched[rows], sketched[rows])
                found = rank1(joint[: len(a), len(a) :], joint, portraits, a, b, shared, number)
                told.append(f"{bits} bits {found:.3f}")
                if bits == 8192:
                    result = compare(
                        as_sketch(portraits, a, sketched[a], half if name == "first" else frozenset()),
                        as_sketch(portraits, b, sketched[b]),
                        seed=number,
                    )
                    leak = np.unpackbits(sketched, axis=1).astype(np.float32) - 0.5
            size = len(basis.to_bytes()) / 1e6
            print(f"  basis {name} ({basis.images} images, {size:.1f} MB): rank-1 {', '.join(told)}")
            if result.shared_patients:
                e = result.shared_patients
                print(
                    f"    shared, 8192 bits: {e.value:.0f} [{e.low:.0f}, {e.high:.0f}], true {len(shared)}; "
                    f"weight {result.weight.value:.2f}, by chance {result.by_chance:.1f}, "  # type: ignore[union-attr]
                    f"calibrated on {result.known_pairs}"
                )
            else:
                print("    shared:", result.reason)
            if number == 0 and name == "first":
                print(f"    view read off 8192 bits: AUC {view_auc(leak, portraits):.3f}", end="; ")
                print(f"off clear vectors: {view_auc(vectors, portraits):.3f}", flush=True)
    print(f"processor time {time.process_time() - cpu:.0f} s")


if __name__ == "__main__":
    main()
