"""What is left of an image's use: its structure (SSIM), and a task that is learnt from the images."""

from __future__ import annotations

from collections import Counter

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from auditor.errors import UsageError
from auditor.linkage.describe.align import Float
from auditor.linkage.whatif.outcome import TaskScore
from auditor.linkage.within.protocol import bootstrap_weights, interval
from auditor.model import Estimate

Array = NDArray[np.float64]

FOLDS = 5
MIN_PATIENTS = 10
"""Patients of a value below which it is left out of the task."""
REPLICATES = 200
_WINDOW, _SIGMA = (11, 11), 1.5
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def _local(image: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(image, _WINDOW, _SIGMA), np.float32)


def ssim(original: NDArray[np.uint8], changed: NDArray[np.uint8]) -> float:
    """Mean structural similarity of two images of one size, −1 to 1 (Wang, Bovik, Sheikh and
    Simoncelli, IEEE TIP 2004: 11 × 11 Gaussian window of sigma 1.5, K1 0.01, K2 0.03)."""
    x, y = original.astype(np.float32), changed.astype(np.float32)
    mean_x, mean_y = _local(x), _local(y)
    variance_x = _local(x * x) - mean_x**2
    variance_y = _local(y * y) - mean_y**2
    covariance = _local(x * y) - mean_x * mean_y
    luminance = (2 * mean_x * mean_y + _C1) / (mean_x**2 + mean_y**2 + _C1)
    structure = (2 * covariance + _C2) / (variance_x + variance_y + _C2)
    return float((luminance * structure).mean())


def patient_mean(values: Array, patients: NDArray[np.str_], seed: int) -> Estimate:
    """Mean over patients of the mean over their images, with a bootstrap interval over patients."""
    _, code, counts = np.unique(patients, return_inverse=True, return_counts=True)
    each = np.bincount(code, values) / counts
    return interval(float(each.mean()), bootstrap_weights(len(each), seed) @ each)


class Task:
    """A label that somebody wants to read off the images; cross-validated by patient."""

    def __init__(self, labels: NDArray[np.str_], patients: NDArray[np.str_], seed: int) -> None:
        """`labels` and `patients`: one an image; an empty label is none.

        Values of fewer than `MIN_PATIENTS` patients are left out. Raises UsageError where fewer than
        two values are left.
        """
        people: dict[str, set[str]] = {}
        for label, patient in zip(labels.tolist(), patients.tolist(), strict=True):
            if label:
                people.setdefault(label, set()).add(patient)
        self.classes = sorted(label for label, who in people.items() if len(who) >= MIN_PATIENTS)
        if len(self.classes) < 2:
            raise UsageError(
                f"The task has fewer than two values that {MIN_PATIENTS} patients of the sample have",
                "--task",
                "Name another column, COLUMN=VALUE to ask for one value against all others, or raise --max-patients.",
            )
        self._rows = np.flatnonzero(np.isin(labels, self.classes))
        self._target = np.searchsorted(self.classes, labels[self._rows])
        self._people = patients[self._rows]
        self._seed = seed
        self.images = len(self._rows)
        self.patients = len(set(self._people.tolist()))
        self.majority = Counter(self._target.tolist()).most_common(1)[0][1] / self.images
        """Accuracy of always guessing the most frequent value."""

    def score(self, vectors: Float) -> TaskScore | None:
        """How well a linear model reads the label off `vectors` (images, k); None where folds lack a value."""
        points = vectors[self._rows]
        chances = np.zeros((len(points), len(self.classes)))
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=self._seed)
        for fit, judge in folds.split(points, self._target, groups=self._people):
            if len(set(self._target[fit].tolist())) < len(self.classes):
                return None
            model = LogisticRegression(C=10.0, max_iter=500, class_weight="balanced")
            model.fit(points[fit], self._target[fit])
            chances[judge] = model.predict_proba(points[judge])
        right = (chances.argmax(axis=1) == self._target).astype(np.float64)
        auc = self._auc(chances, np.arange(len(points)))
        spread_auc, spread_right = [], []
        for chosen in self._resampled():
            spread_right.append(float(right[chosen].mean()))
            if len(set(self._target[chosen].tolist())) == len(self.classes):
                spread_auc.append(self._auc(chances, chosen))
        return TaskScore(
            auc=interval(auc, np.array(spread_auc or [auc])),
            accuracy=interval(float(right.mean()), np.array(spread_right)),
        )

    def _auc(self, chances: Array, rows: NDArray[np.intp]) -> float:
        """Mean over the values of the area under the ROC curve, each against the others."""
        target = self._target[rows]
        areas = []
        for each in range(len(self.classes)):
            ranks, own = rankdata(chances[rows, each]), target == each
            inside, outside = int(own.sum()), int((~own).sum())
            areas.append((ranks[own].sum() - inside * (inside + 1) / 2) / (inside * outside))
        return float(np.mean(areas))

    def _resampled(self) -> list[NDArray[np.intp]]:
        """Rows of patients drawn with replacement."""
        _, code = np.unique(self._people, return_inverse=True)
        own = [np.flatnonzero(code == each) for each in range(int(code.max()) + 1)]
        rng = np.random.default_rng(self._seed)
        return [
            np.concatenate([own[each] for each in rng.integers(0, len(own), len(own))])
            for _ in range(REPLICATES)
        ]
