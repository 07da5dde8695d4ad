"""All portraits of a release as points in one space, and how alike any two of them are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import joblib
import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.align import Float
from auditor.linkage.describe.features import Features
from auditor.linkage.describe.portrait import is_blank
from auditor.linkage.describe.signs import Signs
from auditor.linkage.describe.space import Described, Space, build_templates
from auditor.linkage.describe.threads import threads
from auditor.model import Portrait

Store = Callable[[], Iterable[Portrait]]
"""Gives the portraits from the start, in the same order, each time it is called."""
Rows = NDArray[np.intp]
Progress = Callable[[str, int, int], None]
"""Name of the step, how many are done, how many there are."""

CHUNK = 64
LEARNT_FROM = 3000
"""Images that the whitening is fitted on, drawn at random; more change little."""
NEIGHBOURS = 20
"""Most similar images that an image's familiarity is taken from; at most a quarter of the release."""
SEARCHED = 20_000
"""Images among which they are looked for, drawn at random."""
BLOCK = 500


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """n images as unit vectors, with who they show. Rows follow the order of the store."""

    vectors: Float
    """(n, k), unit length. Zero for a blank image."""
    familiarity: Float
    """(n,): mean similarity to the most similar images of the release, see `familiarity`."""
    aligned: NDArray[np.bool_]
    blank: NDArray[np.bool_]
    """(n,): shows nothing, or not the whole of it (`cut`): not attacked."""
    paths: tuple[str, ...]
    patients: NDArray[np.str_]
    exams: NDArray[np.str_]
    digests: NDArray[np.str_]
    modalities: NDArray[np.str_]
    views: NDArray[np.str_]
    sexes: NDArray[np.str_]
    ages: NDArray[np.str_]
    features: str
    space: Space | None = None
    """In which other images can be placed beside these."""
    centre: NDArray[np.float16] | None = None
    """(n, k): unit vectors of the middle of the images alone; see `Space.centre`."""
    dates: NDArray[np.str_] | None = None
    """(n,): YYYYMMDD, true or shifted by the same for all of a patient; empty where not known."""
    cut: NDArray[np.bool_] | None = None
    """(n,): the file ends before the picture does."""
    signs: Signs | None = None
    """What of each image may stand out."""

    def scores(self, rows: Rows, columns: Rows) -> Float:
        """Match scores (rows, columns): cosine similarity, less the mean familiarity of the two.

        Some images resemble everybody. What counts is by how much two images are more alike than
        each is to the rest (cross-domain similarity local scaling: Conneau et al., ICLR 2018).
        """
        cosine = self.vectors[rows] @ self.vectors[columns].T
        familiar = (self.familiarity[rows][:, None] + self.familiarity[columns][None, :]) / 2
        return np.asarray(cosine - familiar, np.float32)

    def take(self, rows: Rows) -> Embedding:
        """The same space with these images only."""
        return Embedding(
            vectors=self.vectors[rows],
            familiarity=self.familiarity[rows],
            aligned=self.aligned[rows],
            blank=self.blank[rows],
            paths=tuple(self.paths[row] for row in rows),
            patients=self.patients[rows],
            exams=self.exams[rows],
            digests=self.digests[rows],
            modalities=self.modalities[rows],
            views=self.views[rows],
            sexes=self.sexes[rows],
            ages=self.ages[rows],
            features=self.features,
            space=self.space,
            centre=None if self.centre is None else self.centre[rows],
            dates=None if self.dates is None else self.dates[rows],
            cut=None if self.cut is None else self.cut[rows],
            signs=None if self.signs is None else self.signs.take(rows),
        )


