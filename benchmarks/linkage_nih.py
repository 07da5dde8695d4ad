"""Run the identification protocol on a folder of images with an index.csv, and print the figures.

    python benchmarks/linkage_nih.py FOLDER [--seed 0] [--draws 20] [--features deep|classical]

FOLDER holds index.csv with the columns path, patient_id, date_or_order, view and modality.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from pathlib import Path

import cv2

from auditor.linkage.attack import judge
from auditor.linkage.describe.deep import Deep
from auditor.linkage.describe.embedding import embed
from auditor.linkage.describe.features import Classical
from auditor.linkage.describe.portrait import pixel_digest, portray
from auditor.model import Estimate, Frame, LinkageOutcome, Portrait


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


def print_evidence(found: LinkageOutcome) -> None:
    """How far the probabilities can be believed, where success comes from, and what laws foretold."""
    told = found.calibration
    print(f"calibration error {shown(told.ece)}; {told.attempts} attempts of {told.patients} patients")
    print(f"calibration error with the second image kept back {shown(told.ece_predicted)}")
    print(f"P >= 0.9: {told.sure or 0:.0%} of attempts, precision {shown(told.precision)}")
    for control in found.controls:
        print(
            f"{control.name}: {shown(control.rank1)}, compared with {shown(control.compare)}, "
            f"gallery {control.gallery:.0f}"
        )
    for group in found.groups:
        print(f"{group.by} {group.name}: {shown(group.rank1)}, {group.patients} patients")
    for law in found.laws:
        if law.measured is not None:
            print(
                f"{law.law} fitted to {law.fitted_to}: {law.rank1:.3f} at {law.gallery}, measured {law.measured:.3f}"
            )


def shown(found: Estimate | None) -> str:
    return "not measured" if found is None else f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--features", choices=("deep", "classical"), default="deep")
    arguments = parser.parse_args()
    begun = time.process_time()
    portraits = load(arguments.folder)
    loaded = time.process_time()
    features = Deep() if arguments.features == "deep" else Classical()
    points = embed(lambda: portraits, features, seed=arguments.seed, workers=os.cpu_count() or 1)
    placed = time.process_time()
    outcome = judge(points, seed=arguments.seed, draws=arguments.draws)
    done = time.process_time()
    print(f"{outcome.features}; aligned {outcome.aligned_share:.3f}")
    print(
        f"gallery {outcome.gallery_patients}, probe patients {outcome.probe_patients}, {outcome.draws} draws"
    )
    for name in ("rank1", "rank5", "map", "auc", "tar_at_far_1e2", "eer"):
        free, learnt = getattr(outcome, name), getattr(outcome.adaptive, name)
        print(f"{name}: label-free {shown(free)}, adaptive {shown(learnt)}")
    for point in outcome.scaling:
        print(f"gallery {point.gallery}: {point.rank1:.3f} [{point.low:.3f}, {point.high:.3f}] {point.kind}")
    for each in outcome.attributes:
        print(
            f"{each.name}: {each.metric} {each.value:.3f} [{each.low:.3f}, {each.high:.3f}], "
            f"baseline {each.baseline:.3f}, {each.images} images"
        )
    print_evidence(outcome)
    each = 1000 / len(portraits)
    print(
        f"processor time an image: decode {each * (loaded - begun):.1f} ms, "
        f"describe {each * (placed - loaded):.1f} ms, attack {each * (done - placed):.1f} ms; {len(portraits)} images"
    )
    for note in outcome.notes:
        print("note:", note)


if __name__ == "__main__":
    main()
