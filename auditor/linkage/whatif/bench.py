"""The attack on mitigated images, by who does not adapt and by who does.

The release is mitigated; the attacker's own image of the patient is not. The naive attacker
compares it as it is, with templates and whitening learnt from unmitigated images. The adaptive
attacker learns templates and whitening from mitigated images, and applies the mitigation to his own
copy. Of random mitigations every image has its own random draw; there a second draw may cost him more than
it gives, so he is granted the better of his copy mitigated and as it is.

Where no patient has two images, the attacker holds the very exposure, which is told: whatever is not random he
repeats exactly.
"""

from __future__ import annotations

import zlib
from dataclasses import replace

import joblib
import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.align import Float
from auditor.linkage.describe.embedding import NEIGHBOURS, Embedding, Progress, embed
from auditor.linkage.describe.features import Features
from auditor.linkage.describe.portrait import is_blank
from auditor.linkage.whatif.mitigations import Mitigation
from auditor.linkage.whatif.outcome import Attack, Effect, TaskScore, Verdict, WhatIf, marked
from auditor.linkage.whatif.picture import Picture
from auditor.linkage.whatif.utility import Task, patient_mean
from auditor.linkage.within.protocol import (
    Index,
    Trial,
    bootstrap_weights,
    interval,
    members_by_patient,
    run_trial,
    share_estimate,
    summarise,
)
from auditor.model import Estimate, Portrait

BASELINE = Mitigation("none", "", None, lambda image, _: image)


