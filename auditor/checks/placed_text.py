"""P611: text in the pixels that stands where other patients have theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._values import by_confidence
from auditor.checks.base import Example, PlacedTextCheck
from auditor.checks.patient_constant import FEWEST_PATIENTS, FEWEST_REPEATED, lower_bound
from auditor.detectors import is_acquisition_text, is_placeholder
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.model.survey import PlacedText

FEWEST_NAMED = 5
_NEARLY_ALL = 0.9
_MOST = 0.6
_LEAST = 3
"""Letters and digits of a text that could stand for somebody."""
_NUMBER = re.compile(r"\W*\d{3,}\W*")


def _placed(value: str, **counts: object) -> Example[PlacedText]:
    usual: dict[str, object] = {
        "patients": 20,
        "texts": 20,
        "repeated": 12,
        "constant": 12,
        "named": 0,
        "category": Category.UNIQUE_CODE,
    }
    element = Element(Place.PIXELS, "pixels frame=#", value)
    return Example(PlacedText(element, **{**usual, **counts}))  # type: ignore[arg-type]


class PlacedTextOfAPatient(PlacedTextCheck):
    """A line in the pixels stands where the device writes who the patient is.

    What it does
        Compares, over all images of one device (manufacturer, model, modality, size), the lines at one place
        of the frame. Where at least 8 patients have a line there, at least 5 of them on several images, and nearly
        all have one text that nobody else has, the line identifies whatever it says. Where at
        least 5 patients, and most of those with a line there, have one that was judged to identify, the others'
        lines are of the same kind, unread ones included. Acquisition text does not count, but for
        numbers that stand alone, nor do lines that another rule reports as medium or worse.
        Of a device with more than 200,000 lines a sample of the patients is compared.

    Why it matters
        A rare surname, a number of three digits or a nickname looks like any other word. Where it stands
        tells what it is: devices write patients' data at the same place on every image.

    Remedy
        Black out the place on all images of the device: the report proposes a mask, `auditor fix` writes it.
    """

    id = "P611"
    title = Text("Text where the device writes who the patient is", "设备标注患者身份的位置上的文字")
    remedy = Text(
        "Black out this place on all images of the device (auditor fix writes the mask).",
        "在该设备的所有图像上涂黑此位置（auditor fix 可生成遮盖模板）。",
    )
    severity = Severity.HIGH
    category = Category.UNIQUE_CODE
    way = Way.PIXELS
    good = (
        _placed("zorblatt", texts=10),
        _placed("zorblatt", repeated=3, constant=3),
        _placed("zorblatt", constant=7),
        _placed("zorblatt", own=False),
        _placed("zorblatt", patients=6, texts=6),
        _placed("gain 54", named=16, category=Category.NAME),
        _placed("zorblatt", texts=3, named=6, category=Category.NAME),
        _placed("ab"),
    )
    bad = (
        _placed("zorblatt"),
        _placed("481"),
        _placed("zorblatt", repeated=0, constant=0, named=16, category=Category.NAME),
        _placed("", repeated=0, constant=0, named=16, category=Category.NAME),
    )

    def judge(self, subject: PlacedText, context: Context) -> Iterable[Match]:
        """At most one match, by the evidence that is stronger."""
        text = subject.element.value
        among = subject.named >= max(FEWEST_NAMED, _MOST * subject.patients)
        if text and not _could_identify(text):
            return
        if text and _is_own(subject):
            alone = subject.texts / subject.patients
            confidence = lower_bound(subject.constant, subject.repeated) * alone
            over = f"{subject.constant} of {subject.repeated} patients with several images"
            detail = f"the same for {over}, shared by none"
            yield Match(
                round(confidence, 3), severity=by_confidence(self.severity, confidence), detail=detail
            )
        elif among and (subject.own or not text):
            confidence = lower_bound(subject.named, subject.patients)
            detail = f"identifies {subject.named} of {subject.patients} patients at this place"
            severity = Severity.MEDIUM if confidence >= _MOST or text else Severity.LOW
            yield Match(round(confidence, 3), severity=severity, category=subject.category, detail=detail)


def _could_identify(text: str) -> bool:
    if sum(map(str.isalnum, text)) < _LEAST and not any("\u3400" <= char <= "\u9fff" for char in text):
        return False
    return bool(_NUMBER.fullmatch(text)) or not (is_acquisition_text(text) or is_placeholder(text))


def _is_own(subject: PlacedText) -> bool:
    return (
        subject.own
        and subject.patients >= FEWEST_PATIENTS
        and subject.repeated >= FEWEST_REPEATED
        and subject.constant >= _NEARLY_ALL * subject.repeated
        and subject.texts >= _NEARLY_ALL * subject.patients
    )
