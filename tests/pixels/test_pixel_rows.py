"""Rows that the detector overlooked are read between the others of their block."""

from __future__ import annotations

import numpy as np
import pytest

from auditor.pixels.text.lines import Image, Line
from auditor.pixels.text.rapid import RapidEngine
from auditor.pixels.text.rows import wanting
from tests.builders.drawing import draw, noise

TEXTS = ("KOWALSKI JAN", "1960-09-17", "616205", "MRN 5512873")
PITCH = 26


@pytest.fixture(scope="module")
def engine() -> RapidEngine:
    return RapidEngine()


def written(texts: tuple[str, ...], x: int = 20) -> tuple[Image, list[tuple[int, int, int, int]]]:
    image = noise(300, 500, level=30)
    return image, [draw(image, text, x, 20 + PITCH * i) for i, text in enumerate(texts)]


def seen(engine: RapidEngine, image: Image, box: tuple[int, int, int, int]) -> Line:
    """A region as the detector draws it, read."""
    x0, y0, x1, y1 = box[0] - 4.0, box[1] - 4.0, box[2] + 4.0, box[3] + 2.0
    quad = np.array([[[x0, y0], [x1, y0], [x1, y1], [x0, y1]]], np.float32)
    (line,) = engine.read_at(image, quad, np.ones(1, np.float32))
    return line


@pytest.mark.parametrize("overlooked", [{1}, {2}, {1, 2}])
def test_rows_between_others_are_read(engine: RapidEngine, overlooked: set[int]) -> None:
    image, boxes = written(TEXTS)
    lines = [seen(engine, image, box) for i, box in enumerate(boxes) if i not in overlooked]
    found = wanting(lines, image, engine)
    assert [line.text for line in found] == [TEXTS[i] for i in sorted(overlooked)]
    for line, i in zip(found, sorted(overlooked), strict=True):
        assert line.quad[0][1] < (boxes[i][1] + boxes[i][3]) / 2 < line.quad[3][1]
        assert line.quad[1][0] < boxes[i][2] + 80


def test_a_sign_that_begins_a_row_does_not_fill_it(engine: RapidEngine) -> None:
    image, boxes = written(("KOWALSKI JAN", "M 73Y", "616205"))
    x0, y0, _, y1 = boxes[1]
    lines = [
        seen(engine, image, boxes[0]),
        seen(engine, image, (x0, y0, x0 + 12, y1)),
        seen(engine, image, boxes[2]),
    ]
    assert lines[1].text == "M"
    assert "M73Y" in ["".join(line.text.split()) for line in wanting(lines, image, engine)]


def test_nothing_is_wanting_in_a_whole_block(engine: RapidEngine) -> None:
    image, boxes = written(TEXTS)
    assert wanting([seen(engine, image, box) for box in boxes], image, engine) == []


def test_a_line_further_in_fills_its_row(engine: RapidEngine) -> None:
    image, boxes = written(("Name: Ball and", "", "616205"))
    inside = draw(image, "Johnson Clinic", 80, 20 + PITCH)
    lines = [seen(engine, image, box) for box in (boxes[0], inside, boxes[2])]
    assert wanting(lines, image, engine) == []


def test_nothing_is_read_where_nothing_is(engine: RapidEngine) -> None:
    image, boxes = written(("KOWALSKI JAN", "", "616205"))
    assert wanting([seen(engine, image, boxes[i]) for i in (0, 2)], image, engine) == []


def test_lines_that_are_no_block_have_no_rows_between(engine: RapidEngine) -> None:
    image, boxes = written(TEXTS)
    other = draw(image, "616205", 300, 20 + 2 * PITCH)
    assert wanting([seen(engine, image, boxes[0]), seen(engine, image, other)], image, engine) == []
    assert wanting([], image, engine) == []