class Bench:
    """Holds the sample and what is learnt from it unmitigated; measures one mitigation at a time.

    Beside the pictures only the portraits and vectors of one mitigation are in memory.
    """

    def __init__(
        self,
        pictures: list[Picture],
        features: Features,
        *,
        seed: int,
        draws: int = 20,
        workers: int = 1,
        task: Task | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._pictures, self._features, self._task = pictures, features, task
        self._seed, self._draws, self._workers = seed, draws, workers
        self._tell = progress or (lambda step, done, total: None)
        self._portraits = [each.portrait for each in pictures]
        self._clean = self._embedding(self._portraits)
        trial = run_trial(self._clean, seed=seed, draws=draws)
        self._attack = Attack.SAME_EXPOSURE if trial is None else Attack.ANOTHER_IMAGE
        self._trial = trial or self._crossed(self._clean.vectors, self._clean.vectors)

    @property
    def measurable(self) -> bool:
        """Whether anybody can be looked up among others."""
        return self._trial is not None

    def run(self, mitigations: list[Mitigation]) -> WhatIf:
        """The baseline and every mitigation. Raises ValueError where nobody can be looked up."""
        if self._trial is None:
            raise ValueError("nobody can be looked up among others")
        whole = np.ones(len(self._pictures))
        effects = [self._effect(BASELINE, self._trial, self._trial, self._trial, whole, self._clean)]
        for done, mitigation in enumerate(mitigations):
            self._tell("what if", done, len(mitigations))
            effects.append(self._measure(mitigation, self._trial))
        self._tell("what if", len(mitigations), len(mitigations))
        return WhatIf(
            effects=marked(effects),
            patients=self._trial.gallery_patients,
            probe_patients=len(self._trial.probes),
            images=sum(len(rows) for rows in members_by_patient(self._clean).values()),
            draws=self._draws,
            seed=self._seed,
            features=self._features.name,
            known_exams=self._trial.known_exams and self._attack is Attack.ANOTHER_IMAGE,
            attack=self._attack,
        )

    def _measure(self, mitigation: Mitigation, unmitigated: Trial) -> Effect:
        found = self._mitigated(mitigation, draw=0)
        portraits = [portrait for portrait, _ in found]
        adapted, random = self._embedding(portraits), self._is_random(mitigation)
        naive = self._crossed(self._clean.vectors, self._placed(portraits, self._clean))
        adaptive = self._repeated(mitigation, adapted, random)
        if random:
            as_it_is = self._crossed(self._placed(self._portraits, adapted), adapted.vectors)
            adaptive = _better(adaptive, as_it_is)
        if naive is None or adaptive is None:
            raise AssertionError("the same images can be probed whatever was done to them")
        kept = np.array([value for _, value in found], dtype=np.float64)
        return self._effect(mitigation, unmitigated, naive, adaptive, kept, adapted)

    def _repeated(self, mitigation: Mitigation, adapted: Embedding, random: bool) -> Trial | None:
        """The trial of the attacker who mitigates his own image too."""
        if self._attack is Attack.ANOTHER_IMAGE:
            return run_trial(adapted, seed=self._seed, draws=self._draws)
        own = adapted.vectors
        if random:
            again = [portrait for portrait, _ in self._mitigated(mitigation, draw=1)]
            own = self._placed(again, adapted)
        return self._crossed(own, adapted.vectors)

    def _mitigated(self, mitigation: Mitigation, draw: int) -> list[tuple[Portrait, float]]:
        """Every picture's portrait after the mitigation, and what is left of its structure."""
        kin = zlib.crc32(f"{mitigation.name}={mitigation.value}".encode())

        def mitigate(position: int) -> tuple[Portrait, float]:
            return self._pictures[position].mitigated(mitigation, [self._seed, kin, position, draw])

        with joblib.Parallel(n_jobs=self._workers, prefer="threads") as parallel:
            return list(parallel(joblib.delayed(mitigate)(each) for each in range(len(self._pictures))))

    def _effect(
        self,
        mitigation: Mitigation,
        unmitigated: Trial,
        naive: Trial,
        adaptive: Trial,
        kept: NDArray[np.float64],
        adapted: Embedding,
    ) -> Effect:
        weights = bootstrap_weights(len(naive.probes), self._seed)
        before, first, second = (each.rank_share[:, 0] for each in (unmitigated, naive, adaptive))
        strongest = first if first.mean() > second.mean() else second
        by_naive, by_adaptive = summarise(naive, self._seed), summarise(adaptive, self._seed)
        gained, kept_off = _difference(second - first, weights), _difference(before - strongest, weights)
        seen = adapted.aligned[~adapted.blank]
        shown = np.flatnonzero(~adapted.blank)
        return Effect(
            mitigation=mitigation.name,
            parameter=mitigation.parameter,
            value=mitigation.value,
            verdict=_verdict(mitigation, gained, kept_off, _difference(before - first, weights)),
            rank1_naive=share_estimate(first, weights),
            rank1_adaptive=share_estimate(second, weights),
            auc_naive=by_naive.auc,
            auc_adaptive=by_adaptive.auc,
            gained_by_adapting=gained,
            kept_off=kept_off,
            ssim=patient_mean(kept[shown], adapted.patients[shown], self._seed),
            task=self._task_score(adapted.vectors),
            aligned_share=float(seen.mean()) if seen.size else 0.0,
        )

    def _task_score(self, vectors: Float) -> TaskScore | None:
        return self._task.score(vectors) if self._task else None

    def _is_random(self, mitigation: Mitigation) -> bool:
        """Whether two draws of it differ."""
        image = self._pictures[0].sample()
        first, second = (mitigation(image, np.random.default_rng([self._seed, draw])) for draw in (1, 2))
        return not np.array_equal(first, second)

    def _crossed(self, probes: Float, gallery: Float) -> Trial | None:
        """The protocol with probes and gallery treated differently: a row an image in both."""
        similar = probes @ gallery.T
        k = min(NEIGHBOURS, (len(similar) - 1) // 4)
        alone = similar.copy()
        # An image and its own mitigated self are the same exposure: no measure of how common it looks.
        np.fill_diagonal(alone, -np.inf)
        if k > 0:
            of_probe = np.partition(alone, -k, axis=1)[:, -k:].mean(axis=1)
            of_gallery = np.partition(alone, -k, axis=0)[-k:].mean(axis=0)
            similar -= (of_probe[:, None] + of_gallery[None, :]) / 2
        # With the same exposure every image stands twice: as the attacker holds it, and as it is released.
        images = len(similar)

        def scores(rows: Index, columns: Index, _: Index) -> Float:
            return np.asarray(similar[np.ix_(rows % images, columns % images)], np.float32)

        alike = self._clean if self._attack is Attack.ANOTHER_IMAGE else _twice(self._clean)
        return run_trial(alike, seed=self._seed, draws=self._draws, scores=scores)

    def _embedding(self, portraits: list[Portrait]) -> Embedding:
        """Placed in a space that these portraits themselves give. An image that was made blank still
        stands in the release: whoever looks for its patient finds nothing."""
        found = embed(lambda: portraits, self._features, seed=self._seed, workers=self._workers)
        blank = np.array([is_blank(each.portrait.pixels) for each in self._pictures])
        return replace(found, blank=blank)

    def _placed(self, portraits: list[Portrait], learnt: Embedding) -> Float:
        """Portraits in the space that was learnt from others."""
        space = learnt.space
        if space is None:
            raise AssertionError("a sample that is not empty has a space")
        with joblib.Parallel(n_jobs=self._workers, prefer="threads") as parallel:
            described = list(parallel(joblib.delayed(space.describe)(each) for each in portraits))
        vectors = space.place(described)
        vectors[self._clean.blank] = 0
        return vectors


def _twice(single: Embedding) -> Embedding:
    """One image of every patient, once as the attacker's and once as the release's."""
    _, first = np.unique(single.patients, return_index=True)
    images = len(single.paths)
    blank = np.ones(images, np.bool_)
    blank[first] = single.blank[first]
    doubled = single.take(np.tile(np.arange(images), 2))
    held = np.repeat(["attacker", "release"], images)
    return replace(doubled, blank=np.tile(blank, 2), exams=held, digests=np.full(2 * images, ""))


def _better(one: Trial | None, other: Trial | None) -> Trial | None:
    """The trial in which more patients were found."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda trial: float(trial.rank_share[:, 0].mean()))


def _difference(by_patient: NDArray[np.float64], weights: NDArray[np.float64]) -> Estimate:
    return interval(float(by_patient.mean()), weights @ by_patient)


def _verdict(mitigation: Mitigation, gained: Estimate, kept_off: Estimate, looks: Estimate) -> Verdict:
    """`looks`: what the naive attacker lost."""
    if mitigation is BASELINE:
        return Verdict.BASELINE
    if looks.low > 0 and gained.low > 0:
        return Verdict.LOOKS_SAFER
    return Verdict.HOLDS if kept_off.low > 0 else Verdict.NO_EFFECT
