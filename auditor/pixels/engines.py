"""OCR engines: RapidOCR (the default; its models ship in its wheel) and Tesseract (a second opinion)."""

from __future__ import annotations

import hashlib
import importlib.metadata
import logging
import os
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import cv2
import numpy as np
import pytesseract
from numpy.typing import NDArray
from rapidocr import RapidOCR

from auditor.errors import EngineError, UsageError

Image = NDArray[np.uint8]
Quads = NDArray[np.float32]
ENGINES = ("rapid", "tesseract", "both")
LANGUAGES = ("eng", "chi_sim")
CACHED_CROPS = 4096
REGION = 0.35
"""The detector's score from which a region is read."""
SURE = 0.8
"""Below this score a line is also read upside down: it may be rotated by 180°."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. `quad`: its corners (x, y) in pixels of the image that was read.
    `region`: how sure the detector is that it is text; `score`: how sure the reading is."""

    text: str
    score: float
    region: float
    quad: tuple[tuple[float, float], ...]


class Engine(Protocol):
    """Reads all lines of text in an RGB image."""

    def read(self, image: Image) -> list[Line]: ...


class RapidEngine:
    """PP-OCRv6 through ONNX Runtime, one thread: a scan runs one process per core instead."""

    def __init__(self) -> None:
        # The library logs the path of its models at each start and a warning for each blank image.
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        self._ocr = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                # The pieces have their size already: neither limit may scale them again.
                "Global.max_side_len": 1_000_000,
                "Global.min_side_len": 1,
                "Det.limit_side_len": 32,
                "Det.limit_type": "min",
                "Det.thresh": 0.2,
                "Det.box_thresh": REGION,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
        self._known: OrderedDict[bytes, tuple[str, float]] = OrderedDict()

    def read(self, image: Image) -> list[Line]:
        """Detect regions, read each upright, and upside down where that is not convincing."""
        return self.read_at(image, *self.detect(image))

    def detect(self, image: Image, above: float = REGION) -> tuple[Quads, NDArray[np.float32]]:
        """Regions that look like text: their corners, (n, 4, 2) in pixels, and the detector's scores (n)."""
        # The library's return type is a union of all its stages' outputs: this is the detector's.
        found: Any = self._ocr(_bgr(image), use_det=True, use_cls=False, use_rec=False, box_thresh=above)
        if found.boxes is None:
            return np.empty((0, 4, 2), np.float32), np.empty(0, np.float32)
        return np.asarray(found.boxes, np.float32), np.asarray(found.scores, np.float32)

    def read_at(self, image: Image, quads: Quads, regions: NDArray[np.float32]) -> list[Line]:
        """Read regions that `detect` found, perhaps on a copy of another size."""
        if not len(quads):
            return []
        crops = [np.ascontiguousarray(c) for c in self._ocr.crop_text_regions(_bgr(image), quads)]
        texts = self._recognise(crops)
        doubtful = [i for i, (_, score) in enumerate(texts) if score < SURE]
        turned = self._recognise([np.ascontiguousarray(crops[i][::-1, ::-1]) for i in doubtful])
        for i, other in zip(doubtful, turned, strict=True):
            if other[1] > texts[i][1]:
                texts[i] = other
        return [
            Line(text.strip(), float(score), float(region), tuple((float(x), float(y)) for x, y in box))
            for (text, score), region, box in zip(texts, regions, quads, strict=True)
        ]

    def _recognise(self, crops: list[Image]) -> list[tuple[str, float]]:
        """Read crops; those seen before (a header that every slice repeats) are not read again."""
        keys = [hashlib.blake2b(repr(c.shape).encode() + c.tobytes(), digest_size=16).digest() for c in crops]
        fresh = {key: crop for key, crop in zip(keys, crops, strict=True) if key not in self._known}
        if fresh:
            result: Any = self._ocr.recognize_txt(list(fresh.values()))
            for key, text, score in zip(fresh, result.txts, result.scores, strict=True):
                self._known[key] = (str(text), float(score))
        texts = [self._known[key] for key in keys]
        for key in keys:
            self._known.move_to_end(key)
        while len(self._known) > CACHED_CROPS:
            self._known.popitem(last=False)
        return texts


