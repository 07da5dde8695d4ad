"""A frame is no anatomy."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from auditor.linkage.describe.align import filling
from tests.builders.anatomy import image_of


def bordered(shade: int, wide: tuple[int, int, int, int]) -> np.ndarray:
    """An image with a border of so many pixels (top, bottom, left, right), in the middle of a black square."""
    framed = cv2.copyMakeBorder(image_of(1, 0), *wide, cv2.BORDER_CONSTANT, value=shade)
    side = max(framed.shape)
    square = np.zeros((side, side), np.uint8)
    y, x = (side - framed.shape[0]) // 2, (side - framed.shape[1]) // 2
    square[y : y + framed.shape[0], x : x + framed.shape[1]] = framed
    return np.asarray(cv2.resize(square, (256, 256), interpolation=cv2.INTER_AREA), np.uint8)


@pytest.mark.parametrize("shade", [60, 90, 255])
@pytest.mark.parametrize("wide", [(20, 20, 20, 20), (0, 0, 40, 10), (50, 0, 0, 0), (5, 60, 30, 0)], ids=str)
def test_a_frame_of_any_shade_is_taken_off(shade: int, wide: tuple[int, int, int, int]) -> None:
    found = filling(bordered(shade, wide)).astype(float)
    assert found.shape == (256, 256)
    assert np.corrcoef(found.ravel(), image_of(1, 0).astype(float).ravel())[0, 1] > 0.9


def test_what_compression_leaves_of_a_border_is_border() -> None:
    coded = cv2.imencode(".jpg", bordered(255, (30, 30, 30, 30)), [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
    found = filling(np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)).astype(float)
    assert np.corrcoef(found.ravel(), image_of(1, 0).astype(float).ravel())[0, 1] > 0.9


def test_black_borders_stay_as_they_are() -> None:
    picture = bordered(0, (10, 20, 30, 5))
    assert filling(picture) is picture


def test_a_picture_without_border_stays_as_it_is() -> None:
    picture = image_of(2, 1)
    assert filling(picture) is picture


def test_a_picture_that_shows_little_stays_as_it_is() -> None:
    small = np.zeros((256, 256), np.uint8)
    small[90:140, 90:140] = 200
    small[100:130, 100:130] = image_of(1, 0)[:30, :30]
    flat = np.full((256, 256), 7, np.uint8)
    assert filling(small) is small and filling(flat) is flat
