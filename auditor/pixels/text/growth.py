"""A fragment of a line, read on beyond its ends.

The detector breaks a line where what lies under it changes: of a faint date over the edge of a lung it may
see `10/07` alone. The reader reads more than the detector sees, so a reading that cannot be all
is tried again on a longer region, as long as it gets longer.
"""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from auditor.detectors.acquisition import is_acquisition_text
from auditor.detectors.burned_in import identifying
from auditor.detectors.label_list import find_labels
from auditor.pixels.text.lines import SURE, Image, Line
from auditor.pixels.text.rapid import RapidEngine

REACH = 3.0
"""Heights of the line that it is prolonged by at a time, at either end."""
STEPS = 3
MOST = 12
"""Fragments of one image that are tried, those first that the detector is surest of."""
SURE_SIGN = 0.8
"""Score of what a line has grown by, for itself."""
KEPT = 0.7
"""Share of the fragment's signs that must be found again, in their order, in what it has grown to."""
_SIGN = re.compile(r"[^\W_]")
_NUMBER = re.compile(r"[\W\d_年月日]*\d[\W\d_年月日]*")
ENOUGH = 0.75
"""Confidence of evidence from which a line need not say more."""


def is_fragment(text: str) -> bool:
    """Whether a text may go on: bare digits, a label without its value, characters, or words that
    nothing explains; not what identifies already, nor one letter, nor markers and settings."""
    signs = _SIGN.findall(text)
    if len(signs) < 2 and not re.search(r"[\u3400-\u9fff]", text):
        return False
    if any(hit.confidence >= ENOUGH for hit in identifying(text)):
        return False
    if _NUMBER.fullmatch(text) or next(find_labels(text), None) is not None:
        return True
    return not is_acquisition_text(text)


def grown(line: Line, image: Image, engine: RapidEngine) -> Line:
    """The line as far as it can be read on beyond its ends; as it is where that gives nothing more."""
    for end in (0, 1):
        for _ in range(STEPS):
            longer = _prolonged(line, end, image, engine)
            if longer is None:
                break
            line = longer
    return line


def _prolonged(line: Line, end: int, image: Image, engine: RapidEngine) -> Line | None:
    quad = np.array(line.quad, np.float32)
    more = _stretched(quad, end, image)
    if more is None:
        return None
    (read,) = engine.read_at(image, more[None], np.array([line.region], np.float32), turned=False)
    before, after = _signs(line.text), _signs(read.text)
    if read.score < min(SURE, line.score) or len(after) <= len(before) or not _holds(after, before):
        return None
    if _added(line.score, len(before), read.score, len(after)) < SURE_SIGN:
        return None
    # The region ends about where its last sign does.
    share = min(
        1.0, 1.5 * (len(after) - len(before)) / max(1, len(before)) * _long(quad) / (REACH * _high(quad))
    )
    kept = quad + np.float32(share) * (more - quad)
    return replace(read, quad=tuple((float(x), float(y)) for x, y in kept))


def _added(score: float, signs: int, longer: float, more: int) -> float:
    """Mean score of the signs that came on, a line's score being the mean of its signs': stripes and edges beside a
    line read as unsure signs, which those of the line would outweigh."""
    return (longer * more - score * signs) / (more - signs)


def _stretched(quad: NDArray[np.float32], end: int, image: Image) -> NDArray[np.float32] | None:
    """The region with one end moved outwards within the image; None where there is no room for a sign."""
    # Corners begin top left and run clockwise; a line runs along its longer side.
    wide = np.linalg.norm(quad[1] - quad[0]) >= np.linalg.norm(quad[3] - quad[0])
    ends = ((0, 3), (1, 2)) if wide else ((0, 1), (3, 2))
    moved, still = (list(side) for side in (ends if end == 0 else ends[::-1]))
    along = quad[moved].mean(axis=0) - quad[still].mean(axis=0)
    length = float(np.linalg.norm(along))
    if length < 1:
        return None
    step = along / length * REACH * _high(quad)
    limit = np.array([image.shape[1] - 1, image.shape[0] - 1], np.float32)
    room = 1.0
    for corner in quad[moved]:
        for x, d, most in zip(corner, step, limit, strict=True):
            if abs(d) > 1e-6:
                room = min(room, max(0.0, float(((most if d > 0 else 0) - x) / d)))
    if room * REACH < 0.5:
        return None
    longer = quad.copy()
    longer[moved] += room * step
    return longer


def _holds(text: str, part: str) -> bool:
    same = sum(
        match.size for match in SequenceMatcher(None, text, part, autojunk=False).get_matching_blocks()
    )
    return same >= KEPT * len(part)


def _signs(text: str) -> str:
    return "".join(_SIGN.findall(text))


def _high(quad: NDArray[np.float32]) -> float:
    return float(min(np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])))


def _long(quad: NDArray[np.float32]) -> float:
    return float(max(np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])))
