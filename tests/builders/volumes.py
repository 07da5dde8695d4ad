"""Volumes of invented patients: a torso in HU, or a head as MR shows it; a pose for every series."""

from __future__ import annotations

import gzip

import nibabel
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from auditor.model import Volume

Float = NDArray[np.float32]
SIDE = 96
"""Voxels of the model along each axis; about 4 mm each."""


def _field(rng: np.random.Generator, cells: int, side: int) -> Float:
    """A smooth random field of unit spread."""
    coarse = rng.normal(size=(cells,) * 3).astype(np.float32)
    return np.asarray(ndimage.zoom(coarse, side / cells, order=1), np.float32)


def _ball(side: int, centre: tuple[float, float, float], radii: tuple[float, float, float]) -> Float:
    """Below 1 inside an ellipsoid; in parts of the cube's side."""
    grid = np.ogrid[:side, :side, :side]
    terms = [((g / side - c) / r) ** 2 for g, c, r in zip(grid, centre, radii, strict=True)]
    return np.asarray(terms[0] + terms[1] + terms[2], np.float32)


def torso(patient: int, side: int = SIDE) -> Float:
    """HU: air, soft tissue, lungs, ribs and a spine whose sizes and densities are the patient's own."""
    rng = np.random.default_rng([7, patient])
    shape = 1 + 0.12 * _field(rng, 5, side)
    own = np.full((side,) * 3, -1000, np.float32)
    own[_ball(side, (0.5, 0.5, 0.5), (0.42, 0.30, 0.60)) * shape < 1] = 40
    for x in (0.33, 0.67):
        own[_ball(side, (x, 0.52, 0.55), (0.12, 0.19, 0.33)) * shape < 1] = -800
    spine = _ball(side, (0.5, 0.32, 0.5), (0.05, 0.05, 0.7)) * shape < 1
    shell = _ball(side, (0.5, 0.5, 0.5), (0.36, 0.25, 0.55)) * shape
    height = np.arange(side)[None, None] / side + 0.06 * _field(rng, 4, side)
    ribs = (np.abs(shell - 1) < 0.16) & (np.sin(height * (44 + 6 * rng.normal())) > 0.45)
    bone = (spine | ribs) & (own > -1000)
    own[bone] = 500 + 180 * _field(rng, 8, side)[bone]
    return own


def brain(patient: int, side: int = SIDE) -> Float:
    """A skull-stripped head as MR shows it: air 0, folds and ventricles the patient's own."""
    rng = np.random.default_rng([8, patient])
    shape = 1 + 0.12 * _field(rng, 5, side)
    folds = 100 + 22 * _field(rng, 14, side) + 16 * _field(rng, 24, side)
    folds[_ball(side, (0.5, 0.52, 0.55), (0.07, 0.16, 0.09)) * shape < 1] = 25
    folds[_ball(side, (0.5, 0.5, 0.5), (0.33, 0.40, 0.32)) * shape >= 1] = 0
    return np.asarray(np.maximum(folds, 0), np.float32)


def series_of(model: Float, session: int, *, ct: bool, pose: float = 1.0) -> Volume:
    """One series: turned by some degrees, shifted, at a spacing, of a length and with noise of its own."""
    rng = np.random.default_rng([9, session])
    angles = pose * np.deg2rad(rng.normal(0, 4, 3))
    turn = np.eye(3)
    for axis, angle in enumerate(angles):
        c, s = np.cos(angle), np.sin(angle)
        one = np.eye(3)
        i, j = [k for k in range(3) if k != axis]
        one[i, i], one[i, j], one[j, i], one[j, j] = c, -s, s, c
        turn = turn @ one
    spacing = np.array([1.0, 1.0, 1.0]) if pose == 0 else rng.uniform([0.9, 0.9, 1.0], [1.2, 1.2, 2.5])
    side = len(model)
    shape = tuple(int(n) for n in side / spacing)
    middle = np.full(3, (side - 1) / 2) + pose * rng.normal(0, side / 48, 3)
    centre = (np.array(shape) - 1) / 2
    matrix = turn @ np.diag(spacing)
    air = -1000.0 if ct else 0.0
    moved = ndimage.affine_transform(
        model, matrix, middle - matrix @ centre, output_shape=shape, order=1, cval=air
    )
    cut = (rng.uniform(0, 0.15, 2) * pose * shape[2]).astype(int)
    moved = moved[:, :, cut[0] : shape[2] - cut[1]]
    noise = rng.normal(0, 25 if ct else 6, moved.shape)
    gain = 1.0 if ct else rng.uniform(0.7, 1.4)
    values = (moved * gain + noise).astype(np.float32)
    mm = tuple(float(step) * 4 * SIDE / side for step in spacing)
    return Volume(values, (mm[0], mm[1], mm[2]))


def as_nifti(volume: Volume) -> bytes:
    """The volume as a gzipped NIfTI-1 file, its axes to right, front and top."""
    image = nibabel.nifti1.Nifti1Image(volume.voxels.astype(np.int16), np.diag([*volume.spacing, 1.0]))
    return gzip.compress(image.to_bytes(), 1)
