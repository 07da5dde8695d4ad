"""The identification protocol: who is found when every other image of a patient is looked up.

The gallery holds one image of every patient, drawn at random; the probes are one other image of
every patient with two or more (of another exam where exams are known, and never the same
exposure). This is repeated for seeded draws. Intervals resample probe patients (bootstrap).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.align import Float
from auditor.linkage.describe.embedding import Embedding, Progress
from auditor.model import Estimate

Array = NDArray[np.float64]
Index = NDArray[np.intp]

Scores = Callable[[Index, Index, Index], Float]
"""Rows of the probes, rows of the gallery, and each probe's true match as a position in the gallery;
gives the match scores (probes, gallery)."""

GALLERY_CAP = 20_000
PROBE_CAP = 2_000
BINS = 4_096
"""Of the score histograms over [-1, 1]; a bin is 0.0005 wide."""
REPLICATES = 1_000
BLOCK = 500
MIN_PAIRS = 1_000
"""Impostor pairs from which a false accept rate of 1 % can be read."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What happened to every probe patient over all draws. P probe patients, N in the gallery."""

    probes: tuple[str, ...]
    gallery_patients: int
    draws: int
    rank_share: Array
    """(P, N): how often the true match stood at rank 1, 2, … N; ties are broken at random in expectation."""
    genuine: Array
    """(P, bins): histogram of the scores of true pairs, as shares."""
    impostor: Array
    """(P, bins): the same of false pairs."""
    attempts: Array
    """(attempts, 6): probe patient's position, best score, margin to the second, share right, and the
    images that were compared: the probe and its true match."""
    known_exams: bool


def partners(pick: int, members: Index, exams: NDArray[np.str_], digests: NDArray[np.str_]) -> Index:
    """The images of a patient that another exam, or at least another exposure, separates from `pick`."""
    exam, digest = exams[pick], digests[pick]
    other = members != pick
    if digest:
        other &= digests[members] != digest
    if exam:
        other &= (exams[members] != exam) | (exams[members] == "")
    return np.asarray(members[other], np.intp)


def members_by_patient(embedding: Embedding) -> dict[str, Index]:
    """Rows of every patient's images that show something, patients in sorted order."""
    usable = np.flatnonzero(~embedding.blank & (embedding.patients != ""))
    order = usable[np.argsort(embedding.patients[usable], kind="stable")]
    names, starts = np.unique(embedding.patients[order], return_index=True)
    return dict(zip(names.tolist(), np.split(order, starts[1:]), strict=True)) if len(names) else {}


def has_partner(members: Index, embedding: Embedding) -> bool:
    """Whether the protocol can probe this patient."""
    return any(partners(each, members, embedding.exams, embedding.digests).size for each in members)


def run_trial(
    embedding: Embedding,
    *,
    seed: int,
    draws: int,
    scores: Scores | None = None,
    progress: Progress | None = None,
) -> Trial | None:
    """Run the protocol.

    scores: how images are compared; by `Embedding.scores` by default. What is drawn does not depend
    on it, so that two trials with one seed differ in nothing else.

    Returns:
        None when no patient can be probed or there is nobody to confuse a patient with.
    """
    compare = scores or (lambda rows, columns, _: embedding.scores(rows, columns))
    rng = np.random.default_rng(seed)
    members = members_by_patient(embedding)
    probeable = [name for name, rows in members.items() if len(rows) > 1 and has_partner(rows, embedding)]
    if not probeable or len(members) < 2:
        return None
    probes = _subset(probeable, PROBE_CAP, rng)
    others = _subset([name for name in members if name not in set(probes)], GALLERY_CAP - len(probes), rng)
    gallery = sorted([*probes, *others])
    place = {name: column for column, name in enumerate(gallery)}
    true_columns = np.array([place[name] for name in probes])
    shape = (len(probes), len(gallery))
    ranks = np.zeros(shape)
    genuine, impostor = np.zeros((len(probes), BINS)), np.zeros((len(probes), BINS))
    attempts: list[Array] = []
    for draw in range(draws):
        chosen = np.array([rng.choice(members[name]) for name in gallery])
        probed, rows = [], []
        for position, name in enumerate(probes):
            others_of = partners(
                int(chosen[true_columns[position]]), members[name], embedding.exams, embedding.digests
            )
            if others_of.size:
                probed.append(position)
                rows.append(int(rng.choice(others_of)))
        for start in range(0, len(rows), BLOCK):
            part = np.array(probed[start : start + BLOCK])
            found = compare(np.array(rows[start : start + BLOCK]), chosen, true_columns[part])
            compared = np.stack([rows[start : start + BLOCK], chosen[true_columns[part]]], axis=1)
            told = _score(found, part, true_columns[part], ranks, genuine, impostor)
            attempts.append(np.hstack([told, compared]))
        if progress:
            progress("linkage: attack", draw + 1, draws)
    for table in (ranks, genuine, impostor):
        table /= np.maximum(table.sum(axis=1, keepdims=True), 1e-12)
    used = np.concatenate([embedding.exams[members[name]] for name in probes])
    return Trial(
        tuple(probes),
        len(gallery),
        draws,
        ranks,
        genuine,
        impostor,
        np.concatenate(attempts),
        bool((used != "").all()),
    )


