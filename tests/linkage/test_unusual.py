"""Images that look like nobody else's."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from auditor.linkage.embedding import embed
from auditor.linkage.features import Classical
from auditor.linkage.unusual import FEWEST, conspicuousness, isolation, robust
from auditor.model import Portrait
from tests.builders.anatomy import portrait, release
from tests.builders.singles import mr_slice, portrait_of


def device(one: Portrait) -> Portrait:
    """A pacemaker and its lead."""
    pixels = one.pixels.copy()
    cv2.ellipse(pixels, (190, 70), (20, 16), 20, 0, 360, 255, -1)
    cv2.polylines(pixels, [np.array([[190, 70], [150, 60], [130, 110], [140, 170]], np.int32)], False, 250, 3)
    return replace(one, pixels=pixels)


def rods(one: Portrait) -> Portrait:
    pixels = one.pixels.copy()
    for x in (118, 138):
        cv2.line(pixels, (x, 30), (x, 220), 255, 5)
    return replace(one, pixels=pixels)


def opaque(one: Portrait) -> Portrait:
    pixels = one.pixels.copy()
    pixels[40:200, 50:118] = 215
    return replace(one, pixels=cv2.GaussianBlur(pixels, (0, 0), 3))


def another_view(one: Portrait) -> Portrait:
    return replace(one, pixels=portrait_of(mr_slice(1, 0), 1, 0).pixels)


@pytest.mark.parametrize("change", [device, rods, opaque, another_view])
def test_who_differs_in_one_part_is_among_the_most_unusual(change: object) -> None:
    usual = release(30)
    odd = [change(portrait(90 + n, 0)) for n in range(2)]  # type: ignore[operator]
    points = embed(lambda: [*usual, *odd], Classical(), seed=0, workers=1)
    outside = isolation(points, seed=0)
    assert (outside[-2:] > np.percentile(outside[:-2], 95)).all()
    # Nobody is called unusual among those who are not.
    assert np.mean(conspicuousness(outside[:-2]) >= 0.9) <= 0.05


def test_few_images_make_nobody_unusual() -> None:
    points = embed(lambda: release((FEWEST - 2) // 2), Classical(), seed=0, workers=1)
    assert np.isnan(isolation(points, seed=0)).all()


def test_without_spread_nobody_is_outside() -> None:
    assert robust(np.array([1.0, 1.0, 1.0, np.nan])).tolist()[:3] == [0.0] * 3
    assert conspicuousness(np.array([3.0]))[0] == 0.5
