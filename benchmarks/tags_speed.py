"""Processor time and peak memory of the tag path beside a bare pydicom loop over the same files, in one process.

    python benchmarks/tags_speed.py [--files 5000] [--memory 1000,20000] [--kind clean|identified]

Makes DICOM files in code, 25 a series and 4 series a patient, each with some 100 elements (two sequences and a
private block among them) and a small image: most values recur within a series, a study or everywhere; UIDs,
times, positions and exposures do not. `clean`: as a careful release leaves them, with the claims that
allow what is kept. `identified`: names, numbers, dates, institution and staff left in every file.

The files are made before, by another process. Each size of `--memory` is audited in a process of its own.

Measured on two shared cores: 5,000 clean files, pydicom 3,755 files/s, auditor 2,141, 1.75 times its processor
time (1.88 with a dozen other processes on the cores); 2,000 identified files, 23 findings in each, 3.41 times.
Peak memory 487 MB at 1,000 clean files, 627 MB at 20,000, 775 MB at 60,000; 333 MB are the libraries. What grows is
the database, to the 256 MB it may hold (`inventory_scale.py` goes on to half a million files: no more), and
memos with a bound each: Python's own heap rises by 9, 47 and 39 MB in a run over as many files.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pydicom

from auditor.keys import Key
from auditor.pipeline.plan import Plan
from auditor.pipeline.scan import audit
from auditor.sources import open_source
from tests.builders.dicom import make_dicom

T = TypeVar("T")
_A_SERIES, _A_PATIENT = 25, 100
_ROOT = "1.2.826.0.1.3680043.8.498."
_CT = "1.2.840.10008.5.1.4.1.1.2"
_SIDE = 64
_METHODS = ("113100", "113105", "113107", "113108", "113109")
"""Basic Profile; clean descriptors, modified dates, patient characteristics and device identity retained."""
_SURNAMES = ("Halloway", "Brandt", "Castellano", "Lindqvist", "Moreau", "Okafor", "Petrov", "Tanaka")
_GIVEN = ("Maria", "Peter", "Anna", "John", "Claire", "David", "Irina", "Thomas")


def header(number: int) -> dict[str, object]:
    """The attributes of one file of the clean set."""
    patient, series, image = number // _A_PATIENT, number // _A_SERIES, number % _A_SERIES
    day = f"20{10 + patient % 10}0{1 + patient % 9}14"
    clock = f"{8 + series % 10:02}15{image:02}.{number % 1000:03}"
    plain = ("ProtocolName", "SeriesDescription", "FilterType", "ConvolutionKernel")
    return {
        **{name: f"{name} {series % 7}" for name in plain},
        "SpecificCharacterSet": "ISO_IR 100",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "SOPClassUID": _CT,
        "SOPInstanceUID": f"{_ROOT}{number}.1",
        "StudyInstanceUID": f"{_ROOT}{patient}.2",
        "SeriesInstanceUID": f"{_ROOT}{series}.3",
        "FrameOfReferenceUID": f"{_ROOT}{series}.4",
        "InstanceCreationDate": day,
        "InstanceCreationTime": clock,
        "StudyDate": day,
        "SeriesDate": day,
        "AcquisitionDate": day,
        "ContentDate": day,
        "StudyTime": f"{8 + series % 10:02}1500",
        "SeriesTime": f"{8 + series % 10:02}1502",
        "AcquisitionTime": clock,
        "ContentTime": clock,
        "AccessionNumber": "",
        "Modality": "CT",
        "Manufacturer": "ACME",
        "ReferringPhysicianName": "",
        "StudyDescription": "CT CHEST",
        "ManufacturerModelName": f"Scan {series % 5}",
        "PatientName": f"sub-{patient:04}",
        "PatientID": f"sub-{patient:04}",
        "PatientBirthDate": "",
        "PatientSex": "MF"[patient % 2],
        "PatientAge": f"{20 + patient % 60:03}Y",
        "PatientWeight": str(50 + patient % 50),
        "PatientIdentityRemoved": "YES",
        "DeidentificationMethod": "PS3.15 Basic Profile",
        "DeidentificationMethodCodeSequence": [
            {"CodeValue": code, "CodingSchemeDesignator": "DCM", "CodeMeaning": f"Option {code}"}
            for code in _METHODS
        ],
        "LongitudinalTemporalInformationModified": "MODIFIED",
        "BodyPartExamined": "CHEST",
        "ScanOptions": "HELICAL MODE",
        "SliceThickness": "1.25",
        "KVP": "120",
        "SpacingBetweenSlices": "1.25",
        "DataCollectionDiameter": "500",
        "SoftwareVersions": "V1.2.3",
        "ReconstructionDiameter": "360",
        "DistanceSourceToDetector": "950",
        "DistanceSourceToPatient": "540",
        "GantryDetectorTilt": "0",
        "TableHeight": "150",
        "RotationDirection": "CW",
        "ExposureTime": "500",
        "XRayTubeCurrent": str(200 + number % 60),
        "Exposure": str(100 + number % 40),
        "FocalSpots": "1.2",
        "PatientPosition": "HFS",
        "SpiralPitchFactor": 0.98,
        "SeriesNumber": series % 4,
        "AcquisitionNumber": 1,
        "InstanceNumber": image,
        "ImagePositionPatient": [-200.0, -180.5, -1.25 * image],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PositionReferenceIndicator": "SN",
        "SliceLocation": str(-1.25 * image),
        "ImagesInAcquisition": _A_SERIES,
        "PixelSpacing": [0.7, 0.7],
        "WindowCenter": "40",
        "WindowWidth": "400",
        "RescaleIntercept": "-1024",
        "RescaleSlope": "1",
        "RescaleType": "HU",
        "PatientOrientation": ["L", "P"],
        "LossyImageCompression": "00",
        "BurnedInAnnotation": "NO",
        "RequestAttributesSequence": [
            {"ScheduledProcedureStepDescription": "CT chest", "RequestedProcedureDescription": "CT chest"}
        ],
        "ReferencedImageSequence": [
            {"ReferencedSOPClassUID": _CT, "ReferencedSOPInstanceUID": f"{_ROOT}{n}.5"}
            for n in (number, number + 1, number + 2)
        ],
    }


def left_in(number: int) -> dict[str, object]:
    """What identifies in each file of the other set."""
    patient = number // _A_PATIENT
    name = _SURNAMES[patient % 8], _GIVEN[patient // 8 % 8]
    return {
        "PatientName": "^".join(name),
        "PatientID": f"{4_711_000 + 13 * patient}",
        "PatientBirthDate": f"19{30 + patient % 60}0{1 + patient % 9}12",
        "AccessionNumber": f"A{900_000 + patient}",
        "InstitutionName": "St. Mary's Hospital",
        "InstitutionAddress": "12 Station Road, Springfield",
        "ReferringPhysicianName": "Brown^Emily",
        "OperatorsName": "Weber^Hans",
        "StationName": f"CT{patient % 3}ROOM2",
        "PatientComments": f"Call Mrs {name[0]} on 212-555-{patient % 9000 + 1000}",
        "PatientIdentityRemoved": None,
        "DeidentificationMethod": None,
        "DeidentificationMethodCodeSequence": None,
        "LongitudinalTemporalInformationModified": None,
    }


def make(folder: Path, files: int, kind: str = "clean") -> None:
    """Write the set."""
    warnings.simplefilter("ignore")
    pixels = np.arange(_SIDE * _SIDE, dtype=np.int16).reshape(_SIDE, _SIDE)
    for number in range(files):
        path = folder / f"{number // _A_PATIENT:04}" / f"{number // _A_SERIES:05}" / f"{number:06}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        block = [(0x29, "ACME HEADER", n, "DS", f"{n}.{number % 50}") for n in range(0x10, 0x28)]
        tags = header(number) | (left_in(number) if kind == "identified" else {})
        path.write_bytes(make_dicom(pixels, private=block, **tags))


def scan(folder: Path, workers: int = 0) -> float:
    """Seconds of the processor that the tag stage takes in this process, its tables included."""
    with tempfile.TemporaryDirectory() as out:
        began = time.process_time()
        plan = Plan(stages=frozenset({"tags"}))
        audit(open_source(folder), Path(out), Key(bytes(32)), plan=plan, workers=workers)
        return time.process_time() - began


def bare(folder: Path) -> float:
    """Seconds of the processor of the loop that only parses."""
    began = time.process_time()
    for path in sorted(folder.rglob("*.dcm")):
        pydicom.dcmread(path, stop_before_pixels=True)
    return time.process_time() - began


def speeds(folder: Path) -> tuple[float, float]:
    """Both, the second time that each meets the files, so that they come from the cache."""
    bare(folder)
    return bare(folder), scan(folder)


def peak(folder: Path) -> float:
    """MB that this process took at most to audit the files."""
    scan(folder)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the two speeds, their ratio, and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--kind", choices=("clean", "identified"), default="clean")
    parser.add_argument("--memory", default="", help="numbers of files to measure peak memory at")
    asked = parser.parse_args()
    context = multiprocessing.get_context("spawn")

    def alone(task: Callable[..., T], *given: object) -> T:
        with context.Pool(1) as pool:
            return pool.apply(task, given)

    with tempfile.TemporaryDirectory() as name:
        alone(make, Path(name), asked.files, asked.kind)
        parsed, scanned = alone(speeds, Path(name))
    print(
        f"pydicom {asked.files / parsed:,.0f} files/s, auditor {asked.files / scanned:,.0f} files/s,", end=" "
    )
    print(f"{scanned / parsed:.2f} times its processor time ({asked.kind})")
    for files in filter(None, asked.memory.split(",")):
        with tempfile.TemporaryDirectory() as name:
            alone(make, Path(name), int(files), asked.kind)
            print(f"peak memory at {int(files):,} files: {alone(peak, Path(name)):,.0f} MB")


if __name__ == "__main__":
    main()
