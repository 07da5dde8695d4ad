"""Tesseract through pytesseract: a second opinion on lines, or, with a much lower recall, alone."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

import numpy as np
import pytesseract

from auditor.errors import EngineError
from auditor.pixels.text.lines import Image, Line

LANGUAGES = ("eng", "chi_sim")
LINE_HEIGHT = 48
_SPARSE, _ONE_LINE = "--psm 11", "--psm 7"


class TesseractEngine:
    """Tesseract, sparse text mode. It misses most faint, small and rotated text."""

    def __init__(self) -> None:
        # One thread a process, as for RapidOCR: its threads wait for each other where cores are shared.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        self.languages = "+".join(name for name in LANGUAGES if name in languages())
        if not self.languages:
            raise EngineError(
                "Tesseract or its language data is not installed",
                todo="Install it (Debian: tesseract-ocr tesseract-ocr-chi-sim) or use the engine `rapid`",
            )

    def read(self, image: Image) -> list[Line]:
        """Group Tesseract's words into its lines."""
        table = self._table(image, _SPARSE)
        lines: dict[tuple[int, int, int], list[int]] = {}
        for i, text in enumerate(table["text"]):
            if text.strip():
                key = (table["block_num"][i], table["par_num"][i], table["line_num"][i])
                lines.setdefault(key, []).append(i)
        return [_line(table, words) for words in lines.values()]

    def read_line(self, image: Image) -> tuple[str, float]:
        """Read an image of one line: its text and how sure that is, 0 to 1."""
        table = self._table(image, _ONE_LINE)
        words = [i for i, text in enumerate(table["text"]) if text.strip()]
        if not words:
            return "", 0.0
        line = _line(table, words)
        return line.text, line.score

    def _table(self, image: Image, mode: str) -> dict[str, list[Any]]:
        table: dict[str, list[Any]] = pytesseract.image_to_data(
            image, lang=self.languages, config=mode, output_type=pytesseract.Output.DICT
        )
        return table


def _line(table: dict[str, list[Any]], words: list[int]) -> Line:
    x0 = float(min(table["left"][i] for i in words))
    y0 = float(min(table["top"][i] for i in words))
    x1 = float(max(table["left"][i] + table["width"][i] for i in words))
    y1 = float(max(table["top"][i] + table["height"][i] for i in words))
    score = float(np.mean([max(0.0, float(table["conf"][i])) for i in words])) / 100
    text = " ".join(table["text"][i].strip() for i in words)
    return Line(text, score, score, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """The languages of the installed program; none where there is no program."""
    try:
        return frozenset(pytesseract.get_languages())
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError, OSError):
        return frozenset()
