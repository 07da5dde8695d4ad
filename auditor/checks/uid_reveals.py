"""V501: a UID tells where or when the image was made."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from auditor.checks._content import is_judged_by_content
from auditor.checks._examples import dicom, segment
from auditor.checks._fields import field_of, is_kept
from auditor.checks._values import at_most, parts
from auditor.checks.base import ElementCheck
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import FULL_DATES, MODIFIED_DATES, UIDS, Group

VENDOR_ROOTS = (
    "1.2.840.113619.",  # GE Healthcare
    "1.3.12.2.1107.5.",  # Siemens
    "1.3.46.670589.",  # Philips
    "1.2.840.113704.",  # Philips, formerly Picker and Marconi
    "1.2.840.113663.",  # Philips, formerly ATL
    "1.2.392.200036.9",  # Japanese makers: Canon, Fujifilm, Konica Minolta, Hitachi, Shimadzu
    "1.2.392.200039.",  # Aloka
    "1.2.840.113564.",  # Carestream, formerly Kodak
    "1.2.840.113681.",  # Hologic
    "1.2.840.113680.",  # Siemens, formerly Acuson
    "1.2.124.113532.",  # Agfa, formerly Mitra
    "1.3.51.0.",  # Agfa
    "1.2.156.112605.",  # United Imaging
    "1.2.156.112536.",  # Neusoft
    "1.2.246.352.",  # Varian
    "1.2.752.24.",  # Sectra
)
"""Roots under which modalities and PACS make instance UIDs, from the vendors' conformance statements."""
_REPLACED = ("1.3.6.1.4.1.14519.5.2.1.", "1.2.826.0.1.3680043.8.498.")
"""Roots of random UIDs (UUIDs, The Cancer Imaging Archive, pydicom): nothing in them was a date."""
_UUID = "2.25."
_UUID_DIGITS = 26
"""A UUID written as a decimal number has 39 digits; one of fewer than these is none."""
_TOOLKITS = ("1.2.276.0.7230010.3.1.", "1.3.6.1.4.1.5962.99.")
"""DCMTK and PixelMed write when they made a UID, which may have been at de-identification."""
_UID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*)){3,}")
_UID_IN_TEXT = re.compile(r"(?<![\w.])[0-2](?:\.(?:0|[1-9]\d*)){6,}(?![\w.]*\w)")
_PRIVATE_NETWORK = re.compile(
    r"\.(?:192\.168|172\.(?:1[6-9]|2\d|3[01])\.(?!0\.))\.?(?:1?\d?\d|2[0-4]\d|25[0-5])\.(?:1?\d?\d|2[0-4]\d|25[0-5])(?:\.|$)"
)
_SIEMENS = re.compile(r"300\d\d\d(\d{12})\d{6,}")
_EARLIEST, _LATEST = datetime.datetime(1985, 1, 1), datetime.datetime(2040, 1, 1)
_RECENT = datetime.datetime(2000, 1, 1)
_EPOCHS = {10: 1, 13: 1000}
"""Digits of a component to ticks a second: seconds or milliseconds since 1970."""


