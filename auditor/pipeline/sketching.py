"""What `auditor sketch` and `auditor psi-…` take from a release: sketches of its images, digests of its exposures."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auditor.errors import SketchError
from auditor.inventory import Inventory
from auditor.keys import KEY_BYTES, Key
from auditor.linkage.describe.features import Features
from auditor.linkage.describe.portrait import is_blank
from auditor.linkage.sketches import Basis, Projection, Sketch, SketchedPatient
from auditor.linkage.sketches.basis import digest
from auditor.model import Portrait
from auditor.pipeline.attribution import MetadataTable, check_rule
from auditor.pipeline.examining import examine_all
from auditor.pipeline.plan import Plan, Progress, no_progress
from auditor.pipeline.volumes import try_series
from auditor.sources import Source

PER_PATIENT = 8
"""Images of a patient that are sketched, drawn at random: enough to be found by, and bounded."""


def sketch_source(
    source: Source,
    plan: Plan,
    shared: Key,
    features: Features,
    *,
    basis: bytes | None = None,
    bits: int,
    workers: int = 0,
    progress: Progress = no_progress,
) -> tuple[Sketch, bytes]:
    """Sketch every attributed image of `source`; the basis, given or fitted here, is returned beside it.

    Raises AuditorError for wrong settings, and SketchError where there is too little to fit a basis on or
    nothing to sketch.
    """
    reader = Basis.from_bytes(basis, features) if basis is not None else None
    threads = workers or os.cpu_count() or 1
    with _examined(source, plan, workers, progress) as inventory:
        learnt: set[str] = set()
        if reader is None:
            learnt = _half(inventory.portraits(), plan.seed)
            reader = Basis.fit(
                lambda: (each for each in inventory.portraits() if each.patient in learnt),
                features,
                seed=plan.seed,
                workers=threads,
                progress=progress,
            )
        # Both holders compute with the basis as it is written, to the last bit.
        content = basis if basis is not None else reader.to_bytes()
        reader = Basis.from_bytes(content, features)
        chosen, left_out = _chosen(inventory.portraits(), plan.seed)
        portraits = (each for number, each in enumerate(inventory.portraits()) if number in chosen)
        kept = _sketched(reader, portraits, learnt, shared, bits, threads, len(chosen), progress)
    if not kept:
        raise SketchError(
            "No image of a patient could be sketched",
            todo="Check --patient or --metadata, which say whose image is whose.",
        )
    # Ordered by a keyed hash: the order of the source may tell who is who.
    patients = sorted(kept, key=lambda patient: min(patient.exposures))
    return Sketch(shared.id, digest(content), features.name, bits, tuple(patients), left_out), content


def exposures(source: Source, plan: Plan, *, workers: int = 0, progress: Progress = no_progress) -> set[str]:
    """The pixel digests of all images of `source` that show something, whoever they are of."""
    with _examined(source, plan, workers, progress) as inventory:
        return {each.digest for each in inventory.portraits() if each.digest and _shows_something(each)}


@contextmanager
def _examined(source: Source, plan: Plan, workers: int, progress: Progress) -> Iterator[Inventory]:
    """The portraits of `source` in an inventory that lasts as long as the context."""
    check_rule(plan.patient)
    table = MetadataTable(plan.metadata) if plan.metadata else None
    pixels = replace(plan, stages=frozenset({"linkage"}))
    # What leaves is keyed with a shared key or blinded; the state of this run needs no key that lasts.
    own = Key(secrets.token_bytes(KEY_BYTES))
    with (
        tempfile.TemporaryDirectory() as folder,
        Inventory(Path(folder) / "state", own, "sketch") as inventory,
    ):
        examine_all(source, inventory, pixels, table, workers, progress)
        try_series(source, inventory, pixels, workers, progress)
        yield inventory
        inventory.remove()


def _shows_something(portrait: Portrait) -> bool:
    return not is_blank(portrait.pixels)


def _half(portraits: Iterator[Portrait], seed: int) -> set[str]:
    """A random half of the patients, for the basis: the others' images are then as new to it as another holder's."""
    # In the order of the source: pseudonyms are of a key that changes.
    patients = list(dict.fromkeys(portrait.patient for portrait in portraits if portrait.patient))
    order = np.random.default_rng(seed).permutation(len(patients))
    return {patients[place] for place in order[: (len(patients) + 1) // 2]}


def _chosen(portraits: Iterator[Portrait], seed: int) -> tuple[set[int], int]:
    """Numbers of the portraits to be sketched, and how many are left out."""
    rng = np.random.default_rng(seed)
    owned: defaultdict[str, list[int]] = defaultdict(list)
    left_out = 0
    for number, portrait in enumerate(portraits):
        if portrait.patient and _shows_something(portrait):
            owned[portrait.patient].append(number)
        else:
            left_out += 1
    chosen: set[int] = set()
    # In the order of the source: pseudonyms are of a key that changes.
    for own in sorted(owned.values()):
        drawn = rng.permutation(own)[:PER_PATIENT]
        left_out += len(own) - len(drawn)
        chosen.update(int(each) for each in drawn)
    return chosen, left_out


def _sketched(
    basis: Basis,
    portraits: Iterator[Portrait],
    learnt: set[str],
    shared: Key,
    bits: int,
    workers: int,
    total: int,
    progress: Progress,
) -> list[SketchedPatient]:
    projection: Projection | None = None
    owned: defaultdict[str, list[tuple[NDArray[np.uint8], str, str]]] = defaultdict(list)
    for done, (portrait, vector) in enumerate(basis.vectors(portraits, workers=workers)):
        projection = projection or Projection(shared, len(vector), bits)
        exposure = shared.tag("sketch exposure", portrait.digest, 32)
        owned[portrait.patient].append((projection.sketch(vector[None])[0], portrait.exam, exposure))
        progress("sketch: images", done + 1, total)
    patients = []
    for patient, own in owned.items():
        own.sort(key=lambda image: image[2])
        exams = list(dict.fromkeys(exam for _, exam, _ in own if exam))
        patients.append(
            SketchedPatient(
                np.stack([image for image, _, _ in own]),
                tuple(exams.index(exam) + 1 if exam else 0 for _, exam, _ in own),
                tuple(exposure for _, _, exposure in own),
                patient in learnt,
            )
        )
    return patients
