"""Text drawn into noise is found, read and boxed; noise without text stays quiet."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from auditor.errors import EngineError, UsageError
from auditor.model import Frame, Place
from auditor.pixels import available, describe_engine, read_frame
from auditor.pixels.text import engines, tesseract
from auditor.pixels.text.engines import SecondOpinion
from auditor.pixels.text.lines import Image, Line
from auditor.pixels.text.rapid import RapidEngine
from auditor.pixels.text.tesseract import TesseractEngine
from tests.builders.drawing import draw, noise, overlap, written

needs_tesseract = pytest.mark.skipif(
    not available("tesseract"), reason="the tesseract program is not installed"
)


def plain(text: str) -> str:
    return "".join(text.split()).upper()


def test_a_line_is_read_and_boxed() -> None:
    frame, box = written("SEXTON CARMEN", index=7)
    (element,) = read_frame(frame)
    assert plain(element.value) == "SEXTONCARMEN"
    assert element.place is Place.PIXELS
    assert (element.location, element.counts, element.vr) == ("pixels frame=#", (7,), "")
    assert element.bbox is not None and overlap(element.bbox, box) > 0.5
    assert 0.8 < element.confidence <= 1


def test_text_a_few_grey_levels_above_its_background_is_read() -> None:
    image = np.full((300, 400), 60, np.uint8)
    draw(image, "MRN 5512873", 90, 150, value=68)
    assert "5512873" in plain("".join(e.value for e in read_frame(Frame(0, image))))


def test_text_outside_the_window_is_read_from_stored_values() -> None:
    ink = np.zeros((300, 400), np.uint8)
    draw(ink, "KOWALSKI JAN", 90, 150)
    stored = noise(300, 400).astype(np.uint16) * 4 + ink.astype(np.uint16) * 8
    display = np.zeros(stored.shape, np.uint8)
    assert read_frame(Frame(0, display)) == []
    assert "KOWALSKI" in plain("".join(e.value for e in read_frame(Frame(0, display, stored))))


@pytest.mark.parametrize(
    "turn",
    [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE],
    ids=["90", "180", "270"],
)
def test_rotated_text_is_read_and_its_box_turns_with_it(turn: int) -> None:
    frame, (x0, y0, x1, y1) = written("SEXTON CARMEN")
    mask = np.zeros(frame.display.shape, np.uint8)
    mask[y0:y1, x0:x1] = 1
    ys, xs = np.nonzero(cv2.rotate(mask, turn))
    turned = np.ascontiguousarray(cv2.rotate(frame.display, turn), dtype=np.uint8)
    elements = read_frame(Frame(0, turned))
    element = max(elements, key=lambda e: len(e.value))
    assert plain(element.value) == "SEXTONCARMEN"
    assert element.bbox is not None
    assert overlap(element.bbox, (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)) > 0.5


@pytest.mark.parametrize("text", ["SEXTON CARMEN", "DOB: 12.04.1961", "Yilmaz Ann"])
@pytest.mark.parametrize("axis", [0, 1], ids=["upside down", "left to right"])
def test_mirrored_text_is_read(axis: int, text: str) -> None:
    frame, _ = written(text)
    elements = read_frame(Frame(0, np.ascontiguousarray(np.flip(frame.display, axis), dtype=np.uint8)))
    assert plain(text) in [plain(e.value) for e in elements]


def test_a_line_reads_the_same_whatever_stands_beside_it() -> None:
    engine, (frame, _) = RapidEngine(), written("SEXTON CARMEN")
    draw(frame.display, "GASTROINTESTINAL ENDOSCOPY UNIT 12345", 20, 300)
    quads, scores = engine.detect(frame.display)
    assert len(quads) > 1
    together = engine.read_at(frame.display, quads, scores)
    for i, line in enumerate(together):
        assert RapidEngine().read_at(frame.display, quads[i : i + 1], scores[i : i + 1]) == [line]


def test_a_second_opinion_is_asked_where_the_first_is_unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    quads = [
        ((10.0 + x, 10.0), (110.0 + x, 10.0), (110.0 + x, 30.0), (10.0 + x, 30.0)) for x in (0, 150, 300)
    ]
    lines = [
        Line("KOWALSKI", 0.97, 0.9, quads[0]),
        Line("K0W4L", 0.55, 0.9, quads[1]),
        Line("~", 0.6, 0.2, quads[2]),
    ]
    asked = []

    class First(RapidEngine):
        def __init__(self) -> None: ...

        def read(self, image: Image) -> list[Line]:
            return lines

    class Second(TesseractEngine):
        def __init__(self) -> None: ...

        def read_line(self, image: Image) -> tuple[str, float]:
            asked.append(image.shape)
            return "KOWAL", 0.8

    read = SecondOpinion(First(), Second()).read(np.zeros((60, 600), np.uint8))
    assert [line.text for line in read] == ["KOWALSKI", "KOWAL", "~"] and len(asked) == 1
    assert read[1].score == 0.8 and read[1].quad == quads[1]


def test_colour_text_is_read() -> None:
    image = np.repeat(noise()[:, :, None], 3, axis=2)
    draw(image, "WANG XIAOMING", 100, 200, value=(255, 220, 0))
    assert plain(read_frame(Frame(0, image))[0].value) == "WANGXIAOMING"


def test_boxes_on_a_film_sheet_map_back_through_tiles() -> None:
    image = noise(700, 2300)
    box = draw(image, "KOWALSKI JAN 616205", 1300, 600, scale=1.0)  # across a tile border
    elements = [e for e in read_frame(Frame(0, image), effort="fast") if len(e.value) > 3]
    assert [plain(e.value) for e in elements] == ["KOWALSKIJAN616205"]
    assert elements[0].bbox is not None and overlap(elements[0].bbox, box) > 0.5


@pytest.mark.parametrize("seed", range(3))
def test_noise_gives_no_text(seed: int) -> None:
    assert [e.value for e in read_frame(Frame(0, noise(seed=seed + 10))) if len(e.value) > 1] == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (900, 2), (31, 31), (3, 3, 3)])
def test_odd_sizes_are_read_without_complaint(shape: tuple[int, ...]) -> None:
    assert read_frame(Frame(0, np.zeros(shape, np.uint8))) == []


def test_unknown_names_are_refused() -> None:
    frame, _ = written("X")
    with pytest.raises(UsageError):
        read_frame(frame, engine="clairvoyance")
    with pytest.raises(UsageError):
        read_frame(frame, effort="heroic")


def test_engines_describe_themselves() -> None:
    assert available("rapid")
    assert describe_engine("rapid").startswith("RapidOCR 3")


def test_reading_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    read_frame(written("SEXTON CARMEN")[0])
    read_frame(Frame(0, np.zeros((64, 64), np.uint8)))
    assert capfd.readouterr() == ("", "")


def test_a_missing_tesseract_is_an_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "languages", lambda: frozenset())
    monkeypatch.setattr(engines, "languages", lambda: frozenset())
    engines.load_engine.cache_clear()
    try:
        assert not available("tesseract")
        with pytest.raises(EngineError, match="tesseract-ocr"):
            read_frame(written("X")[0], engine="tesseract")
    finally:
        engines.load_engine.cache_clear()


@needs_tesseract
@pytest.mark.parametrize("engine", ["tesseract", "both"])
def test_tesseract_reads_and_boxes(engine: str) -> None:
    image = np.full((300, 600), 30, np.uint8)
    box = draw(image, "Name: CARMEN", 120, 100, scale=1.2)
    elements = read_frame(Frame(0, image), engine=engine)
    assert "CARMEN" in plain(" ".join(e.value for e in elements))
    assert any(e.bbox is not None and overlap(e.bbox, box) > 0.4 for e in elements)
    assert "Tesseract" in describe_engine(engine)


@pytest.mark.parametrize(("side", "ground", "ink"), [(1400, 0, 255), (2000, 240, 10), (3000, 0, 90)])
def test_small_type_on_a_large_blank_image_is_read(side: int, ground: int, ink: int) -> None:
    image = np.full((side, side), ground, np.uint8)
    where = draw(image, "KOWALSKI JAN 616205", 40, 40, value=ink, scale=0.6)
    found = read_frame(Frame(0, image, image))
    assert any(
        "616205" in element.value and overlap(element.bbox or (0, 0, 1, 1), where) > 0.4 for element in found
    )


def test_fine_type_on_black_beside_speckle_is_read() -> None:
    """As ultrasound shows it: grain in the black must not be stronger than what fine strokes can bear."""
    y, x = np.mgrid[:768, :1024]
    grain = np.random.default_rng(5).rayleigh(60, (768, 1024)).astype(np.float32)
    fan = np.abs(x - 512) < 0.6 * (y + 60)
    image = np.clip(np.where(fan, cv2.GaussianBlur(grain, (0, 0), 1.5), 4), 0, 255).astype(np.uint8)
    lines = ("Northvale General Hospital", "144064", "1999-12-18", "F 40Y")
    for number, text in enumerate(lines):
        cv2.putText(image, text, (33, 25 + 22 * number), 255, cv2.FontFace("sans"), 17)
    found = ["".join(element.value.split()) for element in read_frame(Frame(0, image))]
    assert found == ["".join(line.split()) for line in lines]


@pytest.mark.parametrize("side", [300, 1400, 3000])
def test_a_blank_image_holds_no_text(side: int) -> None:
    for ground in (0, 255):
        image = np.full((side, side), ground, np.uint8)
        assert read_frame(Frame(0, image, image), effort="thorough") == []
