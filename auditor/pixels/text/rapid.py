"""PP-OCRv6 from RapidOCR's wheel, run by ONNX Runtime: a detector of text regions, a reader of lines.

The models and their decoding are RapidOCR's. What its pipeline does around them is done here: one line
is read at its own width, not padded to that of its batch, so that short lines cost little and a line
reads the same whatever stands beside it; and lines that do not convince are also read turned and mirrored.
"""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from auditor.pixels.text.lines import SURE, Image, Line
from auditor.pixels.text.views import MULTIPLE

Quads = NDArray[np.float32]
DETECTOR, READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
REGION = 0.35
"""The detector's score from which a region is read."""
CANDIDATES = 2000
"""Regions looked at in one image; of them the `LINES` that the detector is surest of are read."""
LINES = 400
CACHED_CROPS = 4096
_SMALLEST = 64
_HEIGHT = 48
_WIDEST = 3200
"""Height of a line as the reader sees it, and its width at most, in pixels."""
_SLACK = 16
"""Blank pixels after a line, as in the reader's training."""
_LINE_ASPECT = 1.5
"""A region that is longer than this is a line: only such are turned and mirrored, and upright ones laid down."""
UNTURNED = 0.95
"""From this score a line is taken as it stands; below, it may be upside down or mirrored."""
MIRROR_GAIN = 0.05
"""How much surer a mirrored reading must be: letters such as A, H, O, T read either way."""

SPREAD = 1.2
"""Heights of a region that one sign fills at most; mirrored text often reads as a few sure signs."""
_WORD = 4
"""Signs of a mirrored line from which the whole image is taken for mirrored."""

# The library warns of each blank image, on stderr.
logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)


