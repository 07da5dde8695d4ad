"""Single pictures of invented patients as other devices make them: CT and MR slices, ultrasound, mammograms,
photographs. Anatomy is the patient's own; pose, level, gain and noise are the exam's."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.model import Portrait
from tests.builders.volumes import brain, torso

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
VOXELS = 64


def _field(rng: np.random.Generator, cells: int, shape: tuple[int, int]) -> Float:
    """A smooth random field of unit spread."""
    coarse = rng.normal(size=(cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def _posed(picture: Float, session: np.random.Generator, pose: float, border: int) -> Float:
    rows, columns = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D(
        (columns / 2, rows / 2), pose * session.normal(0, 3), 1 + pose * session.normal(0, 0.05)
    )
    matrix[:, 2] += pose * session.normal(0, 0.02 * rows, 2)
    return np.asarray(cv2.warpAffine(picture, matrix, (columns, rows), borderMode=border), np.float32)


def _shown(picture: Float) -> Image:
    return np.clip(picture, 0, 255).astype(np.uint8)


@cache
def _torso(patient: int) -> Float:
    return torso(patient, VOXELS)


@cache
def _brain(patient: int) -> Float:
    return brain(patient, VOXELS)


def _slice(model: Float, session: np.random.Generator, pose: float) -> Float:
    """Near the middle, at a level that differs by a slice or so; 256 pixels a side, front up."""
    level = VOXELS // 2 + pose * session.normal(0, 0.8)
    below = int(np.floor(level))
    part = np.float32(level - below)
    plane = (1 - part) * model[:, :, below] + part * model[:, :, below + 1]
    return np.asarray(cv2.resize(plane.T[::-1], (256, 256), interpolation=cv2.INTER_LINEAR), np.float32)


def ct_slice(patient: int, exam: int, pose: float = 1.0) -> Image:
    """A slice of a chest CT in a soft-tissue window."""
    session = np.random.default_rng([21, patient, exam])
    moved = _posed(_slice(_torso(patient), session, pose) + 1000, session, pose, cv2.BORDER_CONSTANT) - 1000
    moved += session.normal(0, 20, moved.shape)
    return _shown((moved + 200) / 500 * 255)


def mr_slice(patient: int, exam: int, pose: float = 1.0) -> Image:
    """A slice of a head MR, with a gain and a coil's shading of its own."""
    session = np.random.default_rng([22, patient, exam])
    moved = _posed(_slice(_brain(patient), session, pose), session, pose, cv2.BORDER_CONSTANT)
    shading = 1 + 0.15 * _field(session, 2, moved.shape)
    return _shown(moved * shading * session.uniform(0.8, 1.4) + np.abs(session.normal(0, 5, moved.shape)))


def ultrasound(patient: int, exam: int, pose: float = 1.0) -> Image:
    """A fan of speckle on black, wider than high, with a vendor's bar of greys at the side."""
    rows, columns = 240, 320
    person = np.random.default_rng([23, patient])
    session = np.random.default_rng([24, patient, exam])
    echo = 90 + 28 * sum(_field(person, cells, (rows, columns)) for cells in (5, 9, 16))
    for _ in range(3):
        x, y = person.uniform([90, 70], [230, 200])
        axes = tuple(int(v) for v in person.uniform(12, 34, 2))
        cv2.ellipse(echo, (int(x), int(y)), axes, float(person.uniform(0, 180)), 0, 360, 15, -1)
    moved = _posed(np.float32(echo), session, pose, cv2.BORDER_REFLECT)
    speckle = cv2.GaussianBlur(session.rayleigh(0.8, (rows, columns)), (0, 0), 0.9)
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    depth, angle = np.hypot(x - columns / 2, y + 40), np.arctan2(x - columns / 2, y + 40)
    fan = (depth > 60) & (depth < 270) & (np.abs(angle) < 0.62)
    picture = np.where(fan, moved * speckle * (1.3 - depth / 400), 0)
    picture[60:180, 306:314] = np.linspace(255, 0, 120)[:, None]
    return _shown(np.float32(picture))


def mammogram(patient: int, exam: int, pose: float = 1.0) -> Image:
    """One breast at the left edge of a film higher than wide; dense tissue is the patient's own."""
    rows, columns = 320, 240
    person = np.random.default_rng([25, patient])
    session = np.random.default_rng([26, patient, exam])
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    size = person.uniform(0.75, 1.15, 2)
    outline = (x / (170 * size[0])) ** 2 + ((y - 160) / (135 * size[1])) ** 2
    outline = outline * (1 + 0.05 * _field(person, 4, (rows, columns)))
    dense = (
        _field(person, 7, (rows, columns))
        + _field(person, 14, (rows, columns))
        + _field(person, 28, (rows, columns))
    )
    tissue = 70 + 30 * np.maximum(dense, -0.5) + 25 * np.exp(-(((x - 60) / 70) ** 2) - ((y - 160) / 80) ** 2)
    picture = np.where(outline < 1, tissue * np.clip((1 - outline) * 6, 0, 1), 0).astype(np.float32)
    moved = _posed(picture, session, 0.6 * pose, cv2.BORDER_CONSTANT)
    return _shown(moved * session.uniform(0.85, 1.2) + session.normal(0, 3, moved.shape))


def photograph(patient: int, exam: int, pose: float = 1.0) -> Image:
    """A colour photograph of skin with its marks, uint8 (rows, columns, 3), lit otherwise every time."""
    rows, columns = 240, 320
    person = np.random.default_rng([27, patient])
    session = np.random.default_rng([28, patient, exam])
    grey = 150 + 10 * sum(_field(person, cells, (rows, columns)) for cells in (4, 8))
    for _ in range(14):
        place = tuple(int(v) for v in person.uniform([20, 20], [300, 220]))
        axes = tuple(int(v) for v in person.uniform(3, 14, 2))
        cv2.ellipse(
            grey, place, axes, float(person.uniform(0, 180)), 0, 360, float(person.uniform(50, 110)), -1
        )
    moved = _posed(cv2.GaussianBlur(np.float32(grey), (0, 0), 1.5), session, pose, cv2.BORDER_REFLECT)
    light = session.uniform(0.8, 1.2) * (1 + 0.2 * _field(session, 2, moved.shape))
    skin = moved * light + session.normal(0, 4, moved.shape)
    return _shown(np.stack([skin * 1.15, skin * 0.85, skin * 0.7], axis=2).astype(np.float32))


KINDS: dict[str, Callable[[int, int], Image]] = {
    "CT": ct_slice,
    "MR": mr_slice,
    "US": ultrasound,
    "MG": mammogram,
    "XC": photograph,
}
"""By DICOM modality."""


def portrait_of(pixels: Image, patient: int, exam: int, modality: str = "") -> Portrait:
    """What linkage keeps of a picture."""
    from auditor.linkage.describe.portrait import portray
    from auditor.model import Frame

    return Portrait(
        path=f"{modality or 'x'}/p{patient:03d}/e{exam}.png",
        patient=f"P{patient:03d}",
        exam=f"E{exam}",
        pixels=portray(Frame(0, pixels)),
        digest=f"{modality}-{patient}-{exam}",
        modality=modality,
    )
