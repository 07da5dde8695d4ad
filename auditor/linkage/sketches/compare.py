"""How many patients two sketches have in common: a threshold calibrated on patients of either holder alone.

Of one holder it is known which images show one patient. So pairs of his own images tell how often a threshold
finds a patient who is there, and how often it finds one who is not; the share of patients found across the holders
is corrected by both (Rogan and Gladen, Am J Epidemiol 1978). Patients on whom the basis was fitted are left out
of this, since their images are less alike than others'; the number is that of the rest, in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from auditor.errors import SketchError
from auditor.linkage.align import Float
from auditor.linkage.embedding import NEIGHBOURS
from auditor.linkage.protocol import share_estimate
from auditor.linkage.sketches.files import Sketch, SketchedPatient
from auditor.linkage.sketches.projection import cosines
from auditor.model import Estimate

Array = NDArray[np.float64]
_Images = tuple[NDArray[np.intp], NDArray[np.uint8], Float]
"""Rows of a holder's images, their sketches, and how familiar each of them is."""

MIN_KNOWN = 10
"""Patients with two exams, of both holders together, from which the share found can be told."""
REPLICATES = 1000
DRAWS = 20
PAIRS = 20_000_000
"""Pairs of patients that are compared; with more there are fewer draws, and always one."""
BLOCK = 500


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
    threshold: float | None
    """Probability, from score and margin, from which a best match is taken for the patient's own."""
    found: float | None
    """Share of the first's patients whose best match with the other lies above the threshold."""
    found_if_shared: Estimate | None
    found_if_not: Estimate | None
    known_pairs: int
    """Patients with two exams at one holder, on whom the share found was measured."""
    reason: str
    """Why the number of patients could not be told."""
    known_exams: bool
    """Whether the two images of one patient that it was calibrated on are known to be of two exams."""
    swapped: bool
    """Whether the second file is the first here."""


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    bits: NDArray[np.uint8]
    owner: NDArray[np.intp]
    exams: NDArray[np.intp]
    patients: int


