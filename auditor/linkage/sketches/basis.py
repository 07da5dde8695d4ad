"""The common basis of two holders' sketches: templates and whitening, fitted on the images of one of them or
on a public set. It holds means and principal axes over at least `MIN_IMAGES` images, never an image."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from math import prod
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray

from auditor.errors import SketchError
from auditor.linkage.describe.align import GRID, Float, Template
from auditor.linkage.describe.embedding import Progress, Store, sample
from auditor.linkage.describe.features import Features, Whitening, unit, zones
from auditor.linkage.describe.portrait import SIDE
from auditor.linkage.describe.space import Described, Space, build_templates
from auditor.linkage.sketches.reading import read_bytes
from auditor.model import Portrait

MIN_IMAGES = 100
"""Images below which means and axes say too much of single ones."""
FITTED_ON = 1000
"""Images that a basis is fitted on, drawn at random."""
CHUNK = 64
VERSION = 2
MOST_BYTES = 256 << 20
"""Of a basis, packed or not; the deep features' is 21 MB."""
_NO_BASIS = "The file is no basis that this version can use"
_WHERE = "--basis"


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """Places a portrait where any holder of the same basis would place it."""

    space: Space
    images: int
    """That it was fitted on."""

    @classmethod
    def fit(
        cls,
        store: Store,
        features: Features,
        *,
        seed: int,
        workers: int = 1,
        progress: Progress | None = None,
    ) -> Basis:
        """From at most `FITTED_ON` portraits drawn at random. Raises SketchError for fewer than `MIN_IMAGES`."""
        rng = np.random.default_rng(seed)
        drawn = list(sample(store, FITTED_ON, rng).values())
        if len(drawn) < MIN_IMAGES:
            raise SketchError(
                f"A basis needs {MIN_IMAGES} images, so that it tells of none",
                todo="Fit it on a larger or a public set of the same kind of images, and give it with --basis.",
            )
        space = Space(features, build_templates(drawn, rng))
        described: list[Described] = []
        for part in _describe(space, drawn, workers):
            described += part
            if progress:
                progress("sketch: basis", len(described), len(drawn))
        whitenings = tuple(Whitening.fit(zone) for zone in blocks_of(described))
        return cls(Space(features, space.templates, whitenings), len(drawn))

    def vectors(self, portraits: Iterable[Portrait], *, workers: int = 1) -> Iterator[tuple[Portrait, Float]]:
        """Every portrait with its unit vector, (k,), in order, `CHUNK` at a time."""
        source = iter(portraits)
        while chunk := list(islice(source, CHUNK)):
            (described,) = _describe(self.space, chunk, workers)
            yield from zip(chunk, self._placed(described), strict=True)

    def _placed(self, described: list[Described]) -> Float:
        pairs = zip(self.space.whitenings, blocks_of(described), strict=True)
        return unit(np.hstack([whitening.whiten(whitening.project(zone)) for whitening, zone in pairs]))

    def to_bytes(self) -> bytes:
        """The basis as an npz file, the same bytes for the same basis."""
        arrays: dict[str, Any] = {}
        for number, each in enumerate(self.space.whitenings):
            arrays |= {
                f"mean{number}": each.mean.astype(np.float32),
                f"axes{number}": each.axes.astype(np.float16),
                f"deviations{number}": each.deviations.astype(np.float32),
            }
        # Modalities may share templates: each is written once.
        templates = list(
            dict.fromkeys(each for _, own in sorted(self.space.templates.items()) for each in own)
        )
        for number, template in enumerate(templates):
            arrays[f"template{number}"] = template.image.astype(np.float32)
        head = {
            "format": "auditor-basis",
            "version": VERSION,
            "features": self.space.features.name,
            "images": self.images,
            "zones": len(self.space.whitenings),
            "windows": [template.window for template in templates],
            "templates": {
                modality: [templates.index(each) for each in own]
                for modality, own in self.space.templates.items()
            },
        }
        arrays["head"] = np.frombuffer(json.dumps(head, sort_keys=True).encode(), np.uint8)
        stream = io.BytesIO()
        # numpy.savez writes the time into its archive; the digest of a basis must not depend on it.
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, array in sorted(arrays.items()):
                part = io.BytesIO()
                np.lib.format.write_array(part, np.ascontiguousarray(array), allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(f"{name}.npy"), part.getvalue(), zipfile.ZIP_DEFLATED)
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, features: Features) -> Basis:
        """Read a basis back. Raises SketchError for other data, another version and other features."""
        try:
            arrays = _arrays(data)
            head = json.loads(arrays["head"].tobytes())
            if head["format"] != "auditor-basis":
                raise ValueError("another kind of file")
            if head["version"] != VERSION:
                raise SketchError(
                    "The basis is of another version", _WHERE, "Fit it again with this version."
                )
            if head["features"] != features.name:
                raise SketchError(
                    "The basis was fitted with other features",
                    _WHERE,
                    "Use the same --features on both sides.",
                )
            whitenings = tuple(
                Whitening(
                    *(arrays[f"{part}{n}"].astype(np.float32) for part in ("mean", "axes", "deviations"))
                )
                for n in range(int(head["zones"]))
            )
            shown = [
                Template(arrays[f"template{n}"].astype(np.float32), _window(window))
                for n, window in enumerate(head["windows"])
            ]
            templates = {
                str(modality): tuple(shown[int(n)] for n in own)
                for modality, own in head["templates"].items()
            }
            basis = cls(Space(features, templates, whitenings), int(head["images"]))
            blank = Portrait("", "", "", np.zeros((SIDE, SIDE), np.uint8), "")
            if not np.isfinite(basis._placed([basis.space.describe(blank)])).all():
                raise ValueError("places an image nowhere")
        except _NOT_OURS:
            raise SketchError(_NO_BASIS, _WHERE, "Give the file that --write-basis made.") from None
        return basis


