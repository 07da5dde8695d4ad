"""Leaks beside DICOM are caught wherever they stand, members of files included; quiet files stay quiet."""

from __future__ import annotations

import pytest

from tests.corpus.document_leaks import DOCUMENT_LEAKS
from tests.corpus.document_quiet import DOCUMENT_QUIET
from tests.corpus.file_leaks import FILE_LEAKS
from tests.corpus.measure import caught, findings

LEAKS = [*DOCUMENT_LEAKS, *FILE_LEAKS]
MISSED_AT_MOST, FALSE_AT_MOST = 0.02, 0.02


def test_size() -> None:
    assert len(LEAKS) >= 300
    assert len(DOCUMENT_QUIET) >= 100


@pytest.mark.parametrize("family", dict.fromkeys(case.family for case in LEAKS))
def test_leaks_are_caught(family: str) -> None:
    missed = [case.name for case in LEAKS if case.family == family and not caught(case)]
    assert len(missed) <= MISSED_AT_MOST * len(LEAKS) / 4, missed


def test_all_but_a_few_leaks_are_caught() -> None:
    missed = [f"{case.family}: {case.name}" for case in LEAKS if not caught(case)]
    assert len(missed) <= MISSED_AT_MOST * len(LEAKS), missed


def test_quiet_files_stay_quiet() -> None:
    false = {case.path: seen for case in DOCUMENT_QUIET if (seen := list(findings(case)))}
    assert len(false) <= FALSE_AT_MOST * len(DOCUMENT_QUIET), false
