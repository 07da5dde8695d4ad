"""Safe private attributes: by group, creator and element, whatever block they were given."""

from __future__ import annotations

import pytest

from auditor.standards import safe_private


@pytest.mark.parametrize(
    ("group", "creator", "element", "safe"),
    [
        (0x2001, "Philips Imaging DD 001", 0x1001, True),
        (0x2001, "Philips Imaging DD 001", 0xFF01, True),
        (0x2001, "Philips Imaging DD 001 ", 0x01, True),
        (0x7E01, "HOLOGIC, Inc.", 0x1010, True),
        (0x2001, "Philips Imaging DD 001", 0x10FE, False),
        (0x2003, "Philips Imaging DD 001", 0x1001, False),
        (0x2001, "", 0x1001, False),
    ],
)
def test_is_safe(group: int, creator: str, element: int, safe: bool) -> None:
    assert safe_private.is_safe(group, creator, element) is safe


def test_size_of_the_table() -> None:
    assert len(safe_private.table()) == 479
    assert "GEMS_ACQU_01" in safe_private.creators()
