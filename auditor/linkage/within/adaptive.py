"""The attacker who learns from the release's own patient ids how images of one person differ.

He estimates the scatter within patients and weighs every direction down by it (within-class
covariance normalisation: Hatch, Kajarekar and Stolcke, Interspeech 2006).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
from scipy.linalg import eigh

from auditor.linkage.describe.align import Float
from auditor.linkage.describe.embedding import Embedding, Progress, familiarity
from auditor.linkage.describe.features import unit
from auditor.linkage.within.protocol import Index, Trial, members_by_patient, run_trial

FOLDS = 5
FOLDS_OF_FEW = 8
FEW = 100
"""Teachers below which more folds leave more of them to learn from, at little cost."""
MIN_PATIENTS = 10
"""Patients with several exposures from which something can be learnt."""
SHRINKAGE = 0.3
"""Weight of equal scatter in all directions beside the scatter found, which few patients give badly."""
IMAGES_CAP = 10_000
"""Images of a release that are attacked this way; patients are drawn at random above."""


def adaptive_trial(
    embedding: Embedding, *, seed: int, draws: int, progress: Progress | None = None
) -> Trial | None:
    """The protocol of `run_trial` by this attacker; the same draws where the release is below the cap.

    Returns:
        None where fewer than `MIN_PATIENTS` patients have several exposures, or nobody can be probed.
    """
    embedding = _capped(embedding, np.random.default_rng(seed))
    members = members_by_patient(embedding)
    teachers = [name for name, rows in members.items() if len(_exposures(rows, embedding)) > 1]
    if len(teachers) < MIN_PATIENTS:
        return None
    learnt = _Learnt(embedding, teachers, seed, progress)
    return run_trial(embedding, seed=seed, draws=draws, scores=learnt.scores)


class _Learnt:
    """Compares two images by what was learnt from neither of their patients.

    What was seen in learning scatters less than what was not: a probe's true match would stand out
    among impostors who taught, whatever it shows. So an impostor of fold j is compared with the
    true match of a probe of fold i by a map learnt without both folds.
    """

    def __init__(
        self, embedding: Embedding, teachers: list[str], seed: int, progress: Progress | None
    ) -> None:
        self._folds = folds = FOLDS if len(teachers) >= FEW else FOLDS_OF_FEW
        shuffled = np.random.default_rng(seed).permutation(len(teachers))
        fold_of = {teachers[teacher]: place % folds for place, teacher in enumerate(shuffled)}
        # Patients with one exposure teach nothing: they belong to no fold.
        self._fold = np.array([fold_of.get(str(name), -1) for name in embedding.patients])
        pairs = [(i, i) for i in range(folds)] + list(combinations(range(folds), 2))
        self._maps: dict[tuple[int, int], Embedding] = {}
        for done, (i, j) in enumerate(pairs):
            adapted = adapt(embedding, [name for name in teachers if fold_of[name] not in (i, j)], seed=seed)
            self._maps[i, j] = self._maps[j, i] = adapted
            if progress:
                progress("linkage: learn from ids", done + 1, len(pairs))

    def scores(self, rows: Index, columns: Index, true: Index) -> Float:
        """Match scores (probes, gallery), on the scale that each probe's own fold has."""
        found = np.zeros((len(rows), len(columns)), np.float32)
        for i in range(self._folds):
            part = np.flatnonzero(self._fold[rows] == i)
            if not part.size:
                continue
            own = self._maps[i, i].scores(rows[part], columns)
            genuine = own[np.arange(len(part)), true[part]]
            for j in range(self._folds):
                others = np.flatnonzero(self._fold[columns] == j)
                if j == i or not others.size:
                    continue
                both = self._maps[i, j].scores(rows[part], columns[np.append(others, true[part])])
                again = both[np.arange(len(part)), len(others) + np.arange(len(part))]
                own[:, others] = both[:, : len(others)] - again[:, None] + genuine[:, None]
            found[part] = own
        return found


def adapt(embedding: Embedding, patients: list[str], *, seed: int) -> Embedding:
    """`embedding` with the differences within `patients` weighed down."""
    vectors = unit(np.asarray(embedding.vectors @ _normalisation(embedding, patients), np.float32))
    return replace(embedding, vectors=vectors, familiarity=familiarity(vectors, embedding.blank, seed=seed))


def _normalisation(embedding: Embedding, patients: list[str]) -> Float:
    """(k, k): the inverse square root of the shrunk scatter within patients, each weighing the same."""
    members = members_by_patient(embedding)
    residuals = []
    for name in patients:
        own = embedding.vectors[_exposures(members[name], embedding)]
        residuals.append((own - own.mean(axis=0)) / np.sqrt(len(own) - 1))
    stacked = np.concatenate(residuals).astype(np.float64)
    scatter = stacked.T @ stacked
    equal = np.trace(scatter) / len(scatter)
    values, basis = eigh((1 - SHRINKAGE) * scatter + SHRINKAGE * equal * np.eye(len(scatter)))
    return np.asarray(basis / np.sqrt(np.maximum(values, 1e-12)), np.float32)


def _exposures(rows: Index, embedding: Embedding) -> Index:
    """`rows` without copies: of identical pixels only the first."""
    seen: set[str] = set()
    kept = []
    for row in rows:
        digest = str(embedding.digests[row])
        if not digest or digest not in seen:
            kept.append(row)
        seen.add(digest)
    return np.array(kept, np.intp)


def _capped(embedding: Embedding, rng: np.random.Generator) -> Embedding:
    """At most about `IMAGES_CAP` images: all those of patients drawn at random."""
    if len(embedding.paths) <= IMAGES_CAP:
        return embedding
    members = list(members_by_patient(embedding).values())
    kept: list[int] = []
    for each in rng.permutation(len(members)):
        if len(kept) >= IMAGES_CAP:
            break
        kept.extend(members[each].tolist())
    return embedding.take(np.array(sorted(kept), np.intp))
