"""Portraits of invented patients: a shared body plan, anatomy of one's own, a pose for every exam."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.model import Portrait

SIDE = 256


def _field(rng: np.random.Generator, cells: int) -> NDArray[np.float32]:
    """A smooth random field of unit spread."""
    coarse = rng.normal(size=(cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), np.float32)


def body_plan() -> NDArray[np.float32]:
    """Two dark ellipses beside a bright column: what all patients share."""
    plan = np.zeros((SIDE, SIDE), np.float32)
    cv2.ellipse(plan, (128, 130), (110, 115), 0, 0, 360, 60, -1)
    cv2.ellipse(plan, (84, 120), (34, 66), 5, 0, 360, -60, -1)
    cv2.ellipse(plan, (172, 120), (34, 66), -5, 0, 360, -60, -1)
    cv2.line(plan, (128, 10), (128, 250), 40, 12)
    return np.asarray(cv2.GaussianBlur(plan, (0, 0), 4), np.float32)


def image_of(
    patient: int, exam: int, *, pose: float = 1.0, noise: float = 4.0, anatomy: float = 14.0
) -> NDArray[np.uint8]:
    """One exposure, uint8 (256, 256). `pose` scales shift, turn and zoom; 0 is none."""
    person = np.random.default_rng([1, patient])
    picture = 110 + body_plan() + anatomy * sum(_field(person, cells) for cells in (8, 16, 32))
    session = np.random.default_rng([2, patient, exam])
    turn, zoom = pose * session.normal(0, 3), 1 + pose * session.normal(0, 0.06)
    matrix = cv2.getRotationMatrix2D((128, 128), turn, zoom)
    matrix[:, 2] += pose * session.normal(0, 6, 2)
    moved = cv2.warpAffine(np.float32(picture), matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT)
    exposed = moved * session.uniform(0.85, 1.15) + session.normal(0, noise, (SIDE, SIDE))
    return np.clip(exposed, 1, 255).astype(np.uint8)


def portrait(patient: int, exam: int, *, name: str | None = None, **look: float) -> Portrait:
    """A portrait with pseudonym `P001`, exam `E1` and a digest of its own."""
    return Portrait(
        path=f"p{patient:03d}/e{exam}.png",
        patient=f"P{patient:03d}" if name is None else name,
        exam=f"E{exam}",
        pixels=image_of(patient, exam, **look),
        digest=f"{patient}-{exam}",
        modality="CR",
    )


def release(patients: int, exams: int = 2, **look: float) -> list[Portrait]:
    """`patients` × `exams` portraits."""
    return [portrait(p, e, **look) for p in range(patients) for e in range(exams)]
