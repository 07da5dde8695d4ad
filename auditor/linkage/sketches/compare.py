"""How many patients two sketches have in common: pairs of images across the holders against pairs within each.

Of one holder it is known which images show one patient. So pairs of his own images tell how much weight two
images of one patient carry, and how much two of strangers do. The weight is the probability that both show one
patient, by their likeness; what all pairs across the holders weigh, less what as many strangers would, divided by
what one patient weighs, is the number of shared patients: a mixture solved by its moments, which needs no threshold and
stays right on average where the probability is not. Patients on whom the basis was fitted are left out, since their
images are less alike than others'; the number is that of the rest, in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from auditor.errors import SketchError
from auditor.linkage.describe.align import Float
from auditor.linkage.sketches.files import Sketch, SketchedPatient
from auditor.linkage.sketches.pairs import (
    Array,
    Imaged,
    Kin,
    Random,
    Rows,
    Side,
    familiarity,
    kin_of,
    rows_of,
    strangers_of,
)
from auditor.linkage.within.protocol import interval
from auditor.model import Estimate

MIN_KNOWN = 10
"""Patients with two exams, of both holders together, from which the weight of a patient can be told."""
REPLICATES = 1000
SHARED = 0.3
"""Share of the smaller holder's patients that pairs are weighed for. With more of them, strangers weigh more too."""
BULK = 0.98
"""Share of strangers who are plainly so: by them holders are compared whose images are of different kinds."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two holders have in common."""

    patients: tuple[int, int]
    images: tuple[int, int]
    shared_exposures: int
    """Distinct exposures with identical pixels that both hold."""
    patients_with_shared_exposures: tuple[int, int]
    shared_patients: Estimate | None
    """How many patients of the first, smaller, holder are with the other too, 95 % interval by bootstrap."""
    seen: float | None
    """What the pairs of patients across the holders weigh together."""
    by_chance: float | None
    """What they would weigh if all were strangers."""
    weight: Estimate | None
    """What one shared patient weighs."""
    likeness: float | None
    """How alike strangers are across the holders, as a share of how alike they are within each."""
    known_pairs: int
    """Patients with two exams at one holder, on whom the weight was measured."""
    reason: str
    """Why the number of patients could not be told."""
    known_exams: bool
    """Whether the two images of one patient that it was calibrated on are known to be of two exams."""
    swapped: bool
    """Whether the second file is the first here."""


def compare(one: Sketch, other: Sketch, *, seed: int = 0) -> Comparison:
    """Compare two sketches. Raises SketchError where they were not made to be compared."""
    _comparable(one, other)
    swapped = len(one.patients) > len(other.patients)
    first, second = (other, one) if swapped else (one, other)
    exposures = [[set(patient.exposures) for patient in side.patients] for side in (first, second)]
    common = set().union(*exposures[0]) & set().union(*exposures[1])
    with_common = [sum(1 for own in side if own & common) for side in exposures]
    sides = [Side.of(_unlearnt(side), side.bits) for side in (first, second)]
    told = _Told(sides[0], sides[1], seed)
    shared = _scaled(told.shared, first, second)
    return Comparison(
        patients=(len(first.patients), len(second.patients)),
        images=(first.images, second.images),
        shared_exposures=len(common),
        patients_with_shared_exposures=(with_common[0], with_common[1]),
        shared_patients=shared,
        seen=told.seen,
        by_chance=told.by_chance,
        weight=told.weight,
        likeness=told.likeness,
        known_pairs=told.known,
        reason=told.reason,
        known_exams=all(0 not in each.exams for side in (one, other) for each in side.patients),
        swapped=swapped,
    )


def _comparable(one: Sketch, other: Sketch) -> None:
    for what, a, b, todo in (
        ("keys", one.key_id, other.key_id, "Both holders must use one --shared-key."),
        ("features", one.features, other.features, "Both holders must use the same --features and version."),
        ("bases", one.basis, other.basis, "The second holder must use the first's basis: --basis FILE."),
        ("numbers of bits", one.bits, other.bits, "Both holders must use the same --bits."),
    ):
        if a != b:
            raise SketchError(f"The sketches were made with two {what}", todo=todo)


def _unlearnt(sketch: Sketch) -> list[SketchedPatient]:
    return [patient for patient in sketch.patients if not patient.learnt]


def _scaled(told: Estimate | None, first: Sketch, second: Sketch) -> Estimate | None:
    """The number of all patients, from that of those on whom no basis was fitted: a random part of each holder's."""
    if told is None:
        return None
    factor = 1.0
    for side in (first, second):
        factor *= len(side.patients) / len(_unlearnt(side))
    most = min(len(first.patients), len(second.patients))
    value, low, high = (min(each * factor, most) for each in (told.value, told.low, told.high))
    return Estimate(value, low, high)


