"""Every class of leak is caught and quiet files stay quiet; `measure` prints the table."""

from __future__ import annotations

import pytest

from auditor.model import Severity
from tests.corpus.files import Case, dicom
from tests.corpus.leaks import LEAKS
from tests.corpus.measure import findings
from tests.corpus.quiet import QUIET

MISSED_AT_MOST = 0.01
FALSE_AT_MOST = 0.02


def test_the_file_that_leaks_are_planted_in_is_quiet() -> None:
    assert not list(findings(Case("base", "base", "IM000001.dcm", dicom())))


def test_size() -> None:
    assert len(LEAKS) >= 150
    assert len(QUIET) >= 40


@pytest.mark.parametrize("family", dict.fromkeys(case.family for case in LEAKS))
def test_leaks_are_caught(family: str) -> None:
    members = [case for case in LEAKS if case.family == family]
    missed = [case.name for case in members if not list(findings(case))]
    assert len(missed) <= MISSED_AT_MOST * len(LEAKS), missed
    assert len(missed) < len(members)


def test_quiet_files_stay_quiet() -> None:
    alarms = {case.name: list(findings(case)) for case in QUIET}
    false = {name: seen for name, seen in alarms.items() if seen}
    assert len(false) <= FALSE_AT_MOST * len(QUIET), false


def test_direct_identifiers_weigh_most() -> None:
    case = next(case for case in LEAKS if case.name == "patient name")
    assert Severity.CRITICAL in {severity for _, severity, _ in findings(case)}
