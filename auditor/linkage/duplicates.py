"""The same exposure more than once in a release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from auditor.linkage.embedding import BLANK, Store, sample
from auditor.linkage.near import find_near
from auditor.model import Duplicate, Portrait

IDENTICAL = "identical_pixels"
NEAR = "near_duplicate"
WITHIN = "within"
NEAR_CAP = 10_000
"""Exposures among which near-duplicates are looked for, drawn at random: their keypoints stay in memory."""


def find_duplicates(portraits: Store) -> list[Duplicate]:
    """Images whose decoded pixels are identical, whatever their container.

    Blank images are left out: an empty frame says nothing of anybody. Of m identical images m − 1
    pairs are named: the first of every patient with the first of all, and every other image with
    its own patient's first; so a group never costs m² rows and every crossing of patients shows.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for portrait in portraits():
        if portrait.digest and float(portrait.pixels.std()) >= BLANK:
            groups.setdefault(portrait.digest, []).append((portrait.path, portrait.patient))
    found = []
    for members in groups.values():
        firsts: dict[str, str] = {}
        head_path, head_patient = members[0]
        for path, patient in members:
            if patient in firsts:
                found.append(Duplicate(firsts[patient], path, patient, patient, IDENTICAL, 1.0, WITHIN))
            else:
                firsts[patient] = path
                if path != head_path:
                    found.append(Duplicate(head_path, path, head_patient, patient, IDENTICAL, 1.0, WITHIN))
    return found


def find_near_duplicates(portraits: Store, *, seed: int, workers: int = 1) -> list[Duplicate]:
    """Images that show one exposure though their pixels differ.

    Of images with identical pixels only the first is looked at, blank ones not at all; among more
    than `NEAR_CAP` exposures, that many drawn at random.

    Args:
        portraits: gives the portraits afresh at each call.
        seed: of every random draw.
        workers: threads.

    Returns:
        Pairs, the score from 0.5 towards 1, in the order of the portraits.
    """
    chosen = list(sample(lambda: _exposures(portraits()), NEAR_CAP, np.random.default_rng(seed)).values())
    return [
        Duplicate(
            chosen[pair.a].path,
            chosen[pair.b].path,
            chosen[pair.a].patient,
            chosen[pair.b].patient,
            NEAR,
            round(pair.score, 3),
            WITHIN,
        )
        for pair in find_near([each.pixels for each in chosen], seed=seed, workers=workers)
    ]


def _exposures(portraits: Iterable[Portrait]) -> Iterator[Portrait]:
    seen = set()
    for portrait in portraits:
        if portrait.digest not in seen and float(portrait.pixels.std()) >= BLANK:
            yield portrait
        if portrait.digest:
            seen.add(portrait.digest)
