"""A head modelled from ellipsoids: enough of a face for a detector, and nobody's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIDE = 180


def ball(centre: tuple[float, float, float], radii: tuple[float, float, float]) -> NDArray[np.bool_]:
    """An ellipsoid in a cube of SIDE mm, axes to right, front and top."""
    grid = np.ogrid[:SIDE, :SIDE, :SIDE]
    terms = [((g - c) / r) ** 2 for g, c, r in zip(grid, centre, radii, strict=True)]
    inside: NDArray[np.bool_] = terms[0] + terms[1] + terms[2] <= 1
    return inside


def head(face: bool = True) -> NDArray[np.float32]:
    """Voxels of 1 mm, tissue 100 and air 0; without `face` a smooth skull."""
    skin = ball((90, 85, 100), (58, 72, 72)) | ball((90, 95, 70), (50, 62, 62))
    if face:
        for side in (-1, 1):
            skin &= ~ball((90 + side * 22, 164, 92), (16, 18, 10))
            skin |= ball((90 + side * 22, 143, 92), (11, 11, 7))
            skin |= ball((90 + side * 9, 152, 72), (6, 9, 6))
        skin |= ball((90, 154, 74), (8, 14, 9)) | ball((90, 152, 90), (6, 9, 20))
        skin |= ball((90, 149, 53), (20, 10, 5)) | ball((90, 148, 44), (17, 10, 5))
        skin &= ~ball((90, 162, 48.5), (21, 12, 1.6))
    return np.where(skin, np.float32(100), np.float32(0))
