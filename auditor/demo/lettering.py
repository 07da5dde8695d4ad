"""Burned-in text: Latin in OpenCV's own strokes, Chinese from a small strip of glyphs, so that no font is needed."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import cv2
import numpy as np
from numpy.typing import NDArray

GLYPHS = "姓名：王晓梅性别女住院号出生年月日东湖医0123456789"
"""The characters of glyphs.png from left to right, drawn with Noto Sans CJK SC (SIL Open Font License 1.1)."""
CELL = 32
"""Width and height of a glyph in the strip, in pixels; digits use the left half."""


@cache
def _strip() -> NDArray[np.uint8]:
    data = np.frombuffer(files("auditor.demo").joinpath("glyphs.png").read_bytes(), np.uint8)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def latin(image: NDArray[np.uint16], lines: list[str], at: tuple[int, int], grey: int) -> None:
    """Write lines onto a 16-bit film in place; `at` is the left end of the first baseline."""
    x, y = at
    mask = np.zeros(image.shape, np.uint8)
    for number, line in enumerate(lines):
        place = (x, y + 24 * number)
        cv2.putText(mask, line, place, cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1, cv2.LINE_AA)
    _burn(image, mask, grey)


def chinese(image: NDArray[np.uint16], lines: list[str], at: tuple[int, int], grey: int) -> None:
    """Write lines made of `GLYPHS` onto a 16-bit film in place; `at` is the top left corner."""
    left, y = at
    mask = np.zeros(image.shape, np.uint8)
    for line in lines:
        x = left
        for character in line:
            start = GLYPHS.index(character) * CELL
            width = CELL // 2 if character.isascii() else CELL
            glyph = _strip()[:, start : start + width]
            mask[y : y + CELL, x : x + width] = np.maximum(mask[y : y + CELL, x : x + width], glyph)
            x += width
        y += CELL + 4
    _burn(image, mask, grey)


def marker(image: NDArray[np.uint16], letter: str, at: tuple[int, int]) -> None:
    """The lead letter that names the side: harmless, and on every real film."""
    mask = np.zeros(image.shape, np.uint8)
    cv2.putText(mask, letter, at, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 255, 2, cv2.LINE_AA)
    _burn(image, mask, 4000)


def _burn(image: NDArray[np.uint16], mask: NDArray[np.uint8], grey: int) -> None:
    share = mask.astype(np.float32) / 255
    image[:] = np.round(image * (1 - share) + grey * share).astype(np.uint16)
