"""The screen passes on what holds text, however small or hidden, and spares what does not."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from auditor.model import Frame
from auditor.pixels.text.lines import Image, Line
from auditor.pixels.text.plausible import placed
from auditor.pixels.text.rapid import RapidEngine
from auditor.pixels.text.screen import may_hold_text
from auditor.pixels.text.views import Piece
from tests.builders.drawing import draw, noise, written


@pytest.fixture(scope="module")
def engine() -> RapidEngine:
    return RapidEngine()


@pytest.mark.parametrize(
    "text", ["KOWALSKI JAN", "616205", "23314", "0721", "14:43:31", "M 49", "12.04.1961", "Name: DOE"]
)
def test_text_passes(engine: RapidEngine, text: str) -> None:
    assert may_hold_text(written(text)[0], engine)


def test_small_type_on_a_film_passes(engine: RapidEngine) -> None:
    image = noise(1024, 860)
    draw(image, "KOWALSKI JAN 616205", 40, 980, scale=0.35)
    assert may_hold_text(Frame(0, image), engine)


def test_text_that_the_display_hides_passes(engine: RapidEngine) -> None:
    ink = np.zeros((300, 400), np.uint8)
    draw(ink, "KOWALSKI JAN", 90, 150)
    stored = noise(300, 400).astype(np.uint16) * 4 + ink.astype(np.uint16) * 8
    assert may_hold_text(Frame(0, np.zeros(stored.shape, np.uint8), stored), engine)


def test_a_label_without_its_value_passes(engine: RapidEngine) -> None:
    assert may_hold_text(written("Name:", scale=1.0)[0], engine)


def test_large_text_upside_down_passes(engine: RapidEngine) -> None:
    image = noise(700, 900)
    draw(image, "KOWALSKI", 120, 300, scale=3.0)
    assert may_hold_text(Frame(0, np.ascontiguousarray(image[::-1, ::-1])), engine)


def test_small_type_on_a_sheet_passes(engine: RapidEngine) -> None:
    image = noise(2600, 2300)
    draw(image, "KOWALSKI JAN 616205", 1900, 2500, scale=0.8)
    assert may_hold_text(Frame(0, image), engine)
    assert not may_hold_text(Frame(0, noise(2600, 2300)), engine)


@pytest.mark.parametrize("text", ["PORTABLE", "JAF"], ids=["marker", "initials"])
def test_what_says_nothing_does_not_pass(engine: RapidEngine, text: str) -> None:
    assert not may_hold_text(written(text, scale=1.0)[0], engine)


class Seen:
    """Sees so many regions, and reads the same in each."""

    def __init__(self, text: str, score: float, regions: int = 1) -> None:
        self.text, self.score, self.regions = text, score, regions

    def detect(self, image: Image, above: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        quads = [
            [(20, y), (120, y), (120, y + 30), (20, y + 30)] for y in range(20, 20 + 40 * self.regions, 40)
        ]
        return np.array(quads, np.float32), np.full(self.regions, 0.5, np.float32)

    def read_at(
        self, image: Image, quads: NDArray[np.float32], regions: NDArray[np.float32], turned: bool = True
    ) -> list[Line]:
        return [Line(self.text, self.score, 0.5, tuple((float(x), float(y)) for x, y in quads[0]))]


@pytest.mark.parametrize(
    ("seen", "asked", "passes"),
    [
        pytest.param(Seen("BO6", 0.64), 1, False, id="doubtful"),
        pytest.param(Seen("KOWALSKI JAN", 0.64), 1, False, id="a-name-read-unsurely"),
        pytest.param(Seen("KOWALSKI JAN", 0.95), 0, True, id="a-name"),
        pytest.param(Seen("zorblatt quenib", 0.95), 0, True, id="nobody-knows"),
        pytest.param(Seen("Name:", 0.95), 0, True, id="a-label"),
        pytest.param(Seen("PORTABLE", 0.95), 0, False, id="a-marker"),
        pytest.param(Seen("BO6", 0.64, 4), 4, False, id="some-doubtful"),
        pytest.param(Seen("BO6", 0.64, 5), 4, True, id="many-doubtful"),
    ],
)
def test_what_cannot_be_told_is_looked_at_on_its_own(seen: Seen, asked: int, passes: bool) -> None:
    boxes: list[tuple[float, float, float, float]] = []

    def closer(box: tuple[float, float, float, float]) -> bool:
        boxes.append(box)
        return False

    frame, reader = Frame(0, noise(768, 768)), cast(RapidEngine, seen)
    assert may_hold_text(frame, reader, closer) is passes
    assert len(boxes) == asked
    assert may_hold_text(frame, reader) is (passes or asked > 0)
    assert may_hold_text(frame, reader, lambda box: True) is (passes or asked > 0)


class Beginning(RapidEngine):
    """Sees two signs at one place."""

    def detect(self, image: Image, above: float = 0.25) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        corners = [(198, 96), (228, 96), (228, 124), (198, 124)]
        return np.array([corners], np.float32), np.full(1, 0.7, np.float32)


@pytest.mark.parametrize(("text", "passes"), [("08/10/1995", True), ("08", False), ("08 cm", False)])
def test_two_digits_may_begin_a_date(text: str, passes: bool) -> None:
    image = noise(768, 768)
    draw(image, text, 200, 100, scale=0.8)
    assert may_hold_text(Frame(0, image), Beginning()) is passes


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (3, 3, 3), (0, 10), (256, 256)])
def test_nothing_does_not_pass(engine: RapidEngine, shape: tuple[int, ...]) -> None:
    assert not may_hold_text(Frame(0, np.zeros(shape, np.uint8)), engine)


def line(text: str, score: float, width: float, height: float, region: float = 0.6) -> Line:
    return Line(text, score, region, ((0, 0), (width, 0), (width, height), (0, height)))


def test_a_rib_cage_is_not_type() -> None:
    piece = Piece(np.zeros((1024, 1024, 3), np.uint8), 1, 1, 0, 0)
    assert placed(line("HAEAAE", 0.55, 150, 400, 0.8), piece, 1024) is None
    assert placed(line("", 0.1, 150, 400, 0.8), piece, 1024) is None
    assert placed(line("PORTABLE", 0.97, 700, 140), piece, 1024) is not None
    assert placed(line("KOWALSKI", 0.6, 160, 24), piece, 1024) is not None


def test_what_is_surely_text_and_cannot_be_read_stays_as_unread() -> None:
    piece = Piece(np.zeros((512, 512, 3), np.uint8), 2, 2, 10, 20)
    block = placed(line("??", 0.2, 120, 20, 0.9), piece, 512)
    assert block is not None and block.text == "" and block.box == (10, 20, 70, 30)
