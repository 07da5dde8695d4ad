"""Columns that the user names: what points tell of them, what they do not, and what cannot be measured."""

from __future__ import annotations

import numpy as np
import pytest

from auditor.linkage.describe.embedding import Embedding
from auditor.linkage.within.named import Column, predict_column
from auditor.model import AttributeEstimate
from tests.linkage.test_protocol import embedding

PATIENTS = 80


@pytest.fixture
def points() -> Embedding:
    vectors = np.random.default_rng(0).normal(size=(2 * PATIENTS, 8))
    return embedding(vectors, [f"P{i // 2:03d}" for i in range(2 * PATIENTS)])


def predicted(points: Embedding, values: list[str], **more: bool) -> AttributeEstimate:
    told = dict(zip(points.paths, values, strict=True))
    return predict_column(points, Column("ward", told.__getitem__, **more), seed=0)


def test_two_values_are_told_apart_and_counted(points: Embedding) -> None:
    found = predicted(points, ["Nodule " if x > 0 else "none" for x in points.vectors[:, 0]], held=True)
    assert (found.name, found.metric, found.baseline) == ("ward", "auc", 0.5)
    assert (found.images, found.patients, found.values) == (2 * PATIENTS, PATIENTS, 2)
    assert found.named and found.held and found.low is not None and found.low > 0.8
    assert "odule" not in repr(found)


def test_more_values_have_balanced_accuracy_against_the_commonest(points: Embedding) -> None:
    side = (points.vectors[:, 0] > 0).astype(int) + 2 * (points.vectors[:, 1] > 0)
    found = predicted(points, [f"class {each}" for each in side])
    assert (found.metric, found.baseline, found.values) == ("balanced_accuracy", 0.25, 4)
    assert found.low is not None and found.low > 0.6
    assert found.permuted is not None and abs(found.permuted - 0.25) < 0.15


def test_a_quantity_has_an_error_and_words_among_it_are_missing(points: Embedding) -> None:
    values = [f"{100 * x:.2f}" for x in points.vectors[:, 2]]
    found = predicted(points, ["unknown", "", "nan", "1e400", *values[4:]])
    assert (found.metric, found.values, found.images) == ("mae", 0, 2 * PATIENTS - 4)
    assert found.high is not None and found.baseline is not None and found.high < found.baseline / 2


def test_what_points_do_not_tell_is_no_better_than_guessing(points: Embedding) -> None:
    found = predicted(points, np.random.default_rng(1).choice(["a", "b"], 2 * PATIENTS).tolist())
    assert found.low is not None and found.low < 0.5


@pytest.mark.parametrize(
    "values",
    [
        [""] * (2 * PATIENTS),
        ["one"] * (2 * PATIENTS),
        [f"name {i // 2}" for i in range(2 * PATIENTS)],
        ["rare"] * 10 + ["often"] * (2 * PATIENTS - 10),
        [str(i) for i in range(20)] + [""] * (2 * PATIENTS - 20),
    ],
)
def test_too_little_is_not_measured_and_says_why(points: Embedding, values: list[str]) -> None:
    found = predicted(points, values)
    assert found.value is None and found.low is None and found.reason
    assert not any(value in found.reason for value in values if value.startswith("name"))
