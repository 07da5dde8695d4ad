"""De-identified DICOM files as a careful release has them, before anything is planted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    CTImageStorage,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    RLELossless,
)

CODES = {
    "113100": "Basic Application Confidentiality Profile",
    "113101": "Clean Pixel Data Option",
    "113105": "Clean Descriptors Option",
    "113107": "Retain Longitudinal Temporal Information Modified Dates Option",
    "113108": "Retain Patient Characteristics Option",
}
"""What the release claims in (0012,0064): names and codes of DICOM PS3.16 CID 7050."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A patient of the release. `shift` moves all of the patient's dates alike."""

    pseudonym: str
    female: bool
    age: int
    shift: timedelta


@dataclass(slots=True)
class Draft:
    """A DICOM file to be: the data set, where it goes, and the bytes around it."""

    ds: Dataset
    folder: str
    name: str
    syntax: UID = RLELossless
    source: str = ""
    """Source AE title of the file meta."""
    preamble: bytes = b""
    after: bytes = b""
    """What follows the last element."""

    def film(self) -> NDArray[np.uint16]:
        """A copy of the pixels, to draw on and to give back to `expose`."""
        return np.frombuffer(self.ds.PixelData, "<u2").reshape(self.ds.Rows, self.ds.Columns).copy()

    def expose(self, pixels: NDArray[np.uint16]) -> None:
        """Replace the pixels."""
        self.ds.PixelData = pixels.astype("<u2").tobytes()


def new_uid(rng: np.random.Generator) -> UID:
    """A random UID below 2.25 (a UUID, version 4), which tells nothing."""
    number = int.from_bytes(rng.bytes(16), "big")
    number = number & ~(0xF << 76) | 0x4 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return UID(f"2.25.{number}")


def film(
    subject: Subject, view: str, seen: date, pixels: NDArray[np.uint16], rng: np.random.Generator
) -> Dataset:
    """One chest radiograph with 12 bits, its date shifted."""
    ds = _identity(subject, seen, rng)
    ds.SOPClassUID = DigitalXRayImageStorageForPresentation
    ds.Modality, ds.BodyPartExamined, ds.ViewPosition = "DX", "CHEST", view
    ds.StudyDescription, ds.SeriesDescription = "Chest radiograph", f"Chest {view}"
    ds.KVP, ds.ImagerPixelSpacing = "120" if view == "PA" else "90", ["0.7", "0.7"]
    ds.WindowCenter, ds.WindowWidth = "2048", "4096"
    _pixels(ds, pixels)
    return ds


def slices(
    subject: Subject, seen: date, volume: NDArray[np.int16], rng: np.random.Generator
) -> list[Dataset]:
    """A CT series from a volume (slices, rows, columns) in Hounsfield units."""
    study, series, frame = new_uid(rng), new_uid(rng), new_uid(rng)
    result = []
    for number, plane in enumerate(volume):
        ds = _identity(subject, seen, rng)
        ds.SOPClassUID, ds.StudyInstanceUID, ds.SeriesInstanceUID = CTImageStorage, study, series
        ds.FrameOfReferenceUID, ds.InstanceNumber = frame, number + 1
        ds.Modality, ds.BodyPartExamined, ds.SliceThickness = "CT", "CHEST", "10"
        ds.StudyDescription, ds.SeriesDescription = "CT chest", "Axial lung"
        ds.ImagePositionPatient = ["-200", "-200", str(-10 * number)]
        ds.ImageOrientationPatient, ds.PixelSpacing = ["1", "0", "0", "0", "1", "0"], ["3.125", "3.125"]
        ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "-1024", "1", "HU"
        ds.WindowCenter, ds.WindowWidth = "-500", "1500"
        _pixels(ds, (plane + 1024).astype(np.uint16))
        result.append(ds)
    return result


def encode(draft: Draft) -> bytes:
    """The whole file."""
    ds = draft.ds
    ds.file_meta = meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = ds.SOPClassUID, ds.SOPInstanceUID
    meta.ImplementationClassUID, meta.ImplementationVersionName = UID("2.25.302"), "AUDITOR_DEMO"
    if draft.source:
        meta.SourceApplicationEntityTitle = draft.source
    if draft.syntax == RLELossless:
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        ds.compress(RLELossless, generate_instance_uid=False)
    else:
        meta.TransferSyntaxUID = draft.syntax
    ds.preamble = draft.preamble[:128].ljust(128, b"\0")
    out = BytesIO()
    dcmwrite(out, ds, enforce_file_format=True)
    return out.getvalue() + draft.after


def _identity(subject: Subject, seen: date, rng: np.random.Generator) -> Dataset:
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName = ds.PatientID = subject.pseudonym
    ds.PatientSex, ds.PatientAge = "F" if subject.female else "M", f"{subject.age:03d}Y"
    ds.PatientBirthDate = ds.AccessionNumber = ds.StudyID = ds.ReferringPhysicianName = ""
    ds.StudyDate = ds.SeriesDate = ds.ContentDate = f"{seen + subject.shift:%Y%m%d}"
    ds.StudyTime = ds.ContentTime = "000000"
    ds.Manufacturer, ds.ManufacturerModelName = "Example Imaging", "Parametric 1"
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.SOPInstanceUID = (new_uid(rng) for _ in range(3))
    ds.SeriesNumber = ds.InstanceNumber = 1
    ds.PatientIdentityRemoved, ds.BurnedInAnnotation = "YES", "NO"
    ds.LongitudinalTemporalInformationModified = "MODIFIED"
    ds.DeidentificationMethod = "PS3.15 basic profile with options"
    ds.DeidentificationMethodCodeSequence = Sequence(_code(*pair) for pair in CODES.items())
    return ds


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item


def _pixels(ds: Dataset, pixels: NDArray[np.uint16]) -> None:
    ds.Rows, ds.Columns = pixels.shape
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    ds.PixelData = pixels.astype("<u2").tobytes()
