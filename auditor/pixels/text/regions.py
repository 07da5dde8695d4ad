"""Boxes that were found on the images of one device, united into few regions to black out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from auditor.model import Box

MARGIN = 0.5
"""Of a box's height, added around it: names of other patients are longer, and boxes are tight."""
LEAST_MARGIN = 4
CELLS = 256
"""Regions are found on a grid of at most so many cells a side."""


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle in pixels of the stored frame, and on how many images something was found in it."""

    box: Box
    images: int


def unite(found: Iterable[tuple[int, Box]], rows: int, columns: int) -> list[Region]:
    """The regions that cover every box with its margin, those of most images first.

    found: image and box, in any order. Boxes that touch, on one image or on different ones, make one
    region, which is the rectangle around them. Nothing for an empty frame.
    """
    boxes = sorted({(image, grown(box, rows, columns)) for image, box in found})
    if not boxes or rows < 1 or columns < 1:
        return []
    step = max(1, -(-max(rows, columns) // CELLS))
    grid = np.zeros((-(-rows // step), -(-columns // step)), bool)
    for _, (x0, y0, x1, y1) in boxes:
        grid[y0 // step : -(-y1 // step), x0 // step : -(-x1 // step)] = True
    labels, _ = ndimage.label(grid, np.ones((3, 3)))
    covers: dict[int, Box] = {}
    images: dict[int, set[int]] = {}
    for image, (x0, y0, x1, y1) in boxes:
        number = int(labels[y0 // step, x0 // step])
        a0, b0, a1, b1 = covers.get(number, (x0, y0, x1, y1))
        covers[number] = min(a0, x0), min(b0, y0), max(a1, x1), max(b1, y1)
        images.setdefault(number, set()).add(image)
    regions = [Region(box, len(images[number])) for number, box in covers.items()]
    return sorted(regions, key=lambda region: (-region.images, region.box))


def grown(box: Box, rows: int, columns: int) -> Box:
    """A box with its margin, inside the frame and not empty."""
    x0, y0, x1, y1 = box
    margin = max(LEAST_MARGIN, round(MARGIN * min(x1 - x0, y1 - y0)))
    left, top = min(max(0, x0 - margin), columns - 1), min(max(0, y0 - margin), rows - 1)
    return left, top, max(left + 1, min(columns, x1 + margin)), max(top + 1, min(rows, y1 + margin))