def _subset(names: list[str], cap: int, rng: np.random.Generator) -> list[str]:
    if len(names) <= cap:
        return names
    return sorted(names[i] for i in rng.permutation(len(names))[:cap])


def _score(
    scores: Float, part: Index, columns: Index, ranks: Array, genuine: Array, impostor: Array
) -> Array:
    """Add one block of probes to the tables; return its attempts."""
    row = np.arange(len(part))
    true = scores[row, columns].copy()
    scores[row, columns] = -np.inf
    stronger = (scores > true[:, None]).sum(axis=1)
    ties = (scores == true[:, None]).sum(axis=1)
    for each, (first, tied) in enumerate(zip(stronger, ties, strict=True)):
        ranks[part[each], first : first + tied + 1] += 1 / (tied + 1)
    genuine[part, _bin(true)] += 1
    for each, position in enumerate(part):
        false = np.delete(scores[each], columns[each])
        impostor[position] += np.bincount(_bin(false), minlength=BINS)
    best_false = np.partition(scores, -2, axis=1)[:, -2:] if scores.shape[1] > 2 else scores.copy()
    rival, second = best_false.max(axis=1), best_false.min(axis=1)
    second = np.where(np.isfinite(second), second, -1.0)
    best = np.maximum(true, rival)
    margin = best - np.where(true >= rival, rival, np.maximum(true, second))
    right = np.where(stronger == 0, 1 / (ties + 1), 0.0)
    return np.stack([part.astype(np.float64), best, margin, right], axis=1)


def _bin(scores: Float) -> NDArray[np.int64]:
    return np.asarray(np.clip((scores + 1) * (BINS / 2), 0, BINS - 1), np.int64)


def bootstrap_weights(patients: int, seed: int, replicates: int = REPLICATES) -> Array:
    """(replicates, patients): how often each patient is drawn, as shares that sum to 1."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(patients, np.full(patients, 1 / patients), size=replicates) / patients


def interval(value: float, replicates: Array) -> Estimate:
    """`value` with the middle 95 % of its bootstrap replicates."""
    low, high = np.percentile(replicates, [2.5, 97.5])
    return Estimate(float(value), float(min(low, value)), float(max(high, value)))


def share_estimate(per_patient: Array, weights: Array) -> Estimate:
    """The mean of a share over patients. Where all patients agree the bootstrap sees no doubt, so
    the exact binomial bound (Clopper and Pearson 1934) takes its place."""
    value = float(per_patient.mean())
    found = interval(value, weights @ per_patient)
    if per_patient.std() > 1e-12 or value not in (0.0, 1.0):
        return found
    slack = 1 - 0.025 ** (1 / len(per_patient))
    return Estimate(value, max(0.0, value - slack), min(1.0, value + slack))


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Identification and verification over the trial, with 95 % intervals."""

    rank1: Estimate
    rank5: Estimate
    map: Estimate
    auc: Estimate
    tar_at_far_1e2: Estimate | None
    eer: Estimate


def _verification(genuine: Array, impostor: Array) -> tuple[float, float, float]:
    """AUC, true accepts at 1 % false accepts, equal error rate, from two histograms of scores."""
    genuine, impostor = genuine / genuine.sum(), impostor / impostor.sum()
    auc = float((genuine * (np.cumsum(impostor) - impostor / 2)).sum())
    accepts = np.concatenate([[0.0], np.cumsum(genuine[::-1])])
    false_accepts = np.concatenate([[0.0], np.cumsum(impostor[::-1])])
    tar = float(np.interp(0.01, false_accepts, accepts))
    gap = false_accepts - (1 - accepts)
    cross = int(np.argmax(gap >= 0))
    before = max(cross - 1, 0)
    step = gap[cross] - gap[before]
    part = -gap[before] / step if step > 0 else 0.0
    eer = float(false_accepts[before] + part * (false_accepts[cross] - false_accepts[before]))
    return auc, tar, eer


def summarise(trial: Trial, seed: int) -> Accuracy:
    """Means over patients and draws. The mean average precision has one relevant image a probe: 1 / rank."""
    weights = bootstrap_weights(len(trial.probes), seed)
    reciprocal = 1 / np.arange(1, trial.gallery_patients + 1)
    values = _verification(trial.genuine.sum(axis=0), trial.impostor.sum(axis=0))
    spread = np.array(
        [_verification(g, i) for g, i in zip(weights @ trial.genuine, weights @ trial.impostor, strict=True)]
    )
    auc, tar, eer = (interval(value, spread[:, n]) for n, value in enumerate(values))
    pairs = len(trial.attempts) * (trial.gallery_patients - 1)
    return Accuracy(
        rank1=share_estimate(trial.rank_share[:, 0], weights),
        rank5=share_estimate(trial.rank_share[:, :5].sum(axis=1), weights),
        map=share_estimate(trial.rank_share @ reciprocal, weights),
        auc=auc,
        tar_at_far_1e2=tar if pairs >= MIN_PAIRS else None,
        eer=eer,
    )
