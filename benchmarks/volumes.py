"""Rank-1 on synthetic CT and MR series, two a patient: volumes as one picture against one slice each.

    python benchmarks/volumes.py [--patients 40] [--seed 0]

The volumes are invented (tests/builders/volumes.py): this compares ways to portray a volume, and says nothing
of real patients.
"""

from __future__ import annotations

import argparse
import time

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.linkage.attack import attack
from auditor.linkage.describe.deep import Deep
from auditor.linkage.describe.portrait import portray
from auditor.linkage.describe.volumes import portray_volume
from auditor.model import Frame, Portrait, Volume
from tests.builders.volumes import brain, series_of, torso


def middle_slice(volume: Volume, ct: bool) -> NDArray[np.uint8]:
    """The middle axial slice as a viewer shows it, soft tissue for CT."""
    plane = volume.voxels[:, :, volume.voxels.shape[2] // 2].T[::-1]
    low, high = (-200, 300) if ct else np.percentile(plane, (1, 99.5))
    shown = np.clip((plane - low) / (high - low) * 255, 0, 255).astype(np.uint8)
    return portray(Frame(0, cv2.resize(shown, None, fx=2, fy=2)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    for name, model, ct in (("CT", torso, True), ("MR, skull-stripped", brain, False)):
        pictures: dict[str, list[Portrait]] = {"middle slice": [], "projections and slices": []}
        cost = 0.0
        for patient in range(arguments.patients):
            own = model(patient)
            for exam in range(2):
                volume = series_of(own, 1000 * patient + exam, ct=ct)
                begun = time.process_time()
                whole = portray_volume(volume)
                cost += time.process_time() - begun
                for way, pixels in zip(pictures, (middle_slice(volume, ct), whole), strict=True):
                    portrait = Portrait(
                        f"{patient}-{exam}", f"P{patient}", f"E{exam}", pixels, f"{patient}-{exam}", name
                    )
                    pictures[way].append(portrait)
        for way, portraits in pictures.items():
            found = attack(lambda: portraits, seed=arguments.seed, features=Deep())  # noqa: B023
            e = found.rank1
            if e is not None:
                print(
                    f"{name}, {way}: rank-1 {e.value:.3f} [{e.low:.3f}, {e.high:.3f}] of {found.gallery_patients}, "
                    f"chance {found.chance:.3f}, aligned {found.aligned_share:.2f}"
                )
        print(
            f"{name}: {1000 * cost / (2 * arguments.patients):.0f} ms a volume of about 90 x 90 x 50 voxels"
        )


if __name__ == "__main__":
    main()
