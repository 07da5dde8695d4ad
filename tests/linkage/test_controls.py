"""Controls: where success comes from, and results by group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from auditor.linkage.describe.embedding import Embedding, embed
from auditor.linkage.describe.features import Classical
from auditor.linkage.within.controls import by_group, controls
from auditor.linkage.within.protocol import run_trial
from tests.builders.anatomy import release
from tests.linkage.test_protocol import embedding


def people(count: int, seed: int, *, view_weight: float = 0.0) -> Embedding:
    """Two images of each of `count` people in a plane of their own, and a view that may tell more."""
    rng = np.random.default_rng(seed)
    own = rng.normal(size=(count, 12))
    views = rng.integers(0, 2, count)
    vectors = np.repeat(own, 2, axis=0) + rng.normal(size=(2 * count, 12))
    vectors = np.hstack([vectors, view_weight * (2.0 * np.repeat(views, 2) - 1)[:, None]]).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    names = [f"p{i // 2:03d}" for i in range(2 * count)]
    points = embedding(np.ones((2 * count, 2), np.float32), names)
    words = np.where(np.repeat(views, 2) == 1, "PA", "AP").astype(np.str_)
    return replace(points, vectors=vectors, views=words, familiarity=np.zeros(2 * count, np.float32))


def test_exchanged_ids_fall_to_chance() -> None:
    points = people(60, 0)
    trial = run_trial(points, seed=0, draws=5)
    assert trial is not None
    assert trial.rank_share[:, 0].mean() > 0.2
    found = {each.name: each for each in controls(points, trial, 0)}
    permuted = found["permuted_ids"]
    assert permuted.compare is not None
    assert permuted.rank1.low <= permuted.compare.value + 0.05
    assert permuted.rank1.value < 0.1


@pytest.mark.parametrize(("weight", "drops"), [(0.0, False), (6.0, True)])
def test_matched_impostors_show_what_the_view_gave(weight: float, drops: bool) -> None:
    points = people(80, 1, view_weight=weight)
    trial = run_trial(points, seed=0, draws=5)
    assert trial is not None
    matched = {each.name: each for each in controls(points, trial, 0)}["matched_impostors"]
    assert matched.compare is not None
    assert 30 < matched.gallery < 50
    gap = matched.compare.value - matched.rank1.value
    assert (gap > 0.05) is drops


def test_nothing_known_means_no_matching() -> None:
    points = people(20, 2)
    plain = replace(points, views=np.full(40, "", np.str_))
    trial = run_trial(plain, seed=0, draws=2)
    assert trial is not None
    assert [each.name for each in controls(plain, trial, 0)] == ["permuted_ids"]


def test_groups_by_pair_of_views() -> None:
    points = people(60, 3)
    trial = run_trial(points, seed=0, draws=5)
    assert trial is not None
    groups = [each for each in by_group(points, trial, 0) if each.by == "view"]
    assert {each.name for each in groups} == {"AP / AP", "PA / PA"}
    assert sum(each.attempts for each in groups) == len(trial.attempts)
    whole = sum(each.rank1.value * each.attempts for each in groups) / len(trial.attempts)
    assert whole == pytest.approx(trial.attempts[:, 3].mean())
    assert all(each.rank1.low <= each.rank1.value <= each.rank1.high for each in groups)


def test_the_middle_alone_shows_what_an_edge_marker_gave() -> None:
    portraits = []
    for each in release(20, 2, anatomy=0.5, noise=8.0):
        marked = each.pixels.copy()
        number = int(each.patient[1:])
        # A code of the patient burned in along the left edge: all that tells these films apart.
        for bit in range(5):
            marked[30 + 40 * bit : 60 + 40 * bit, 2:40] = 250 if number >> bit & 1 else 3
        portraits.append(replace(each, pixels=marked))
    points = embed(lambda: portraits, Classical(), seed=0, workers=1)
    trial = run_trial(points, seed=0, draws=5)
    assert trial is not None
    middle = {each.name: each for each in controls(points, trial, 0)}["centre_only"]
    assert middle.compare is not None
    assert middle.compare.value > middle.rank1.value + 0.1


def test_groups_by_the_time_between_exams() -> None:
    points = people(30, 4)
    # Odd exams lie ten days or two years after the even ones; some dates are not dates.
    dates = [d for n in range(30) for d in ("20200101", "20200111" if n % 2 else "2022-01-01")]
    dates[0] = "20209999"
    points = replace(points, dates=np.array(dates))
    trial = run_trial(points, seed=0, draws=5)
    assert trial is not None
    groups = {each.name: each for each in by_group(points, trial, 0) if each.by == "interval"}
    assert set(groups) == {"up to 30 days", "over a year"}
    assert (groups["up to 30 days"].patients, groups["over a year"].patients) == (15, 14)
