"""T121: what identifies a device is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import cell, dicom
from auditor.checks._fields import breaks_claim, field_of, is_kept, is_to_be_cleaned, required
from auditor.checks._values import is_generic, parts, says_no_more
from auditor.checks.base import ElementCheck
from auditor.detectors.placeholders import is_placeholder
from auditor.model import Category, Context, Element, Match, Severity, Text, Way
from auditor.standards.ps315 import Group

_WEAK = re.compile(
    r"AE\b|Location|Network|Lens|Plate|Cassette|Slot|Modifying|Description|Originator|Requesting|Receiving"
)
_VENDOR = re.compile(r"Lens (Make|Model|Spec)|Source Manufacturer")
_OF_TRANSFER = re.compile(
    r"(?<![A-Z])(?:AET?|TITLE|ANON(?:YMI[SZ]ER)?|DE-?ID(?:ENTIFIER)?|PSEUDO\w*|CTP|RSNA|XNAT|KARNAK|MIRTH|HOROS|OSIRIX|WEASIS|CONQUEST\w*"
    r"|PACS|DICOM|SC[UP]|QR|SERVER|NODE|GATEWAY|ROUTER|PROXY|IMPORT|EXPORT|STORE|STORAGE|SEND(?:ER)?|ARCHIVE|CACHE|LOCAL(?:HOST)?|REMOTE"
    r"|DEFAULT|TEST|DEMO|DEV|PROD|RESEARCH|TRIALS?|STUDY|CT|MR|PET|US|WS|WORKSTATION|VIEWER|CLIENT|SERVICE|MAIN|MY|THE)(?![A-Z])",
    re.IGNORECASE,
)
_TOOLKIT = re.compile(
    r"(ANY[-_]?(SCU|SCP)|STORE?SC[UP]|ECHOSC[UP]|FINDSC[UP]|MOVESC[UP]|GETSC[UP]|PYNETDICOM.*|PYDICOM|DCMTK|DCM4CHEE?|"
    r"GDCM.*|ORTHANC|CONQUEST.*|CLUNIE.*|DICOM.*|ACME.?)",
    re.IGNORECASE,
)
"""Application entity titles that toolkits use unless told otherwise."""


class Device(ElementCheck):
    """A serial number, station name or other identity of a device is kept.

    What it does
        Looks at the attributes that PS3.15 reserves for device identity (serial numbers, UDI,
        station, gantry, detector, generator and cassette ids, AE titles), at file-meta AE titles,
        and at columns and metadata fields of that meaning. Quiet under option 113109, and for test
        names, numbers and words that only say what kind of device it is. Titles of application
        entities, which that option has cleaned and not kept, are low under it.

    Why it matters
        One scanner stands in one hospital. With the examination's date it narrows a population
        to the patients of one room and one day, and it links releases of the same site.

    Remedy
        Remove or replace the value, or claim option 113109 where the device matters.
    """

    id = "T121"
    title = Text(en="The identity of a device is kept", zh="保留了设备的身份信息")
    remedy = Text(
        en="Remove or replace it (PS3.15 actions X, Z, D), or claim option 113109 (Retain Device Identity).",
        zh="删除或替换（PS3.15 动作 X、Z、D），或在确有需要时声明选项 113109（保留设备身份）。",
    )
    severity = Severity.MEDIUM
    category = Category.DEVICE
    way = Way.DATA
    good = (
        dicom(0x00181000, "LO", "45781-C", "DeviceSerialNumber", "113100", "113109"),
        dicom(0x00080055, "AE", "CT1", "StationAETitle", "113100", "113109"),
        dicom(0x00081010, "SH", "PHANTOM-LAB", "StationName"),
        dicom(0x00020016, "AE", "PYNETDICOM", "SourceApplicationEntityTitle"),
        dicom(0x00081090, "LO", "SOMATOM Force", "ManufacturerModelName"),
    )
    bad = (
        dicom(0x00181000, "LO", "45781-C", "DeviceSerialNumber"),
        dicom(0x0018700A, "SH", "DX-77120-B", "DetectorID", "113100"),
        dicom(0x00081010, "SH", "MGHCTED3", "StationName"),
        dicom(0x00080055, "AE", "STMARYCT2", "StationAETitle", "113100", "113109"),
        dicom(0x00020016, "AE", "STMARYCT2", "SourceApplicationEntityTitle"),
        cell("DeviceSerialNumber", "45781"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per value; AE titles, places and parts weigh less than serial numbers."""
        field = field_of(subject)
        if field is None or field.group is not Group.DEVICE:
            return
        to_clean = is_to_be_cleaned(field, context)
        if is_kept(field, subject, context) and not to_clean:
            return
        name = field.row.name if field.row is not None else subject.location
        if _VENDOR.search(name):
            return
        for part in parts(subject.value):
            if is_placeholder(part) or is_generic(part) or (_TOOLKIT.fullmatch(part) and subject.vr != "UR"):
                continue
            plain = to_clean or says_no_more(part) is not None
            minor = subject.vr == "AE" or _WEAK.search(name)
            weak = plain or (minor and not (breaks_claim(field, context) and not _says_no_place(part)))
            yield Match(
                0.4 if to_clean else 0.7,
                part,
                Severity.LOW if weak else None,
                detail="option 113109 has it cleaned" if to_clean else required(field, context),
            )


def _says_no_place(title: str) -> bool:
    """Whether a title of an application entity is made of words of transfer and de-identification alone."""
    return not _OF_TRANSFER.sub("", title).strip("_-. 0123456789")
