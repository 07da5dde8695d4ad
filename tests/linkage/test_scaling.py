"""The closed form against resampling, the law against a simulated process."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from auditor.linkage.within.scaling import fit_pitman_yor, laws, pitman_yor, scale, sub_gallery_rank1


def restaurant(n: int, d: float, theta: float, rng: np.random.Generator) -> int:
    """Number of distinct classes among n draws of a Pitman–Yor process, drawn one by one."""
    tables = 0
    for seated in range(n):
        tables += rng.random() < (theta + d * tables) / (theta + seated)
    return tables


@pytest.mark.parametrize(("d", "theta"), [(0.5, 1.0), (0.8, 20.0), (0.2, 0.5)])
def test_the_law_is_the_expected_share_of_classes(d: float, theta: float) -> None:
    rng = np.random.default_rng(0)
    found = np.mean([restaurant(60, d, theta, rng) for _ in range(1500)]) / 60
    assert pitman_yor(np.array([60.0]), d, theta)[0] == pytest.approx(found, rel=0.03)


def test_one_person_is_always_identified() -> None:
    assert pitman_yor(np.array([1.0]), 0.3, 5.0)[0] == pytest.approx(1.0)


def test_fitting_returns_the_law_that_made_the_curve() -> None:
    sizes = np.geomspace(2, 500, 12)
    curve = pitman_yor(sizes, 0.85, 30.0)
    d, theta = fit_pitman_yor(sizes, curve)
    beyond = np.array([1e4, 1e5])
    assert pitman_yor(beyond, d, theta) == pytest.approx(pitman_yor(beyond, 0.85, 30.0), rel=0.02)


def test_closed_form_agrees_with_drawing_sub_galleries() -> None:
    rng = np.random.default_rng(0)
    total = 40
    stronger = np.array([0, 1, 3, 12])
    shares = np.eye(total)[stronger]
    sizes = np.array([2, 7, 25, total])
    exact = sub_gallery_rank1(shares, sizes)
    for row, count in enumerate(stronger):
        for column, size in enumerate(sizes):
            drawn = [rng.permutation(total - 1)[: size - 1].min() >= count for _ in range(3000)]
            assert exact[row, column] == pytest.approx(np.mean(drawn), abs=0.03)


def test_closed_form_is_the_share_of_all_sub_galleries() -> None:
    total = 9
    exact = sub_gallery_rank1(np.eye(total), np.arange(1, total + 1))
    for stronger in range(total):
        for size in range(1, total + 1):
            # Impostors by strength: the first `stronger` of them beat the true match.
            galleries = list(combinations(range(total - 1), size - 1))
            first = sum(all(each >= stronger for each in gallery) for gallery in galleries)
            assert exact[stronger, size - 1] == pytest.approx(first / len(galleries), abs=1e-12)


def test_the_curve_ends_in_the_measured_rank1_and_falls_beyond() -> None:
    rng = np.random.default_rng(3)
    shares = np.eye(200)[np.minimum(rng.geometric(0.3, 80) - 1, 199)]
    points = scale(shares, seed=0)
    measured = [p for p in points if p.kind == "measured"]
    extrapolated = [p for p in points if p.kind == "extrapolated"]
    assert measured[-1].gallery == 200
    assert measured[-1].rank1 == pytest.approx(shares[:, 0].mean())
    values = [p.rank1 for p in points]
    assert values == sorted(values, reverse=True)
    assert [p.gallery for p in extrapolated] == [1_000, 10_000, 100_000, 1_000_000]
    assert all(p.low <= p.rank1 <= p.high for p in points)


def test_two_patients_are_too_few_to_extrapolate() -> None:
    assert [p.kind for p in scale(np.array([[1.0, 0.0], [0.0, 1.0]]), seed=0)] == ["measured"]


def test_laws_foretell_what_was_held_back() -> None:
    rng = np.random.default_rng(5)
    total = 400
    chance = rng.beta(0.2, 8.0, 150)
    shares = np.array([np.bincount(rng.binomial(total - 1, q, 200), minlength=total) / 200 for q in chance])
    points = laws(shares, seed=0)
    held_back = [each for each in points if each.measured is not None]
    assert {each.law for each in points} == {"pitman-yor", "beta-binomial", "log-linear"}
    assert {each.fitted_to for each in held_back} == {50, 100, 200}
    assert all(
        each.gallery == total and each.measured == pytest.approx(shares[:, 0].mean()) for each in held_back
    )
    # The curve was made by the beta-binomial law.
    errors = {each.law: abs(each.rank1 - (each.measured or 0)) for each in held_back if each.fitted_to == 100}
    assert errors["beta-binomial"] < 0.03
    assert errors["pitman-yor"] < 0.08
    beyond = {(each.law, each.gallery): each.rank1 for each in points if each.measured is None}
    assert beyond["beta-binomial", 1_000_000] < beyond["beta-binomial", 1_000]
    assert all(each.low <= each.rank1 <= each.high for each in points)


def test_two_patients_hold_nothing_back() -> None:
    assert laws(np.array([[1.0, 0.0], [0.0, 1.0]]), seed=0) == ()