_NOT_OURS = (
    ValueError,
    LookupError,
    OSError,
    EOFError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the readers of ZIP, npy and JSON raise for what somebody else wrote."""


def read_basis(file: Path) -> bytes:
    """The content of a basis file. Raises SketchError where it cannot be read."""
    return read_bytes(file, MOST_BYTES, "basis")


def _arrays(data: bytes) -> dict[str, NDArray[np.generic]]:
    """The arrays of an npz file that are what their headers say, and no Python objects.

    NumPy makes room for what a header announces before it reads: here the header is held against what is there.
    """
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MOST_BYTES:
            raise ValueError("larger than any basis")
        for part in parts:
            # A size that is a lie ends in an error of zipfile's.
            content = io.BytesIO(archive.read(part))
            np.lib.format.read_magic(content)
            shape, _, dtype = np.lib.format.read_array_header_1_0(content)
            room = len(content.getbuffer()) - content.tell()
            if dtype.hasobject or prod(shape) * dtype.itemsize != room:
                raise ValueError("not the array that its header announces")
            content.seek(0)
            found[part.filename.removesuffix(".npy")] = np.lib.format.read_array(content, allow_pickle=False)
    return found


def digest(data: bytes) -> str:
    """What both holders compare to know that they have the same basis."""
    return hashlib.sha256(data).hexdigest()


def _window(given: list[int]) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = (int(edge) for edge in given)
    if not (0 <= x0 < x1 <= GRID and 0 <= y0 < y1 <= GRID):
        raise ValueError("a window lies inside its template")
    return x0, y0, x1, y1


def _fitting(space: Space, portrait: Portrait) -> Portrait:
    """The portrait under the modality whose template it fits best, where its own has none: two holders may
    write CR, DX or nothing for the same kind of image."""
    if portrait.modality in space.templates or not space.templates:
        return portrait
    shown = [(modality, each) for modality, own in sorted(space.templates.items()) for each in own]
    best = max(shown, key=lambda each: each[1].register(portrait.pixels).confidence)
    return replace(portrait, modality=best[0])


def _described(space: Space, portrait: Portrait) -> Described:
    return space.describe(_fitting(space, portrait))


def describe_all(space: Space, portraits: list[Portrait], workers: int = 1) -> list[Described]:
    """Every portrait, under the modality whose template it fits best."""
    return [each for part in _describe(space, portraits, workers) for each in part]


def _describe(space: Space, portraits: list[Portrait], workers: int) -> Iterator[list[Described]]:
    with joblib.Parallel(n_jobs=workers, prefer="threads") as parallel:
        for start in range(0, len(portraits), CHUNK):
            part = portraits[start : start + CHUNK]
            yield list(parallel(joblib.delayed(_described)(space, each) for each in part))


def blocks_of(described: list[Described]) -> Iterator[Float]:
    """The zones of all blocks of features, each (images, numbers)."""
    for block in zip(*(each.blocks for each in described), strict=True):
        yield from zones(np.stack(block))
