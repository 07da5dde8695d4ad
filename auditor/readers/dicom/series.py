"""A volume from the slices of a DICOM series: single files, or the frames of an enhanced object.

Slices are put in order by Image Position and Orientation (PS3.3 C.7.6.2.1.1), never by file name or
instance number. What is kept of each is a copy of at most `KEPT` pixels a side, of at most `KEPT` slices.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread

from auditor.model import Frame, Volume
from auditor.readers.base import FrameError
from auditor.readers.hostile import PARSER_ERRORS, quiet
from auditor.readers.volumes import Float, shrunk, upright

KEPT = 160
FEWEST = 12
"""Slices at different positions that a volume is made of, at least."""
_AIR = -1024.0
_TAGS = [
    "Rows", "Columns", "PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient", "InstanceNumber",
    "AcquisitionNumber",
    "RescaleSlope", "RescaleIntercept", "Modality", "NumberOfFrames", "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
]  # fmt: skip
_SAME_PLACE = 0.01
_AXIS_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice: which frame of which file, where it lies (mm), and how its stored values are rescaled."""

    file: int
    frame: int
    rows: int
    columns: int
    spacing: tuple[float, float]
    """Millimetres between rows and between columns."""
    orientation: tuple[float, ...]
    position: tuple[float, ...]
    number: int = 0
    slope: float = 1.0
    intercept: float = 0.0
    is_ct: bool = False
    acquisition: int = 0

    @property
    def normal(self) -> NDArray[np.float64]:
        """At right angles to the slice."""
        return np.cross(self.orientation[:3], self.orientation[3:])

    @property
    def along(self) -> float:
        """Where the slice lies along its normal, mm."""
        return float(np.dot(self.position, self.normal))


def slices_of(stream: BinaryIO, file: int) -> list[Slice]:
    """The slices that a file says it holds, with their places; empty where it does not tell them."""
    try:
        stream.seek(0)
        with quiet():
            header = dcmread(stream, force=True, stop_before_pixels=True, specific_tags=list(_TAGS))
            frames = header.get("PerFrameFunctionalGroupsSequence")
            if not frames:
                return [_slice(file, 0, header, (header,))]
            shared = header.get("SharedFunctionalGroupsSequence") or [Dataset()]
            return [_slice(file, index, header, (own, shared[0])) for index, own in enumerate(frames)]
    except PARSER_ERRORS:
        return []


def _slice(file: int, frame: int, header: Dataset, groups: Sequence[Dataset]) -> Slice:
    def told(macro: str, keyword: str, default: Any = None) -> Any:
        for group in groups:
            item = group.get(macro)
            if item and keyword in item[0]:
                return item[0][keyword].value
            if group is header and keyword in group:
                return group[keyword].value
        return default

    spacing = [float(mm) for mm in told("PixelMeasuresSequence", "PixelSpacing")]
    orientation = tuple(float(part) for part in told("PlaneOrientationSequence", "ImageOrientationPatient"))
    position = tuple(float(mm) for mm in told("PlanePositionSequence", "ImagePositionPatient"))
    slope = float(told("PixelValueTransformationSequence", "RescaleSlope", 1) or 1)
    intercept = float(told("PixelValueTransformationSequence", "RescaleIntercept", 0) or 0)
    numbers = (*spacing, *orientation, *position, slope, intercept)
    if len(numbers) != 13 or not all(map(math.isfinite, numbers)) or min(spacing) <= 0:
        raise ValueError
    rows, columns = int(header.Rows), int(header.Columns)
    number = int(header.get("InstanceNumber") or 0)
    is_ct = header.get("Modality") == "CT"
    acquisition = int(
        told("FrameContentSequence", "FrameAcquisitionNumber") or header.get("AcquisitionNumber") or 0
    )
    place = (file, frame, rows, columns, (spacing[0], spacing[1]), orientation, position)
    return Slice(*place, number, slope, intercept, is_ct, acquisition)


def stack(slices: Iterable[Slice]) -> list[Slice]:
    """The largest of `stacks`; empty where there is none."""
    return next(iter(stacks(slices)), [])


def stacks(slices: Iterable[Slice]) -> list[list[Slice]]:
    """Every set of `FEWEST` or more parallel slices of one size, in order of position, one at each place; the
    largest set first.

    Localisers lie across the others; repeats (echoes, phases, time points) lie where another does. Two acquisitions
    of one place are two sets, two that follow each other are one.
    """
    groups: defaultdict[tuple[object, ...], list[Slice]] = defaultdict(list)
    for each in slices:
        direction = tuple(round(part, _AXIS_DIGITS) + 0.0 for part in each.orientation)
        groups[each.rows, each.columns, each.spacing, direction].append(each)
    found = [_placed(part) for group in groups.values() for part in _acquisitions(group)]
    return sorted((each for each in found if len(each) >= FEWEST), key=len, reverse=True)


