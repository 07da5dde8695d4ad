"""From score to probability."""

from __future__ import annotations

import numpy as np
import pytest

from auditor.linkage.calibration import expected_calibration_error, out_of_fold


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
