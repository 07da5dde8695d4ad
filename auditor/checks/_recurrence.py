"""What the checks of known identifiers share."""

from __future__ import annotations

from auditor.checks.base import Example
from auditor.model import Category, Element, Place, Severity
from auditor.model.survey import Recurrence

SEVERITIES = {
    Category.NAME: Severity.CRITICAL,
    Category.NATIONAL_ID: Severity.CRITICAL,
    Category.DATE: Severity.HIGH,
}
"""Of a sure hit; everything else is high."""


def met(text: str, category: Category, *, form: str = "", same_patient: bool = True,
        listed: bool = False, confidence: float = 0.9,
    guessed: bool = False) -> Example[Recurrence]:  # fmt: skip
    """An identifier met in a protocol name."""
    element = Element(Place.DATASET, "(0018,1030) ProtocolName", f"of {text}", "LO", 0x00181030)
    return Example(Recurrence(element, category, text, form, confidence, same_patient, listed, guessed))


def is_chance(subject: Recurrence) -> bool:
    """Whether a number is met where as short a number, or one put together from parts, stands by chance."""
    if subject.category in (Category.NAME, Category.STAFF):
        return False
    text, vr = subject.text, subject.element.vr
    short = sum(char.isalnum() for char in text) < 8
    return (vr == "UI" and "." in text) or (short and (not subject.same_patient or vr in ("UI", "IS")))