def compare(one: Sketch, other: Sketch, *, seed: int = 0) -> Comparison:
    """Compare two sketches. Raises SketchError where they were not made to be compared."""
    _comparable(one, other)
    swapped = len(one.patients) > len(other.patients)
    first, second = (other, one) if swapped else (one, other)
    exposures = [[set(patient.exposures) for patient in side.patients] for side in (first, second)]
    common = set().union(*exposures[0]) & set().union(*exposures[1])
    with_common = [sum(1 for own in side if own & common) for side in exposures]
    told = _Told(_side(first), _side(second), seed)
    shared = _scaled(told.shared, first, second)
    return Comparison(
        patients=(len(first.patients), len(second.patients)),
        images=(first.images, second.images),
        shared_exposures=len(common),
        patients_with_shared_exposures=(with_common[0], with_common[1]),
        shared_patients=shared,
        threshold=told.threshold,
        found=told.found,
        found_if_shared=told.if_shared,
        found_if_not=told.if_not,
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


def _side(sketch: Sketch) -> _Side:
    patients = _unlearnt(sketch)
    sizes = [len(patient.exams) for patient in patients]
    empty = np.zeros((0, sketch.bits // 8), np.uint8)
    return _Side(
        np.concatenate([empty, *(patient.bits for patient in patients)]),
        np.repeat(np.arange(len(sizes)), sizes),
        np.array([exam for patient in patients for exam in _exams(patient)], np.intp),
        len(sizes),
    )


def _exams(patient: SketchedPatient) -> list[int]:
    """The exam of every image; where it is not known every exposure is taken for one."""
    exposures = list(dict.fromkeys(patient.exposures))
    return [
        exam or -1 - exposures.index(exposure)
        for exam, exposure in zip(patient.exams, patient.exposures, strict=True)
    ]


class _Told:
    """What the best match of every patient tells, once it is known how right such matches are.

    One image of a patient against one image of every other, drawn at random and averaged over draws:
    so it means the same across the holders as within one, however many images a patient has. A match
    is judged by its score and by its margin to the next best.
    """

    def __init__(self, first: _Side, second: _Side, seed: int) -> None:
        self.shared: Estimate | None = None
        self.threshold: float | None = None
        self.found: float | None = None
        self.if_shared: Estimate | None = None
        self.if_not: Estimate | None = None
        self.known, self.reason = 0, ""
        if min(first.patients, second.patients) < 3:
            self.reason = "one holder has fewer than three patients on whom the basis was not fitted"
            return
        self._rng = np.random.default_rng(seed)
        familiar = _familiarity(first, second)
        draws = max(1, min(DRAWS, PAIRS // (first.patients * second.patients)))
        across, strangers, kin = [], [], []
        for _ in range(draws):
            gallery = self._one_each(second, familiar[1])
            probes = [self._one_each(side, own) for side, own in zip((first, second), familiar, strict=True)]
            # Strangers are met in the same gallery that the first holder's patients are looked up in.
            met = [_best(probes[0], gallery, same=False), _best(probes[1], gallery, same=True)]
            across.append(_judged(*met[0]))
            strangers.append(_judged(*met[1]))
            # The first's own rivals may be images of the same patient, if he is shared: others' stand in for them.
            stood_in = self._rng.integers(0, second.patients, first.patients)
            rivals = [(met[1][0][stood_in], met[1][1][stood_in]), met[1]]
            own = [
                self._with_kin(side, fame, rows, best)
                for side, fame, (rows, _, _), best in zip(
                    (first, second), familiar, probes, rivals, strict=True
                )
            ]
            kin.append(np.concatenate(own))
        self.known = len(kin[0])
        if self.known < MIN_KNOWN:
            self.reason = f"fewer than {MIN_KNOWN} patients of either holder have two exams to calibrate on"
            return
        self._estimate(*(np.stack(each, axis=1) for each in (across, strangers, kin)))

    def _one_each(self, side: _Side, familiar: Float) -> _Images:
        """A random image of every patient."""
        starts = np.searchsorted(side.owner, np.arange(side.patients))
        rows = starts + self._rng.integers(0, np.bincount(side.owner, minlength=side.patients))
        return rows, side.bits[rows], familiar[rows]

    def _with_kin(
        self, side: _Side, familiar: Float, probes: NDArray[np.intp], best: tuple[Array, Array]
    ) -> Array:
        """Of every patient with two exams what he would look like if another exam of his stood in the gallery."""
        found = []
        ends = np.searchsorted(side.owner, np.arange(side.patients + 1))
        for patient, probe in enumerate(probes):
            own = np.arange(ends[patient], ends[patient + 1])
            others = own[side.exams[own] != side.exams[probe]]
            if not others.size:
                continue
            other = int(self._rng.choice(others))
            score = float(cosines(side.bits[[probe]], side.bits[[other]])[0, 0])
            score -= float(familiar[probe] + familiar[other]) / 2
            top, second = best[0][patient], best[1][patient]
            found.append((max(top, score), max(min(top, score), second)))
        tops = np.array(found, np.float64).reshape(-1, 2)
        return _judged(tops[:, 0], tops[:, 1])

    def _estimate(self, across: Array, strangers: Array, kin: Array) -> None:
        """Each: (patients, draws, 2), score and margin of the best match."""
        cases = np.concatenate([strangers.reshape(-1, 2), kin.reshape(-1, 2)])
        labels = np.repeat([0, 1], [strangers.size // 2, kin.size // 2])
        model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced")).fit(
            cases, labels
        )
        chances = [
            model.predict_proba(each.reshape(-1, 2))[:, 1].reshape(each.shape[:2])
            for each in (across, strangers, kin)
        ]
        tried = np.unique(
            np.quantile(np.concatenate([chances[1].ravel(), chances[2].ravel()]), np.linspace(0, 1, 400))
        )
        gain = [float((chances[2] > each).mean() - (chances[1] > each).mean()) for each in tried]
        threshold = float(tried[int(np.argmax(gain))])
        above = [(each > threshold).mean(axis=1) for each in chances]
        if above[2].mean() <= above[1].mean():
            self.reason = "images of one patient are no more alike than those of two"
            return
        # One patient found and one missed are imagined beside those seen, who may all agree by chance.
        imagined = [above[0], *(np.append(each, (0.0, 1.0)) for each in above[1:])]
        drawn = _shared(*(self._weights(len(each)) @ each for each in imagined))
        value = float(_shared(*(np.array([each.mean()]) for each in above))[0])
        low, high = np.percentile(drawn, [2.5, 97.5])
        most = len(across)
        self.threshold, self.found = threshold, float(above[0].mean())
        self.if_not, self.if_shared = (share_estimate(each, self._weights(len(each))) for each in above[1:])
        self.shared = Estimate(value * most, float(min(low, value)) * most, float(max(high, value)) * most)

    def _weights(self, patients: int) -> Array:
        """(replicates, patients): how often each patient is drawn, as shares."""
        drawn = self._rng.multinomial(patients, np.full(patients, 1 / patients), REPLICATES)
        return np.asarray(drawn / patients, np.float64)


def _judged(top: Array, second: Array) -> Array:
    """Score and margin, (patients, 2)."""
    return np.stack([top, top - second], axis=1)


def _shared(found: Array, if_not: Array, if_shared: Array) -> Array:
    """The share of patients who are shared, from the share found."""
    share: Array = np.clip((found - if_not) / np.maximum(if_shared - if_not, 1e-9), 0, 1)
    return share


def _familiarity(first: _Side, second: _Side) -> tuple[Float, Float]:
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


def _best(probes: _Images, gallery: _Images, *, same: bool) -> tuple[Array, Array]:
    """The best and the next score of every probe in the gallery; `same`: both list the same patients, and each
    is left out of his own gallery."""
    found = []
    for start in range(0, len(probes[0]), BLOCK):
        rows = slice(start, start + BLOCK)
        scores = cosines(probes[1][rows], gallery[1]) - (probes[2][rows, None] + gallery[2][None]) / 2
        if same:
            place = np.arange(len(scores))
            scores[place, start + place] = -np.inf
        found.append(np.partition(scores, -2, axis=1)[:, -2:])
    both = np.concatenate(found).astype(np.float64)
    return both.max(axis=1), both.min(axis=1)
