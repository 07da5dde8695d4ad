"""What an OCR engine gives: lines of text, and where they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""(rows, columns) grey, or (rows, columns, 3) RGB."""
SURE = 0.8
"""From which score a reading is believed."""
CLEAR = 0.9
"""Score of a line that leaves no doubt."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. `quad`: its corners (x, y) in pixels of the image that was read.
    `region`: how sure the detector is that it is text; `score`: how sure the reading is."""

    text: str
    score: float
    region: float
    quad: tuple[tuple[float, float], ...]


class Engine(Protocol):
    """Reads all lines of text in an image."""

    def read(self, image: Image) -> list[Line]: ...