class UidReveals(ElementCheck):
    """A UID still tells which vendor's device made the image, or when.

    What it does
        Looks at the instance UIDs that PS3.15 replaces (action U), at UIDs in file and folder names, in text
        and in private elements, for a date, a date-time, an epoch or an address of a private network
        among the components, and for a vendor's root, under which devices write their serial
        number and clock. Random UIDs are quiet. Under option 113110 the root is quiet, and a date is
        low; for information where full dates are retained too (113106), medium where dates are said to
        be moved (113107), since it tells by how much.

    Why it matters
        The UID made by the device survives as the key of the original study, and its components
        give back the date that was removed or shifted elsewhere.

    Remedy
        Replace instance UIDs consistently by random ones (PS3.15 action U).
    """

    id = "V501"
    title = Text(en="A UID tells when or where the image was made", zh="UID 暴露了图像产生的时间或设备")
    remedy = Text(
        en="Replace instance UIDs consistently by random ones (PS3.15 action U).",
        zh="将实例 UID 一致地替换为随机 UID（PS3.15 动作 U）。",
    )
    severity = Severity.MEDIUM
    category = Category.UID
    way = Way.REVERSAL
    good = (
        dicom(0x00080018, "UI", "1.2.826.0.1.3680043.8.498.45787841905188114249611428388", "SOPInstanceUID"),
        dicom(0x00080018, "UI", "2.25.329800735698586629295641978511506172918", "SOPInstanceUID"),
        dicom(0x00080016, "UI", "1.2.840.113619.4.30", "SOPClassUID"),
        dicom(
            0x0020000D, "UI", "1.2.840.113619.2.55.3.604688119.971", "StudyInstanceUID", "113100", "113110"
        ),
    )
    bad = (
        dicom(0x00080018, "UI", "1.3.12.2.1107.5.2.32.35162.2015050317233592207501", "SOPInstanceUID"),
        dicom(0x0020000D, "UI", "1.2.840.113619.2.55.3.604688119.971.1449210923.268", "StudyInstanceUID"),
        dicom(0x0020000E, "UI", "1.2.276.0.9999.4.20240319.101530.7", "SeriesInstanceUID", "113100"),
        segment("1.3.12.2.1107.5.2.32.35162.30000015050317233592200000046.dcm"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per UID, with the strongest of its marks."""
        field = field_of(subject)
        kept, by_root = False, True
        if subject.place in (Place.FILE_NAME, Place.FOLDER_NAME):
            found = _UID.match(subject.value)
            values = [found.group()] if found and found.group().count(".") > 4 else []
        elif field is not None and field.group is Group.UID:
            values = list(parts(subject.value))
            kept = is_kept(field, subject, context)
        elif subject.vr == "UI" and subject.tag is not None and subject.tag >> 16 & 1:
            values, by_root = list(parts(subject.value)), False
            kept = UIDS in context.codes
        elif is_judged_by_content(subject):
            values = [u for u in _UID_IN_TEXT.findall(subject.value) if u.startswith(VENDOR_ROOTS)]
            kept = UIDS in context.codes
        else:
            return
        for uid in values:
            if not _UID.fullmatch(uid) or _is_random(uid):
                continue
            vendor = uid.startswith(VENDOR_ROOTS)
            sure, what = _time_in(uid, vendor)
            if what:
                yield _dated(uid, sure, what, kept, context)
            elif _PRIVATE_NETWORK.search(uid):
                yield Match(0.6, uid, Severity.LOW, detail="components are an address of a private network")
            elif vendor and by_root and not kept:
                yield Match(0.7, uid, Severity.LOW, detail="made by a vendor's device and not replaced")


def _dated(uid: str, sure: float, what: str, kept: bool, context: Context) -> Match:
    """A UID with a time in it. `kept`: an option retains the UID."""
    severity = None if sure >= 0.5 else Severity.LOW if sure >= 0.3 else Severity.INFO
    if kept and FULL_DATES in context.codes:
        severity = Severity.INFO
    elif kept and (MODIFIED_DATES in context.codes or context.claim.longitudinal == "MODIFIED"):
        what += "; it tells by how much the dates were moved"
    elif kept:
        severity = at_most(severity or Severity.MEDIUM, Severity.LOW)
    return Match(sure, uid, severity, detail=what)


def _is_random(uid: str) -> bool:
    if uid.startswith(_UUID):
        return len(uid) - len(_UUID) >= _UUID_DIGITS
    return uid.startswith(_REPLACED)


def _time_in(uid: str, vendor: bool) -> tuple[float, str]:
    """How sure it is that a component is a time, and which kind; 0 and nothing where none is."""
    best = (0.0, "")
    for component in uid.split(".")[2 if uid.startswith(_UUID) else 4 :]:
        siemens = _SIEMENS.fullmatch(component)
        if siemens and vendor and _is_time("20" + siemens[1], "%Y%m%d%H%M%S"):
            return 0.9, "a component holds the date and time"
        if len(component) >= 14 and _is_time(component[:14], "%Y%m%d%H%M%S"):
            return 0.9, "a component holds the date and time"
        if len(component) == 12 and _is_time(component, "%Y%m%d%H%M"):
            best = max(best, (0.8, "a component holds the date and time"))
        if len(component) == 8:
            if _is_time(component, "%Y%m%d"):
                best = max(best, (0.8, "a component holds a date"))
            elif _is_time(component, "%d%m%Y") or _is_time(component, "%m%d%Y"):
                best = max(best, (0.5, "a component holds a date"))
        ticks = _EPOCHS.get(len(component))
        if ticks and _EARLIEST.timestamp() < int(component) / ticks < _LATEST.timestamp():
            likely = 0.4 if ticks > 1 or _RECENT.timestamp() < int(component) else 0.25
            if vendor:
                likely = 0.8
            elif uid.startswith(_TOOLKITS):
                likely = 0.25
            best = max(best, (likely, "a component may be seconds since 1970"))
    return best


def _is_time(text: str, form: str) -> bool:
    try:
        # strptime would take "2024031" and pad it; the caller has fixed the number of digits.
        return _EARLIEST < datetime.datetime.strptime(text, form) < _LATEST
    except ValueError:
        return False
