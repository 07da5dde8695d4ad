"""The corpus: files with one leak each, and files that must stay quiet. Nobody in them exists."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import nibabel
import numpy as np
from PIL import Image, PngImagePlugin

from tests.builders.dicom import make_dicom

CODE = "113100"
ID_NUMBER = "11010519491231002X"
"""The example of a resident identity number in GB 11643-1999."""


@dataclass(frozen=True)
class Case:
    """One file of the corpus. `family` is the class of leak, or of harmless content."""

    family: str
    name: str
    path: str
    content: bytes
    where: str = ""
    """Pattern of the locations at which a finding counts; empty for any."""


def method(*codes: str) -> list[dict[str, str]]:
    return [
        {"CodeValue": code, "CodingSchemeDesignator": "DCM", "CodeMeaning": "De-identification"}
        for code in (CODE, *codes)
    ]


def dicom(*codes: str, **tags: Any) -> bytes:
    """A de-identified radiograph that claims what it does, with the given changes."""
    base: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 192",
        "PatientName": "sub-001",
        "PatientID": "sub-001",
        "PatientSex": "F",
        "PatientAge": "061Y",
        "StudyDate": "",
        "StudyTime": "",
        "AccessionNumber": "",
        "StudyID": "",
        "ReferringPhysicianName": "",
        "PatientBirthDate": "",
        "PatientIdentityRemoved": "YES",
        "DeidentificationMethod": "PS3.15 Basic Profile",
        "DeidentificationMethodCodeSequence": method(*codes),
        "Manufacturer": "SIEMENS",
        "ManufacturerModelName": "Ysio Max",
        "BodyPartExamined": "CHEST",
        "SeriesDescription": "Chest PA",
        "ImageType": ["DERIVED", "PRIMARY"],
    }
    pixels = tags.pop("pixels", np.zeros((8, 8), np.uint8))
    return make_dicom(pixels, **{**base, **tags})


def png(
    text: dict[str, str] | None = None, exif: dict[int, Any] | None = None, gps: dict[int, Any] | None = None
) -> bytes:
    """A small PNG with text chunks, or with EXIF fields by number."""
    image, out, info = Image.new("L", (8, 8)), io.BytesIO(), PngImagePlugin.PngInfo()
    for key, value in (text or {}).items():
        info.add_text(key, value)
    fields = Image.Exif()
    for number, field in (exif or {}).items():
        fields[number] = field
    if gps:
        fields.get_ifd(0x8825).update(gps)
    image.save(out, "PNG", pnginfo=info, exif=fields)
    return out.getvalue()


def jpeg(
    exif: dict[int, Any] | None = None, comment: bytes = b"", gps: dict[int, Any] | None = None
) -> bytes:
    """A small JPEG with EXIF fields by number and a comment."""
    image, out, fields = Image.new("L", (8, 8)), io.BytesIO(), Image.Exif()
    for number, field in (exif or {}).items():
        fields[number] = field
    if gps:
        fields.get_ifd(0x8825).update(gps)
    image.save(out, "JPEG", exif=fields, comment=comment)
    return out.getvalue()


def nifti(**fields: str) -> bytes:
    """A small NIfTI-1 volume with the given text fields."""
    image = nibabel.Nifti1Image(np.zeros((4, 4, 4), np.int16), np.eye(4))
    for name, value in fields.items():
        image.header[name] = value.encode()
    return image.to_bytes()


def table(*rows: tuple[str, ...]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode()


def column(name: str, *values: str) -> bytes:
    """A table of images with one more column."""
    rows = [(f"{number:08d}_000.png", value, "61", "F") for number, value in enumerate(values, 1)]
    return table(("image", name, "age", "sex"), *rows)


def sidecar(**keys: Any) -> bytes:
    return json.dumps({"Modality": "MR", "MagneticFieldStrength": 3, "EchoTime": 0.03, **keys}).encode()


def _tags(family: str, *entries: tuple[str, dict[str, Any]]) -> list[Case]:
    return [
        Case(family, name, f"IM{number:06d}.dcm", dicom(**tags))
        for number, (name, tags) in enumerate(entries, 1)
    ]


def _each(
    family: str, kind: str, make: Callable[[Any], bytes], path: str, values: dict[str, Any]
) -> list[Case]:
    return [Case(family, f"{kind} {name}", path, make(value)) for name, value in values.items()]
