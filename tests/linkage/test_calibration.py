"""From score to probability."""

from __future__ import annotations

import numpy as np
import pytest

from auditor.linkage.within.calibration import calibration, evidence, expected_calibration_error, out_of_fold
from auditor.linkage.within.patients import best_attacker
from auditor.linkage.within.protocol import Trial


def test_probabilities_match_what_happens() -> None:
    rng = np.random.default_rng(0)
    score = rng.uniform(0, 1, 3000)
    right = (rng.random(3000) < 1 / (1 + np.exp(-8 * (score - 0.5)))).astype(float)
    inputs = np.stack([score, rng.uniform(0, 1, 3000)], axis=1)
    chances = out_of_fold(inputs, right, np.arange(3000) // 3)
    assert expected_calibration_error(chances, right) < 0.03
    assert np.corrcoef(chances, score)[0, 1] > 0.9


def test_no_patient_is_judged_by_a_model_that_saw_him() -> None:
    # One patient breaks the rule that holds for all the others; a model that saw him would bend to him.
    score = np.tile([0.2, 0.8], 60)
    right = (score > 0.5).astype(float)
    patients = np.repeat(np.arange(60), 2)
    inputs = np.stack([score, score], axis=1)
    before = out_of_fold(inputs, right, patients)
    bent = right.copy()
    bent[:2] = 1 - bent[:2]
    after = out_of_fold(inputs, bent, patients)
    assert after[:2] == pytest.approx(before[:2], abs=1e-9)


def test_few_attempts_give_the_smoothed_rate() -> None:
    chances = out_of_fold(np.zeros((4, 2)), np.ones(4), np.arange(4))
    assert chances == pytest.approx([4 / 5] * 4)


def test_the_calibration_error_of_a_liar() -> None:
    assert expected_calibration_error(np.full(100, 0.95), np.zeros(100)) == pytest.approx(0.95)


def test_the_diagram_agrees_with_its_error() -> None:
    rng = np.random.default_rng(1)
    chances = rng.uniform(0, 1, 4000)
    right = (rng.random(4000) < chances).astype(float)
    told = calibration(chances, right, np.arange(4000) // 4, seed=0)
    assert told.ece is not None
    assert told.ece.value == pytest.approx(expected_calibration_error(chances, right))
    assert told.ece.value < 0.04
    assert told.ece.low <= told.ece.value <= told.ece.high
    assert (told.attempts, told.patients) == (4000, 1000)
    assert sum(each.attempts for each in told.bins) == 4000
    assert all(
        each.found.low <= each.predicted + 0.1 and each.predicted - 0.1 <= each.found.high
        for each in told.bins
    )
    assert told.precision is not None
    assert told.precision.value == pytest.approx(right[chances >= 0.9].mean())


def test_nobody_sure_has_no_precision() -> None:
    told = calibration(np.full(20, 0.3), np.zeros(20), np.arange(20), seed=0)
    assert told.precision is None
    assert [(each.low, each.found.value) for each in told.bins] == [(0.3, 0.0)]


def test_small_margins_are_told_apart() -> None:
    attempts = np.array([[0, 0.5, 0.0, 1.0], [1, 0.5, 0.02, 1.0], [2, 0.5, 0.5, 1.0]])
    column = evidence(attempts)[:, 2]
    assert column[1] - column[0] > 0.5 * (column[2] - column[1]) / 3
    assert np.isfinite(column).all()


def trial_of(rank1: list[float]) -> Trial:
    shares = np.array([[each, 1 - each] for each in rank1])
    attempts = np.array([[n, 0.5, 0.1, each, 0, 1] for n, each in enumerate(rank1)])
    names = tuple(f"p{n}" for n in range(len(rank1)))
    empty = np.zeros((len(rank1), 1))
    return Trial(names, 2, 1, shares, empty, empty, attempts, True)


def test_the_better_attacker_is_chosen_by_the_others() -> None:
    free, learnt = trial_of([1.0, 0.0, 1.0]), trial_of([0.0, 1.0, 1.0])
    attempts, ahead = best_attacker(free, learnt)
    # Whom the one who learns found does not speak for him on that patient, nor against him elsewhere.
    assert ahead.tolist() == [True, False, False]
    assert len(attempts) == 3
    assert best_attacker(free, None)[1].tolist() == [False] * 3