def familiarity(vectors: Float, blank: NDArray[np.bool_], *, seed: int) -> Float:
    """For every image the mean cosine similarity to its `NEIGHBOURS` nearest others, of any patient.

    0 for blank images, and for all where the release is too small to tell.
    """
    found = np.zeros(len(vectors), np.float32)
    shown = np.flatnonzero(~blank)
    searched = shown
    if len(shown) > SEARCHED:
        searched = np.sort(np.random.default_rng(seed).choice(shown, SEARCHED, replace=False))
    k = min(NEIGHBOURS, (len(searched) - 1) // 4)
    if k < 1:
        return found
    for start in range(0, len(shown), BLOCK):
        part = shown[start : start + BLOCK]
        similar = vectors[part] @ vectors[searched].T
        similar[part[:, None] == searched[None, :]] = -np.inf
        found[part] = np.partition(similar, -k, axis=1)[:, -k:].mean(axis=1)
    return found


def sample(store: Store, size: int, rng: np.random.Generator) -> dict[int, Portrait]:
    """`size` portraits drawn at random in one pass (reservoir sampling), by position."""
    kept: list[tuple[int, Portrait]] = []
    for position, portrait in enumerate(store()):
        if len(kept) < size:
            kept.append((position, portrait))
        elif (slot := int(rng.integers(position + 1))) < size:
            kept[slot] = (position, portrait)
    return dict(sorted(kept))


def _chunks(items: Iterable[tuple[int, Portrait]]) -> Iterator[list[tuple[int, Portrait]]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def embed(
    store: Store, features: Features, *, seed: int, workers: int, progress: Progress | None = None
) -> Embedding:
    """Learn templates and whitening from a sample of `store`, then place every portrait.

    Reads the store twice, `CHUNK` portraits at a time; beside the sample only the vectors stay in memory.
    """
    rng = np.random.default_rng(seed)
    tell = progress or (lambda step, done, total: None)
    drawn = sample(store, LEARNT_FROM, rng)
    learnt_from = {place: each for place, each in drawn.items() if not each.cut} or drawn
    tell("linkage: align", 0, len(learnt_from))
    space = Space(features, build_templates(learnt_from.values(), rng))
    # OpenCV and the network release the interpreter lock, so threads do: nothing is copied between processes.
    with threads(workers) as parallel:
        described: list[Described] = []
        for chunk in _chunks(learnt_from.items()):
            described += _describe(parallel, space, [portrait for _, portrait in chunk])
            tell("linkage: learn", len(described), len(learnt_from))
        if not described:
            return _Collected().embedding(features.name, None, seed)
        fitted = space.fit(described)
        known = dict(zip(learnt_from, described, strict=True))
        del drawn, learnt_from
        rows = _place(store, fitted, parallel, tell, known)
    return rows.embedding(features.name, fitted, seed)


def _describe(parallel: joblib.Parallel, space: Space, portraits: list[Portrait]) -> list[Described]:
    return list(parallel(joblib.delayed(space.describe)(each) for each in portraits))


def _place(
    store: Store, space: Space, parallel: joblib.Parallel, tell: Progress, known: dict[int, Described]
) -> _Collected:
    """All portraits of `store` in a fitted space; `known`: by position, those described already."""
    rows = _Collected()
    for chunk in _chunks(enumerate(store())):
        todo = [(position, portrait) for position, portrait in chunk if position not in known]
        fresh = dict(
            zip((p for p, _ in todo), _describe(parallel, space, [each for _, each in todo]), strict=True)
        )
        found = [known[p] if p in known else fresh[p] for p, _ in chunk]
        rows.add([portrait for _, portrait in chunk], found, space)
        tell("linkage: describe", len(rows.paths), max(len(rows.paths), len(known)))
    return rows


class _Collected:
    """Collects the rows of an embedding chunk by chunk."""

    def __init__(self) -> None:
        self.vectors: list[Float] = []
        self.signs: list[Signs] = []
        self.centre: list[NDArray[np.float16]] = []
        self.aligned: list[bool] = []
        self.blank: list[bool] = []
        self.cut: list[bool] = []
        self.paths: list[str] = []
        self.who: list[tuple[str, ...]] = []

    def add(self, portraits: list[Portrait], described: list[Described], space: Space) -> None:
        blank = [portrait.cut or is_blank(portrait.pixels) for portrait in portraits]
        vectors = space.place(described)
        vectors[blank] = 0
        self.vectors.append(vectors)
        self.signs.append(space.signs(described))
        self.centre.append(space.centre(described))
        self.blank += blank
        self.cut += [portrait.cut for portrait in portraits]
        self.aligned += [each.aligned for each in described]
        self.paths += [portrait.path for portrait in portraits]
        self.who += [
            (p.patient, p.exam, p.digest, p.modality, p.view, p.sex, p.age, p.date) for p in portraits
        ]

    def embedding(self, features: str, space: Space | None, seed: int) -> Embedding:
        columns = [np.array(column, dtype=np.str_) for column in zip(*self.who, strict=True)]
        patients, exams, digests, modalities, views, sexes, ages, dates = (
            columns or [np.array([], dtype=np.str_)] * 8
        )
        empty = np.zeros((0, 1), np.float32)
        vectors = np.concatenate(self.vectors) if self.vectors else empty
        blank = np.array(self.blank, dtype=np.bool_)
        return Embedding(
            vectors=vectors,
            familiarity=familiarity(vectors, blank, seed=seed),
            aligned=np.array(self.aligned, dtype=np.bool_),
            blank=blank,
            paths=tuple(self.paths),
            patients=patients,
            exams=exams,
            digests=digests,
            modalities=modalities,
            views=views,
            sexes=sexes,
            ages=ages,
            features=features,
            space=space,
            centre=np.concatenate(self.centre) if self.centre else None,
            dates=dates,
            cut=np.array(self.cut, dtype=np.bool_),
            signs=Signs.joined(self.signs) if self.signs else None,
        )
