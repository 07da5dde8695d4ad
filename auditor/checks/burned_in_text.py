"""P601: an identifier that is burned into the pixels."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ElementCheck, Example
from auditor.detectors.burned_in import IN_PIXELS, identifying
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way

DIRECT = frozenset(
    {
        Category.NAME,
        Category.NATIONAL_ID,
        Category.RECORD_NUMBER,
        Category.INSURANCE,
        Category.ACCOUNT,
        Category.PHONE,
        Category.EMAIL,
        Category.ADDRESS,
    }
)
"""Categories that lead to one person; with strong evidence they are critical."""
MILD = frozenset({Category.AGE, Category.CHARACTERISTIC, Category.DEVICE, Category.UID, Category.URL})
"""Categories that narrow down and seldom identify alone."""

_NUMBERS = frozenset({Category.RECORD_NUMBER, Category.DATE, Category.PHONE, Category.NATIONAL_ID})
"""What a row of like strokes may look like."""
SURE_READING = 0.8
"""From which confidence of the reading evidence counts that is none outside of pixels."""
CLEAR_READING, SURE_NAME = 0.9, 0.75


def seen(text: str) -> Example[Element]:
    """An example of text that was read off a frame."""
    return Example(Element(Place.PIXELS, "pixels frame=#", text, bbox=(0, 0, 100, 20)))


class BurnedInText(ElementCheck):
    """Text in the pixels names or numbers a person, a date or a place.

    What it does
        Every frame is read by optical character recognition, after local contrast normalisation, so that
        faint text and text outside the default window count too. Each line is judged by the same detectors
        as header fields, and more strictly: a date, a number of five digits or more, a time of day to the
        second, or sex with age, standing alone in an image, counts; where such a line was not read surely it
        is reported as low. Words in the form of a name count beside a number, an age or a date of the same block of
        lines. Markers (`L`, `AP PORTABLE`), scales, units and acquisition settings do not count.

    Why it matters
        Removing header fields leaves the pixels as they are. Ultrasound, secondary captures, digitised films
        and screenshots carry the patient's name or number in every frame.

    Remedy
        Black out the box in every frame (the finding gives it in pixels of the stored frame), then scan again.
        Do it on decoded pixels: painting an overlay over the text removes nothing.
    """

    id = "P601"
    title = Text("Burned-in identifier", "图像像素中含有可识别信息")
    remedy = Text(
        "Black out the region in the stored pixels of every frame, then scan again.",
        "在每一帧的存储像素中涂黑该区域，然后重新扫描。",
    )
    severity = Severity.HIGH
    category = Category.FREE_TEXT
    way = Way.PIXELS
    good = (
        seen("L"),
        seen("AP PORTABLE"),
        seen("120 kV"),
        seen("5 cm"),
        seen("65bpm"),
        seen("00:12:31"),
        Example(Element(Place.DATASET, "(0008,103E) SeriesDescription", "Name: DOE JANE", "LO")),
    )
    bad = (
        seen("Name: SEXTON CARMEN"),
        seen("14:43:31"),
        seen("Patient ID.3209648408"),
        seen("DELACROIX PRIYA"),
        seen("Name: Delacroix Agnieszka"),
        seen("Name: Ivanova Nadia³"),
        seen("DOB: 08/04/1932"),
        seen("616205"),
        seen("Sex/Age: F 66Y"),
        seen("姓名：王小明"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """Yield one match for every category of identifier in the line: its surest hit."""
        if subject.place is not Place.PIXELS:
            return
        told = set()
        for hit in identifying(subject.value):
            if hit.category in told:
                continue
            told.add(hit.category)
            # Anatomy read as text gives short numbers at random: such evidence needs a sure reading.
            clips = hit.category in _NUMBERS and _may_be_clips(subject.value)
            unsure = subject.confidence < SURE_READING or clips
            # So do words in small letters, which hardly anybody writes a name in.
            small = (
                hit.category is Category.NAME
                and subject.value.islower()
                and subject.confidence < CLEAR_READING
            )
            doubtful = (hit.confidence <= IN_PIXELS and unsure) or (hit.confidence < SURE_NAME and small)
            yield Match(
                confidence=hit.confidence * subject.confidence if doubtful else hit.confidence,
                text=subject.value.strip()[hit.start : hit.end],
                severity=Severity.LOW if doubtful else _severity(hit.category, hit.confidence),
                category=hit.category,
                detail=hit.kind,
            )


def _may_be_clips(line: str) -> bool:
    """Whether all digits are 0 and 1, or one and the same: surgical clips and staples in a row read like that."""
    digits = {char for char in line if char.isdigit()}
    return bool(digits) and (digits <= {"0", "1"} or len(digits) == 1)


def _severity(category: Category, confidence: float) -> Severity:
    if category is Category.NAME and confidence < IN_PIXELS:
        return Severity.LOW  # four letters at an edge are a marker far more often than a rare surname
    if category in DIRECT:
        return Severity.CRITICAL if confidence >= 0.75 else Severity.HIGH
    return Severity.MEDIUM if category in MILD else Severity.HIGH
