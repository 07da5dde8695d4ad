"""How robust the judgement of heads is: one head in many states, each with the looks that are right for it.

    python benchmarks/heads.py [--heads FOLDER] [--seed N]

Takes the modelled head of the tests, and from FOLDER every NIfTI volume whose name holds `-face`, turns,
resamples, crops and disturbs it, and applies simple forms of the ways that faces are removed. Prints a table
in Markdown. What is done here to a face is cruder than what the programs named do.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from auditor.model import Item, Volume
from auditor.pixels import Look, look_at
from auditor.pixels.faces.landmarks import frame_of, relief
from auditor.pixels.faces.surface import depth, heads
from auditor.readers import read_item
from tests.builders.head import head

Change = Callable[[NDArray[np.float32], np.random.Generator], NDArray[np.float32]]
FACE, GONE = {Look.FACE}, {Look.REMOVED, Look.STRIPPED, Look.OUTSIDE}
PUT_OVER = {Look.REPLACED}
HIDDEN, OUTSIDE = {Look.ALTERED, Look.REMOVED, Look.REPLACED}, {Look.OUTSIDE, Look.REMOVED, None}


def turned(yaw: float = 0, pitch: float = 0, roll: float = 0) -> Change:
    def change(voxels: NDArray[np.float32], _: np.random.Generator) -> NDArray[np.float32]:
        padded = np.pad(voxels, 12)
        for angle, axes in ((yaw, (0, 1)), (pitch, (1, 2)), (roll, (0, 2))):
            padded = ndimage.rotate(padded, angle, axes, reshape=False, order=1)
        return padded

    return change


def noisy(level: float) -> Change:
    def change(voxels: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
        sigma = level * np.median(voxels[voxels > 0.1 * voxels.max()])
        waves = rng.normal(0, sigma, (2, *voxels.shape))
        return np.hypot(voxels + waves[0], waves[1]).astype(np.float32)

    return change


def thick(axis: int, factor: int) -> Change:
    """Slices so many voxels thick; given back on the old grid, as a viewer interpolates them."""

    def change(voxels: NDArray[np.float32], _: np.random.Generator) -> NDArray[np.float32]:
        mean = ndimage.uniform_filter1d(voxels, factor, axis)
        kept = np.take(mean, np.arange(0, voxels.shape[axis], factor), axis)
        return ndimage.zoom(kept, [voxels.shape[i] / kept.shape[i] for i in range(3)], order=1)

    return change


def as_ct(voxels: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    tissue = np.clip(voxels / (0.35 * np.median(voxels[voxels > 0.1 * voxels.max()])), 0, 1)
    return (-1000 + 1040 * tissue + rng.normal(0, 20, voxels.shape)).astype(np.float32)


def bright_in_front(voxels: NDArray[np.float32], _: np.random.Generator) -> NDArray[np.float32]:
    return voxels * np.linspace(0.4, 1.6, voxels.shape[1], dtype=np.float32)[None, :, None]


def _around_nose(voxels: NDArray[np.float32]) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    """Right, front and top of every voxel from the tip of the nose, in widths of the head."""
    found = heads(Volume(voxels, (1.5, 1.5, 1.5)))[0]
    depths = depth(found)
    frame, tip = frame_of(np.isfinite(depths)), relief(depths).tip
    assert frame is not None
    scale = np.array(voxels.shape) / found.values.shape
    at = np.array([tip[0], found.values.shape[1] - 1 - depths[tip], tip[1]]) * scale
    return at, [
        (grid - c) / (frame.width * scale[0])
        for grid, c in zip(np.ogrid[tuple(map(slice, voxels.shape))], at, strict=True)
    ]


def without(cut: Callable[..., NDArray[np.bool_]]) -> Change:
    """Air where `cut` says so of right, front, top (widths of the head from the nose) and noise."""

    def change(voxels: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
        _, (x, y, z) = _around_nose(voxels)
        rough = ndimage.gaussian_filter(rng.normal(size=voxels.shape), 2.5)
        return np.where(cut(x, y, z, rough / rough.std()), np.float32(0), voxels)

    return change


def instead(make: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> Change:
    """The face replaced by what `make` makes of the volume, faded in at the edge."""

    def change(voxels: NDArray[np.float32], _: np.random.Generator) -> NDArray[np.float32]:
        _, (x, y, z) = _around_nose(voxels)
        face = (abs(x) < 0.5) & (y > -0.5) & (z < 0.45) & (z > -0.62)
        weight = ndimage.gaussian_filter(face.astype(np.float32), 1.5)
        return voxels * (1 - weight) + make(voxels) * weight

    return change


def blocks(voxels: NDArray[np.float32]) -> NDArray[np.float32]:
    side = 8
    padded = np.pad(voxels, [(0, -n % side) for n in voxels.shape])
    a, b, c = (n // side for n in padded.shape)
    means = padded.reshape(a, side, b, side, c, side).mean((1, 3, 5))
    x, y, z = voxels.shape
    return np.kron(means, np.ones((side, side, side), np.float32))[:x, :y, :z]


def modelled(voxels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The modelled head in the volume's place, as bright as its tissue."""
    model = head()
    scaled = ndimage.zoom(model, [a / b for a, b in zip(voxels.shape, model.shape, strict=True)], order=1)
    return scaled / scaled.max() * np.median(voxels[voxels > 0.2 * voxels.max()])


