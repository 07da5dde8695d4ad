"""Features, whitening, and where the network comes from."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.linkage.describe.deep import MODEL, Deep
from auditor.linkage.describe.features import Classical, Features, Whitening, components_for, zones
from tests.builders.anatomy import image_of

TIERS: list[Features] = [Classical(), Deep()]


@pytest.mark.parametrize("features", TIERS, ids=["classical", "deep"])
def test_features_of_any_image_are_finite_and_repeatable(features: Features) -> None:
    rng = np.random.default_rng(0)
    odd = [np.zeros((256, 256)), np.full((256, 256), 255), rng.integers(0, 256, (256, 256)), image_of(0, 0)]
    for image in odd:
        once, again = (features.describe(image.astype(np.uint8)) for _ in range(2))
        for block, same in zip(once, again, strict=True):
            assert block.ndim == 3
            assert np.isfinite(block).all()
            assert np.array_equal(block, same)


@pytest.mark.parametrize("features", TIERS, ids=["classical", "deep"])
def test_exposure_changes_features_less_than_anatomy_does(features: Features) -> None:
    image = image_of(0, 0, noise=0)
    darker, other = (image * 0.7 + 20).astype(np.uint8), image_of(1, 0, noise=0)
    for here, dark, there in zip(*(features.describe(each) for each in (image, darker, other)), strict=True):
        assert np.linalg.norm(here - dark) < 0.5 * np.linalg.norm(here - there)


def test_the_network_is_the_one_that_the_tree_describes() -> None:
    models = files("auditor.linkage") / "models"
    checksum = hashlib.sha256((models / MODEL).read_bytes()).hexdigest()
    assert checksum in (models / "README.md").read_text()


def test_whitened_coordinates_are_uncorrelated_and_of_near_equal_variance() -> None:
    rng = np.random.default_rng(0)
    mixed = rng.normal(size=(600, 12)) @ np.diag(np.linspace(3, 1, 12)) @ rng.normal(size=(12, 12))
    whitening = Whitening.fit(mixed.astype(np.float32))
    coordinates = whitening.project(mixed.astype(np.float32)) / whitening.deviations
    assert np.allclose(np.cov(coordinates.T), np.eye(12), atol=0.02)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.integers(1, 40), st.integers(0, 9))
def test_any_number_of_images_can_be_whitened(images: int, length: int, copies: int) -> None:
    vectors = np.random.default_rng(images).normal(size=(images, length)).astype(np.float32)
    vectors[: min(copies, images)] = vectors[0]
    whitening = Whitening.fit(vectors)
    found = whitening.whiten(whitening.project(vectors))
    assert np.isfinite(found).all()
    assert found.shape[1] <= components_for(images)
    assert (np.linalg.norm(found, axis=1) <= 1 + 1e-4).all()


def test_zones_cover_the_grid_and_overlap() -> None:
    grid = np.arange(2 * 64, dtype=np.float32).reshape(1, 2, 8, 8)
    found = zones(grid)
    assert len(found) == 9
    assert all(zone.shape == (1, 2 * 4 * 4) for zone in found)
    assert set(np.concatenate(found, axis=1).ravel()) == set(grid.ravel())


def test_numbers_without_a_grid_are_one_zone() -> None:
    assert [zone.shape for zone in zones(np.ones((3, 7), np.float32))] == [(3, 7)]