class TesseractEngine:
    """Tesseract, sparse text mode. It misses most faint, small and rotated text: a second opinion."""

    def __init__(self) -> None:
        # One thread a process, as for RapidOCR: its threads wait for each other where cores are shared.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        installed = _tesseract_languages()
        self._languages = "+".join(name for name in LANGUAGES if name in installed)
        if not self._languages:
            raise EngineError(
                "Tesseract or its language data is not installed",
                todo="Install it (Debian: tesseract-ocr tesseract-ocr-chi-sim) or use the engine `rapid`",
            )

    def read(self, image: Image) -> list[Line]:
        """Group Tesseract's words into its lines."""
        table = pytesseract.image_to_data(
            image, lang=self._languages, config="--psm 11", output_type=pytesseract.Output.DICT
        )
        lines: dict[tuple[int, int, int], list[int]] = {}
        for i, text in enumerate(table["text"]):
            if text.strip():
                key = (table["block_num"][i], table["par_num"][i], table["line_num"][i])
                lines.setdefault(key, []).append(i)
        return [_tesseract_line(table, words) for words in lines.values()]


def _tesseract_line(table: dict[str, list[Any]], words: list[int]) -> Line:
    x0 = float(min(table["left"][i] for i in words))
    y0 = float(min(table["top"][i] for i in words))
    x1 = float(max(table["left"][i] + table["width"][i] for i in words))
    y1 = float(max(table["top"][i] + table["height"][i] for i in words))
    score = sum(max(0.0, float(table["conf"][i])) for i in words) / len(words) / 100
    text = " ".join(table["text"][i].strip() for i in words)
    return Line(text, score, score, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


@lru_cache(maxsize=1)
def _tesseract_languages() -> frozenset[str]:
    try:
        return frozenset(pytesseract.get_languages())
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError, OSError):
        return frozenset()


def _bgr(image: Image) -> Image:
    """RapidOCR's models take the channel order of OpenCV."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2BGR), dtype=np.uint8)


def available(engine: str) -> bool:
    """Whether `rapid`, `tesseract` or `both` can run here."""
    _known_name(engine)
    return engine == "rapid" or bool(_tesseract_languages() & set(LANGUAGES))


def describe_engine(engine: str) -> str:
    """Name and version for the report. Raises EngineError where the engine is not installed."""
    _known_name(engine)
    parts = []
    if engine != "tesseract":
        ocr, runtime = (importlib.metadata.version(name) for name in ("rapidocr", "onnxruntime"))
        parts.append(f"RapidOCR {ocr} (PP-OCRv6 small, ONNX Runtime {runtime})")
    if engine != "rapid":
        tesseract = TesseractEngine()
        parts.append(f"Tesseract {pytesseract.get_tesseract_version()} ({tesseract._languages})")
    return " and ".join(parts)


@lru_cache(maxsize=2)
def load_engine(name: str) -> Engine:
    """Return this process's `rapid` or `tesseract` engine, loading its models at the first call."""
    return RapidEngine() if name == "rapid" else TesseractEngine()


def engines_of(engine: str) -> tuple[Engine, ...]:
    """The engines behind a choice: one, or for `both` the two.

    Raises UsageError for a name that is not known, EngineError for one that is not installed."""
    _known_name(engine)
    names = ("rapid", "tesseract") if engine == "both" else (engine,)
    return tuple(load_engine(name) for name in names)


def _known_name(engine: str) -> None:
    if engine not in ENGINES:
        raise UsageError("No such OCR engine", todo=f"Choose one of {', '.join(ENGINES)}")
