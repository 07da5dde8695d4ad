"""Could there be text? One cheap look at a frame before it is read with care.

Most images hold none, and the detector is nearly all the cost of reading. The screen shows it one
normalised copy of about half the size, asks it to be generous, and reads what it points at.
A frame is read with care unless all of that is noise or plainly a marker or a setting.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from auditor.detectors.burned_in import identifying, is_unjudged
from auditor.detectors.label_list import find_labels
from auditor.model import Frame, Text
from auditor.pixels.growth import grown, is_fragment
from auditor.pixels.layout import Block
from auditor.pixels.lines import CLEAR
from auditor.pixels.plausible import READABLE, SURELY_TEXT, is_too_high, placed
from auditor.pixels.rapid import SPREAD, Quads, RapidEngine
from auditor.pixels.views import TILE_ABOVE, Grey, Piece, local_contrast, pieces, richest, zoom_of

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
    "Frames are screened before their text is read: of 441 chest films with one known string each, plain, faint, "
    "small, dark, rotated, mirrored, coloured or hidden, the screen passed on 436, and all it missed were faint "
    "(benchmarks/burned_in_synthetic.py --images 63, seeds 2202 to 2208); of 1,000 such films as they are, with "
    "their markers, it spared 842. Slices of more than 8 bits and film sheets are screened at about half their size, "
    "where 133 of 140 such strings passed. Effort `thorough` reads every frame.",
    "读取文字前先对各帧进行筛查：441 张各含一条已知文字（清晰、模糊、细小、深色、旋转、镜像、彩色或隐藏）"
    "的胸片中，筛查放行 436 张，漏掉的均为模糊文字"
    "（benchmarks/burned_in_synthetic.py --images 63，随机种子 2202 至 2208）；"
    "1000 张仅带原有标记的此类胸片中，842 张免于细读。超过 8 位的断层图像和大幅胶片"
    "以约一半尺寸筛查，此时 140 条同类文字中放行 133 条。`thorough` 级别会细读每一帧。",
)
"""What the screen misses and spares, for the report."""
ROOM = 1.25
"""Length over height of three narrow signs in a region as the detector draws it, with a margin."""
LONG = 2.0
"""Length over height of what may be a line though it is higher than type is."""
_SIGNS = re.compile(r"[^\W_]")


def may_hold_text(frame: Frame, engine: RapidEngine) -> bool:
    """Whether the frame must be read with care."""
    rows, columns = frame.display.shape[:2]
    if min(rows, columns) == 0:
        return False
    shown = richest(frame)
    view = local_contrast(shown)
    share = _share(
        rows, columns, is_slice=shown is frame.stored and shown.ndim == 2 and shown.dtype.itemsize > 1
    )
    return any(_seen(piece, view, engine) for piece in pieces(view, share))


def _share(rows: int, columns: int, is_slice: bool) -> float:
    if max(rows, columns) > TILE_ABOVE:
        return SHARE_OF_SHEETS
    if is_slice and max(rows, columns) <= SLICE:
        return SHARE_OF_SLICES
    wanted = max(LEAST_ZOOM, SIDE / min(rows, columns))
    return min(1.0, wanted / zoom_of(rows, columns))


def _seen(piece: Piece, view: Grey, engine: RapidEngine) -> bool:
    quads, scores = engine.detect(piece.image, ABOVE)
    quads *= np.array([1 / piece.zoom_x, 1 / piece.zoom_y], np.float32)
    quads += np.array([piece.left, piece.top], np.float32)
    # One by one, the surest first: one that matters settles it.
    return any(
        _has_room(quads[i]) and _settles(view, quads[i : i + 1], scores[i : i + 1], engine)
        for i in range(len(quads))
    )


def _settles(view: Grey, quads: Quads, scores: NDArray[np.float32], engine: RapidEngine) -> bool:
    """Whether one region holds something that must be read: as it stands, else turned or mirrored."""
    for turned in (False, True):
        (line,) = engine.read_at(view, quads, scores, turned=turned)
        block = placed(line, Piece(view, 1.0, 1.0, 0.0, 0.0), min(view.shape[:2]))
        if block is not None and _matters(block):
            return True
        if line.score >= READABLE and identifying(line.text):
            return True  # too high for type, as where a line and a marker are one region
        high = is_too_high(line.quad, min(view.shape[:2])) and not _is_long(quads[0])
        if high and line.region < SURELY_TEXT:
            return False
    if block is None or not is_fragment(block.text):
        return False
    longer = grown(line, view, engine).text
    return longer != line.text and (bool(identifying(longer)) or is_unjudged(longer))


def _has_room(quad: NDArray[np.float32]) -> bool:
    """Whether a region is longer than one or two signs, of which nothing would follow."""
    return _aspect(quad) >= ROOM


def _is_long(quad: NDArray[np.float32]) -> bool:
    return _aspect(quad) >= LONG


def _aspect(quad: NDArray[np.float32]) -> float:
    sides = [float(np.linalg.norm(quad[i] - quad[i + 1])) for i in (0, 1)]
    return max(sides) / max(1.0, min(sides))


def _matters(block: Block) -> bool:
    """Whether a line must be read with care: anything but one or two signs, or what surely says nothing of a person."""
    if not block.text or identifying(block.text):
        return True
    if len(_SIGNS.findall(block.text)) < 3 and not re.search(r"[\u3400-\u9fff]{2}", block.text):
        return False
    # A label without its value was read in part, and so was a line that leaves its region blank.
    x0, y0, x1, y1 = block.box
    partly = max(x1 - x0, y1 - y0) > SPREAD * len(block.text) * min(x1 - x0, y1 - y0)
    if partly or next(find_labels(block.text), None) is not None:
        return True
    # Read surely, it will say no more when it is read again.
    return block.score < CLEAR or is_unjudged(block.text)
