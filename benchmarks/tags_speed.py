"""Speed and peak memory of the tag path beside a bare pydicom loop over the same files, in one run.

    python benchmarks/tags_speed.py [--files 5000] [--memory 1000,20000]

Makes small DICOM files in code, 25 a series and 4 series a patient, with the usual header of some 90 elements
(a request sequence and a private block among them): most values recur within a series or everywhere, UIDs,
times and numbers do not. Both loops run in one process.

Measured on two shared cores: 5,000 files, pydicom 4,564 files/s, auditor 745, 6.1 times its time; the goal is 2.
At 2,000 files 15 times, and 6.0 after the inventory wrote in large transactions and remembered the ids of
recurring values; of what is left, by cProfile, reading takes 37 %, storing 14 %, judging 18 % and writing the
tables 20 %. Peak memory 475 MB at 1,000 files and 693 MB at 20,000, making the files included.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import pydicom

from auditor.keys import Key
from auditor.pipeline.plan import Plan
from auditor.pipeline.scan import audit
from auditor.sources import open_source
from tests.builders.dicom import make_dicom

_A_SERIES, _A_PATIENT = 25, 100
_ROOT = "1.2.826.0.1.3680043.8.498."


def header(number: int) -> dict[str, object]:
    """The attributes of one file of the set."""
    patient, series, image = number // _A_PATIENT, number // _A_SERIES, number % _A_SERIES
    plain = {
        f"{name}": f"{name} {series % 7}"
        for name in (
            "ProtocolName",
            "SeriesDescription",
            "StudyDescription",
            "FilterType",
            "ConvolutionKernel",
        )
    }
    return {
        **plain,
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.2",
        "SOPInstanceUID": f"{_ROOT}{number}.1",
        "StudyInstanceUID": f"{_ROOT}{patient}.2",
        "SeriesInstanceUID": f"{_ROOT}{series}.3",
        "FrameOfReferenceUID": f"{_ROOT}{series}.4",
        "PatientName": f"sub-{patient:04}",
        "PatientID": f"sub-{patient:04}",
        "PatientSex": "MF"[patient % 2],
        "PatientAge": f"{20 + patient % 60:03}Y",
        "StudyDate": f"20{10 + patient % 10}0{1 + patient % 9}14",
        "SeriesDate": f"20{10 + patient % 10}0{1 + patient % 9}14",
        "ContentDate": f"20{10 + patient % 10}0{1 + patient % 9}14",
        "StudyTime": f"{8 + series % 10:02}1500",
        "ContentTime": f"{8 + series % 10:02}15{image:02}.{number % 1000:03}",
        "AcquisitionTime": f"{8 + series % 10:02}15{image:02}.{number % 1000:03}",
        "Modality": "CT",
        "Manufacturer": "ACME",
        "ManufacturerModelName": f"Scan {series % 5}",
        "SoftwareVersions": "V1.2.3",
        "BodyPartExamined": "CHEST",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "KVP": "120",
        "XRayTubeCurrent": str(200 + number % 60),
        "ExposureTime": "500",
        "Exposure": str(100 + number % 40),
        "SliceThickness": "1.25",
        "SpacingBetweenSlices": "1.25",
        "TableHeight": "150",
        "GantryDetectorTilt": "0",
        "PatientPosition": "HFS",
        "ImagePositionPatient": [-200.0, -180.5, -1.25 * image],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "SliceLocation": str(-1.25 * image),
        "PixelSpacing": [0.7, 0.7],
        "WindowCenter": "40",
        "WindowWidth": "400",
        "RescaleIntercept": "-1024",
        "RescaleSlope": "1",
        "SeriesNumber": series % 4,
        "AcquisitionNumber": 1,
        "InstanceNumber": image,
        "PatientIdentityRemoved": "YES",
        "DeidentificationMethod": "Basic Profile",
        "RequestAttributesSequence": [
            {"ScheduledProcedureStepDescription": "CT chest", "RequestedProcedureID": "1"}
        ],
        "ReferencedImageSequence": [
            {
                "ReferencedSOPClassUID": "1.2.840.10008.5.1.4.1.1.2",
                "ReferencedSOPInstanceUID": f"{_ROOT}{n}.5",
            }
            for n in (number, number + 1, number + 2)
        ],
        "Rows": 512,
        "Columns": 512,
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 1,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
    }


def make(folder: Path, files: int) -> None:
    """Write the set."""
    for number in range(files):
        path = folder / f"{number // _A_PATIENT:04}" / f"{number // _A_SERIES:05}" / f"{number:06}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        block = [(0x29, "ACME HEADER", n, "DS", f"{n}.{number % 50}") for n in range(0x10, 0x28)]
        path.write_bytes(make_dicom(private=block, **header(number)))


def scan(folder: Path) -> float:
    """Seconds that the tag stage takes in this process."""
    with tempfile.TemporaryDirectory() as out:
        began = time.perf_counter()
        audit(open_source(folder), Path(out), Key(bytes(32)), plan=Plan(stages=frozenset({"tags"})))
        return time.perf_counter() - began


def bare(folder: Path) -> float:
    """Seconds of the loop that only parses."""
    began = time.perf_counter()
    for path in sorted(folder.rglob("*.dcm")):
        pydicom.dcmread(path, stop_before_pixels=True)
    return time.perf_counter() - began


def _peak(files: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), files)
        scan(Path(folder))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the two speeds, their ratio, and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--memory", default="", help="numbers of files to measure peak memory at")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), asked.files)
        bare(Path(folder))  # so that both find the files in the cache
        parsed, scanned = bare(Path(folder)), scan(Path(folder))
    print(
        f"pydicom {asked.files / parsed:,.0f} files/s, auditor {asked.files / scanned:,.0f} files/s,", end=" "
    )
    print(f"{scanned / parsed:.2f} times the time")
    context = multiprocessing.get_context("spawn")
    for files in filter(None, asked.memory.split(",")):
        with context.Pool(1) as pool:
            print(f"peak memory at {int(files):,} files: {pool.apply(_peak, (int(files),)):,.0f} MB")


if __name__ == "__main__":
    main()
