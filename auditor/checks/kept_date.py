"""T111: a date, a time or an offset from UTC is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import cell, dicom
from auditor.checks._fields import Field, breaks_claim, field_of, is_kept, is_written_by_a_program, required
from auditor.checks._values import counted_date, date_in, is_time, is_zone, parts
from auditor.checks.base import ElementCheck
from auditor.detectors import detect
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import FULL_DATES, Group

_MOVED = "1925"
"""BIDS asks for dates to be moved before this year, so that nobody takes them for true."""
_OF_A_STANDARD = re.compile(r"Version")
_OF_A_DEVICE = re.compile(r"Calibration|Manufacture|Installation|Ethics|Source Strength")


class KeptDate(ElementCheck):
    """A date, date-time, time of day or time zone of the examination is kept.

    What it does
        Looks at every date, time and date-time (VR DA, TM, DT) at any depth, also in private
        elements and in attributes that no dictionary knows, at Timezone Offset From UTC, and at
        columns, keys and EXIF fields of that meaning. Quiet where options 113106 or 113107 are
        claimed or declared, or the file says that its dates are MODIFIED; a file that says they are
        REMOVED is believed no further than what it holds. Values from before a change, kept in
        Original Attributes, are covered by 113106 only.

    Why it matters
        The day of an examination, with age and hospital, picks one person out of an appointment
        book, a payment or a post in a social network. A time of day alone is weaker.

    Remedy
        Remove the date, or shift it by an amount that is drawn per patient and claim option 113107.
    """

    id = "T111"
    title = Text(en="A date or time of the examination is kept", zh="保留了检查的日期或时间")
    remedy = Text(
        en="Remove it (PS3.15 actions X, Z, D), or shift by a random amount per patient and claim 113107.",
        zh="删除日期时间（PS3.15 动作 X、Z、D），或按患者随机平移并声明选项 113107。",
    )
    severity = Severity.MEDIUM
    category = Category.DATE
    way = Way.DATA
    good = (
        dicom(0x00080020, "DA", "", "StudyDate"),
        dicom(0x00080020, "DA", "20240319", "StudyDate", "113100", "113107"),
        dicom(0x00080020, "DA", "20240319", "StudyDate", "113100", "113106"),
        dicom(0x00080020, "DA", "20240319", "StudyDate", longitudinal="MODIFIED"),
        dicom(0x00080020, "DA", "19000101", "StudyDate"),
        dicom(0x00080030, "TM", "000000.000000", "StudyTime"),
        dicom(0x00080106, "DT", "20020904000000", "ContextGroupVersion"),
        cell("date_or_order", "3"),
    )
    bad = (
        dicom(0x0008002A, "DT", "20240319101530", "AcquisitionDateTime"),
        dicom(0x0008002A, "DT", "20240319101530", "AcquisitionDateTime", "113100"),
        dicom(0x00080201, "SH", "+0800", "TimezoneOffsetFromUTC"),
        dicom(0x00091002, "DA", "20240319", "", creator="ACME"),
        dicom(0x00080020, "DA", "20240319", "StudyDate", longitudinal="REMOVED"),
        dicom(0x00080020, "DA", "20240319", "StudyDate", "113107",
              within="(0400,0561)[#]."),
        cell("检查日期", "2024年3月19日"),
        cell("AcquisitionTime", "10:15:30"),
    )  # fmt: skip

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per date, time or zone."""
        field = field_of(subject)
        of_position = field is not None and field.group is Group.LOCATION and subject.vr in ("DA", "DT", "TM")
        if field is None or (field.group is not Group.DATE and not of_position):
            return
        claim = context.claim
        removed = claim.longitudinal == "REMOVED"
        if not removed:
            if is_kept(field, subject, context):
                return
            if claim.longitudinal == "MODIFIED" and "(0400,05" not in subject.location:
                return
        elif FULL_DATES in context.codes:
            return
        name = field.row.name if field.row is not None else ""
        if is_written_by_a_program(subject):
            return  # D205 tells it for information
        if _OF_A_STANDARD.search(name):
            return  # the issue date of a code table or template, the same in every file
        for part in parts(subject.value):
            match = _judge(part, field, subject, removed)
            if match is not None and _OF_A_DEVICE.search(name) and not breaks_claim(field, context):
                match = Match(
                    match.confidence, part, Severity.LOW, detail="of the equipment, not the patient"
                )
            if match is not None:
                yield (
                    match
                    if match.detail
                    else Match(match.confidence, part, match.severity, detail=required(field, context))
                )


def _judge(text: str, field: Field, subject: Element, removed: bool) -> Match | None:
    contradicted = "the file says that its dates are removed" if removed else ""
    if subject.place in (Place.TABLE, Place.TEXT) and (date_in(text) or "9999")[:4] <= _MOVED:
        return None
    of_day = "time" in subject.location.lower() and "date" not in subject.location.lower()
    if subject.place is Place.TABLE and counted_date(text) and not (of_day and text[5:6] in ("", ".")):
        return Match(0.7, text, detail=contradicted or "a date as a number of days or seconds")
    if date := date_in(text):
        if date.endswith("0101") and len(text) == 8:
            return Match(0.5, text, Severity.LOW, detail="may be cut to its year")
        return Match(0.9, text, Severity.HIGH if removed else None, detail=contradicted)
    if subject.vr == "SH" and is_zone(text):
        return Match(0.8, text, Severity.MEDIUM, detail="tells the region of the site")
    if is_time(text) and (subject.vr in ("TM", "DT") or ":" in text or field.row is not None):
        return Match(
            0.8, text, Severity.MEDIUM if removed else Severity.LOW, detail=contradicted or "a time of day"
        )
    if subject.place is Place.DATASET and subject.vr in ("DA", "DT", "TM"):
        return None  # a shape that detectors would read as something else
    if any(hit.category is Category.DATE for hit in detect(text)):
        return Match(0.8, text, detail=contradicted)
    return None
