"""Is somebody of this release also in another set? The probability that the best match is right.

In a closed gallery somebody is right; in an open set often nobody is. What the best of so many
strangers scores is known from the release itself, where every image can be looked up among the other
patients' images, with those of its own patient left in and left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from auditor.linkage.describe.align import Float
from auditor.linkage.describe.embedding import Embedding
from auditor.linkage.within.protocol import Index, members_by_patient, partners

Array = NDArray[np.float64]

BLOCK = 500
TAIL = 0.002
"""Share of the strangers' scores above which their tail is taken to be exponential."""
BEST_TAIL = 0.1
MIN_TAIL = 20
"""Scores that the tail is fitted to at least."""
MIN_EACH = 10
"""Patients with a true match from which a model of true matches is fitted."""
ROWS_CAP = 4_000
"""Images of the release that are looked up to learn from, drawn at random; in a gallery of as many."""
ROUNDS = 100


@dataclass(frozen=True, slots=True, eq=False)
class BestMatches:
    """What every row found in a gallery; n rows."""

    score: Array
    """(n,): the best match score; NaN where there was nothing to compare with."""
    rival: Array
    """(n,): the best score of another patient; -inf where there is none."""
    column: Index
    """(n,): the column of the gallery that gave it, -1 for none."""
    searched: int
    """Images in the gallery."""


@dataclass(frozen=True, slots=True)
class Strangers:
    """The upper tail of scores between images of two patients: exponential above a threshold."""

    above: float
    share: float
    """Of all scores that lie above it."""
    scale: float

    @classmethod
    def fit(cls, scores: Float | Array, share: float) -> Strangers:
        """From scores of strangers, (n,), n at least 1; `share` of them are taken to be the tail."""
        kept = min(len(scores), max(MIN_TAIL, round(share * len(scores))))
        tail = np.partition(scores, len(scores) - kept)[len(scores) - kept :].astype(np.float64)
        above = float(tail.min())
        return cls(above, kept / len(scores), max(float((tail - above).mean()), 1e-6))

    def expected(self, score: Array, searched: int) -> Array:
        """Logarithm of how many of `searched` strangers would score as high: the E-value of sequence
        search (Karlin and Altschul, PNAS 1990), the same for galleries of any size."""
        found: Array = np.log(max(searched, 1) * self.share) - (score - self.above) / self.scale
        return found

    def best_of(self, searched: int) -> float:
        """The score that one of so many strangers is expected to reach."""
        return self.above + self.scale * float(np.log(max(searched, 1) * self.share))

    def chance(self, score: Array) -> Array:
        """That one stranger scores as high; 1 below the tail, where nothing is surprising."""
        found: Array = np.where(score > self.above, np.exp(self.expected(score, 1)), 1.0)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class OpenSet:
    """Turns best matches into the probability that each is right."""

    strangers: Strangers
    searched: int
    """Images of the release."""
    best: Strangers
    """The same of how surprising the best of all strangers is, `- expected`."""
    model: LogisticRegression | None
    """None where too few patients have a true match to learn from."""
    taught_by: int = 0
    """How many have."""

    def chances(self, found: BestMatches) -> Array:
        """(n,) P(right) for what the images of the release found in another set.

        The model was fitted on images half of which had a true match; how many have one here is found
        by expectation maximisation (Saerens, Latinne and Decaestecker, Neural Computation 2002).
        Without a model the chance is one less the local false discovery rate of as good a match.
        """
        chances = np.zeros(len(found.score))
        known = np.flatnonzero(np.isfinite(found.score))
        if not known.size:
            return chances
        inputs = self.inputs(found)[known]
        if self.model is None:
            chances[known] = 1 - _local_false_discoveries(self.best.chance(-inputs[:, 0]))
        else:
            chances[known] = _adjusted(self.model.predict_proba(inputs)[:, 1])
        return chances

    def inputs(self, found: BestMatches) -> Array:
        """(n, 2): log of the expected strangers, and the margin in scales of their tail.

        A gallery too small to hold a rival worth the name proves nothing by that: the margin is taken
        over what the best of the release's strangers would score, if that is more.
        """
        score = np.nan_to_num(found.score)
        typical = self.strangers.best_of(self.searched)
        margin = (score - np.maximum(found.rival, typical)) / self.strangers.scale
        return np.stack([self.strangers.expected(score, found.searched), margin], axis=1)


