"""Frames opened again after judging: where on a device's images something was found, and crops for the vault.

A picture in the report cannot be read: it has at most `SIDE` pixels a side, and every box that anything was
found in is black. It can be matched all the same (docs/adr/0017), so the policy must ask for it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.model import Box, Frame, Item
from auditor.pixels.text.regions import grown
from auditor.readers import read_item
from auditor.readers.base import Limits
from auditor.readers.containers import ContainerError, open_item
from auditor.sources import Source

SIDE = 32
"""Pixels of the longer side of a copy that the report shows."""


def one_frame(source: Source, item: Item, index: int, limits: Limits) -> Frame | None:
    """One frame of a file, decoded again; None where it cannot be had any more."""
    try:
        opened = open_item(source, item, limits)
        with opened.stream:
            frames = read_item(opened.stream, item, limits).frames()
            return next((f for f in frames if isinstance(f, Frame) and f.index == index), None)
    except (OSError, ContainerError, MemoryError):
        return None


def outline(frame: Frame, boxes: Iterable[Box]) -> str:
    """The PNG of a frame at `SIDE` pixels, the boxes black with a margin, in base64."""
    return base64.b64encode(png(masked(frame, boxes, SIDE))).decode("ascii")


def masked(frame: Frame, boxes: Iterable[Box], side: int) -> NDArray[np.uint8]:
    """A frame in grey, reduced to `side` pixels, the boxes black with a margin."""
    display = frame.display
    grey = display if display.ndim == 2 else cv2.cvtColor(display, cv2.COLOR_RGB2GRAY)
    hidden: NDArray[np.uint8] = np.array(grey, np.uint8)
    rows, columns = hidden.shape
    for box in boxes:
        x0, y0, x1, y1 = grown(box, rows, columns)
        hidden[y0:y1, x0:x1] = 0
    zoom = min(1.0, side / max(rows, columns))
    size = max(1, round(columns * zoom)), max(1, round(rows * zoom))
    return np.asarray(cv2.resize(hidden, size, interpolation=cv2.INTER_AREA), np.uint8)


def crop(frame: Frame, box: Box) -> bytes:
    """The PNG of what a box shows, with a margin: for the vault only."""
    rows, columns = frame.display.shape[:2]
    x0, y0, x1, y1 = grown(box, rows, columns)
    part = frame.display[y0:y1, x0:x1]
    return png(part)


def png(picture: NDArray[np.uint8]) -> bytes:
    """A picture, grey or RGB, as PNG."""
    shown = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    encoded: bytes = cv2.imencode(".png", shown)[1].tobytes()
    return encoded
