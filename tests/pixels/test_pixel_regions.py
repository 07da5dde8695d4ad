"""Boxes of many images become few regions, and every box lies in one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditor.pixels.text.regions import Region, unite

ROWS, COLUMNS = 300, 400
side = st.integers(0, 299)
box = st.tuples(side, side, side, side).map(
    lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]) + 1, max(b[1], b[3]) + 1)
)


def test_what_recurs_comes_first_and_grows_by_a_margin() -> None:
    top = [(image, (20, 10, 120, 30)) for image in range(5)]
    assert unite([*top, (0, (300, 250, 380, 270))], ROWS, COLUMNS) == [
        Region((10, 0, 130, 40), 5),
        Region((290, 240, 390, 280), 1),
    ]


def test_longer_text_on_another_image_widens_the_region() -> None:
    found = [(0, (20, 10, 120, 30)), (1, (22, 11, 180, 31))]
    assert unite(found, ROWS, COLUMNS) == [Region((10, 0, 190, 41), 2)]


def test_nothing_makes_no_region() -> None:
    assert unite([], ROWS, COLUMNS) == []
    assert unite([(0, (0, 0, 5, 5))], 0, 0) == []


@given(st.lists(st.tuples(st.integers(0, 3), box), max_size=8))
def test_every_box_lies_in_a_region_inside_the_frame(
    found: list[tuple[int, tuple[int, int, int, int]]],
) -> None:
    regions = unite(found, ROWS, COLUMNS)
    for _, (x0, y0, x1, y1) in found:
        clipped = (x0, y0, min(x1, COLUMNS), min(y1, ROWS))
        assert any(
            r.box[0] <= clipped[0]
            and r.box[1] <= clipped[1]
            and r.box[2] >= clipped[2]
            and r.box[3] >= clipped[3]
            for r in regions
        )
    assert all(0 <= r.box[0] < r.box[2] <= COLUMNS and 0 <= r.box[1] < r.box[3] <= ROWS for r in regions)
