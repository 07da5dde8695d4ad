"""DICOM files as de-identifiers leave them, and short ways to plant one value in one place."""

# Cases read better on one line.

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
from PIL import Image
from pydicom import Dataset
from pydicom.datadict import tag_for_keyword
from pydicom.sequence import Sequence

from tests.builders.dicom import EXPLICIT, JPEG, make_dicom
from tests.corpus.files import Case, method

_EMPTIED = dict.fromkeys(
    ("PatientBirthDate", "StudyDate", "StudyTime", "AccessionNumber", "StudyID", "ReferringPhysicianName"), ""
)


def _style(name: str, codes: tuple[str, ...], words: str, **tags: Any) -> dict[str, Any]:
    return {
        **_EMPTIED,
        "SpecificCharacterSet": "ISO_IR 192",
        "PatientName": name,
        "PatientID": name,
        "PatientIdentityRemoved": "YES",
        "DeidentificationMethod": words,
        "DeidentificationMethodCodeSequence": method(*codes),
        **tags,
    }


STYLES: tuple[dict[str, Any], ...] = (
    _style("b7c91e04d2aa35f8", (), "deid 0.3.22 deid.dicom", Modality="MR", Manufacturer="GE MEDICAL SYSTEMS"),
    _style("Subject-0412", (), "CTP Basic Profile", PatientSex="M", PatientAge="047Y", Modality="CT"),
    _style("000731", (), "RSNA DICOM ANONYMIZER", StudyID="1", AccessionNumber="1", Modality="DX"),
    _style(
        "Anonymous^Patient", (), "Basic Application Confidentiality Profile", PatientID="ANON00215",
        PatientBirthDate="19000101", InstitutionName="REMOVED", ReferringPhysicianName="REMOVED", Modality="US",
    ),
)  # fmt: skip
"""Emptied, pseudonym and age kept, numbered, dummy values; all claim the Basic Profile and no option."""
SHIFTED = _style(
    "TCGA-5L-0412", ("113101", "113105", "113107", "113108", "113109", "113111"),
    "Per DICOM PS 3.15 AnnexE. Details in 0012,0064", StudyDate="20031117", SeriesDate="20031117",
    LongitudinalTemporalInformationModified="MODIFIED", PatientAge="063Y", PatientSex="M",
)  # fmt: skip
"""Dates moved, device and characteristics kept, descriptions cleaned, and all of it said."""
CLEANED = _style(
    "sub-014",
    ("113103", "113104", "113105"),
    "Basic Profile; Clean Graphics, Structured Content, Descriptors",
)


def file(style: dict[str, Any], **changes: Any) -> bytes:
    """One file in the given style with the given changes, as `make_dicom` takes them."""
    pixels = changes.pop("pixels", np.arange(64, dtype=np.uint16).reshape(8, 8))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of values that their type does not allow, which is the point
        return make_dicom(pixels, **{**style, **changes})


def nested(path: str, value: Any) -> dict[str, Any]:
    """`A.B.C` as the sequences A and B of one item each around the element C; `00100012:LO` by number."""
    for keyword in reversed(path.split(".")):
        value = {keyword: value}
    return value


def where(path: str) -> str:
    """The pattern of the element's location at the end of `path`."""
    tag = tag_for_keyword(path.rpartition(".")[2])
    assert tag is not None, path
    return rf"\({tag >> 16:04X},{tag & 0xFFFF:04X}\)"


def planted(family: str, *entries: tuple[str, Any], style: dict[str, Any] | None = None) -> list[Case]:
    """A file for each path and value, in the styles by turns."""
    return [
        Case(family, f"{path} {number}", f"IM{number:05d}.dcm",
             file(style or STYLES[number % len(STYLES)], **nested(path, value)), where(path))
        for number, (path, value) in enumerate(entries)
    ]  # fmt: skip


def changed(family: str, at: str, **files: dict[str, Any]) -> list[Case]:
    """A file for each set of changes; `at` is where the finding belongs."""
    return [
        Case(family, name, f"IM{number:05d}.dcm", file(STYLES[number % len(STYLES)], **changes), at)
        for number, (name, changes) in enumerate(files.items())
    ]


def recoded(family: str, *entries: tuple[str, str, str, str | None]) -> list[Case]:
    """Keyword, text, its encoding, and the character set declared: where the two differ, by bytes put in after."""
    cases = []
    for number, (keyword, text, codec, declared) in enumerate(entries):
        raw = text.encode(codec)
        raw += b" " * (len(raw) % 2)
        mark = "~" * len(raw)
        content = file(STYLES[number % len(STYLES)], **{keyword: mark, "SpecificCharacterSet": declared})
        assert content.count(mark.encode()) == 1
        cases.append(
            Case(
                family,
                f"{codec} as {declared} {number}",
                "IM1.dcm",
                content.replace(mark.encode(), raw),
                where(keyword),
            )
        )
    return cases


def jpeg_frame(*segments: tuple[int, bytes], after: bytes = b"") -> dict[str, Any]:
    """The changes that make a file of one JPEG frame with segments behind its first marker."""
    out = io.BytesIO()
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(out, "JPEG")
    body = b"".join(
        b"\xff" + bytes([kind]) + (len(raw) + 2).to_bytes(2, "big") + raw for kind, raw in segments
    )
    frame = out.getvalue()
    return {
        "syntax": JPEG,
        "pixels": np.zeros((8, 8), np.uint8),
        "fragments": [frame[:2] + body + frame[2:] + after],
    }


def private(vr: str, value: Any, creator: str = "HUMMINGBIRD") -> dict[str, Any]:
    """The changes that add one private element."""
    return {"private": [(0x0041, creator, 0x10, vr, value)]}


def whole(**tags: Any) -> bytes:
    """A small DICOM file of its own, to be hidden in another."""
    return make_dicom(None, syntax=EXPLICIT, **tags)


def inner(**tags: Any) -> Sequence:
    """A sequence of one item, for a private element."""
    item = Dataset()
    for keyword, value in tags.items():
        setattr(item, keyword, value)
    return Sequence([item])
