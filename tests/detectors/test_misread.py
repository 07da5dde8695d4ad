"""Text as OCR leaves it still names people, numbers and dates; what scanners print still does not."""

from __future__ import annotations

import pytest

from auditor.detectors.burned_in import IN_PIXELS, identifying, is_unjudged
from auditor.detectors.misread import other_readings
from auditor.model import Category


@pytest.mark.parametrize(
    ("line", "category"),
    [
        ("Ueda lan", Category.NAME),
        ("KOWALSKl JAN", Category.NAME),
        ("R0SA DELACR0IX", Category.NAME),
        ("Ivanova~lan", Category.NAME),
        ("DELACROIXHARUTO", Category.NAME),
        ("MBEKIHENRIK", Category.NAME),
        ("NgHenrik", Category.NAME),
        ("NameTSEMBULOOKRI", Category.NAME),
        ("ame: Novotny Agnieszk", Category.NAME),
        ("Hashimoto Henrik", Category.NAME),
        ("王超强", Category.NAME),
        ("ID:6O4435", Category.RECORD_NUMBER),
        ("MRN1886", Category.RECORD_NUMBER),
        ("000年5月25日", Category.DATE),
        ("2/2015", Category.DATE),
        ("/2013", Category.DATE),
        ("PORTALEL/10/1993", Category.DATE),
        ("Lakeview Regional Hospitall", Category.INSTITUTION),
        ("青河市人民院", Category.INSTITUTION),
    ],
)
def test_damaged_identifiers_identify(line: str, category: Category) -> None:
    assert [hit.category for hit in identifying(line) if hit.confidence >= IN_PIXELS] == [category]


@pytest.mark.parametrize(
    "line",
    [
        *(
            "PORTABLEAP",
            "SEMIERECT",
            "FrameRate",
            "LungWindow",
            "ARTERIALPHASE",
            "BREASTIMAGING",
            "SIEMENSHEALTHINEERS",
            "T1WFLAIR",
        ),
        *("L4L5", "120kV5mAs", "10/07", "23/11", "1952", "白平衡", "高信号", "Philips Healthcare"),
        *("SUPINE, PORTABLE", "Se 1/2000", "Chest, PA", "Preset: Abdomen"),
    ],
)
def test_what_scanners_print_does_not(line: str) -> None:
    assert not [hit for hit in identifying(line) if hit.confidence >= IN_PIXELS]


def test_a_line_has_each_other_reading_once() -> None:
    assert list(other_readings("KOWALSKI JAN")) == []
    assert list(other_readings("R0SA 6O4435")) == ["R0SA 604435", "ROSA 6O4435"]


def test_a_name_that_other_readings_give_is_judged() -> None:
    assert is_unjudged("zorblatt quenib") and not is_unjudged("MBEKIHENRIK")
