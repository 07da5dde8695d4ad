"""Could there be text? One cheap look at a frame before it is read with care.

Most images hold none, and the detector is nearly all the cost of reading. The screen shows it one
normalised copy of about half the size, asks it to be generous, and reads what it points at.
A frame is read with care unless all of that is noise or plainly a marker or a setting; a region
that cannot be told at this size is first looked at on its own, as it would be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from auditor.detectors.burned_in import identifying, is_unjudged
from auditor.detectors.label_list import find_labels
from auditor.model import Frame, Text
from auditor.pixels.text.growth import grown, is_fragment
from auditor.pixels.text.layout import Block, Rectangle
from auditor.pixels.text.lines import CLEAR, SURE
from auditor.pixels.text.plausible import READABLE, SURELY_TEXT, is_too_high, placed
from auditor.pixels.text.rapid import SPREAD, Quads, RapidEngine
from auditor.pixels.text.views import TILE_ABOVE, Grey, Piece, local_contrast, pieces, richest, zoom_of

SIDE = 768
"""Pixels of the copy's short side: of 200 films of 524 to 768 px with one faint string each, 186 pass at this size, 176
at 672 px; of the same films without text 30 and 25."""
LEAST_ZOOM = 0.75
"""Of images larger than that."""
SLICE, SHARE_OF_SLICES = 768, 0.575
"""Images up to this size with more than 8 bits are slices, which come by the hundred and repeat their text: their
copy is this share of the size at which they would be read."""
ABOVE = 0.25
"""The detector's score, lower than for reading: reduced type is fainter to it."""
SHARE_OF_SHEETS = 0.5
"""The same for images that are read in tiles, such as film sheets."""
MEASURED = Text(
    "Frames are screened before their text is read: of 567 chest films with one known string each, plain, faint, "
    "small, dark, rotated, mirrored, coloured or hidden, the screen passed on 563, and of the 4 it missed 3 were faint "
    "(benchmarks/burned_in_synthetic.py --images 63, seeds 5501 to 5509); of 750 such films as they are, with "
    "their markers, it spared 703. Slices of more than 8 bits and film sheets are screened at about half their "
    "size, where 133 of 139 and 21 of 24 such strings passed. Effort `thorough` reads every frame.",
    "读取文字前先对各帧进行筛查：567 张各含一条已知文字（清晰、模糊、细小、深色、旋转、镜像、彩色或隐藏）"
    "的胸片中，筛查放行 563 张，漏掉的 4 张中 3 张为模糊文字"
    "（benchmarks/burned_in_synthetic.py --images 63，随机种子 5501 至 5509）；"
    "750 张仅带原有标记的此类胸片中，703 张免于细读。超过 8 位的断层图像和大幅胶片"
    "以约一半尺寸筛查，此时 139 条和 24 条同类文字中分别放行 133 条和 21 条。`thorough` 级别会细读每一帧。",
)
"""What the screen misses and spares, for the report."""
ROOM = 1.25
"""Length over height of three narrow signs in a region as the detector draws it, with a margin."""
SMALL = 0.6
"""The detector's score from which a region without that room is read: a film has a quarter of one, a marker mostly."""
LONG = 2.0
"""Length over height of what may be a line though it is higher than type is."""
_SIGNS = re.compile(r"[^\W_]")
CLOSER = 4
"""Doubtful boxes of a frame that are looked at on their own."""
Closer = Callable[[Rectangle], bool]


class Says(Enum):
    """What a line tells who screens."""

    NOTHING = 0
    PERHAPS = 1
    MUCH = 2


def may_hold_text(frame: Frame, engine: RapidEngine, closer: Closer | None = None) -> bool:
    """Whether the frame must be read with care.

    `closer`: asked about a box (in pixels of the frame) whose text cannot be told at this size; without it such a box
    passes."""
    rows, columns = frame.display.shape[:2]
    if min(rows, columns) == 0:
        return False
    shown = richest(frame)
    view = local_contrast(shown)
    share = _share(
        rows, columns, is_slice=shown is frame.stored and shown.ndim == 2 and shown.dtype.itemsize > 1
    )
    return any(_seen(piece, view, engine, _few(closer)) for piece in pieces(view, share))


def _few(closer: Closer | None) -> Closer:
    """The same for the first boxes; every other passes, so that a frame of many is not looked at in pieces."""
    left = iter(range(CLOSER))
    return lambda box: closer is None or next(left, None) is None or closer(box)


