"""Faces in photographs and video frames, found by CenterFace (models/README.md says where it is from)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from auditor.model import Box, Element, Frame, Place
from auditor.pixels.text.views import richest

MODEL = "centerface.onnx"
LONG_SIDE = 480
"""Frames are shown to the detector at this size: a face of 20 pixels in it is found."""
SURE = 0.6
"""Score from which a face in a colour image counts."""
SURE_GREY = 0.75
"""The same in a grey image: the head of a bone scan reaches 0.65."""
EVERY = 8
"""Of a video every 8th frame is looked at, and each that begins another scene."""
SCENE = 12.0
"""Mean difference in grey levels from the frame looked at last, on copies of `_THUMB` pixels a side, that makes another
scene."""
_THUMB = 32
PHOTOGRAPHS = frozenset({"", "DMS", "ES", "GM", "OP", "OPM", "OT", "XC"})
"""Modalities (PS3.16 CID 29) of photographs, and those that do not say."""
LOCATION = "pixels frame=#"
_STRIDE = 4
_MULTIPLE = 32
_FLOOR = 0.2
_OVERLAP = 0.3


@dataclass(frozen=True, slots=True)
class Face:
    """A face: its box in pixels of the image, and the detector's score, 0 to 1."""

    box: Box
    score: float


def search_faces(image: NDArray[np.uint8]) -> list[Face]:
    """Return the faces in a photograph: upright, on their side, upside down, and small ones in large images.

    `image`: (rows, columns, 3) RGB. As `find_faces`; boxes are in the image as it is.
    """
    rows, columns = image.shape[:2]
    found = find_faces(image)
    if max(rows, columns) > LONG_SIDE:
        found += find_faces(image, 2 * LONG_SIDE)
    for turns in (1, 2, 3):
        turned = np.ascontiguousarray(np.rot90(image, turns))
        found += [
            Face(_turned_back(face.box, turns, rows, columns), face.score) for face in find_faces(turned)
        ]
    return _distinct(sorted(found, key=lambda face: -face.score))


def _turned_back(box: Box, turns: int, rows: int, columns: int) -> Box:
    """A box of the image after so many quarter turns to the left, in the image before them."""
    x0, y0, x1, y1 = box
    if turns == 1:
        return columns - y1, x0, columns - y0, x1
    if turns == 2:
        return columns - x1, rows - y1, columns - x0, rows - y0
    return y0, rows - x1, y1, rows - x0


def find_faces(image: NDArray[np.uint8], long_side: int = LONG_SIDE) -> list[Face]:
    """Return the faces in an image, (rows, columns) or (rows, columns, 3) RGB, surest first, from 0.2.

    `long_side`: pixels that the image is reduced to, if it is larger.
    """
    rows, columns = image.shape[:2]
    if min(rows, columns) < _MULTIPLE:
        return []
    zoom = min(1.0, long_side / max(rows, columns))
    height, width = (max(1, round(side * zoom / _MULTIPLE)) * _MULTIPLE for side in (rows, columns))
    rgb = image if image.ndim == 3 else np.repeat(image[:, :, None], 3, axis=2)
    shown = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    heat, scale, offset = _session().run(
        ["537", "538", "539"], {"input.1": np.ascontiguousarray(shown.transpose(2, 0, 1))[None]}
    )
    found = []
    for y, x in np.argwhere(heat[0, 0] > _FLOOR):
        high, wide = (float(np.exp(size)) * _STRIDE for size in scale[0, :, y, x])
        down, right = (float(shift) for shift in offset[0, :, y, x])
        top, left = (y + down + 0.5) * _STRIDE - high / 2, (x + right + 0.5) * _STRIDE - wide / 2
        box = (
            max(0, round(left * columns / width)),
            max(0, round(top * rows / height)),
            min(columns, round((left + wide) * columns / width)),
            min(rows, round((top + high) * rows / height)),
        )
        if box[0] < box[2] and box[1] < box[3]:
            found.append(Face(box, float(heat[0, 0, y, x])))
    return _distinct(sorted(found, key=lambda face: -face.score))


class FaceFinder:
    """Takes the frames of one image as they come and keeps the faces seen, one element a frame and face."""

    def __init__(self, modality: str = "") -> None:
        """`modality`: (0008,0060), or empty for what is no DICOM image."""
        self.elements: list[Element] = []
        self._photographs = modality.strip().upper() in PHOTOGRAPHS
        self._last: NDArray[Any] | None = None

    def add(self, frame: Frame) -> None:
        """Look at the frame, if it is the image itself and its turn. Grey of more than 8 bits is a photograph only
        where the modality does not say that it is a scan."""
        if frame.layer or not frame.display.size:
            return
        if not self._photographs and frame.display.ndim == 2 and richest(frame) is not frame.display:
            return
        thumb = cv2.resize(frame.display, (_THUMB, _THUMB), interpolation=cv2.INTER_AREA)
        if frame.index % EVERY and not self._is_other(thumb):
            return
        self._last = thumb
        colour = frame.display.ndim == 3
        sure = SURE if colour else SURE_GREY
        # Turned and small faces are looked for once an image: it costs five times as much.
        look = search_faces if colour and not frame.index else find_faces
        self.elements += [
            Element(
                Place.FACE,
                LOCATION,
                "",
                counts=(frame.index,),
                bbox=face.box,
                confidence=round(face.score, 3),
            )
            for face in look(frame.display)
            if face.score >= sure
        ]

    def _is_other(self, thumb: NDArray[Any]) -> bool:
        last = self._last
        if last is None or last.shape != thumb.shape:
            return True
        return float(cv2.absdiff(thumb, last).mean()) > SCENE


def _distinct(faces: list[Face]) -> list[Face]:
    """Without the weaker of two that overlap."""
    kept: list[Face] = []
    for face in faces:
        if all(_overlap(face.box, other.box) < _OVERLAP for other in kept):
            kept.append(face)
    return kept


def _overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    common = max(0, wide) * max(0, high)
    return common / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - common)


@lru_cache(maxsize=1)
def _session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # One thread: a scan runs one process per core instead.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    weights = (files("auditor.pixels") / "models" / MODEL).read_bytes()
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
