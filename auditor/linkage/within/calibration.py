"""From match scores to the probability that a match is right, never fitted on the patient it judges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from auditor.linkage.within.protocol import bootstrap_weights, interval
from auditor.model import CalibrationBin, CalibrationOutcome

Array = NDArray[np.float64]

FOLDS = 10
MIN_EACH = 5
"""Right and wrong attempts a logistic model needs; below, the overall rate stands for all."""
NARROW = 0.01
"""Margin below which two candidates are as good as tied: tells small margins apart by their logarithm."""
SURE = 0.9
BINS = 10


def _fit_predict(inputs: Array, right: Array, weights: Array, asked: Array) -> Array:
    """Logistic regression of `right` (a share between 0 and 1) on `inputs`, evaluated at `asked`."""
    rights, wrongs = float((weights * right).sum()), float((weights * (1 - right)).sum())
    if min(rights, wrongs) < MIN_EACH:
        # Laplace's rule keeps a handful of attempts from claiming certainty.
        return np.full(len(asked), (rights + 1) / (rights + wrongs + 2))
    # A share becomes two weighted cases, one right and one wrong.
    cases = np.concatenate([inputs, inputs])
    labels = np.concatenate([np.ones(len(inputs)), np.zeros(len(inputs))])
    shares = np.concatenate([weights * right, weights * (1 - right)])
    used = shares > 0
    model = make_pipeline(StandardScaler(), LogisticRegression(C=10.0, max_iter=500))
    model.fit(cases[used], labels[used], logisticregression__sample_weight=shares[used])
    chances: Array = model.predict_proba(asked)[:, 1]
    return chances


def evidence(attempts: Array) -> Array:
    """(attempts, 3): best score, margin and its logarithm, from a trial's attempts."""
    margin = np.maximum(attempts[:, 2], 0)
    return np.stack([attempts[:, 1], margin, np.log(margin + NARROW)], axis=1)


def out_of_fold(inputs: Array, right: Array, patients: NDArray[np.intp]) -> Array:
    """P(right) for every attempt, each predicted by a model that saw no attempt of its patient.

    Args:
        inputs: (attempts, columns), such as top score and margin.
        right: (attempts,), share right.
        patients: (attempts,), who was probed. Every patient weighs the same.
    """
    _, group, counts = np.unique(patients, return_inverse=True, return_counts=True)
    weights = 1 / counts[group]
    if len(counts) < 2:
        return _fit_predict(inputs[:0], right[:0], weights[:0], inputs)
    chances = np.zeros(len(inputs))
    for fit, judge in GroupKFold(min(FOLDS, len(counts))).split(inputs, groups=group):
        chances[judge] = _fit_predict(inputs[fit], right[fit], weights[fit], inputs[judge])
    return chances


def transfer(inputs: Array, right: Array, asked: Array) -> Array:
    """P(right) for patients that could not be probed, from one row (`inputs`, `right`) per probed patient."""
    return _fit_predict(inputs, right, np.ones(len(inputs)), asked)


def expected_calibration_error(chances: Array, right: Array, bins: int = 10) -> float:
    """Mean gap between predicted and found shares over equal-width bins, weighted by their size
    (Naeini, Cooper and Hauskrecht, AAAI 2015)."""
    where = np.minimum((chances * bins).astype(int), bins - 1)
    gaps = [
        (where == each).mean() * abs(chances[where == each].mean() - right[where == each].mean())
        for each in range(bins)
        if (where == each).any()
    ]
    return float(sum(gaps))


def calibration(chances: Array, right: Array, patients: NDArray[np.intp], seed: int) -> CalibrationOutcome:
    """How well `chances` (attempts,) agree with the shares `right`, with intervals over patients."""
    _, group = np.unique(patients, return_inverse=True)
    people = int(group.max()) + 1
    where = np.minimum((chances * BINS).astype(int), BINS - 1)
    counts, predicted, found = (np.zeros((people, BINS)) for _ in range(3))
    for table, values in ((counts, np.ones(len(chances))), (predicted, chances), (found, right)):
        np.add.at(table, (group, where), values)
    weights = np.vstack([np.full((1, people), 1 / people), bootstrap_weights(people, seed)])
    n, p, f = weights @ counts, weights @ predicted, weights @ found
    gaps = (np.abs(p - f) / n.sum(axis=1, keepdims=True)).sum(axis=1)
    share = np.where(n > 0, f / np.maximum(n, 1e-12), np.nan)
    bins = tuple(
        CalibrationBin(
            each / BINS,
            (each + 1) / BINS,
            float(p[0, each] / n[0, each]),
            interval(share[0, each], share[1:, each][n[1:, each] > 0]),
            int(counts[:, each].sum()),
        )
        for each in range(BINS)
        if counts[:, each].any()
    )
    sure = chances >= SURE
    mine, hits = (np.bincount(group, values, people) for values in (sure.astype(float), right * sure))
    drawn = weights @ mine
    precise = (weights @ hits)[drawn > 0] / drawn[drawn > 0]
    return CalibrationOutcome(
        ece=interval(float(gaps[0]), gaps[1:]),
        precision=interval(float(precise[0]), precise[1:]) if sure.any() else None,
        sure=float(sure.mean()),
        attempts=len(chances),
        patients=people,
        bins=bins,
    )
