"""Columns that the user names: can they be read off the images, like sex and age?

Predictions are cross-validated by patient; intervals resample patients. No value of a column leaves here:
classes are counted, never named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from auditor.linkage.describe.embedding import Embedding
from auditor.linkage.within.attributes import (
    MIN_PATIENTS,
    capped,
    errors_of_ridge,
    estimate,
    exchanged,
    resampled,
    told,
)
from auditor.model import AttributeEstimate

Array = NDArray[np.float64]

MOST_CLASSES = 20
"""Values that are told apart, the most frequent ones."""
MANY = 10
"""Distinct numbers above which a column is a quantity."""
NUMERIC = 0.95
"""Share of numbers among a column's values from which it is one; the others count as missing."""
_LARGEST = 1e12


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the metadata table: its name as it may be shown, what it says of the image at a path
    (empty where nothing), and whether the files themselves hold it."""

    name: str
    read: Callable[[str], str]
    held: bool = False


def predict_column(embedding: Embedding, column: Column, *, seed: int) -> AttributeEstimate:
    """How well the column can be predicted: AUC for two values, balanced accuracy for more (baseline: what
    naming the most frequent value gets), mean absolute error for a quantity (baseline: the median).

    Values of fewer than `MIN_PATIENTS` patients are left out. Where too little is left, the estimate has no
    value and `reason` says why.
    """
    rng = np.random.default_rng(seed)
    words = np.array([column.read(path).strip().casefold() for path in embedding.paths], dtype=np.str_)
    usable = ~embedding.blank & (embedding.patients != "") & (words != "")
    numbers = np.array([_number(word) for word in words], dtype=np.float64)
    known = numbers[usable & np.isfinite(numbers)]
    if len(np.unique(known)) > MANY and len(known) >= NUMERIC * usable.sum():
        return _quantity(embedding, column, numbers, usable & np.isfinite(numbers), rng)
    return _classes(embedding, column, words, usable, rng)


def _number(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        return float("nan")
    return value if abs(value) <= _LARGEST else float("nan")


def _quantity(
    embedding: Embedding,
    column: Column,
    numbers: Array,
    usable: NDArray[np.bool_],
    rng: np.random.Generator,
) -> AttributeEstimate:
    rows = capped(np.flatnonzero(usable), rng)
    people, target = embedding.patients[rows], numbers[rows]
    patients = len(set(people.tolist()))
    if patients < MIN_PATIENTS or np.ptp(target) == 0:
        return _unmeasured(column, "mae", len(rows), patients, "too few patients have a value")
    error, guess = errors_of_ridge(embedding.vectors[rows], target, people)
    spread = [float(error[chosen].mean()) for chosen in resampled(people, rng)]
    permuted, _ = errors_of_ridge(embedding.vectors[rows], exchanged(target, people, rng), people)
    return estimate(
        column.name,
        "mae",
        float(error.mean()),
        spread,
        float(guess.mean()),
        len(rows),
        patients=patients,
        named=True,
        held=column.held,
        permuted=float(permuted.mean()),
    )


def _classes(
    embedding: Embedding,
    column: Column,
    words: NDArray[np.str_],
    usable: NDArray[np.bool_],
    rng: np.random.Generator,
) -> AttributeEstimate:
    at = np.flatnonzero(usable)
    people, own = embedding.patients[at], words[at]
    # Patients of each value; one with several values counts for each.
    pairs = np.unique(np.stack([own, people]), axis=1)[0] if len(at) else own
    values, counted = np.unique(pairs, return_counts=True)
    order = np.argsort(-counted, kind="stable")[:MOST_CLASSES]
    kept = [str(values[each]) for each in order if counted[each] >= MIN_PATIENTS]
    rows = capped(at[np.isin(own, kept)], rng)
    people = embedding.patients[rows]
    target = np.array([kept.index(str(word)) for word in words[rows]], dtype=np.intp)
    metric = "auc" if len(kept) < 3 else "balanced_accuracy"
    patients = len(set(people.tolist()))
    lacking = _unmeasured(column, metric, len(rows), patients, "fewer than two values have enough patients")
    if len(kept) < 2:
        return lacking
    vectors, classes = embedding.vectors[rows], len(kept)
    predicted = told(vectors, target, people, classes=classes)
    if predicted is None:
        return lacking

    def measured(chosen: NDArray[np.intp]) -> float:
        return _measured(metric, target[chosen], predicted[chosen])

    other = exchanged(target, people, rng)
    guessed = told(vectors, other, people, classes=classes)
    spread = [measured(chosen) for chosen in resampled(people, rng) if len(np.unique(target[chosen])) > 1]
    return estimate(
        column.name,
        metric,
        measured(np.arange(len(rows))),
        spread,
        1 / len(kept),
        len(rows),
        patients=patients,
        values=classes,
        named=True,
        held=column.held,
        permuted=None if guessed is None else _measured(metric, other, guessed),
    )


def _measured(metric: str, target: NDArray[np.intp], predicted: NDArray[Any]) -> float:
    """The area under the ROC curve of two classes, or the accuracy averaged over classes."""
    if metric == "auc":
        return float(roc_auc_score(target, predicted))
    right = predicted == target
    return float(np.mean([right[target == each].mean() for each in np.unique(target)]))


def _unmeasured(column: Column, metric: str, images: int, patients: int, reason: str) -> AttributeEstimate:
    return AttributeEstimate(
        column.name,
        metric,
        None,
        None,
        None,
        None,
        images,
        patients=patients,
        named=True,
        held=column.held,
        reason=reason,
    )
