"""Every category has its place in the standards."""

from __future__ import annotations

import pytest

from auditor.checks import all_checks
from auditor.manual import manual_page
from auditor.model import Category
from auditor.standards import ps315
from auditor.standards.classes import reading, table


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
        assert not table()[check.category].lines(lang) or reading(lang) in page
    assert "(A) Names" in manual_page("T101", lang)
    assert "GB/T 39725-2020" in manual_page("T103", lang)


SENSITIVE = {"biometric", "face", "record number", "health plan number", "account number"}
NOT_BY_THEMSELVES = {
    "name",
    "address",
    "phone",
    "email",
    "url",
    "ip address",
    "national id",
    "licence number",
    "vehicle",
}


def test_what_article_28_names() -> None:
    """Biometrics, health care and financial accounts; identifiers of a person are personal information."""
    classes = {str(category): row.pipl for category, row in table().items()}
    assert {classes[name] for name in SENSITIVE} == {"28"}
    assert {classes[name] for name in NOT_BY_THEMSELVES} == {"4"}


def test_the_classes_of_health_data_are_the_six_of_the_standard() -> None:
    six = ("个人属性数据", "健康状况数据", "医疗应用数据", "医疗支付数据", "卫生资源数据", "公共卫生数据")
    named = [part for row in table().values() for part in row.gbt39725.split("；") if part]
    inner = ("个人身份信息：", "医疗应用数据")
    assert all(part.startswith((*six, *inner)) for part in named)
