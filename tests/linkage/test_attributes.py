"""Attributes that points tell, and those that they do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from auditor.linkage.describe.embedding import Embedding
from auditor.linkage.within.attributes import exchanged, predict_attributes, years
from tests.linkage.test_protocol import embedding

PATIENTS = 80


@pytest.fixture
def points() -> Embedding:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(2 * PATIENTS, 8))
    names = [f"P{i // 2:03d}" for i in range(2 * PATIENTS)]
    return embedding(vectors, names)


def test_what_the_points_tell_is_predicted(points: Embedding) -> None:
    told = replace(
        points,
        sexes=np.where(points.vectors[:, 0] > 0, "M", "F"),
        ages=np.array([f"{int(50 + 40 * x):03d}Y" for x in points.vectors[:, 1]]),
    )
    sex, age = predict_attributes(told, seed=0)
    assert (sex.name, sex.metric, sex.baseline, sex.images) == ("sex", "auc", 0.5, 160)
    assert sex.low > 0.8
    assert (age.name, age.metric) == ("age", "mae")
    assert age.high is not None and age.baseline is not None and age.high < age.baseline / 2
    # Where values of patients are exchanged, nothing is left but guessing.
    assert sex.permuted is not None and abs(sex.permuted - 0.5) < 0.15
    assert age.permuted is not None and age.permuted > 0.8 * age.baseline


def test_what_they_do_not_tell_stays_at_the_baseline(points: Embedding) -> None:
    values = np.random.default_rng(1).choice(["PA", "AP"], len(points.paths))
    (view,) = predict_attributes(replace(points, views=values), seed=0)
    assert view.name == "view"
    assert view.low < 0.5


def test_one_value_or_few_patients_are_left_out(points: Embedding) -> None:
    few = np.array(["M"] * 4 + ["F"] * (len(points.paths) - 4))
    assert predict_attributes(points, seed=0) == ()
    assert predict_attributes(replace(points, sexes=few), seed=0) == ()


@pytest.mark.parametrize(("text", "value"), [("057Y", 57), ("57", 57), ("006M", 0.5), (" 90 ", 90)])
def test_ages_are_years(text: str, value: float) -> None:
    assert years(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "old", "1957-01-01", "5000"])
def test_what_is_no_age_is_not_a_number(text: str) -> None:
    assert np.isnan(years(text))


def test_values_are_exchanged_between_patients_and_stay_together() -> None:
    people = np.repeat([f"p{n:02d}" for n in range(30)], 3)
    own = np.repeat(np.arange(30), 3)
    other = exchanged(own, people, np.random.default_rng(0))
    assert all(len(set(other[people == each])) == 1 for each in set(people))
    assert sorted(other) == sorted(own) and (other != own).mean() > 0.8
