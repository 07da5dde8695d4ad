"""Run the identification protocol on a folder of images with an index.csv, and print the figures.

    python benchmarks/linkage_nih.py FOLDER [--seed 0] [--draws 20]

FOLDER holds index.csv with the columns path, patient_id, date_or_order, view and modality.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import cv2

from auditor.linkage import attack, pixel_digest, portray
from auditor.model import Estimate, Frame, Portrait


def load(folder: Path) -> list[Portrait]:
    """Every image that index.csv names, as a portrait."""
    portraits = []
    with (folder / "index.csv").open(newline="") as handle:
        for row in csv.DictReader(handle):
            image = cv2.imread(str(folder / row["path"]), cv2.IMREAD_GRAYSCALE)
            if image is None:
                raise SystemExit(f"cannot read {row['path']}")
            frame = Frame(0, image)
            portraits.append(
                Portrait(
                    row["path"],
                    row["patient_id"],
                    row["date_or_order"],
                    portray(frame),
                    pixel_digest(frame),
                    row["modality"],
                    row["view"],
                )
            )
    return portraits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--draws", type=int, default=20)
    arguments = parser.parse_args()
    begun = time.perf_counter()
    portraits = load(arguments.folder)
    loaded = time.perf_counter()
    outcome = attack(lambda: iter(portraits), seed=arguments.seed, draws=arguments.draws)
    done = time.perf_counter()
    print(f"{outcome.features}; aligned {outcome.aligned_share:.3f}")
    print(
        f"gallery {outcome.gallery_patients}, probe patients {outcome.probe_patients}, {outcome.draws} draws"
    )
    for name in ("rank1", "rank5", "map", "auc", "tar_at_far_1e2", "eer"):
        found: Estimate | None = getattr(outcome, name)
        print(
            name,
            "not measured" if found is None else f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]",
        )
    for point in outcome.scaling:
        print(f"gallery {point.gallery}: {point.rank1:.3f} [{point.low:.3f}, {point.high:.3f}] {point.kind}")
    print(f"load {loaded - begun:.1f} s, attack {done - loaded:.1f} s, {len(portraits)} images")
    for note in outcome.notes:
        print("note:", note)


if __name__ == "__main__":
    main()
