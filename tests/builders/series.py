"""Series of DICOM slices cut from a volume, with their places as PS3.3 wants them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.builders.dicom import make_dicom

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
ROOT = "1.2.826.0.1.3680043.8.498.7."


def hounsfield(voxels: NDArray[np.float32]) -> NDArray[np.int16]:
    """Tissue 100 and air 0 as CT numbers plus 1024, to be rescaled by -1024."""
    return np.where(voxels > 50, 1064, 24).astype(np.int16)


def axial(
    voxels: NDArray[np.generic],
    mm: float = 1.0,
    *,
    every: int = 1,
    tilt: float = 0.0,
    lift: float = 0.0,
    tags: dict[str, Any] | None = None,
) -> list[bytes]:
    """Axial slices of a volume whose axes run to right, front and top: one file each, feet first.

    every: slice distance in voxels. lift: mm by which the first slice lies higher. tilt: degrees by which the
    gantry was tilted, which shears the stack.
    """
    files = []
    angle = np.radians(tilt)
    across = voxels.shape[0]
    for number, z in enumerate(range(0, voxels.shape[2], every)):
        # Rows run to the back, columns to the person's left.
        plane = np.ascontiguousarray(voxels[::-1, ::-1, z].T)
        shift = np.tan(angle) * z * mm
        rows = round(shift / mm)
        plane = np.roll(plane, -rows, axis=0) if rows else plane
        header: dict[str, Any] = {
            "SOPClassUID": MR,
            "Modality": "MR",
            "SOPInstanceUID": f"{ROOT}{number + 1}",
            "StudyInstanceUID": f"{ROOT}0.1",
            "SeriesInstanceUID": f"{ROOT}0.2",
            "PatientID": "sub-001",
            "PixelSpacing": [mm, mm],
            "SliceThickness": mm * every,
            "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
            "ImagePositionPatient": [-across / 2 * mm, shift, z * mm + lift],
            "InstanceNumber": number + 1,
        }
        files.append(make_dicom(plane, **{**header, **(tags or {})}))
    return files


def enhanced(voxels: NDArray[np.generic], mm: float = 1.0, every: int = 1) -> bytes:
    """The same as one enhanced multi-frame file, frames from head to feet."""
    places = list(range(0, voxels.shape[2], every))[::-1]
    frames = np.stack([voxels[::-1, ::-1, z].T for z in places])
    shared = {
        "PlaneOrientationSequence": {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]},
        "PixelMeasuresSequence": {"PixelSpacing": [mm, mm], "SliceThickness": mm * every},
    }
    own = [{"PlanePositionSequence": {"ImagePositionPatient": [0, 0, z * mm]}} for z in places]
    return make_dicom(
        frames,
        SOPClassUID=ENHANCED_MR,
        Modality="MR",
        SharedFunctionalGroupsSequence=shared,
        PerFrameFunctionalGroupsSequence=own,
    )
