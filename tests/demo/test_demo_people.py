"""Invented people have numbers that detectors take for real ones."""

from __future__ import annotations

from datetime import date

import phonenumbers
import pytest
from stdnum.cn import ric
from stdnum.gb import nhs

from auditor.demo.leaks import LEAKS
from auditor.demo.lettering import GLYPHS
from auditor.demo.people import EVELYN, MAJA, XIAOMEI, nhs_number, resident_id


def test_check_digits_hold() -> None:
    assert ric.is_valid(XIAOMEI.national_id)
    assert nhs.is_valid(EVELYN.national_id) and nhs.is_valid(MAJA.national_id)
    assert ric.get_birth_date(XIAOMEI.national_id) == XIAOMEI.birth


def test_numbers_are_of_ranges_that_are_never_issued() -> None:
    assert XIAOMEI.national_id[14:17] == "000"
    assert EVELYN.national_id.startswith("999") and MAJA.national_id.startswith("999")


@pytest.mark.parametrize("sequence", range(0, 60, 7))
def test_resident_id_of_any_sequence_is_valid(sequence: int) -> None:
    assert ric.is_valid(resident_id("310101", date(1999, 12, 31), sequence))


def test_stem_without_a_check_digit_is_refused() -> None:
    refused = 0
    for stem in range(999_000_000, 999_000_040):
        try:
            assert nhs.is_valid(nhs_number(str(stem)))
        except ValueError:
            refused += 1
    assert 0 < refused < 15


def test_phones_are_well_formed() -> None:
    assert phonenumbers.is_valid_number(phonenumbers.parse(XIAOMEI.phone, "CN"))
    assert phonenumbers.is_valid_number(phonenumbers.parse(EVELYN.phone))


def test_chinese_burned_in_can_be_drawn() -> None:
    (text,) = (leak.secret for leak in LEAKS if leak.kind == "burned in, Chinese")
    assert set(text) - {"|"} <= set(GLYPHS)