def _placed(slices: Iterable[Slice]) -> list[Slice]:
    placed: list[Slice] = []
    for each in sorted(slices, key=lambda s: (round(s.along, 2), s.number, s.file, s.frame)):
        if not placed or each.along - placed[-1].along > _SAME_PLACE:
            placed.append(each)
    return placed


def _acquisitions(group: list[Slice]) -> list[list[Slice]]:
    """The slices apart by acquisition, where two that are stacks of their own lie in the same place."""
    parts: defaultdict[int, list[Slice]] = defaultdict(list)
    for each in group:
        parts[each.acquisition].append(each)
    ranges = sorted(
        (min(each.along for each in part), max(each.along for each in part))
        for part in parts.values()
        if len(part) >= FEWEST
    )
    # Scans that follow each other overlap by a few slices at most.
    overlap = any(
        (min(first[1], second[1]) - second[0]) > (second[1] - second[0]) / 2
        for first, second in pairwise(ranges)
    )
    return list(parts.values()) if overlap else [group]


class VolumeBuilder:
    """Takes the frames of the slices that it asks for, in any order, and puts the volume together."""

    def __init__(self, slices: Sequence[Slice]) -> None:
        """`slices`: as `stack` gives them, not empty."""
        first, last = slices[0], slices[-1]
        self._first = first
        self._step = -(-max(first.rows, first.columns) // KEPT)
        gaps = np.diff([each.along for each in slices])
        between = max(float(np.median(gaps)), (last.along - first.along) / (KEPT - 1))
        self._count = max(2, round((last.along - first.along) / between) + 1)
        self._places = np.linspace(first.along, last.along, self._count)
        self._offset = np.subtract(last.position, first.position) / (self._count - 1)
        nearest = [int(np.argmin([abs(each.along - place) for each in slices])) for place in self._places]
        self.wanted = {(slices[i].file, slices[i].frame): slices[i] for i in nearest}
        """The slices to be given to `add`, by file and frame."""
        self._planes: dict[float, Float] = {}

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns and slices of what is kept."""
        return self._first.rows // self._step, self._first.columns // self._step, self._count

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Millimetres between the voxels kept."""
        down, across = (mm * self._step for mm in self._first.spacing)
        return down, across, float(self._places[1] - self._places[0])

    def add(self, own: Slice, frame: Frame) -> None:
        """Keep a small copy of a frame: stored values rescaled, or what is displayed."""
        values = frame.stored if frame.stored is not None else frame.display
        if values.ndim != 2 or values.shape != (own.rows, own.columns):
            return
        plane = shrunk(values, (self._step, self._step)) * np.float32(own.slope) + np.float32(own.intercept)
        self._planes[own.along] = np.maximum(plane, np.float32(_AIR)) if own.is_ct else plane

    def volume(self) -> Volume | None:
        """The volume; None where fewer than `FEWEST` slices could be decoded. Gaps are bridged linearly."""
        if len(self._planes) < FEWEST:
            return None
        known = sorted(self._planes)
        cube = np.empty(self.shape, np.float32)
        for index, place in enumerate(self._places):
            after = min(int(np.searchsorted(known, place)), len(known) - 1)
            before = max(after - 1, 0)
            low, high = known[before], known[after]
            weight = min(max((place - low) / (high - low), 0.0), 1.0) if high > low else 0.0
            cube[:, :, index] = (1 - weight) * self._planes[low] + weight * self._planes[high]
        down, across = (mm * self._step for mm in self._first.spacing)
        affine = np.eye(4)
        # (0028,0030) is rows, columns; (0020,0037) is the direction of a row, then of a column.
        affine[:3, 0] = np.array(self._first.orientation[3:]) * down
        affine[:3, 1] = np.array(self._first.orientation[:3]) * across
        affine[:3, 2] = self._offset
        affine[:3, 3] = self._first.position
        # DICOM's axes run to the left and back, ours to the right and front.
        affine[:2] *= -1
        return upright(cube, affine)


def frames_volume(stream: BinaryIO, frames: Callable[[], Iterator[Frame | FrameError]]) -> Volume | None:
    """The volume of an enhanced multi-frame object; None where it is none, or too few frames decode."""
    slices = stack(slices_of(stream, 0))
    if not slices:
        return None
    builder = VolumeBuilder(slices)
    for frame in frames():
        if isinstance(frame, Frame) and (own := builder.wanted.get((0, frame.index))):
            builder.add(own, frame)
    return builder.volume()
