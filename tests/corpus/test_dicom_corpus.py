"""DICOM files with one leak are caught where the leak is, in every class; quiet ones stay quiet."""

# Cases read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import io
import re
import warnings

import pytest
from pydicom.dataelem import DataElement
from pydicom.dataset import FileDataset
from pydicom.tag import Tag

from auditor.standards import ps315
from tests.builders.dicom import dataset_of
from tests.corpus.dicom_leaks import DICOM_LEAKS
from tests.corpus.dicom_quiet import DICOM_QUIET
from tests.corpus.dicom_styles import STYLES, file
from tests.corpus.files import Case
from tests.corpus.measure import caught, findings

MISSED_AT_MOST = FALSE_AT_MOST = 0.01
VALUES = {
    "DA": "20211103", "TM": "134412.120", "DT": "20211103134412.120", "AS": "092Y", "PN": "Fjeldstad^Ragnhild", "SH": "HALVORSEN K",
    "UI": "1.3.12.2.1107.5.1.4.70077.30000021110313441212300000451", "UR": "https://hus.no/pid=77120934", "AE": "HUSPACS7",
    "OB": bytes(range(40)), "UN": b"Halvorsen ", **dict.fromkeys(("LO", "ST", "LT", "UT", "UC"), "Halvorsen K 77120934"),
}  # fmt: skip
"""A value that identifies, for each type."""
NOT_FOR_BEING_THERE = re.compile(
    r"Version|Clinical Trial|Lens M|Manufacturer|GPS (Satellites|Map)|Encapsulated Document|Sex Parameters.*Reference|Trailing"
)
"""Rows that hold no such value, or in which a code is what belongs there; documents are read on their own."""
ROWS = [
    row for row in ps315.table().values()
    if re.fullmatch(r"(?!000[02])[0-9A-F]{8}", row.tag) and row.vr in VALUES and not NOT_FOR_BEING_THERE.search(row.name)
]  # fmt: skip


def test_size() -> None:
    assert len(DICOM_LEAKS) >= 250
    assert len(DICOM_QUIET) >= 120
    assert len(ROWS) >= 450


@pytest.mark.parametrize("family", dict.fromkeys(case.family for case in DICOM_LEAKS))
def test_leaks_are_caught_where_they_are(family: str) -> None:
    members = [case for case in DICOM_LEAKS if case.family == family]
    missed = [case.name for case in members if not caught(case)]
    assert len(missed) <= MISSED_AT_MOST * len(members), missed


def test_quiet_files_stay_quiet() -> None:
    false = {case.name: seen for case in DICOM_QUIET if (seen := list(findings(case)))}
    assert len(false) <= FALSE_AT_MOST * len(DICOM_QUIET), false


def test_every_row_of_the_profile_is_looked_at() -> None:
    """A value that identifies is found in each attribute that PS3.15 E.1-1 names, not in those that come to mind."""
    missed = [row.name for number, row in enumerate(ROWS) if not caught(_planted(row, number))]
    assert not missed


def _planted(row: ps315.ProfileRow, number: int) -> Case:
    dataset = dataset_of(file(STYLES[number % len(STYLES)]))
    value = "-0330" if "Timezone" in row.name else VALUES[row.vr]
    dataset.add(DataElement(Tag(int(row.tag, 16)), row.vr, value))
    return Case("rows", row.name, "IM1.dcm", _written(dataset), rf"\({row.tag[:4]},{row.tag[4:]}\)")


def _written(dataset: FileDataset) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset.save_as(out)
    return out.getvalue()
