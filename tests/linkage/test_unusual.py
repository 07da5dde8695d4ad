"""Images that look like nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from auditor.linkage.describe.embedding import Embedding, embed
from auditor.linkage.describe.features import Classical
from auditor.linkage.within.unusual import FEWEST, HALF, Sign, Standing, standing
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
    pixels[40:220, 40:128] = 215
    return replace(one, pixels=pixels)


def another_view(one: Portrait) -> Portrait:
    return replace(one, pixels=portrait_of(mr_slice(1, 0), 1, 0).pixels)


def exchanged(one: Portrait) -> Portrait:
    return replace(one, pixels=np.ascontiguousarray(one.pixels[:, ::-1]))


def narrow(one: Portrait) -> Portrait:
    small = cv2.resize(one.pixels, (150, 256), interpolation=cv2.INTER_AREA)
    return replace(one, pixels=cv2.copyMakeBorder(small, 0, 0, 53, 53, cv2.BORDER_CONSTANT))


def points_of(usual: list[Portrait], odd: list[Portrait]) -> Embedding:
    return embed(lambda: [*usual, *odd], Classical(), seed=0, workers=1)


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        (device, Sign.BRIGHT),
        (rods, Sign.BRIGHT),
        (opaque, Sign.PART),
        (another_view, None),
        (narrow, Sign.STRETCH),
    ],
    ids=["device", "rods", "opaque", "another view", "narrow"],
)
def test_who_differs_is_among_the_most_unusual_and_by_what(
    change: Callable[[Portrait], Portrait], sign: Sign | None
) -> None:
    odd = [change(portrait(90 + n, 0)) for n in range(2)]
    found = standing(points_of(release(30), odd))
    assert (found.score[-2:] > np.percentile(found.score[:-2], 95)).all()
    assert sign is None or set(found.sign[-2:]) == {str(sign)}
    # Few are called unusual among those who are not.
    assert np.mean(found.score[:-2] >= 0.9) <= 0.05


def test_exchanged_sides_stand_out_where_most_lie_the_same_way() -> None:
    # Something that everybody has on one side.
    def sided(one: Portrait) -> Portrait:
        pixels = one.pixels.copy()
        cv2.ellipse(pixels, (150, 150), (36, 24), 30, 0, 360, 200, -1)
        return replace(one, pixels=cv2.GaussianBlur(pixels, (0, 0), 2))

    usual = [sided(one) for one in release(30)]
    found = standing(points_of(usual, [exchanged(sided(portrait(90, 0)))]))
    assert found.score[-1] > np.percentile(found.score[:-1], 95)


def test_few_images_make_nobody_unusual() -> None:
    found = standing(points_of(release((FEWEST - 2) // 2), []))
    assert np.isnan(found.score).all() and not "".join(found.sign)


def test_without_spread_nobody_is_outside() -> None:
    (one,) = release(1, 1)
    same = [replace(one, path=str(n), patient=f"P{n}") for n in range(FEWEST + 4)]
    assert (standing(points_of(same, [])).score < 0.5).all()


def test_a_patient_with_many_images_is_not_what_is_usual() -> None:
    many = [replace(rods(portrait(90, n)), path=f"m{n}") for n in range(20)]
    found = standing(points_of(release(25, 1), many))
    assert np.median(found.score[-20:]) > np.percentile(found.score[:-20], 90)


def test_the_score_is_nine_tenths_where_two_in_a_hundred_lie_as_far_out() -> None:
    score = Standing(np.array([1.0, HALF, 0.02, 0.0]), np.array([""] * 4)).score
    assert score[1] == 0.5 and score[2] == pytest.approx(0.9) and score[3] == 1