class _Told:
    """What the pairs across the holders tell."""

    def __init__(self, first: Side, second: Side, seed: int) -> None:
        self.shared: Estimate | None = None
        self.weight: Estimate | None = None
        self.seen: float | None = None
        self.by_chance: float | None = None
        self.likeness: float | None = None
        self.known, self.reason = 0, ""
        if min(first.patients, second.patients) < 3:
            self.reason = "one holder has fewer than three patients on whom the basis was not fitted"
            return
        rng = np.random.default_rng(seed)
        sides = tuple(zip((first, second), familiarity(first, second), strict=True))
        kin = [kin_of(side) for side in sides]
        self.known = sum(len(np.unique(patients)) for patients, _ in kin)
        if self.known < MIN_KNOWN:
            self.reason = f"fewer than {MIN_KNOWN} patients of either holder have two exams to calibrate on"
            return
        strangers = np.concatenate([strangers_of(side, rng) for side in sides])
        weigh = _Weigh(strangers, kin, SHARED / max(first.patients, second.patients))
        if not weigh.rising:
            self.reason = "images of one patient are no more alike than those of two"
            return
        self._estimate(sides, weigh, kin, rng)

    def _estimate(self, sides: tuple[Imaged, ...], weigh: _Weigh, kin: list[Kin], rng: Random) -> None:
        first, second = sides
        weights = [_weights(side.patients, rng) for side, _ in sides]
        across = weights[0] @ rows_of(first, second, weigh)
        # A pair of strangers counts in the rows of both, so a patient who is drawn again counts twice (Hájek).
        rows = [rows_of(side, side, weigh) for side in sides]
        within = [2 * drawn @ each - each.mean(axis=0) for drawn, each in zip(weights, rows, strict=True)]
        pairs = [side.patients * (side.patients - 1) for side, _ in sides]
        strangers = np.tensordot(np.array(pairs) / sum(pairs), np.stack(within), 1)
        likeness = across[:, 0] / np.maximum(strangers[:, 0], 1e-300)
        chance = likeness * strangers[:, 1]
        known = np.concatenate([_means(patients, weigh(scores)[1]) for patients, scores in kin])
        # One patient who weighs all and one who weighs nothing are imagined: those seen may agree by chance.
        imagined = _weights(len(known) + 2, rng)[1:] @ np.append(known, (0.0, 1.0))
        weight = np.append(known.mean(), imagined)
        possible = sides[0][0].patients * sides[1][0].patients
        shared = possible * (across[:, 1] - chance) / np.maximum(weight - chance, 1e-9)
        most = min(side.patients for side, _ in sides)
        self.shared = interval(float(np.clip(shared[0], 0, most)), np.clip(shared[1:], 0, most))
        self.weight = interval(float(weight[0]), weight[1:])
        self.seen, self.by_chance = float(across[0, 1] * possible), float(chance[0] * possible)
        self.likeness = float(likeness[0])


class _Weigh:
    """The probability that two images show one patient, from their score."""

    def __init__(self, strangers: Array, kin: list[Kin], prior: float) -> None:
        """`strangers`: scores of pairs; `kin`: patients and scores; `prior`: share of pairs that show one patient."""
        scores = np.concatenate([strangers, *(scores for _, scores in kin)])
        # Every patient counts the same, and all of them as much as the strangers do.
        own = np.concatenate([1 / np.bincount(patients)[patients] for patients, _ in kin])
        counts = np.concatenate([np.full(len(strangers), 1 / len(strangers)), own / own.sum()])
        self._unit = float(strangers.std()) or 1.0
        model = LogisticRegression(C=100.0)
        model.fit(scores[:, None] / self._unit, np.arange(len(scores)) >= len(strangers), 1000 * counts)
        self._slope, self._start = float(model.coef_[0, 0]), float(model.intercept_[0] + np.log(prior))
        self._plain = float(np.quantile(strangers, BULK))
        self.rising = self._slope > 0

    def __call__(self, scores: Float | Array) -> tuple[Array, Array]:
        """The weights of pairs who are plainly strangers, and of the others; 0 where it is the other kind."""
        found = expit(np.asarray(scores, np.float64) * (self._slope / self._unit) + self._start)
        plain = scores < self._plain
        return np.where(plain, found, 0.0), np.where(plain, 0.0, found)


def _means(patients: Rows, values: Array) -> Array:
    """The mean of every patient's values."""
    counts = np.bincount(patients)
    return np.asarray((np.bincount(patients, values) / np.maximum(counts, 1))[counts > 0], np.float64)


def _weights(patients: int, rng: Random) -> Array:
    """(1 + replicates, patients): the share of each patient, all the same first, then as drawn."""
    drawn = rng.multinomial(patients, np.full(patients, 1 / patients), REPLICATES)
    return np.vstack([np.full(patients, 1.0), drawn]) / patients
