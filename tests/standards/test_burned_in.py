"""The table of images that usually carry text."""

from __future__ import annotations

import pydicom.uid
import pytest

from auditor.standards.burned_in import habit, table


def test_every_sop_class_is_one_of_the_standard() -> None:
    uids = [value for attribute, value in table() if attribute == "sop_class"]
    assert [uid for uid in uids if pydicom.uid.UID(uid).name == uid] == []


@pytest.mark.parametrize(
    ("said", "usual"),
    [
        (("1.2.840.10008.5.1.4.1.1.7", "", "", ""), True),
        (("1.2.840.10008.5.1.4.1.1.2", "DERIVED\\SECONDARY\\DOSE_INFO", "CT", ""), True),
        (("1.2.840.10008.5.1.4.1.1.2", "DERIVED\\SECONDARY\\MPR", "CT", ""), False),
        (("", " derived \\ screen save ", "", ""), True),
        (("1.2.840.10008.5.1.4.1.1.77.1.6", "ORIGINAL\\PRIMARY\\LABEL\\NONE", "SM", ""), True),
        (("", "", "us", ""), True),
        (("", "", "", "DF"), True),
    ],
)
def test_the_strongest_habit_counts(said: tuple[str, str, str, str], usual: bool) -> None:
    found = habit(*said)
    assert found is not None and found.usual is usual


@pytest.mark.parametrize("modality", ["CT", "MR", "DX", ""])
def test_other_images_have_no_habit(modality: str) -> None:
    assert habit("1.2.840.10008.5.1.4.1.1.2", "ORIGINAL\\PRIMARY\\AXIAL", modality, "") is None