def _share(rows: int, columns: int, is_slice: bool) -> float:
    if max(rows, columns) > TILE_ABOVE:
        return SHARE_OF_SHEETS
    if is_slice and max(rows, columns) <= SLICE:
        return SHARE_OF_SLICES
    wanted = max(LEAST_ZOOM, SIDE / min(rows, columns))
    return min(1.0, wanted / zoom_of(rows, columns))


def _seen(piece: Piece, view: Grey, engine: RapidEngine, closer: Closer) -> bool:
    quads, scores = engine.detect(piece.image, ABOVE)
    quads *= np.array([1 / piece.zoom_x, 1 / piece.zoom_y], np.float32)
    quads += np.array([piece.left, piece.top], np.float32)
    # One by one, the surest first: one that matters settles it.
    return any(
        _settles(view, quads[i : i + 1], scores[i : i + 1], engine, closer)
        if _has_room(quads[i])
        else scores[i] >= SMALL and _goes_on(view, quads[i : i + 1], scores[i : i + 1], engine)
        for i in range(len(quads))
    )


def _settles(
    view: Grey, quads: Quads, scores: NDArray[np.float32], engine: RapidEngine, closer: Closer
) -> bool:
    """Whether one region holds something that must be read: as it stands, else turned or mirrored."""
    for turned in (False, True):
        (line,) = engine.read_at(view, quads, scores, turned=turned)
        block = placed(line, Piece(view, 1.0, 1.0, 0.0, 0.0), min(view.shape[:2]))
        if block is not None and (says := _says(block)) is not Says.NOTHING:
            return says is Says.MUCH or closer(block.box)
        if line.score >= READABLE and identifying(line.text):
            return True  # too high for type, as where a line and a marker are one region
        high = is_too_high(line.quad, min(view.shape[:2])) and not _is_long(quads[0])
        if high and line.region < SURELY_TEXT:
            return False
    if block is None or not is_fragment(block.text):
        return False
    longer = grown(line, view, engine).text
    if longer == line.text:
        return False
    return bool(identifying(longer)) or (is_unjudged(longer) and closer(block.box))


def _goes_on(view: Grey, quads: Quads, scores: NDArray[np.float32], engine: RapidEngine) -> bool:
    """Whether a region of a sign or two is the part of a line that the detector sees, as `08` of a faint date."""
    (line,) = engine.read_at(view, quads, scores, turned=False)
    if line.score < SURE or not is_fragment(line.text):
        return False
    return bool(identifying(grown(line, view, engine).text))


def _has_room(quad: NDArray[np.float32]) -> bool:
    """Whether a region is longer than one or two signs, of which nothing would follow."""
    return _aspect(quad) >= ROOM


def _is_long(quad: NDArray[np.float32]) -> bool:
    return _aspect(quad) >= LONG


def _aspect(quad: NDArray[np.float32]) -> float:
    sides = [float(np.linalg.norm(quad[i] - quad[i + 1])) for i in (0, 1)]
    return max(sides) / max(1.0, min(sides))


def _says(block: Block) -> Says:
    """What a line has to say: something of a person or that nobody explains; perhaps; or nothing, as one or two signs
    and what is of the acquisition."""
    if identifying(block.text):
        return Says.MUCH if block.score >= SURE else Says.PERHAPS
    if (
        block.text
        and len(_SIGNS.findall(block.text)) < 3
        and not re.search(r"[\u3400-\u9fff]{2}", block.text)
    ):
        return Says.NOTHING
    # A label without its value was read in part, and so was a line that leaves its region blank.
    if next(find_labels(block.text), None) is not None:
        return Says.MUCH
    x0, y0, x1, y1 = block.box
    if max(x1 - x0, y1 - y0) > SPREAD * len(block.text) * min(x1 - x0, y1 - y0) or block.score < CLEAR:
        return Says.PERHAPS
    # Read surely, it will say no more when it is read again.
    return Says.MUCH if is_unjudged(block.text) else Says.NOTHING


def may_tell(text: str) -> bool:
    """Whether a line that was read with care is a reason to read all of its frame: what identifies, a label, what
    nobody explains, and a region that looks like text and could not be read."""
    return (
        not text or bool(identifying(text)) or is_unjudged(text) or next(find_labels(text), None) is not None
    )
