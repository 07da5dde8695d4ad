"""A release against a set that somebody else may hold: the same exposure, the same patient."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from auditor.linkage.across.open_set import OpenSet, fit_open_set, look_up
from auditor.linkage.describe.deep import Deep
from auditor.linkage.describe.embedding import Embedding, Progress, Store, embed
from auditor.linkage.describe.features import Features
from auditor.linkage.within.protocol import bootstrap_weights, members_by_patient, share_estimate
from auditor.model import Duplicate, ReferenceLink, ReferenceOutcome

FOUND = 0.5
"""Chance from which a patient is said to be in the reference."""
NEAR_CHANCE = 0.99
"""Of a near-duplicate: no false one was seen among 1,000 chest radiographs."""
LEARNT = (
    "best matches in the reference against best matches among other patients of the release, with and without "
    "the patient's own; the share who are there is estimated from the matches"
)
UNTAUGHT = (
    "best matches in the reference against best matches among other patients of the release; too few patients "
    "of the release have two images, so what a right match looks like is not known and the local false "
    "discovery rate decides"
)


def compare(
    release: Store,
    reference: Store,
    shared: Sequence[Duplicate],
    *,
    seed: int,
    features: Features | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> ReferenceOutcome:
    """Which patients of `release` are in `reference`, and with what probability.

    Both sets are placed in one space, as an attacker who holds both would do.

    Args:
        release: gives its portraits afresh at each call, in the same order.
        reference: likewise. Portraits without a patient count as persons of their own.
        shared: the exposures that both are known to hold.
        seed: of every random draw.
        features: how portraits are described; `Deep` by default.
        workers: threads; one per processor by default.
        progress: told the name of the step, how many are done, and how many there are.
    """
    both = embed(
        lambda: chain(release(), reference()),
        features or Deep(),
        seed=seed,
        workers=workers or os.cpu_count() or 1,
        progress=progress,
    )
    ours = sum(1 for _ in release())
    rows, columns = np.arange(ours), np.arange(ours, len(both.paths))
    outcome = ReferenceOutcome(
        images=len(columns),
        images_unattributed=int((both.patients[columns] == "").sum()),
        patients=len({name for name in both.patients[columns].tolist() if name}),
        seed=seed,
        reason=_reason(both, rows, columns),
    )
    if outcome.reason:
        return outcome
    own = both.take(rows)
    known = fit_open_set(own, seed=seed)
    members = members_by_patient(own)
    chances, column = _chances(both, known, rows, columns)
    links = tuple(_links(both, members, chances, column, shared))
    weights = bootstrap_weights(len(links), seed)
    return ReferenceOutcome(
        images=outcome.images,
        images_unattributed=outcome.images_unattributed,
        patients=outcome.patients,
        release_patients=len(links),
        found=sum(link.chance >= FOUND for link in links),
        share=share_estimate(np.array([link.chance for link in links]), weights),
        taught_by=known.taught_by if known else 0,
        method=LEARNT if known and known.model is not None else UNTAUGHT if known else "",
        seed=seed,
        links=links,
    )


def _reason(both: Embedding, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> str:
    if both.blank[columns].all():
        return "the reference has no image that shows something"
    if not (~both.blank[rows] & (both.patients[rows] != "")).any():
        return "no image of the release is attributed to a patient"
    return ""


def _chances(
    both: Embedding, known: OpenSet | None, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """For every image of the release P(right) of its best match, and the match's row."""
    if known is None:
        return np.zeros(len(rows)), np.full(len(rows), -1, np.intp)
    own = [name or f"file {path}" for name, path in zip(both.patients, both.paths, strict=True)]
    found = look_up(both, rows, columns, np.array(own, np.str_))
    return known.chances(found), found.column


def _links(
    both: Embedding,
    members: dict[str, NDArray[np.intp]],
    chances: NDArray[np.float64],
    column: NDArray[np.intp],
    shared: Sequence[Duplicate],
) -> Iterator[ReferenceLink]:
    """The likeliest match of every patient; an exposure that both sets hold outweighs likeness."""
    certain: dict[str, ReferenceLink] = {}
    for pair in shared:
        chance = 1.0 if pair.kind == "identical_pixels" else NEAR_CHANCE
        if pair.patient_a and chance > certain.get(pair.patient_a, ReferenceLink("", 0, "", "")).chance:
            certain[pair.patient_a] = ReferenceLink(pair.patient_a, chance, pair.file_b, pair.patient_b)
    for name, rows in members.items():
        best = int(rows[int(chances[rows].argmax())])
        match = int(column[best])
        alike = ReferenceLink(
            name,
            round(float(chances[best]), 6),
            both.paths[match] if match >= 0 else "",
            str(both.patients[match]) if match >= 0 else "",
        )
        yield max(certain.get(name, alike), alike, key=lambda link: link.chance)
