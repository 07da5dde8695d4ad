"""Which checks are asked about a value, and that leaving the others out loses nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from auditor.checks import all_checks
from auditor.checks.base import ElementCheck
from auditor.model import Claim, Context, Element, Place
from auditor.pipeline.judge import concerned, judge_elements

_CHECKS = [check for check in all_checks() if isinstance(check, ElementCheck)]


def _plainly(subjects: Iterable[tuple[int, Element, Context]]) -> list[tuple[object, ...]]:
    return [
        (number, check.id, match, match.text or element.value)
        for number, element, context in subjects
        for check in _CHECKS
        for match in check.judge(element, context)
    ]


def test_every_example_is_judged_as_if_every_check_were_asked() -> None:
    examples = [example for check in _CHECKS for example in (*check.good, *check.bad)]
    subjects = [(number, example.subject, example.context) for number, example in enumerate(examples)]
    # The same values in each other's places, too.
    swapped = [
        (number, replace(element, value=examples[-number].subject.value), context)
        for number, element, context in subjects
    ]
    for each in subjects, swapped:
        assert judge_elements(each) == _plainly(each)


def test_a_check_of_another_place_is_not_asked() -> None:
    context = Context(Claim())
    uid = concerned(Place.DATASET, "(0008,0018) SOPInstanceUID", "UI", 0x00080018, "", context)
    assert [check.id for check in uid] == ["T144", "V501"]
    name = concerned(Place.DATASET, "(0010,0010) PatientName", "PN", 0x00100010, "", context)
    assert "T101" in [check.id for check in name]
    assert not concerned(Place.DATASET, "(0018,9087) DiffusionBValue", "FD", 0x00189087, "", context)
