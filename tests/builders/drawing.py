"""Frames with known text at known places, drawn in code."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.model import Box, Frame


def noise(rows: int = 400, columns: int = 600, seed: int = 1, level: int = 90) -> NDArray[np.uint8]:
    """Smooth blobs with grain on top: structure, and no text."""
    rng = np.random.default_rng(seed)
    blobs = cv2.GaussianBlur(rng.normal(0, 600, (rows, columns)).astype(np.float32), (0, 0), 25)
    return np.clip(level + blobs + rng.normal(0, 4, (rows, columns)), 0, 255).astype(np.uint8)


def draw(
    image: NDArray[np.generic],
    text: str,
    x: int,
    y: int,
    value: float | tuple[int, ...] = 255,
    scale: float = 0.6,
) -> Box:
    """Draw text with its top left corner at (x, y); return the box it fills."""
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    cv2.putText(image, text, (x, y + height), cv2.FONT_HERSHEY_SIMPLEX, scale, value, 1, cv2.LINE_AA)
    return x, y, x + width, y + height + below


def overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    common = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = [(c[2] - c[0]) * (c[3] - c[1]) for c in (a, b)]
    return common / (sum(areas) - common)


def written(text: str, index: int = 0, x: int = 180, y: int = 60, **options: float) -> tuple[Frame, Box]:
    """A frame of noise with one line of text, and the box of the text."""
    image = noise()
    return Frame(index, image), draw(image, text, x, y, **options)
