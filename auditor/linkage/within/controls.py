"""Where the success of the attack comes from: controls, and results by group."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.align import Float
from auditor.linkage.describe.embedding import Embedding, familiarity
from auditor.linkage.within.attributes import years
from auditor.linkage.within.protocol import (
    Array,
    Index,
    Trial,
    bootstrap_weights,
    interval,
    run_trial,
    share_estimate,
)
from auditor.linkage.within.scaling import sub_gallery_rank1
from auditor.model import Control, Estimate, GroupResult

DRAWS = 5
NEAR_AGE = 5.0
"""Years within which two ages match."""
INTERVALS = (("up to 30 days", 0, 31), ("31 days to a year", 31, 366), ("over a year", 366, np.inf))
FEWEST = 5
"""Patients of a group from which it is told."""


def controls(embedding: Embedding, trial: Trial, seed: int) -> tuple[Control, ...]:
    """The attack with ids exchanged at random, among impostors of the same view, sex and age, and on the
    middle of the images alone, which no marker at an edge reaches."""
    found = [_permuted(embedding, seed), _matched(embedding, trial, seed), _centre(embedding, trial, seed)]
    return tuple(each for each in found if each is not None)


def _permuted(embedding: Embedding, seed: int) -> Control | None:
    """Nobody's images belong together: what the protocol itself would make of chance."""
    order = np.random.default_rng(seed).permutation(len(embedding.paths))
    shuffled = replace(embedding, patients=embedding.patients[order], exams=embedding.exams[order])
    trial = run_trial(shuffled, seed=seed, draws=DRAWS)
    if trial is None:
        return None
    rank1 = share_estimate(trial.rank_share[:, 0], bootstrap_weights(len(trial.probes), seed))
    chance = 1 / trial.gallery_patients
    return Control(
        "permuted_ids",
        rank1,
        Estimate(chance, chance, chance),
        float(trial.gallery_patients),
        len(trial.probes),
    )


def _matched(embedding: Embedding, trial: Trial, seed: int) -> Control | None:
    """Only impostors whose probe would look alike without any anatomy: same view, sex, modality, age."""
    alike = _alike(embedding)
    if alike is None:
        return None
    rivals: list[Array] = []

    def scores(rows: Index, columns: Index, true: Index) -> Float:
        found = embedding.scores(rows, columns)
        same = alike(rows, columns)
        same[np.arange(len(rows)), true] = True
        rivals.append(same.sum(axis=1).astype(np.float64))
        # Lower than any score, yet a number: histograms are not read here.
        return np.where(same, found, np.float32(-4)).astype(np.float32)

    matched = run_trial(embedding, seed=seed, draws=DRAWS, scores=scores)
    if matched is None:
        return None
    sizes = np.concatenate(rivals)
    weights = bootstrap_weights(len(matched.probes), seed)
    # As many impostors drawn from all: the mean over the sizes that probes had.
    at, counts = np.unique(sizes.astype(np.int64), return_counts=True)
    random = sub_gallery_rank1(trial.rank_share, at) @ (counts / counts.sum())
    return Control(
        "matched_impostors",
        share_estimate(matched.rank_share[:, 0], weights),
        share_estimate(random, weights) if len(random) == len(matched.probes) else None,
        float(sizes.mean()),
        len(matched.probes),
    )


def _centre(embedding: Embedding, trial: Trial, seed: int) -> Control | None:
    if embedding.centre is None or not embedding.centre.shape[1]:
        return None
    vectors = embedding.centre.astype(np.float32)
    vectors[embedding.blank] = 0
    only = replace(
        embedding, vectors=vectors, familiarity=familiarity(vectors, embedding.blank, seed=seed), centre=None
    )
    middle = run_trial(only, seed=seed, draws=DRAWS)
    if middle is None:
        return None
    weights = bootstrap_weights(len(middle.probes), seed)
    return Control(
        "centre_only",
        share_estimate(middle.rank_share[:, 0], weights),
        share_estimate(trial.rank_share[:, 0], weights),
        float(trial.gallery_patients),
        len(middle.probes),
    )


