"""V506: dates of one file that were not moved together."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import DateGapCheck, Example
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.model.survey import DateGap

_OF_THE_SCAN = frozenset({0x00080021, 0x00080022, 0x00080023, 0x0008002A, 0x00189074, 0x00189151, 0x00189516,
                          0x00400244, 0x00400250, 0x00404050})  # fmt: skip
"""Series, Acquisition, Content, Frame Reference and Procedure Step dates: the day of the study, or nearly."""
_SAME_SCAN, _SAME_WORK = 7, 60
"""Days: a study over several visits; a reading or a derived object."""


def _gap(tag: int, name: str, days: int, steady: bool = False) -> Example[DateGap]:
    location = f"({tag >> 16:04X},{tag & 0xFFFF:04X}) {name}"
    return Example(DateGap(Element(Place.DATASET, location, "20240319", "DA", tag), days, steady))


class DatesDisagree(DateGapCheck):
    """A date lies far from the study date of its file, although the dates are said to be moved.

    What it does
        Where option 113107 is claimed or declared, or the file says that its dates are MODIFIED, takes
        the days between the study date and every other date of the file (dates of birth, of devices and
        of documents left out). A date of the acquisition more than a week away, or any other more than
        60 days away, was not moved by the same amount. Where the gap is the same for several studies of
        a patient it is the shift itself.

    Why it matters
        One date that was forgotten gives the true day away, and with it the shift of all the others.

    Remedy
        Move every date and date-time of a patient by the same amount, also in sequences, private
        elements and instance creation dates, or remove those that nobody needs.
    """

    id = "V506"
    title = Text(en="Dates of one file were not moved together", zh="同一文件中的日期未按相同量平移")
    remedy = Text(
        en="Move every date of a patient by the same amount, or remove those that nobody needs (PS3.15 X).",
        zh="将同一患者的所有日期按相同量平移，或删除不需要的日期（PS3.15 X）。",
    )
    severity = Severity.MEDIUM
    category = Category.DATE
    way = Way.REVERSAL
    good = (
        _gap(0x00080022, "AcquisitionDate", 0),
        _gap(0x00080022, "AcquisitionDate", 2),
        _gap(0x00080012, "InstanceCreationDate", 20),
        _gap(0x00080012, "InstanceCreationDate", 0, steady=True),
    )
    bad = (
        _gap(0x0008002A, "AcquisitionDateTime", 800),
        _gap(0x00080022, "AcquisitionDate", -30),
        _gap(0x00080012, "InstanceCreationDate", 500),
        _gap(0x00080012, "InstanceCreationDate", 500, steady=True),
    )

    def judge(self, subject: DateGap, context: Context) -> Iterable[Match]:
        """At most one match."""
        of_the_scan = subject.element.tag in _OF_THE_SCAN
        if abs(subject.days) <= (_SAME_SCAN if of_the_scan else _SAME_WORK):
            return
        if subject.steady:
            yield Match(
                0.95, severity=Severity.HIGH, detail="as far from several study dates: the shift itself"
            )
        elif of_the_scan:
            yield Match(0.85, detail="far from the study date")
        else:
            yield Match(0.6, severity=Severity.LOW, detail="far from the study date")
