"""Lines of one block are joined with the line that says whose they are; lines elsewhere are not."""

from __future__ import annotations

import pytest

from auditor.checks.burned_in_text import BurnedInText
from auditor.detectors.burned_in import BESIDE
from auditor.model import Category, Claim, Context, Frame
from auditor.pixels import read_frame
from auditor.pixels.text.banner import beside
from auditor.pixels.text.layout import Block, is_label, join
from tests.builders.drawing import draw, noise

NAME, NUMBER = "Zhvendra Toquillo", "616205"


def block(text: str, x0: float, y0: float, width: float = 120, height: float = 12) -> Block:
    return Block(text, 0.95, 0.9, (x0, y0, x0 + width, y0 + height))


def texts(blocks: list[Block]) -> list[str]:
    return [b.text for b in blocks]


def test_a_name_above_a_number() -> None:
    name, number = block(NAME, 10, 10), block(NUMBER, 10, 26)
    joined = beside([name, number])
    assert texts(joined) == [NAME + BESIDE + NUMBER, NUMBER]
    assert [b.box for b in joined] == [name.box, number.box]


def test_a_name_with_a_line_between() -> None:
    blocks = [block(NAME, 10, 10), block("Northvale Hospital", 10, 26), block(NUMBER, 10, 42)]
    assert texts(beside(blocks))[0] == NAME + BESIDE + NUMBER


def test_a_name_in_a_row() -> None:
    assert texts(beside([block(NAME, 10, 10), block(NUMBER, 150, 11)]))[0] == NAME + BESIDE + NUMBER


@pytest.mark.parametrize(
    "number",
    [block(NUMBER, 10, 300), block(NUMBER, 400, 10), block(NUMBER, 300, 26), block(NUMBER, 10, 26, 400, 40)],
    ids=["far below", "far aside", "not in line", "of another size"],
)
def test_what_does_not_stand_together_is_not_joined(number: Block) -> None:
    assert texts(beside([block(NAME, 10, 10), number])) == [NAME, NUMBER]


def test_settings_stay_as_they_are() -> None:
    blocks = [block("Adult Echo", 10, 10), block("Gain 52", 10, 26), block(NUMBER, 10, 42)]
    assert beside(blocks) == blocks


def test_two_columns_without_colons() -> None:
    rows = [("Name", NAME), ("Patient ID", NUMBER), ("Sex", "F")]
    blocks = [
        part
        for i, (label, value) in enumerate(rows)
        for part in (block(label, 10, 11 + 20 * i, 40), block(value, 130, 10 + 20 * i))
    ]
    assert texts(join(blocks)) == [f"Name: {NAME}", f"Patient ID: {NUMBER}", "Sex: F"]


def test_of_two_values_in_the_row_the_nearer_is_the_labels() -> None:
    blocks = [block("Name:", 10, 11, 40), block("14:43:31", 150, 9, 60), block("DOE JANE", 60, 10, 60)]
    assert "Name: DOE JANE" in texts(join(blocks))


@pytest.mark.parametrize("text", ["Name", "Patient ID", "姓名", "Sex/Age", "MRN:", "住院号"])
def test_labels(text: str) -> None:
    assert is_label(text)


@pytest.mark.parametrize("text", ["Depth", "Gain 52", "MRN 5512", "SEXTON", "L", "No", "Case"])
def test_no_labels(text: str) -> None:
    assert not is_label(text)


def test_a_banner_in_pixels() -> None:
    image = noise(400, 600)
    _, y0, _, y1 = draw(image, NAME, 20, 20)
    draw(image, NUMBER, 20, 44)
    rule, context = BurnedInText(), Context(Claim())
    told = [
        e for e in read_frame(Frame(0, image)) for m in rule.judge(e, context) if m.category is Category.NAME
    ]
    (element,) = told
    assert element.bbox is not None and abs(element.bbox[1] - y0) < 10 and element.bbox[3] < y1 + 12


def test_upright_text_alone_is_joined() -> None:
    turned = Block(NUMBER, 0.9, 0.9, (10, 30, 22, 90), upright=False)
    assert texts(beside([block(NAME, 10, 10), turned])) == [NAME, NUMBER]
