"""Normalisation and the geometry of pieces."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model import Frame
from auditor.pixels.text import views as views_module
from auditor.pixels.text.views import (
    LONG_SIDE,
    MARGIN,
    TILE,
    local_contrast,
    pieces,
    pieces_around,
    richest,
    views,
)


def test_local_contrast_follows_its_formula() -> None:
    image = np.random.default_rng(0).integers(0, 4096, (64, 64)).astype(np.uint16)
    box = image[10:41, 20:51].astype(float)
    expected = 128 + 40 * (image[25, 35] - box.mean()) / np.sqrt(box.var() + 4)
    assert abs(int(local_contrast(image)[25, 35]) - expected) <= 1


def test_a_blank_image_is_given_the_same_grain_whatever_its_values_and_its_strips() -> None:
    blank = local_contrast(np.full((700, 600), 60_000, np.uint16))
    assert abs(float(blank.mean()) - 128) < 1 and 15 < float(blank.std()) < 21
    assert np.array_equal(blank, local_contrast(np.zeros((700, 600), np.uint8)))
    with mock.patch.object(views_module, "STRIP_PIXELS", 100 * 600):
        assert np.array_equal(blank, local_contrast(np.zeros((700, 600), np.uint8)))


def test_grain_keeps_off_what_there_is_to_see() -> None:
    image = np.zeros((200, 200), np.uint8)
    image[100, 90:110] = 1
    with mock.patch.object(views_module, "GRAIN", 0.0):
        views_module._grain.cache_clear()
        plain = local_contrast(image)
    views_module._grain.cache_clear()
    assert np.array_equal(local_contrast(image)[88:112, 80:120], plain[88:112, 80:120])
    assert not np.array_equal(local_contrast(image), plain)


def test_local_contrast_survives_values_that_are_not_numbers() -> None:
    image = np.zeros((40, 40), np.float32)
    image[3, 3], image[9, 9] = np.nan, np.inf
    assert local_contrast(image).dtype == np.uint8


def test_views_use_stored_values_only_where_the_display_cannot_hold_them() -> None:
    display = np.zeros((32, 32), np.uint8)
    narrow, wide = np.zeros((32, 32), np.int16), np.zeros((32, 32), np.int16)
    narrow[0, 0], wide[0, 0] = 255, 4000
    assert [len(list(views(Frame(0, display, wide), e))) for e in ("fast", "standard", "thorough")] == [
        1,
        2,
        3,
    ]
    assert [len(list(views(Frame(0, display, narrow), e))) for e in ("fast", "standard", "thorough")] == [
        1,
        1,
        2,
    ]


@settings(max_examples=30, deadline=None)
@given(rows=st.integers(1, 3000), columns=st.integers(1, 3000))
def test_pieces_cover_the_view_and_map_back(rows: int, columns: int) -> None:
    covered = np.zeros((rows, columns), bool)
    for piece in pieces(np.zeros((rows, columns), np.uint8)):
        height, width = piece.image.shape[:2]
        assert max(height, width) <= max(TILE, LONG_SIDE, 2048)
        right, bottom = piece.left + width / piece.zoom_x, piece.top + height / piece.zoom_y
        assert right <= columns + 1e-6 and bottom <= rows + 1e-6
        covered[int(piece.top) : int(np.ceil(bottom)), int(piece.left) : int(np.ceil(right))] = True
    assert covered.all()


def test_a_sheet_is_cut_into_tiles_of_its_own_size() -> None:
    parts = list(pieces(np.broadcast_to(np.zeros((1, 1), np.uint8), (5_000, 4_000))))
    assert len(parts) > 4 and {part.zoom_x for part in parts} == {1.0}
    coarse = list(pieces(np.zeros((5_000, 4_000), np.uint8), 0.5))
    assert 1 < len(coarse) < len(parts) and coarse[0].zoom_x == pytest.approx(0.5, rel=0.01)


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float32])
def test_normalising_in_strips_changes_nothing(monkeypatch: pytest.MonkeyPatch, kind: type) -> None:
    image = np.random.default_rng(1).integers(0, 120, (200, 90)).astype(kind)
    whole = local_contrast(image)
    monkeypatch.setattr(views_module, "STRIP_PIXELS", 90 * 17)
    assert np.abs(local_contrast(image).astype(int) - whole).max() <= 1


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_the_unit_of_floating_values_does_not_matter(unit: float) -> None:
    image = np.random.default_rng(1).normal(0, 1, (80, 80))
    assert np.abs(local_contrast(image * unit).astype(int) - local_contrast(image)).max() <= 1


def test_a_window_that_clips_8_bits_is_looked_behind() -> None:
    stored = np.arange(64 * 64).reshape(64, 64).astype(np.uint8)
    clipped, faithful = np.clip(stored, 0, 40), 255 - stored
    assert richest(Frame(0, clipped, stored)) is stored
    assert richest(Frame(0, faithful, stored)) is faithful


def test_an_empty_view_has_no_pieces() -> None:
    assert list(pieces(np.zeros((0, 10), np.uint8))) == []


def test_pieces_around_boxes_have_the_zoom_of_the_whole() -> None:
    view = np.arange(900 * 1200, dtype=np.uint32).reshape(900, 1200).astype(np.uint8)
    (whole,) = pieces(view)
    (part,) = pieces_around(view, [(400.0, 300.0, 480.0, 320.0), (600.0, 310.0, 640.0, 330.0)])
    assert part.zoom_x == pytest.approx(whole.zoom_x, rel=0.05)
    assert (part.left, part.top) == (400 - MARGIN, 300 - MARGIN)
    assert part.image.shape[1] / part.zoom_x == pytest.approx(240 + 2 * MARGIN, abs=2)


def test_pieces_around_boxes_stay_within_the_view() -> None:
    view = np.zeros((300, 300), np.uint8)
    (part,) = pieces_around(view, [(-4.0, 0.0, 20.0, 10.0)])
    assert (part.left, part.top) == (0, 0)
    assert not list(pieces_around(view, [(900.0, 900.0, 950.0, 910.0)]))
