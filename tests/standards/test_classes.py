"""Every category has its place in the standards."""

from __future__ import annotations

import pytest

from auditor.checks import all_checks
from auditor.manual import manual_page
from auditor.model import Category
from auditor.standards import ps315
from auditor.standards.classes import table


def test_every_category_has_one_row() -> None:
    assert set(table()) == set(Category)


def test_all_eighteen_of_hipaa_are_covered() -> None:
    letters = "".join(row.hipaa for row in table().values())
    named = " ".join(row.hipaa_text for row in table().values())
    assert set("ABCDEFGHIJKLMNOPQR") - set(letters) == {"E"}
    assert "fax numbers are (E)" in named


def test_every_group_of_the_profile_belongs_to_a_category() -> None:
    assert {group for row in table().values() for group in row.ps315} == {str(group) for group in ps315.Group}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_manual_page_names_the_standards(lang: str) -> None:
    for check in all_checks():
        page = manual_page(check.id, lang)
        assert all(line in page for line in table()[check.category].lines(lang))
    assert "(A) Names" in manual_page("T101", lang)
    assert "GB/T 39725-2020" in manual_page("T103", lang)