def fit_open_set(release: Embedding, *, seed: int) -> OpenSet | None:
    """Learn from the release what the best match among strangers looks like, and a right one.

    Every image is looked up among the images of the other patients; those whose patient has an image
    of another exam or exposure, once more with these. Patients weigh the same.

    Returns:
        None where fewer than two patients have images.
    """
    release = _drawn(release, np.random.default_rng(seed))
    members = members_by_patient(release)
    if len(members) < 2:
        return None
    rows = np.sort(np.concatenate(list(members.values())))
    _, code = np.unique(release.patients[rows], return_inverse=True)
    absent = _Collected()
    present = _Collected()
    right, pool = [], []
    for start in range(0, len(rows), BLOCK):
        part = np.arange(start, min(start + BLOCK, len(rows)))
        scores = release.scores(rows[part], rows)
        own = code[part][:, None] == code[None, :]
        pool.append(scores[~own])
        strange = np.where(own, -np.inf, scores)
        absent.add(strange.copy(), code)
        same = np.zeros_like(own)
        for line, place in enumerate(part):
            image = int(rows[place])
            others = partners(image, members[str(release.patients[image])], release.exams, release.digests)
            same[line, np.searchsorted(rows, others)] = True
        best = present.add(np.where(same, scores, strange), code)
        possible = same.any(axis=1)
        present.score[-1][~possible] = np.nan
        right.append(code[best] == code[part])
    strangers = Strangers.fit(np.concatenate(pool), TAIL)
    without, having = absent.all(len(rows)), present.all(len(rows))
    surprise = -strangers.expected(without.score, len(rows))
    use = np.isfinite(having.score)
    taught_by = len(set(code[use].tolist()))
    blank = OpenSet(strangers, len(rows), Strangers.fit(surprise, BEST_TAIL), None, taught_by)
    if taught_by < MIN_EACH:
        return blank
    cases = np.concatenate([blank.inputs(without), blank.inputs(having)[use]])
    labels = np.concatenate([np.zeros(len(rows)), np.concatenate(right)[use]])
    each = 1 / np.bincount(code)[code]
    weights = np.concatenate([each / each.sum(), each[use] / each[use].sum()]) * taught_by
    if len(set(labels.tolist())) < 2:
        return blank
    model = LogisticRegression(C=1.0, max_iter=500).fit(cases, labels, sample_weight=weights)
    return replace(blank, model=model)


def look_up(both: Embedding, rows: Index, columns: Index, who: NDArray[np.str_]) -> BestMatches:
    """The best match among `columns` of every image in `rows`, of two sets that lie in one space.

    who: (images of both sets,), whom each shows; images of one person are no rivals.
    """
    score, rival = np.full(len(rows), np.nan), np.full(len(rows), -np.inf)
    column = np.full(len(rows), -1, np.intp)
    shown = columns[~both.blank[columns]]
    asked = np.flatnonzero(~both.blank[rows])
    _, code = np.unique(who[shown], return_inverse=True)
    for start in range(0, len(asked) if shown.size else 0, BLOCK):
        part = asked[start : start + BLOCK]
        score[part], rival[part], best = best_matches(both.scores(rows[part], shown), code)
        column[part] = shown[best]
    return BestMatches(score, rival, column, len(shown))


def best_matches(scores: Float, code: Index) -> tuple[Array, Array, Index]:
    """Of every row the best score, the best of another patient, and the column of the best.

    code: (columns,), the patient of each column. Overwrites `scores`.
    """
    best = scores.argmax(axis=1)
    top = scores[np.arange(len(scores)), best].astype(np.float64)
    scores[code[best][:, None] == code[None, :]] = -np.inf
    rival = scores.max(axis=1).astype(np.float64)
    return np.where(np.isfinite(top), top, np.nan), rival, np.asarray(best, np.intp)


class _Collected:
    """Best matches block by block."""

    def __init__(self) -> None:
        self.score: list[Array] = []
        self._rival: list[Array] = []
        self._column: list[Index] = []

    def add(self, scores: Float, code: Index) -> Index:
        score, rival, column = best_matches(scores, code)
        self.score.append(score)
        self._rival.append(rival)
        self._column.append(column)
        return column

    def all(self, searched: int) -> BestMatches:
        score, rival = np.concatenate(self.score), np.concatenate(self._rival)
        return BestMatches(score, rival, np.concatenate(self._column), searched)


def _drawn(release: Embedding, rng: np.random.Generator) -> Embedding:
    if len(release.paths) <= ROWS_CAP:
        return release
    members = list(members_by_patient(release).values())
    kept: list[int] = []
    for each in rng.permutation(len(members)):
        if len(kept) >= ROWS_CAP:
            break
        kept.extend(members[each].tolist())
    return release.take(np.array(sorted(kept), np.intp))


def _adjusted(even: Array) -> Array:
    """Chances under the share of true matches that makes them likeliest, from those at even odds."""
    share = 0.5
    odds = even / np.maximum(1 - even, 1e-12)
    for _ in range(ROUNDS):
        chances: Array = odds * share / (odds * share + 1 - share)
        # Half a person found and half not: nobody is certain to be in a set, or out of it.
        share = float((chances.sum() + 0.5) / (len(chances) + 1))
    return chances


def _local_false_discoveries(p: Array) -> Array:
    """Of each match the chance that it is a stranger, from p-values under "nobody is here": the uniform
    density over the decreasing one that fits best (Grenander 1956; Strimmer, Bioinformatics 2008)."""
    values, place, counts = np.unique(p, return_inverse=True, return_counts=True)
    widths = np.diff(values, prepend=0.0)
    widths[0] = max(widths[0], 1e-300)
    slopes = IsotonicRegression(increasing=False).fit_transform(
        np.arange(len(values)), counts / len(p) / widths, sample_weight=widths
    )
    found: Array = np.minimum(1, 1 / np.maximum(slopes, 1e-12))[place]
    return found
