"""A fragment is read on beyond its ends; what is whole stays as it is."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from auditor.pixels.text.growth import grown, is_fragment
from auditor.pixels.text.lines import Image, Line
from auditor.pixels.text.rapid import RapidEngine
from tests.builders.drawing import draw, noise

Quad = tuple[tuple[float, float], ...]


@pytest.fixture(scope="module")
def engine() -> RapidEngine:
    return RapidEngine()


def middle(image: Image, text: str, begin: float, end: float) -> Quad:
    """Draw the text; the corners of a part of it."""
    x0, y0, x1, y1 = draw(image, text, 200, 150, scale=1.0)
    left, right = x0 + begin * (x1 - x0), x0 + end * (x1 - x0)
    return (left, y0 - 4.0), (right, y0 - 4.0), (right, y1 + 0.0), (left, y1 + 0.0)


@pytest.mark.parametrize(("begin", "end"), [(0.0, 0.5), (0.5, 1.0), (0.3, 0.7)])
def test_a_date_is_read_on(engine: RapidEngine, begin: float, end: float) -> None:
    image = noise()
    quad = middle(image, "27/09/1952", begin, end)
    (part,) = engine.read_at(image, np.array([quad], np.float32), np.ones(1, np.float32))
    assert len(part.text) < 8
    whole = grown(part, image, engine)
    assert whole.text == "27/09/1952"
    xs = [x for x, _ in whole.quad]
    assert min(xs) < 215 and max(xs) > 360


def test_a_line_at_the_border_does_not_leave_the_image(engine: RapidEngine) -> None:
    image = noise(80, 300)
    x0, y0, x1, y1 = draw(image, "616205", 8, 30, scale=1.0)
    quad = ((x0, y0 - 4.0), (x1, y0 - 4.0), (x1, y1 + 0.0), (x0, y1 + 0.0))
    line = Line("616205", 0.99, 0.9, quad)
    assert grown(line, image, engine) == line


class Stripes:
    """Reads a longer region as the same sure signs after some unsure ones."""

    def __init__(self, text: str, score: float) -> None:
        self.text, self.score = text, score

    def read_at(
        self, image: Image, quads: NDArray[np.float32], regions: NDArray[np.float32], turned: bool = True
    ) -> list[Line]:
        return [Line(self.text, self.score, float(regions[0]), tuple(map(tuple, quads[0])))]


@pytest.mark.parametrize(
    ("text", "score", "grows"), [("wwwwHospital", 0.91, False), ("West Hospital", 0.97, True)]
)
def test_unsure_signs_beside_sure_ones_are_not_the_line(text: str, score: float, grows: bool) -> None:
    line = Line("Hospital", 0.99, 0.9, ((100.0, 50.0), (180.0, 50.0), (180.0, 66.0), (100.0, 66.0)))
    longer = grown(line, noise(), cast(RapidEngine, Stripes(text, score)))
    assert (longer.text == text) is grows and (longer == line) is not grows


def test_a_region_without_length_stays(engine: RapidEngine) -> None:
    line = Line("12", 0.9, 0.9, ((5.0, 5.0),) * 4)
    assert grown(line, noise(), engine) == line


@pytest.mark.parametrize("text", ["952", "10/07", "姓名：", "MRN", "赵", "zorblatt", "月25日"])
def test_what_may_go_on(text: str) -> None:
    assert is_fragment(text)


@pytest.mark.parametrize("text", ["L", "PORTABLE", "120 kV", "Name: SEXTON CARMEN", "姓名：王小明", ""])
def test_what_is_whole(text: str) -> None:
    assert not is_fragment(text)
