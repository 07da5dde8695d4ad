"""The attack on mitigated images, by who does not adapt and by who does.

The release is mitigated; the attacker's own image of the patient is not. The naive attacker
compares it as it is, with templates and whitening learnt from unmitigated images. The adaptive
attacker learns templates and whitening from mitigated images, and applies the mitigation to his own
copy. Of random mitigations every image has its own random draw; there a second draw may cost him more than
it gives, so he is granted the better of his copy mitigated and as it is.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import joblib
import numpy as np
from numpy.typing import NDArray

from auditor.linkage.align import Float
from auditor.linkage.embedding import BLANK, NEIGHBOURS, Embedding, Progress, embed
from auditor.linkage.features import Features
from auditor.linkage.portrait import portray
from auditor.linkage.protocol import (
    Index,
    Trial,
    bootstrap_weights,
    interval,
    members_by_patient,
    run_trial,
    share_estimate,
    summarise,
)
from auditor.linkage.whatif.mitigations import Image, Mitigation
from auditor.linkage.whatif.outcome import Effect, TaskScore, Verdict, WhatIf, marked
from auditor.linkage.whatif.utility import Task, patient_mean, ssim
from auditor.model import Estimate, Frame, Portrait

BASELINE = Mitigation("none", "", None, lambda image, _: image)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An image as a viewer shows it, uint8 (rows, columns), and whom it shows."""

    image: Image
    portrait: Portrait


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
        self._trial = run_trial(self._clean, seed=seed, draws=draws)

    @property
    def measurable(self) -> bool:
        """Whether any patient can be probed."""
        return self._trial is not None

    def run(self, mitigations: list[Mitigation]) -> WhatIf:
        """The baseline and every mitigation. Raises ValueError where nobody can be probed."""
        if self._trial is None:
            raise ValueError("no patient can be probed")
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
            known_exams=self._trial.known_exams,
        )

    def _measure(self, mitigation: Mitigation, unmitigated: Trial) -> Effect:
        kin = zlib.crc32(f"{mitigation.name}={mitigation.value}".encode())

        def mitigate(position: int) -> tuple[Portrait, float]:
            picture = self._pictures[position]
            changed = mitigation(picture.image, np.random.default_rng([self._seed, kin, position]))
            pixels = portray(Frame(0, changed))
            return replace(picture.portrait, pixels=pixels), ssim(picture.image, changed)

        with joblib.Parallel(n_jobs=self._workers, prefer="threads") as parallel:
            found = list(parallel(joblib.delayed(mitigate)(each) for each in range(len(self._pictures))))
        portraits = [portrait for portrait, _ in found]
        adapted = self._embedding(portraits)
        naive = self._crossed(self._clean.vectors, self._placed(portraits, self._clean))
        adaptive = run_trial(adapted, seed=self._seed, draws=self._draws)
        if self._is_random(mitigation):
            as_it_is = self._crossed(self._placed(self._portraits, adapted), adapted.vectors)
            adaptive = _better(adaptive, as_it_is)
        if naive is None or adaptive is None:
            raise AssertionError("the same images can be probed whatever was done to them")
        kept = np.array([value for _, value in found], dtype=np.float64)
        return self._effect(mitigation, unmitigated, naive, adaptive, kept, adapted)

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
        image = self._pictures[0].image
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

        def scores(rows: Index, columns: Index, _: Index) -> Float:
            return np.asarray(similar[np.ix_(rows, columns)], np.float32)

        return run_trial(self._clean, seed=self._seed, draws=self._draws, scores=scores)

    def _embedding(self, portraits: list[Portrait]) -> Embedding:
        """Placed in a space that these portraits themselves give. An image that was made blank still
        stands in the release: whoever looks for its patient finds nothing."""
        found = embed(lambda: portraits, self._features, seed=self._seed, workers=self._workers)
        blank = np.array([float(each.portrait.pixels.std()) < BLANK for each in self._pictures])
        return replace(found, blank=blank)

    def _placed(self, portraits: list[Portrait], learnt: Embedding) -> Float:
        """Portraits in the space that was learnt from others."""
        space = learnt.space
        if space is None:
            raise AssertionError("a sample that is not empty has a space")
        with joblib.Parallel(n_jobs=self._workers, prefer="threads") as parallel:
            described = list(parallel(joblib.delayed(space.describe)(each) for each in portraits))
        vectors, _ = space.place(described)
        vectors[self._clean.blank] = 0
        return vectors


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