def ellipsoid(middle: float, height: float, deep: float) -> Callable[..., NDArray[np.bool_]]:
    """Around the nose: its middle above the tip, half its height and depth, in widths of the head."""

    def cut(
        x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64], _: object
    ) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = (x / 0.5) ** 2 + ((y + 0.02) / deep) ** 2 + (
            (z - middle) / height
        ) ** 2 < 1
        return inside

    return cut


CASES: dict[str, tuple[Change | None, set[Look | None]]] = {
    "as it is": (None, FACE),
    "pitch 15°": (turned(pitch=15), FACE), "pitch -25°": (turned(pitch=-25), FACE),
    "yaw 30°": (turned(yaw=30), FACE), "roll 15°": (turned(roll=15), FACE),
    "noise 10 %": (noisy(0.1), FACE), "noise 30 %": (noisy(0.3), FACE),
    "slices 3 voxels, axial": (thick(2, 3), FACE), "slices 3 voxels, coronal": (thick(1, 3), FACE),
    "CT numbers": (as_ct, FACE), "bright in front": (bright_in_front, FACE),
    "upside down": (lambda v, _: v[:, ::-1, ::-1], FACE), "axes swapped": (lambda v, _: v.transpose(2, 0, 1), FACE),
    "plane cut (quickshear)": (
        without(lambda x, y, z, n: (y > -0.12 - 0.53 * (0.42 - z) / 1.04) & (z < 0.42)), GONE
    ),
    "smooth mask (pydeface)": (without(ellipsoid(-0.1, 0.52, 0.42)), GONE),
    "rough mask (mri_deface)": (
        without(lambda x, y, z, n: (y > -0.30 + 0.05 * n) & (z < 0.35) & (abs(x) < 0.55)), GONE
    ),
    "nose and mouth only": (without(ellipsoid(-0.22, 0.45, 0.42)), GONE | {Look.PARTLY}),
    "blurred, 4 voxels": (instead(lambda v: ndimage.gaussian_filter(v, 4)), HIDDEN),
    "blurred, 8 voxels": (instead(lambda v: ndimage.gaussian_filter(v, 8)), HIDDEN),
    "pixelated, 8 voxels": (instead(blocks), HIDDEN),
    "replaced: average of both halves": (instead(lambda v: ndimage.gaussian_filter((v + v[::-1]) / 2, 1)), PUT_OVER),
    "replaced: the modelled face": (instead(lambda v: modelled(v)), PUT_OVER),
    "replaced: another scan's grain (mirrored)": (instead(lambda v: v[::-1]), FACE),
    "front cut off by the view": (lambda v, _: v[:, : int(0.8 * v.shape[1])], OUTSIDE),
    "lower half out of view": (lambda v, _: v[:, :, int(0.45 * v.shape[2]) :], OUTSIDE),
}  # fmt: skip


def volumes(folder: Path | None) -> Iterator[tuple[str, NDArray[np.float32], set[Look | None] | None]]:
    """Name, voxels, and the right looks where the volume is tried as it is only."""
    yield "modelled", head(), None
    for path in sorted(folder.glob("*.nii.gz")) if folder else ():
        content = path.read_bytes()
        volume = read_item(io.BytesIO(content), Item(path.name, len(content))).volume()
        if volume is not None:
            right = None if "-face" in path.name else GONE
            yield path.name.removesuffix(".nii.gz"), volume.voxels.astype(np.float32), right


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--heads", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    right = total = 0
    started = time.process_time()
    print("| head | state | look | score | relief | right |\n|---|---|---|---|---|---|")
    for name, voxels, only in volumes(given.heads):
        cases = CASES if only is None else {"as it is": (None, only)}
        for state, (change, allowed) in cases.items():
            if name == "modelled" and state.startswith("replaced"):
                continue  # it has no grain to compare with
            rng = np.random.default_rng(given.seed)
            shown = voxels if change is None else change(voxels, rng)
            seen = look_at(Volume(np.ascontiguousarray(shown), (1.5, 1.5, 1.5)))
            look = seen.look if seen else None
            word = look.name.lower() if look else "not tried"
            told = f"{seen.score:.2f} | {seen.relief:.2f}" if seen else "– | –"
            print(
                f"| {name} | {state} | {word} | {told} | {'yes' if look in allowed else '**no**'} |",
                flush=True,
            )
            right, total = right + (look in allowed), total + 1
    print(
        f"\n{right} of {total} right; {(time.process_time() - started) / total:.1f} s of processor time a head."
    )


if __name__ == "__main__":
    main()
