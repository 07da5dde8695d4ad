"""What images tell of their patients besides who they are: sex, age, view, read off the features.

A removed attribute that can be predicted from the image was not removed. Predictions are
cross-validated by patient; intervals resample patients. Beside the baseline of guessing stands what the same model
reaches where the values of patients were exchanged at random: what the procedure finds where there is nothing to find.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from auditor.linkage.describe.embedding import Embedding
from auditor.model import AttributeEstimate

Array = NDArray[np.float64]
Kind = TypeVar("Kind", bound=np.generic)

FOLDS = 5
MIN_PATIENTS = 20
"""Patients of each value, or with a known age, from which a prediction is tried."""
IMAGES_CAP = 5_000
REPLICATES = 200
_AGE = re.compile(r"0*(\d{1,3})\s*([YMWD]?)", re.IGNORECASE)
_YEARS = {"": 1.0, "Y": 1.0, "M": 1 / 12, "W": 7 / 365.25, "D": 1 / 365.25}


def predict_attributes(embedding: Embedding, *, seed: int) -> tuple[AttributeEstimate, ...]:
    """How well sex and view (AUC, chance 0.5) and age (mean absolute error in years against that of
    the median) can be predicted; attributes that too few patients have are left out.

    Of sex and view the two most frequent values are told apart.
    """
    usable = ~embedding.blank & (embedding.patients != "")
    rng = np.random.default_rng(seed)
    found = [_classes(embedding, "sex", embedding.sexes, usable, rng)]
    found.append(_age(embedding, usable, rng))
    found.append(_classes(embedding, "view", embedding.views, usable, rng))
    return tuple(each for each in found if each is not None)


def years(age: str) -> float:
    """An age as DICOM (`057Y`, `006M`) or a table (`57`) writes it, in years; NaN for anything else."""
    found = _AGE.fullmatch(age.strip())
    return float(found[1]) * _YEARS[found[2].upper()] if found else float("nan")


def _classes(
    embedding: Embedding,
    name: str,
    values: NDArray[np.str_],
    usable: NDArray[np.bool_],
    rng: np.random.Generator,
) -> AttributeEstimate | None:
    words = np.array([value.strip().upper() for value in values])
    counted = Counter(words[usable & (words != "")].tolist()).most_common(2)
    if len(counted) < 2:
        return None
    rows = capped(np.flatnonzero(usable & np.isin(words, [word for word, _ in counted])), rng)
    target = words[rows] == counted[0][0]
    people = embedding.patients[rows]
    if min(len(set(people[target == side].tolist())) for side in (False, True)) < MIN_PATIENTS:
        return None
    vectors = embedding.vectors[rows]
    predicted = told(vectors, target, people)
    if predicted is None:
        return None
    spread = [
        float(roc_auc_score(target[chosen], predicted[chosen]))
        for chosen in resampled(people, rng)
        if 0 < target[chosen].sum() < len(chosen)
    ]
    auc, patients = float(roc_auc_score(target, predicted)), len(set(people.tolist()))
    other = exchanged(target, people, rng)
    guessed = told(vectors, other, people)
    permuted = None if guessed is None else float(roc_auc_score(other, guessed))
    return estimate(name, "auc", auc, spread, 0.5, len(rows), patients=patients, values=2, permuted=permuted)


def _age(
    embedding: Embedding, usable: NDArray[np.bool_], rng: np.random.Generator
) -> AttributeEstimate | None:
    ages = np.array([years(age) for age in embedding.ages], dtype=np.float64)
    rows = capped(np.flatnonzero(usable & np.isfinite(ages)), rng)
    people, target = embedding.patients[rows], ages[rows]
    if len(set(people.tolist())) < MIN_PATIENTS or np.ptp(target) == 0:
        return None
    error, guess = errors_of_ridge(embedding.vectors[rows], target, people)
    spread = [float(error[chosen].mean()) for chosen in resampled(people, rng)]
    value, patients = float(error.mean()), len(set(people.tolist()))
    permuted, _ = errors_of_ridge(embedding.vectors[rows], exchanged(target, people, rng), people)
    return estimate(
        "age",
        "mae",
        value,
        spread,
        float(guess.mean()),
        len(rows),
        patients=patients,
        permuted=float(permuted.mean()),
    )


def told(
    vectors: NDArray[np.float32], target: NDArray[Any], people: NDArray[np.str_], *, classes: int = 2
) -> NDArray[Any] | None:
    """What a linear model makes of patients that it was not fitted on, (n,): a score of two classes, the class of more;
    None where folds lack a class."""
    found: NDArray[Any] = np.zeros(len(target))
    for fit, judge in GroupKFold(FOLDS).split(target, groups=people):
        if len(np.unique(target[fit])) < classes:
            return None
        model = LogisticRegression(C=10.0, max_iter=500, class_weight="balanced")
        model.fit(vectors[fit], target[fit])
        view = vectors[judge]
        found[judge] = model.decision_function(view) if classes == 2 else model.predict(view)
    return found


def exchanged(target: NDArray[Kind], people: NDArray[np.str_], rng: np.random.Generator) -> NDArray[Kind]:
    """`target`, (n,), every patient's values replaced by those of another, so that they stay alike within patients."""
    _, code = np.unique(people, return_inverse=True)
    own = [np.flatnonzero(code == each) for each in range(int(code.max()) + 1)]
    found = target.copy()
    for rows, place in zip(own, rng.permutation(len(own)), strict=True):
        found[rows] = np.resize(target[own[place]], len(rows))
    return found


def errors_of_ridge(
    vectors: NDArray[np.float32], target: Array, people: NDArray[np.str_]
) -> tuple[Array, Array]:
    """Absolute errors (n,) of a ridge regression and of the median, each on patients not fitted on."""
    error, guess = np.zeros(len(target)), np.zeros(len(target))
    for fit, judge in GroupKFold(FOLDS).split(target, groups=people):
        model = Ridge(alpha=1.0).fit(vectors[fit], target[fit])
        error[judge] = np.abs(model.predict(vectors[judge]) - target[judge])
        guess[judge] = np.abs(np.median(target[fit]) - target[judge])
    return error, guess


def capped(rows: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    """At most `IMAGES_CAP` of the rows, drawn at random, in order."""
    return rows if len(rows) <= IMAGES_CAP else np.sort(rng.choice(rows, IMAGES_CAP, replace=False))


def resampled(people: NDArray[np.str_], rng: np.random.Generator) -> list[NDArray[np.intp]]:
    """Positions of the images of patients drawn with replacement, `REPLICATES` times."""
    _, code = np.unique(people, return_inverse=True)
    own = [np.flatnonzero(code == each) for each in range(int(code.max()) + 1)]
    return [
        np.concatenate([own[each] for each in rng.integers(0, len(own), len(own))]) for _ in range(REPLICATES)
    ]


def estimate(
    name: str,
    metric: str,
    value: float,
    spread: list[float],
    baseline: float,
    images: int,
    *,
    patients: int = 0,
    values: int = 0,
    named: bool = False,
    held: bool = False,
    permuted: float | None = None,
) -> AttributeEstimate:
    """An estimate with the 95 % interval of what `spread` found in resampled patients."""
    low, high = (float(each) for each in np.percentile(spread or [value], [2.5, 97.5]))
    low, high = min(low, value), max(high, value)
    return AttributeEstimate(
        name, metric, value, low, high, baseline, images, patients, values, named, held, permuted=permuted
    )
