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
import numpy as np

from auditor.linkage import pixel_digest, portray
from auditor.linkage.attack import judge
from auditor.linkage.calibration import expected_calibration_error, out_of_fold
from auditor.linkage.deep import Deep
from auditor.linkage.embedding import Embedding, embed
from auditor.linkage.features import Classical
from auditor.linkage.protocol import run_trial
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


def print_calibration(points: Embedding, seed: int, draws: int) -> None:
    """Expected calibration error of P(the best match is right), and precision where P is high."""
    trial = run_trial(points, seed=seed, draws=draws)
    if trial is None:
        return
    right = trial.attempts[:, 3]
    chances = out_of_fold(trial.attempts[:, 1:3], right, trial.attempts[:, 0].astype(np.intp))
    sure = chances >= 0.9
    precision = right[sure].mean() if sure.any() else float("nan")
    print(f"calibration error {expected_calibration_error(chances, right):.3f}")
    print(f"P >= 0.9: {sure.mean():.0%} of attempts, precision {precision:.3f}")


def shown(found: Estimate | None) -> str:
    return "not measured" if found is None else f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--features", choices=("deep", "classical"), default="deep")
    arguments = parser.parse_args()
    begun = time.perf_counter()
    portraits = load(arguments.folder)
    loaded = time.perf_counter()
    features = Deep() if arguments.features == "deep" else Classical()
    points = embed(lambda: portraits, features, seed=arguments.seed, workers=os.cpu_count() or 1)
    outcome = judge(points, seed=arguments.seed, draws=arguments.draws)
    done = time.perf_counter()
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
    print_calibration(points, arguments.seed, arguments.draws)
    print(f"load {loaded - begun:.1f} s, attack {done - loaded:.1f} s, {len(portraits)} images")
    for note in outcome.notes:
        print("note:", note)


if __name__ == "__main__":
    main()
