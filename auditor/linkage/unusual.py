"""Which images look like nobody else's: implants, an opaque lung, a rare view.

An image stands out where any one part of it does, so each zone is compared on its own: by the mean distance to the
nearest images of other people along the zone's leading components, in robust standard deviations of the release. The
most unusual zone counts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from auditor.linkage.embedding import Embedding

Array = NDArray[np.float64]

NEIGHBOURS = 5
SEARCHED = 2_000
"""Images among which neighbours are looked for, drawn at random."""
FEWEST = 20
"""Images below which nobody can be called unusual."""
BLOCK = 500
USUAL = 3.0
"""Robust standard deviations at which the score is one half."""


def isolation(embedding: Embedding, *, seed: int) -> Array:
    """(n,): how far each image's most unusual zone lies from others' images, in robust standard deviations.

    NaN for blank images, those without a patient, and all where there are fewer than `FEWEST` to compare.
    """
    rows = np.flatnonzero(~embedding.blank & (embedding.patients != ""))
    found = np.full(len(embedding.paths), np.nan)
    if len(rows) < FEWEST or len(set(embedding.patients[rows].tolist())) < 2:
        return found
    searched = rows
    if len(rows) > SEARCHED:
        searched = np.sort(np.random.default_rng(seed).choice(rows, SEARCHED, replace=False))
    _, code = np.unique(embedding.patients, return_inverse=True)
    apart = np.empty((len(rows), embedding.coarse.shape[1]))
    for zone in range(embedding.coarse.shape[1]):
        there = embedding.coarse[searched, zone].astype(np.float32)
        squares = (there**2).sum(axis=1)
        for start in range(0, len(rows), BLOCK):
            part = rows[start : start + BLOCK]
            here = embedding.coarse[part, zone].astype(np.float32)
            distance = (here**2).sum(axis=1)[:, None] + squares - 2 * here @ there.T
            distance[code[part][:, None] == code[searched][None, :]] = np.inf
            k = min(NEIGHBOURS, distance.shape[1])
            nearest = np.sqrt(np.maximum(np.partition(distance, k - 1, axis=1)[:, :k], 0))
            nearest[~np.isfinite(nearest)] = np.nan
            counted = np.isfinite(nearest).sum(axis=1)
            apart[start : start + BLOCK, zone] = np.where(
                counted > 0, np.nansum(nearest, axis=1) / np.maximum(counted, 1), np.nan
            )
    zones = np.stack([robust(column) for column in apart.T], axis=1)
    known = np.isfinite(zones).any(axis=1)
    worst = np.full(len(rows), np.nan)
    worst[known] = np.nanmax(zones[known], axis=1)
    found[rows] = robust(worst)
    return found


def robust(values: Array) -> Array:
    """Deviations from the median in robust standard deviations (1.4826 times the median absolute deviation);
    0 where there is no spread. NaN stays NaN."""
    known = values[np.isfinite(values)]
    if not known.size:
        return values
    median = np.median(known)
    spread = 1.4826 * np.median(np.abs(known - median))
    if spread <= 1e-9:
        return np.where(np.isfinite(values), 0.0, np.nan)
    return np.asarray((values - median) / spread, np.float64)


def conspicuousness(outside: Array) -> Array:
    """0 to 1: 0.5 at `USUAL` robust standard deviations, logistic around it. NaN stays NaN."""
    chances: Array = 1 / (1 + np.exp(-2 * (np.clip(outside, -50, 50) - USUAL)))
    return chances
