"""What the lines of a patient banner make of each other."""

from __future__ import annotations

import pytest

from auditor.detectors.banner import Likeness, likeness
from auditor.detectors.burned_in import BESIDE, IN_PIXELS, identifying, named_by
from auditor.model import Category

UNLISTED = "Zhvendra Toquillo"


@pytest.mark.parametrize("line", [UNLISTED, "TSEMBULO^OKRI", "BRIXANDRO, VAEL", "白雪", "Quorvath M. Meldis"])
@pytest.mark.parametrize("other", ["616205", "M 73Y", "住院号：5982467", "DOB: 08/04/1932"])
def test_a_number_or_an_age_makes_words_a_name(line: str, other: str) -> None:
    if likeness(line) is Likeness.FORM and other.startswith("DOB"):
        assert not named_by(line, other)
        return
    (hit, *_) = identifying(line + BESIDE + other)
    assert hit.category is Category.NAME and hit.confidence > IN_PIXELS
    assert (hit.start, hit.end) == (0, len(line))


@pytest.mark.parametrize(
    "line",
    ["Adult Echo", "C5-1", "PORTABLE", "Persist Med", "增益 55", "腹部", "a sentence of words", "XRES", ""],
)
def test_settings_beside_a_number_stay_settings(line: str) -> None:
    assert not named_by(line, "616205")


@pytest.mark.parametrize(
    "other", ["Depth 16 cm", "PORTABLE", "Lakeview Regional Hospital", "zorblatt quenib"]
)
def test_what_tells_of_nobody_makes_no_name(other: str) -> None:
    assert not named_by(UNLISTED, other)


def test_what_identifies_alone_keeps_its_own_evidence() -> None:
    alone = identifying("Name: SEXTON CARMEN")
    assert identifying("Name: SEXTON CARMEN" + BESIDE + "616205") == alone