def _alike(embedding: Embedding) -> Callable[[Index, Index], NDArray[np.bool_]] | None:
    """Tells which images of two lists match in all that is known; None where nothing is known."""
    words = [
        np.unique(np.char.upper(np.char.strip(column)), return_inverse=True)
        for column in (embedding.views, embedding.sexes, embedding.modalities)
    ]
    telling = [code for names, code in words if len(names) > 1]
    ages = np.array([years(age) for age in embedding.ages], np.float64)
    if not telling and not np.isfinite(ages).any():
        return None

    def alike(rows: Index, columns: Index) -> NDArray[np.bool_]:
        same = np.ones((len(rows), len(columns)), np.bool_)
        for code in telling:
            same &= code[rows][:, None] == code[columns][None, :]
        apart = np.abs(ages[rows][:, None] - ages[columns][None, :])
        return same & ~(apart > NEAR_AGE)

    return alike


def by_group(embedding: Embedding, trial: Trial, seed: int) -> tuple[GroupResult, ...]:
    """Rank-1 of the attempts by pair of views, by modality, and by whether both images were aligned."""
    probe, match = (trial.attempts[:, column].astype(np.intp) for column in (4, 5))
    views = np.char.upper(np.char.strip(embedding.views))
    known = (views[probe] != "") & (views[match] != "")
    pairs = np.array(
        [" / ".join(sorted((a, b))) for a, b in zip(views[probe], views[match], strict=True)], np.str_
    )
    aligned = np.where(
        embedding.aligned[probe] & embedding.aligned[match], "both aligned", "not both aligned"
    )
    found = list(_groups("view", np.where(known, pairs, ""), trial, seed))
    found += _groups("modality", embedding.modalities[probe], trial, seed)
    found += _groups("alignment", aligned, trial, seed)
    if embedding.dates is not None:
        found += _groups("interval", _intervals(embedding.dates, probe, match), trial, seed)
    return tuple(found)


def _day(date: str) -> np.datetime64:
    digits = re.sub(r"[^0-9]", "", date)[:8]
    try:
        return np.datetime64(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}", "D")
    except ValueError:  # empty, or such as 20201399
        return np.datetime64("NaT")


def _intervals(dates: NDArray[np.str_], probe: Index, match: Index) -> NDArray[np.str_]:
    """How long lies between two images, as a word; empty where it is not known."""
    moments = np.array([_day(date) for date in dates.tolist()], "datetime64[D]")
    known = ~(np.isnat(moments[probe]) | np.isnat(moments[match]))
    apart = np.where(known, np.abs((moments[probe] - moments[match]).astype(np.float64)), np.nan)
    words = np.full(len(apart), "", "<U24")
    for name, low, high in INTERVALS:
        words[(apart >= low) & (apart < high)] = name
    return np.asarray(words, np.str_)


def _groups(by: str, names: NDArray[np.str_], trial: Trial, seed: int) -> Iterator[GroupResult]:
    """The groups of one kind that enough patients are in; none where there is only one group."""
    values = sorted(set(names.tolist()) - {""})
    if len(values) < 2:
        return
    who, right = trial.attempts[:, 0].astype(np.intp), trial.attempts[:, 3]
    people = len(trial.probes)
    weights = bootstrap_weights(people, seed)
    for name in values:
        own = names == name
        count, hits = (np.bincount(who[own], each[own], people) for each in (np.ones(len(who)), right))
        patients = int((count > 0).sum())
        if patients < FEWEST:
            continue
        drawn = weights @ count
        spread = (weights @ hits)[drawn > 0] / drawn[drawn > 0]
        rank1 = interval(float(hits.sum() / count.sum()), spread)
        yield GroupResult(by, name, rank1, patients, int(own.sum()))
