"""The identification protocol on points whose ranks are known by construction."""

from __future__ import annotations

import numpy as np
import pytest

from auditor.linkage.attack import judge
from auditor.linkage.describe.embedding import Embedding
from auditor.linkage.within.protocol import _verification, partners, run_trial, share_estimate, summarise


def embedding(
    vectors: object, patients: list[str], exams: list[str] | None = None, digests: list[str] | None = None
) -> Embedding:
    points = np.array(vectors, np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    n = len(points)
    return Embedding(
        vectors=points,
        familiarity=np.zeros(n, np.float32),
        aligned=np.ones(n, bool),
        blank=np.zeros(n, bool),
        paths=tuple(f"{i}.png" for i in range(n)),
        patients=np.array(patients),
        exams=np.array(exams or [""] * n),
        digests=np.array(digests or [str(i) for i in range(n)]),
        modalities=np.array([""] * n),
        views=np.array([""] * n),
        sexes=np.array([""] * n),
        ages=np.array([""] * n),
        features="points",
    )


def angles(*degrees: float) -> list[tuple[float, float]]:
    return [(np.cos(np.radians(d)), np.sin(np.radians(d))) for d in degrees]


def test_known_ranks() -> None:
    # a is nearest to himself; b's images lie 40° apart with c and d (single images) between them.
    points = embedding(angles(0, 2, 60, 100, 79, 81), ["a", "a", "b", "b", "c", "d"])
    trial = run_trial(points, seed=0, draws=20)
    assert trial is not None
    assert trial.probes == ("a", "b")
    assert trial.rank_share.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]
    found = summarise(trial, 0)
    assert found.rank1.value == pytest.approx(0.5)
    assert found.rank5.value == pytest.approx(1.0)
    assert found.map.value == pytest.approx((1 + 1 / 3) / 2)


def test_the_outcome_tells_patient_by_patient() -> None:
    points = embedding(angles(0, 2, 60, 100, 79, 81), ["a", "a", "b", "b", "c", "d"])
    outcome = judge(points, seed=0)
    rows = {link.patient: link for link in outcome.patients}
    assert rows["b"].rank_of_true_match == pytest.approx(3)
    assert rows["c"].nearest_other_patient == "d"
    assert rows["c"].score == pytest.approx(np.cos(np.radians(2)), abs=1e-4)
    assert rows["c"].reason.startswith("one image only")
    assert rows["a"].reason == ""
    assert outcome.chance == 0.25
    assert any("intervals are wide" in note for note in outcome.notes)


def test_identical_scores_are_broken_at_random_in_expectation() -> None:
    trial = run_trial(embedding(angles(*[10] * 8), list("aabbccdd")), seed=0, draws=3)
    assert trial is not None
    assert np.allclose(trial.rank_share, 0.25)


def test_probes_come_from_another_exam_and_are_never_the_same_exposure() -> None:
    # Images 0 and 1 are of one exam; image 2, of another, is a copy of image 0; 3 is free.
    exams, digests = np.array(["x", "x", "y", "z", ""]), np.array(["0", "1", "0", "3", "4"])
    members = np.arange(5)
    found = [partners(pick, members, exams, digests).tolist() for pick in range(5)]
    assert found == [[3, 4], [2, 3, 4], [1, 3, 4], [0, 1, 2, 4], [0, 1, 2, 3]]
    only_copies = embedding(angles(0, 0, 90, 91), list("aabb"), None, ["0", "0", "1", "1"])
    assert run_trial(only_copies, seed=0, draws=3) is None
    one_exam = embedding(angles(0, 0, 90, 91), list("aabb"), ["e", "e", "f", "f"])
    assert run_trial(one_exam, seed=0, draws=3) is None


def test_verification_of_two_overlapping_histograms() -> None:
    rng = np.random.default_rng(0)
    true, false = rng.normal(0.5, 0.1, 200_000), rng.normal(0.2, 0.1, 200_000)
    bins = np.linspace(-1, 1, 4097)
    auc, tar, eer = _verification(
        np.histogram(true, bins)[0].astype(float), np.histogram(false, bins)[0].astype(float)
    )
    # Normal theory: d' = 3, AUC = Phi(3 / sqrt 2), EER = Phi(-1.5), TAR = Phi(3 - 2.326).
    assert auc == pytest.approx(0.9831, abs=0.002)
    assert eer == pytest.approx(0.0668, abs=0.002)
    assert tar == pytest.approx(0.7498, abs=0.006)


def test_when_all_patients_agree_the_interval_is_still_honest() -> None:
    weights = np.full((10, 8), 1 / 8)
    found = share_estimate(np.ones(8), weights)
    assert found.high == 1.0
    assert found.low == pytest.approx(0.025 ** (1 / 8))


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(200):
        sample = (rng.random(80) < 0.6).astype(float)
        weights = rng.multinomial(80, np.full(80, 1 / 80), size=400) / 80
        found = share_estimate(sample, weights)
        covered += found.low <= 0.6 <= found.high
    assert covered / 200 > 0.88
