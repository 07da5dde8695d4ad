"""How much a finding weighs: what the file claims, and how sure the evidence is."""

from __future__ import annotations

from auditor.checks import all_checks
from auditor.checks._examples import context, dicom, segment
from auditor.checks.base import Check, Example
from auditor.model import Category, Element, Match, Severity


def check(rule: str) -> Check:
    return next(entry for entry in all_checks() if entry.id == rule)


def judged(rule: str, example: Example[Element]) -> list[Match]:
    return list(check(rule).judge(example.subject, example.context))


def test_dates_that_are_said_to_be_removed_weigh_more() -> None:
    plain = judged("T111", dicom(0x00080020, "DA", "20240319", "StudyDate"))
    denied = judged("T111", dicom(0x00080020, "DA", "20240319", "StudyDate", longitudinal="REMOVED"))
    assert plain[0].severity is None
    assert check("T111").severity is Severity.MEDIUM
    assert denied[0].severity is Severity.HIGH


def test_a_broken_claim_of_clean_descriptors_raises_the_severity() -> None:
    plain = judged("D204", dicom(0x00081030, "LO", "chest MRN: 88213477", "StudyDescription"))
    claimed = judged(
        "D204", dicom(0x00081030, "LO", "chest MRN: 88213477", "StudyDescription", "113100", "113105")
    )
    assert plain[0].severity is Severity.HIGH
    assert claimed[0].severity is Severity.CRITICAL
    assert "113105" in claimed[0].detail


def test_a_national_id_among_identifiers_is_named_as_one() -> None:
    (match,) = judged("T103", dicom(0x00100020, "LO", "11010519491231002X", "PatientID"))
    assert match.category is Category.NATIONAL_ID
    assert match.severity is Severity.CRITICAL


def test_dates_of_calibration_are_of_the_equipment() -> None:
    (match,) = judged("T111", dicom(0x00181200, "DA", "20240319", "DateOfLastCalibration"))
    assert match.severity is Severity.LOW


def test_uids_that_are_retained_still_tell_their_date() -> None:
    uid = "1.3.12.2.1107.5.2.32.35162.2015050317233592207501"
    (replaced,) = judged("V501", dicom(0x00080018, "UI", uid, "SOPInstanceUID", "113100"))
    (retained,) = judged("V501", dicom(0x00080018, "UI", uid, "SOPInstanceUID", "113100", "113110"))
    assert replaced.severity is None
    assert retained.severity is Severity.LOW


def test_every_value_of_a_multi_valued_element_is_judged() -> None:
    names = judged("T102", dicom(0x00081070, "PN", "ANONYMOUS\\SMITH^ANNA\\MILLER^PAUL", "OperatorsName"))
    assert [match.text for match in names] == ["SMITH^ANNA", "MILLER^PAUL"]


def test_dates_in_names_of_files_weigh_less_where_dates_are_retained() -> None:
    example = segment("chest_20240319.png")
    (plain,) = judged("F301", example)
    (shifted,) = check("F301").judge(example.subject, context("113100", "113107"))
    assert plain.severity is Severity.MEDIUM
    assert shifted.severity is Severity.LOW
