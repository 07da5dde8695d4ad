"""All portraits of a release as points in one space, learnt from the release without patient ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import joblib
import numpy as np
from numpy.typing import NDArray

from auditor.linkage.align import Float, Template, build_template
from auditor.linkage.features import Features, Whitening, unit
from auditor.linkage.portrait import SIDE
from auditor.model import Portrait

Store = Callable[[], Iterable[Portrait]]
"""Gives the portraits from the start, in the same order, each time it is called."""
Progress = Callable[[str, int, int], None]
"""Name of the step, how many are done, how many there are."""

CHUNK = 64
LEARNT_FROM = 3000
"""Images that the whitening is fitted on, drawn at random; more change little."""
TEMPLATE_FROM = 400
"""Images that a template is built from."""
COARSE = 64
"""Leading components, not whitened, in which unusual anatomy stands out."""
BLANK = 2.0
"""Grey levels of spread under which an image shows nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """n images as unit vectors, with who they show. Rows follow the order of the store."""

    vectors: Float
    """(n, k): cosine similarity is the match score. Zero for a blank image."""
    coarse: Float
    """(n, at most 64 per block): leading components at their natural scale."""
    aligned: NDArray[np.bool_]
    blank: NDArray[np.bool_]
    paths: tuple[str, ...]
    patients: NDArray[np.str_]
    exams: NDArray[np.str_]
    digests: NDArray[np.str_]
    modalities: NDArray[np.str_]
    features: str


@dataclass(frozen=True, slots=True, eq=False)
class _Map:
    """What was learnt from the release: a template per modality, a whitening per block."""

    features: Features
    templates: dict[str, Template]
    whitenings: tuple[Whitening, ...] = ()

    def describe(self, portrait: Portrait) -> tuple[bool, tuple[Float, ...]]:
        pixels, aligned = portrait.pixels, False
        template = self.templates.get(portrait.modality)
        if template is not None:
            pose = template.register(pixels)
            aligned = pose.believed
            if aligned:
                pixels = template.cut(pixels, pose, SIDE)
        return aligned, self.features.describe(pixels)

    def place(self, blocks: list[Float]) -> tuple[Float, Float]:
        """Vectors and coarse coordinates, from one (images, length) array a block."""
        fine, coarse = [], []
        for whitening, block in zip(self.whitenings, blocks, strict=True):
            coordinates = whitening.project(block)
            fine.append(whitening.whiten(coordinates))
            total = float(np.sqrt((whitening.deviations**2).sum())) or 1.0
            coarse.append(coordinates[:, :COARSE] / total)
        return unit(np.hstack(fine)), np.hstack(coarse).astype(np.float32)


def _sample(store: Store, size: int, rng: np.random.Generator) -> dict[int, Portrait]:
    """`size` portraits drawn at random in one pass (reservoir sampling), by position."""
    kept: list[tuple[int, Portrait]] = []
    for position, portrait in enumerate(store()):
        if len(kept) < size:
            kept.append((position, portrait))
        elif (slot := int(rng.integers(position + 1))) < size:
            kept[slot] = (position, portrait)
    return dict(sorted(kept))


def _templates(portraits: Iterable[Portrait], rng: np.random.Generator) -> dict[str, Template]:
    """A template for every modality that has enough images alike."""
    groups: dict[str, list[Portrait]] = {}
    for portrait in portraits:
        groups.setdefault(portrait.modality, []).append(portrait)
    templates = {}
    for modality, members in sorted(groups.items()):
        chosen = sorted(rng.permutation(len(members))[:TEMPLATE_FROM])
        template = build_template([members[i].pixels for i in chosen])
        if template is not None:
            templates[modality] = template
    return templates


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
    sample = _sample(store, LEARNT_FROM, rng)
    tell("linkage: align", 0, len(sample))
    learnt = _Map(features, _templates(sample.values(), rng))
    # OpenCV and BLAS release the interpreter lock, so threads do: nothing is copied between processes.
    with joblib.Parallel(n_jobs=workers, prefer="threads") as parallel:

        def describe(portraits: list[Portrait]) -> list[tuple[bool, tuple[Float, ...]]]:
            return list(parallel(joblib.delayed(learnt.describe)(each) for each in portraits))

        described: list[tuple[bool, tuple[Float, ...]]] = []
        for chunk in _chunks(sample.items()):
            described += describe([portrait for _, portrait in chunk])
            tell("linkage: learn", len(described), len(sample))
        blocks = _stack(described)
        learnt = _Map(features, learnt.templates, tuple(Whitening.fit(block) for block in blocks))
        known = dict(zip(sample, described, strict=True))
        del sample, blocks
        rows = _Rows()
        for chunk in _chunks(enumerate(store())):
            todo = [(position, portrait) for position, portrait in chunk if position not in known]
            fresh = dict(zip((p for p, _ in todo), describe([each for _, each in todo]), strict=True))
            found = [known[p] if p in known else fresh[p] for p, _ in chunk]
            rows.add([portrait for _, portrait in chunk], found, *learnt.place(_stack(found)))
            tell("linkage: describe", len(rows.paths), max(len(rows.paths), len(known)))
    return rows.embedding(features.name)


def _stack(described: list[tuple[bool, tuple[Float, ...]]]) -> list[Float]:
    return [np.stack(block) for block in zip(*(vectors for _, vectors in described), strict=True)]


class _Rows:
    """Collects the rows of an embedding chunk by chunk."""

    def __init__(self) -> None:
        self.vectors: list[Float] = []
        self.coarse: list[Float] = []
        self.aligned: list[bool] = []
        self.blank: list[bool] = []
        self.paths: list[str] = []
        self.who: list[tuple[str, str, str, str]] = []

    def add(
        self,
        portraits: list[Portrait],
        described: list[tuple[bool, tuple[Float, ...]]],
        vectors: Float,
        coarse: Float,
    ) -> None:
        blank = [float(portrait.pixels.std()) < BLANK for portrait in portraits]
        vectors[blank] = 0
        self.vectors.append(vectors)
        self.coarse.append(coarse)
        self.blank += blank
        self.aligned += [aligned for aligned, _ in described]
        self.paths += [portrait.path for portrait in portraits]
        self.who += [(p.patient, p.exam, p.digest, p.modality) for p in portraits]

    def embedding(self, features: str) -> Embedding:
        columns = [np.array(column, dtype=np.str_) for column in zip(*self.who, strict=True)]
        patients, exams, digests, modalities = columns or [np.array([], dtype=np.str_)] * 4
        empty = np.zeros((0, 1), np.float32)
        return Embedding(
            vectors=np.concatenate(self.vectors) if self.vectors else empty,
            coarse=np.concatenate(self.coarse) if self.coarse else empty,
            aligned=np.array(self.aligned, dtype=np.bool_),
            blank=np.array(self.blank, dtype=np.bool_),
            paths=tuple(self.paths),
            patients=patients,
            exams=exams,
            digests=digests,
            modalities=modalities,
            features=features,
        )
