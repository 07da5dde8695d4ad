"""How many of the patients with something planted in their film L703 names, and how many of the others.

    python benchmarks/conspicuous.py FOLDER [--films 400] [--each 10] [--rounds 5] [--seed 0] [--sheet FILE.png]

FOLDER holds index.csv with the columns path and patient_id. Into other films of the folder things are planted, see
plants.py; in every round `each / rounds` films of each kind stand among all the untouched ones. Untouched films have
implants of their own: --sheet draws the 30 of them that stand out most.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from auditor.linkage.describe.deep import Deep
from auditor.linkage.describe.embedding import embed
from auditor.linkage.describe.portrait import portray
from auditor.linkage.within.unusual import standing
from auditor.model import Frame, Portrait
from benchmarks.plants import PLANTS

NAMED = 0.9


def portrait(folder: Path, row: dict[str, str], film: NDArray[np.uint8] | None = None) -> Portrait:
    """A film, or what was made of it, under its patient."""
    shown = cv2.imread(str(folder / row["path"]), cv2.IMREAD_GRAYSCALE) if film is None else film
    if shown is None:
        raise SystemExit(f"cannot read {row['path']}")
    name = row["patient_id"]
    return Portrait(row["path"], name, "", portray(Frame(0, np.asarray(shown, np.uint8))), row["path"], "CXR")


def scores_of(release: list[Portrait], seed: int) -> NDArray[np.float64]:
    """How conspicuous every image is."""
    return standing(embed(lambda: release, Deep(), seed=seed, workers=1)).score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--films", type=int, default=400)
    parser.add_argument("--each", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheet", type=Path)
    arguments = parser.parse_args()
    with (arguments.folder / "index.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    rng, begun = np.random.default_rng(arguments.seed), time.process_time()
    rows = [rows[place] for place in rng.permutation(len(rows))]
    usual = [portrait(arguments.folder, row) for row in rows[: arguments.films]]
    others = rows[arguments.films :] or rows
    shares: list[NDArray[np.float64]] = []
    planted: dict[str, list[float]] = {kind: [] for kind in PLANTS}
    for turn in range(arguments.rounds):
        kinds, odd = [], []
        for number, (kind, plant) in enumerate(PLANTS.items()):
            for copy in range(turn, arguments.each, arguments.rounds):
                row = others[(number * arguments.each + copy) % len(others)]
                film = cv2.imread(str(arguments.folder / row["path"]), cv2.IMREAD_GRAYSCALE)
                changed = plant(
                    np.asarray(film, np.uint8), np.random.default_rng([arguments.seed, number, copy])
                )
                odd.append(portrait(arguments.folder, row, changed))
                kinds.append(kind)
        score = scores_of([*usual, *odd], arguments.seed)
        shares.append(score[: len(usual)])
        for kind, own in zip(kinds, score[len(usual) :], strict=True):
            planted[kind].append(float(own))
    untouched = np.mean(shares, axis=0)
    report("all", untouched, np.concatenate(list(map(np.array, planted.values()))))
    for kind, scores in planted.items():
        report(kind, untouched, np.array(scores))
    print(
        f"{len(usual)} untouched films, of which {np.mean(np.array(shares) >= NAMED):.1%} are named; ", end=""
    )
    print(f"{arguments.rounds} rounds, {time.process_time() - begun:.0f} s of processor time")
    if arguments.sheet:
        order = np.argsort(-untouched)[:30]
        tiles = [cv2.resize(usual[place].pixels, (256, 256)) for place in order]
        tiles += [np.zeros((256, 256), np.uint8)] * (30 - len(tiles))
        cv2.imwrite(
            str(arguments.sheet), np.vstack([np.hstack(tiles[at : at + 6]) for at in range(0, 30, 6)])
        )


def report(kind: str, untouched: NDArray[np.float64], scores: NDArray[np.float64]) -> None:
    """One line: area under the ROC curve, and how many are named."""
    known = np.concatenate([np.zeros(len(untouched)), np.ones(len(scores))])
    area = roc_auc_score(known, np.concatenate([untouched, scores]))
    named, bound = int((scores >= NAMED).sum()), np.quantile(untouched, 0.95)
    among = int((scores > bound).sum())
    print(f"{kind:18} AUC {area:.2f}  named {named} of {len(scores)}, {among} above 95 % of the untouched")


if __name__ == "__main__":
    main()
