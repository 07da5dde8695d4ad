"""Dates of one file held beside each other, where dates are said to be moved."""

from __future__ import annotations

import re
from datetime import date

from auditor.checks import all_checks
from auditor.checks._values import date_in
from auditor.checks.base import DateGapCheck
from auditor.inventory import FindingStore, Inventory, date_gaps
from auditor.model import Claim, Context, Element, Place
from auditor.model.survey import DateGap
from auditor.pipeline.judge import note
from auditor.standards.ps315 import MODIFIED_DATES

_STUDY_DATE = 0x00080020
_OTHER_TIMES = re.compile(
    r"Birth|Calibration|Manufacture|Installation|Version|Expir|Ethics|Menstrual|Source|Decay|Residence|Death"
)
"""Dates of the patient's life, of devices and of documents have no tie to the day of the study."""


def judge_gaps(inventory: Inventory, findings: FindingStore, declared: tuple[str, ...]) -> None:
    """Note the dates that lie apart from the study date although a claim or the policy says they were moved."""
    claims = inventory.claims()
    dates: dict[int, tuple[Element, Claim]] = {}
    days: list[tuple[int, bool, int]] = []
    for number, element, claim in inventory.distinct_values(Place.DATASET):
        if element.vr not in ("DA", "DT") or _OTHER_TIMES.search(element.location):
            continue
        if (
            claims[claim].longitudinal != "MODIFIED"
            and MODIFIED_DATES not in Context(claims[claim], declared).codes
        ):
            continue
        if day := _ordinal(element.value):
            dates[number] = element, claims[claim]
            days.append((number, element.tag == _STUDY_DATE and element.location.startswith("("), day))
    checks = [check for check in all_checks() if isinstance(check, DateGapCheck)]
    for gap in date_gaps(inventory, days):
        element, told = dates[gap.value]
        subject = DateGap(element, max(gap.least, gap.most, key=abs), gap.steady)
        for check in checks:
            for match in check.judge(subject, Context(told, declared)):
                note(findings, check.id, match, value=gap.value, text=element.value)


def _ordinal(value: str) -> int:
    """The day of a DA or DT value, as `date.toordinal` counts; 0 where there is none."""
    digits = date_in(value.split("\\")[0].strip())
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).toordinal() if digits else 0
    except ValueError:
        return 0
