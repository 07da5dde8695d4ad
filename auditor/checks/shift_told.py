"""V507: the header tells by how much the dates were moved."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import cell, dicom
from auditor.checks.base import ElementCheck
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way

_METHOD, _OFFSET = 0x00120063, 0x00120052
_NUMBER = r"[-+−]?\d{1,5}(?:\.\d+)?"
_UNIT = r"(?:days?|weeks?|months?|years?|jours?|tage?n?|d[ií]as?|天|日|周|个?月|年)"
_MOVED = (
    r"(?:shift|offset|mov(?:ed?|ing)|increment|jitter|perturb|displac|verschoben|"
    r"verschiebung|d[ée]cal|desplaz|平移|偏移|移动)"
)
_DATES = r"(?:dates?|longitudinal|datum|daten|fechas?|日期)"
_TOLD = (
    re.compile(rf"{_MOVED}\w*\W{{1,3}}(?:\w+\W+){{0,4}}?(?P<by>{_NUMBER}) ?{_UNIT}", re.IGNORECASE),
    re.compile(rf"(?P<by>{_NUMBER}) ?{_UNIT}\W+(?:\w+\W+){{0,2}}?{_MOVED}", re.IGNORECASE),
    re.compile(
        rf"{_DATES}[ _-]?{_MOVED}\w*(?:[ _-]?{_UNIT})? ?[:=：]? ?(?P<by>{_NUMBER})(?!\d)", re.IGNORECASE
    ),
    re.compile(rf"(?:平移|偏移)(?:了|量)?\W{{0,3}}(?P<by>{_NUMBER}) ?{_UNIT}"),
)
_OF_DATES = re.compile(_DATES, re.IGNORECASE)
_PLACES = frozenset({Place.DATASET, Place.TABLE, Place.TEXT, Place.EXIF, Place.NIFTI})
_VRS = frozenset({"", "LO", "SH", "ST", "LT", "UT", "UC", "UN", "CS"})
_HEADING = re.compile(
    rf"{_DATES}[ _-]?{_MOVED}|{_MOVED}\w*[ _-]?(?:of[ _-])?{_DATES}|(?:日期|时间)(?:平移|偏移)", re.IGNORECASE
)
_VALUE = re.compile(rf"{_NUMBER}(?: ?{_UNIT})?")


class ShiftTold(ElementCheck):
    """The amount by which dates were moved stands in the file.

    What it does
        Searches De-identification Method, comments and other text for words of shifting with a number of
        days, weeks, months or years; columns and keys that are called after a date shift and hold
        numbers; and Longitudinal Temporal Offset From Event, which gives the date back to whoever
        knows the event.

    Why it matters
        With the shift beside the shifted date the date is not shifted at all.

    Remedy
        Take the amount out, and keep it with the key of the pseudonyms.
    """

    id = "V507"
    title = Text(en="The file tells by how much its dates were moved", zh="文件写明了日期平移量")
    remedy = Text(
        en="Take the amount out, and keep it with the key of the pseudonyms.",
        zh="删除平移量，并与假名密钥一同保管。",
    )
    severity = Severity.HIGH
    category = Category.DATE
    way = Way.REVERSAL
    good = (
        dicom(0x00120063, "LO", "Per DICOM PS 3.15 AnnexE. Details in 0012,0064", "DeidentificationMethod"),
        dicom(0x00120063, "LO", "dates shifted by a random number of days", "DeidentificationMethod"),
        dicom(0x00181030, "LO", "Chemical shift 3.5 ppm", "ProtocolName"),
        dicom(0x00204000, "LT", "moved 3 days ago; time offset = 20 ms", "ImageComments"),
        dicom(0x00080020, "DA", "20240319", "StudyDate"),
        cell("pixel_shift", "12"),
        cell("shift", "night"),
    )
    bad = (
        dicom(0x00120063, "LO", "Basic Profile, dates shifted by -37 days", "DeidentificationMethod"),
        dicom(0x00120063, "LO", "DateOffset=1203", "DeidentificationMethod"),
        dicom(0x00204000, "LT", "日期平移 45 天", "ImageComments"),
        dicom(0x00120052, "FD", "-212.0", "LongitudinalTemporalOffsetFromEvent"),
        cell("date_shift", "-37"),
        cell("日期偏移", "45天"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """At most one match."""
        if subject.tag == _OFFSET and subject.value.strip("0. "):
            yield Match(0.7, severity=Severity.MEDIUM, detail="an offset from an event that others may know")
            return
        if subject.place not in _PLACES or subject.vr not in _VRS or not any(map(str.isdigit, subject.value)):
            return
        name = subject.location.partition("column=")[2].rpartition(" row=")[0]
        if name and _HEADING.search(name) and _VALUE.fullmatch(subject.value.strip()):
            yield Match(0.8, subject.value, detail="a column of shifts")
            return
        if subject.tag != _METHOD and not _OF_DATES.search(subject.value):
            return  # words of shifting are words of imaging too
        for pattern in _TOLD:
            if found := pattern.search(subject.value):
                yield Match(0.8, found["by"])
                return
