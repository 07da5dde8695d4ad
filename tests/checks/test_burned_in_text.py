"""Lines read off pixels: identifying, unjudged, unread, harmless, denied by the header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.checks.burned_in_text import BurnedInText
from auditor.checks.denied_burned_in_text import DeniedBurnedInText
from auditor.checks.unjudged_text import UnjudgedText
from auditor.checks.unread_text import UnreadText
from auditor.model import Category, Claim, Context, Element, Match, Place, Severity


def judge(text: str, burned_in: str = "", place: Place = Place.PIXELS) -> dict[str, list[Match]]:
    """Matches of every rule on pixels, by rule."""
    element = Element(place, "pixels frame=#", text, bbox=(1, 2, 30, 9))
    context = Context(Claim(burned_in=burned_in))
    rules = (BurnedInText(), UnreadText(), UnjudgedText(), DeniedBurnedInText())
    found = {rule.id: list(rule.judge(element, context)) for rule in rules}
    return {rule: matches for rule, matches in found.items() if matches}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Name: OKAFOR CHIDI", Category.NAME),
        ("KOWALSKI JAN", Category.NAME),
        ('Castellano"Haruto', Category.NAME),  # OCR's reading of a caret
        ("Cho/Desmond", Category.NAME),  # and of the space in faint type
        ("姓名：王小明", Category.NAME),
        ("MRN 5512873", Category.RECORD_NUMBER),
        ("616205", Category.RECORD_NUMBER),
        ("0721", Category.RECORD_NUMBER),
        ("住院号：0012345", Category.RECORD_NUMBER),
        ("24-MAY-02", Category.DATE),
        ("12-07-94", Category.DATE),
        ("96/16/1976", Category.DATE),  # a digit misread
        ("Study Date: 2004 Apr", Category.DATE),  # cut off at the border
        ("Community Hospital", Category.INSTITUTION),
        ("青河市人民医院", Category.INSTITUTION),
        ("78 4412 0093", Category.RECORD_NUMBER),
        ("Name: Dubois", Category.NAME),  # an eponym
        ("Patient: Graves", Category.NAME),
        ("65 yrs F", Category.CHARACTERISTIC),
        ("Age: 67", Category.AGE),
        ("M 49", Category.CHARACTERISTIC),
        ("M/39", Category.CHARACTERISTIC),
        ("男 45岁", Category.CHARACTERISTIC),
    ],
)
def test_identifying_lines_are_found_with_their_category(text: str, category: Category) -> None:
    matches = judge(text)
    assert set(matches) == {"P601"}
    assert category in {match.category for match in matches["P601"]}


@pytest.mark.parametrize(
    "text", ["Gray/White", "Rest/Stress", "Head/Neck", "Lung/Bone", "Inspiration/Expiration"]
)
def test_ordinary_words_with_a_slash_between_them_are_no_name(text: str) -> None:
    assert "P601" not in judge(text)


HARMLESS = """
L R F M A P H AP PA 10 100 65bpm 28Hz 512x512
AP PORTABLE|Semi-Upright|SUPINE|120 kV|5.0 mAs|5 cm|1.06 cm|Adult Echo|W 400 L 40|Im: 3|MI 1.1|Gain 60|左|右
"""
MEASURED = """
Total 18234 21.4 7.9|Series 3 Helical 1.25 mm 120 280 5.11 213.4|Irradiation 12345 uGym2|Lean (g) 21345|Counts 120345
Matrix 256 256|0 25 50 75 100 125 150|-1000 -500 0 500 1000|P-R-T axes 54 12 38|Min 10212 Max 42211|Voltage 12000 V
CINE 0118|Loop 0034|127/1280|1:23456|Monitoring 4 100 20 7.5 L 7.5 0.5 10.0|Voxel 512 512 24|DAP 20143 mGycm2
Software Version 12.10.2005|Rev. 3/1/91 Copyright 1983|Ver. 4.1.1 Build 20110304|(c) Copyright 2004-2011
HarmOn|Spirometry|decubito supino
"""
"""Tables, scales, counters, versions and names of settings, as dose reports, ultrasound and test patterns show them."""


@pytest.mark.parametrize("text", MEASURED.replace("\n", "|").strip("|").split("|"))
def test_what_is_measured_counted_or_a_version_is_nobodys(text: str) -> None:
    assert "P601" not in judge(text)


@pytest.mark.parametrize("text", HARMLESS.split("\n")[1].split() + HARMLESS.split("\n")[2].split("|"))
def test_markers_scales_and_settings_stay_quiet(text: str) -> None:
    assert judge(text) == {}


def test_a_name_is_worse_than_an_age() -> None:
    assert judge("Name: OKAFOR CHIDI")["P601"][0].severity is Severity.CRITICAL
    assert judge("M 49")["P601"][0].severity is Severity.MEDIUM


def test_unexplained_words_are_low_and_never_lost() -> None:
    assert set(judge("zorblatt quenib")) == {"P603"}
    assert UnjudgedText.severity is Severity.LOW


def test_a_region_that_nobody_could_read_is_a_finding() -> None:
    assert set(judge("")) == {"P602"}


def test_a_header_that_denies_what_the_pixels_show() -> None:
    assert set(judge("Name: OKAFOR CHIDI", burned_in="NO")) == {"P601", "P604"}
    assert set(judge("Name: OKAFOR CHIDI", burned_in="YES")) == {"P601"}
    assert judge("AP PORTABLE", burned_in="NO") == {}


def test_text_of_other_places_is_not_theirs() -> None:
    assert judge("Name: OKAFOR CHIDI", burned_in="NO", place=Place.DATASET) == {}
    assert judge("", place=Place.DATASET) == {}


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    for matches in judge(text, burned_in="NO").values():
        for match in matches:
            assert 0 < match.confidence <= 1
            assert match.text in text


@pytest.mark.parametrize(("text", "low"), [("'t thie 1", True), ("McGregor Ian", False), ("OKAFOR", False)])
def test_names_in_small_letters_need_a_clear_reading(text: str, low: bool) -> None:
    element = Element(Place.PIXELS, "pixels frame=#", text, bbox=(0, 0, 9, 9), confidence=0.85)
    (match,) = BurnedInText().judge(element, Context(Claim()))
    assert (match.severity is Severity.LOW) == low


@pytest.mark.parametrize(("reading", "low"), [(0.95, False), (0.55, True)])
def test_a_number_alone_needs_a_sure_reading(reading: float, low: bool) -> None:
    element = Element(Place.PIXELS, "pixels frame=#", "616205", bbox=(0, 0, 9, 9), confidence=reading)
    (match,) = BurnedInText().judge(element, Context(Claim()))
    assert (match.severity is Severity.LOW) == low


@pytest.mark.parametrize(("text", "low"), [("00001", True), ("110110", True), ("710110", False)])
def test_clips_in_a_row_are_no_sure_number(text: str, low: bool) -> None:
    (match,) = judge(text)["P601"]
    assert (match.severity is Severity.LOW) == low