class RapidEngine:
    """One thread: a scan runs one process per core instead."""

    def __init__(self) -> None:
        # Half a second and 40 MB that a process which reads no pixels does not need.
        from rapidocr.ch_ppocr_det.utils import DBPostProcess
        from rapidocr.ch_ppocr_rec.utils import CTCLabelDecode

        self._detector, self._reader = _session(DETECTOR), _session(READER)
        characters = self._reader.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._decode = CTCLabelDecode(character=characters)
        self._settle = DBPostProcess
        self._known: OrderedDict[bytes, tuple[str, float]] = OrderedDict()

    def read(self, image: Image) -> list[Line]:
        """Detect regions and read each, also turned and mirrored where that is not convincing."""
        return self.read_at(image, *self.detect(image))

    def detect(self, image: Image, above: float = REGION) -> tuple[Quads, NDArray[np.float32]]:
        """Regions that look like text: their corners, (n, 4, 2) in pixels, and the detector's scores (n)."""
        rows, columns = image.shape[:2]
        if min(rows, columns) == 0:
            return np.empty((0, 4, 2), np.float32), np.empty(0, np.float32)
        heat = _run(self._detector, _planes(_padded(image)))
        settle: Any = self._settle(
            thresh=0.2, box_thresh=above, max_candidates=CANDIDATES, unclip_ratio=1.6, use_dilation=True
        )
        boxes, scores = settle(heat, heat.shape[2:])
        if not len(boxes):
            return np.empty((0, 4, 2), np.float32), np.empty(0, np.float32)
        quads, sure = np.asarray(boxes, np.float32), np.asarray(scores, np.float32)
        quads = np.clip(quads, 0, np.array([columns - 1, rows - 1], np.float32))
        inside = np.flatnonzero((np.ptp(quads, axis=1) >= 3).all(axis=1))
        best = inside[np.argsort(-sure[inside], kind="stable")][:LINES]
        return quads[best], sure[best]

    def read_at(
        self, image: Image, quads: Quads, regions: NDArray[np.float32], turned: bool = True
    ) -> list[Line]:
        """Read regions that `detect` found, perhaps on a copy of another size.

        `turned`: also upside down and mirrored where a line does not convince."""
        crops = [_crop(image, quad) for quad in quads]
        texts = [self._recognise(crop) for crop in crops]
        lines = [i for i, crop in enumerate(crops) if crop.shape[1] >= _LINE_ASPECT * crop.shape[0]]
        mirrored = False
        for i in [i for i in lines if turned and _trust(texts[i], crops[i]) < UNTURNED]:
            upright = max(texts[i], self._recognise(crops[i][::-1, ::-1]), key=_score)
            other = self._mirrored(crops[i])
            won = _score(other) > max(
                SURE, _trust(texts[i], crops[i]) + MIRROR_GAIN, _trust(upright, crops[i])
            )
            texts[i] = other if won else upright
            mirrored = mirrored or (won and len(other[0]) >= _WORD)
        if mirrored:  # then all of the image is, and some lines read as something else either way
            for i in lines:
                texts[i] = max(texts[i], self._mirrored(crops[i]), key=_score)
        return [
            Line(text.strip(), float(score), float(region), tuple((float(x), float(y)) for x, y in quad))
            for (text, score), region, quad in zip(texts, regions, quads, strict=True)
        ]

    def _mirrored(self, crop: Image) -> tuple[str, float]:
        return max(self._recognise(crop[:, ::-1]), self._recognise(crop[::-1]), key=_score)

    def _recognise(self, crop: Image) -> tuple[str, float]:
        """Read a line; one that was seen before (a header that every slice repeats) is not read again."""
        crop = np.ascontiguousarray(crop)
        key = hashlib.blake2b(repr(crop.shape).encode() + crop.tobytes(), digest_size=16).digest()
        if key not in self._known:
            width = min(_WIDEST, max(1, round(_HEIGHT * crop.shape[1] / crop.shape[0])))
            line = cv2.resize(crop, (width, _HEIGHT), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
            room = -(-max(_SMALLEST, width + _SLACK) // MULTIPLE) * MULTIPLE
            planes = np.zeros((1, 3, _HEIGHT, room), np.float32)
            planes[..., :width] = _planes(line)
            lines, _ = self._decode(_run(self._reader, planes))
            self._known[key] = (str(lines[0][0]), float(lines[0][1]))
        self._known.move_to_end(key)
        while len(self._known) > CACHED_CROPS:
            self._known.popitem(last=False)
        return self._known[key]


def _trust(reading: tuple[str, float], crop: Image) -> float:
    """The score; half of it where there are too few signs to fill the region."""
    text, score = reading
    return score if crop.shape[1] <= SPREAD * crop.shape[0] * max(1, len(text)) else score / 2


def _score(reading: tuple[str, float]) -> float:
    return reading[1]


def _session(name: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # The arena saves a fifth of the time; remembering a plan for each size costs memory and saves none.
    options.enable_cpu_mem_arena, options.enable_mem_pattern = True, False
    weights = str(files("rapidocr") / "models" / name)
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def _run(session: onnxruntime.InferenceSession, planes: NDArray[np.float32]) -> NDArray[np.float32]:
    out: NDArray[np.float32] = session.run(None, {session.get_inputs()[0].name: planes})[0]
    return out


def _padded(image: Image) -> Image:
    """The image with its edge repeated to sides that the network takes."""
    rows, columns = (-(-max(_SMALLEST, side) // MULTIPLE) * MULTIPLE for side in image.shape[:2])
    below, right = rows - image.shape[0], columns - image.shape[1]
    return np.asarray(cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_REPLICATE), np.uint8)


def _planes(image: Image) -> NDArray[np.float32]:
    """(1, 3, rows, columns), -1 to 1, in the channel order of OpenCV, which the models were trained on."""
    scaled = image.astype(np.float32) * np.float32(1 / 127.5) - np.float32(1)
    if scaled.ndim == 2:
        return np.broadcast_to(scaled, (1, 3, *scaled.shape)).copy()
    return np.ascontiguousarray(scaled[:, :, ::-1].transpose(2, 0, 1))[None]


def crop_of(image: Image, quad: tuple[tuple[float, float], ...]) -> Image:
    """The region of a line that was read, as an upright rectangle."""
    return _crop(image, np.array(quad, np.float32))


def is_line(quad: tuple[tuple[float, float], ...]) -> bool:
    """Whether a region is long enough for a line of text in one direction."""
    width, height = _sides(np.array(quad, np.float32))
    return max(width, height) >= _LINE_ASPECT * max(1.0, min(width, height))


def _crop(image: Image, quad: NDArray[np.float32]) -> Image:
    """The region as an upright rectangle; one that is much higher than wide is laid down."""
    width, height = (max(1, round(side)) for side in _sides(quad))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(quad.astype(np.float32), corners)
    crop = cv2.warpPerspective(
        image, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(np.rot90(crop) if height >= _LINE_ASPECT * width else crop, np.uint8)


def _sides(quad: NDArray[np.float32]) -> Iterator[float]:
    """Width and height of a quadrangle that begins top left and runs clockwise."""
    for (a, b), (c, d) in (((0, 1), (2, 3)), ((0, 3), (1, 2))):
        yield float(max(np.linalg.norm(quad[a] - quad[b]), np.linalg.norm(quad[c] - quad[d])))
