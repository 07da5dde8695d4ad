"""T105: a field for an address, a phone number or a position is filled."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import cell, dicom
from auditor.checks._fields import field_of, heading, required
from auditor.checks._values import is_dummy, parts
from auditor.checks.base import ElementCheck, Example
from auditor.detectors import is_placeholder
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import Group

_COORDINATE = re.compile(
    r"latitude|longitude|area information|destination|dest |city|town|county|(?:^|[\W_])(?:lat|lon|lng)$|经度|纬度",
    re.IGNORECASE,
)
_SHORT_COORDINATE = re.compile(r"(?:^|[\W_])(?:lat|lon|lng)$", re.IGNORECASE)
_PHONE = re.compile(r"phone|telecom|mobile|\btel\b|fax|电话|手机|联系", re.IGNORECASE)


class Contact(ElementCheck):
    """An address, a phone number or a geographic position is kept.

    What it does
        Looks at the attributes that PS3.15 reserves for addresses, telephone numbers, telecom
        information and GPS positions, at GPS fields of EXIF, and at columns and keys of that
        meaning.

    Why it matters
        An address or a phone number reaches a person directly; a GPS position of a photograph is
        the ward or the patient's home.

    Remedy
        Remove the value (PS3.15 action X).
    """

    id = "T105"
    title = Text(en="An address, phone number or position is kept", zh="保留了地址、电话或地理位置")
    remedy = Text(en="Remove the value (PS3.15 action X).", zh="删除该值（PS3.15 动作 X）。")
    severity = Severity.HIGH
    category = Category.ADDRESS
    way = Way.DATA
    good = (
        dicom(0x00101040, "LO", "REMOVED", "PatientAddress"),
        dicom(0x00102154, "SH", "000000", "PatientTelephoneNumbers"),
        dicom(0x00160079, "CS", "A", "GPSStatus"),
        Example(Element(Place.EXIF, "exif GPSLatitude", "0")),
    )
    bad = (
        dicom(0x00101040, "LO", "12 Elm Street, Springfield", "PatientAddress"),
        dicom(0x00102154, "SH", "+1 212 555 0147", "PatientTelephoneNumbers", "113100"),
        dicom(0x00160072, "DS", "52.3791", "GPSLatitude"),
        Example(Element(Place.EXIF, "exif GPSLatitude", "52.0, 22.0, 44.76")),
        cell("电话", "13812345678"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per value."""
        field = field_of(subject)
        if field is None or field.group not in (Group.CONTACT, Group.LOCATION):
            return
        name = field.row.name if field.row is not None else heading(subject)
        category = Category.PHONE if _PHONE.search(name) else field.category
        if field.group is Group.LOCATION and not _COORDINATE.search(name):
            return  # references, speeds and states of a receiver: no position without the coordinates
        for part in parts(subject.value):
            if _SHORT_COORDINATE.search(name) and not re.fullmatch(r"-?\d{1,3}\.\d{3,}", part):
                continue  # `lat` is also a view
            if is_placeholder(part) or not part.strip("0., /()NSEW"):
                continue
            if subject.place is not Place.DATASET and is_dummy(part):
                continue  # in a data set a coordinate or an extension looks like a counter
            if category is Category.PHONE and sum(map(str.isdigit, part)) < 5 and "@" not in part:
                if field.row is not None and (any(map(str.isdigit, part)) or len(part) > 5):
                    yield Match(0.4, part, Severity.LOW, category, "an extension, an account or a note")
                continue
            yield Match(0.85, part, category=category, detail=required(field, context))
