"""What releasing images otherwise costs the attacker: rank-1 on the same patients and draws, condition by condition.

    python benchmarks/linkage_conditions.py FOLDER [--patients 100] [--seed 0] [--only NAME …]

FOLDER holds index.csv with the columns path, patient_id, date_or_order, view and modality; patients with two exams are
drawn from it, two images each. Every image is written and read again as the condition says.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.deep import Deep
from auditor.linkage.describe.embedding import embed
from auditor.linkage.describe.portrait import portray
from auditor.linkage.within.protocol import run_trial, summarise
from auditor.model import Frame, Portrait

Film = NDArray[np.uint8]
Change = Callable[[Film, np.random.Generator], Film]


def smaller(side: int) -> Change:
    """Shared with so many pixels on the longer side."""

    def change(film: Film, _: np.random.Generator) -> Film:
        factor = side / max(film.shape)
        size = (round(film.shape[1] * factor), round(film.shape[0] * factor))
        return np.asarray(cv2.resize(film, size, interpolation=cv2.INTER_AREA), np.uint8)

    return change


def jpeg(film: Film, _: np.random.Generator) -> Film:
    """At quality 60."""
    _, coded = cv2.imencode(".jpg", film, [cv2.IMWRITE_JPEG_QUALITY, 60])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)


def windowed(film: Film, rng: np.random.Generator) -> Film:
    """Another window every time, so that a tenth to a third of the grey values saturates; linear or gamma."""
    low, high = np.percentile(film, (rng.uniform(2, 20), rng.uniform(80, 98)))
    share = np.clip((film - low) / max(high - low, 1), 0, 1) ** rng.uniform(0.6, 1.6)
    return np.asarray(np.rint(255 * share), np.uint8)


def inverted(film: Film, rng: np.random.Generator) -> Film:
    """A random window, and half of the films with black and white exchanged: MONOCHROME1 read as if it were not."""
    shown = windowed(film, rng)
    return 255 - shown if rng.random() < 0.5 else shown


def padded(film: Film, rng: np.random.Generator) -> Film:
    """Black at both sides, up to half of the width together."""
    left, right = (round(film.shape[1] * rng.uniform(0, 0.25)) for _ in range(2))
    return np.asarray(cv2.copyMakeBorder(film, 0, 0, left, right, cv2.BORDER_CONSTANT, value=0), np.uint8)


def framed(film: Film, rng: np.random.Generator) -> Film:
    """Borders of other grey than black: white, or a grey of the film's own."""
    shade = int(rng.choice([255, 40, 128]))
    wide = [round(side * rng.uniform(0.02, 0.15)) for side in (*film.shape, *film.shape)]
    return np.asarray(
        cv2.copyMakeBorder(film, wide[0], wide[2], wide[1], wide[3], cv2.BORDER_CONSTANT, value=shade),
        np.uint8,
    )


def turned(film: Film, rng: np.random.Generator) -> Film:
    """A third by a quarter turn, one way or the other."""
    return np.ascontiguousarray(np.rot90(film, int(rng.choice([1, 3])))) if rng.random() < 1 / 3 else film


def tilted(film: Film, rng: np.random.Generator) -> Film:
    """By up to 15 degrees."""
    matrix = cv2.getRotationMatrix2D((film.shape[1] / 2, film.shape[0] / 2), rng.uniform(-15, 15), 1)
    return np.asarray(cv2.warpAffine(film, matrix, film.shape[::-1]), np.uint8)


CONDITIONS: dict[str, Change] = {
    "plain": lambda film, _: film,
    "256 pixels": smaller(256),
    "128 pixels": smaller(128),
    "64 pixels": smaller(64),
    "JPEG quality 60": jpeg,
    "windows": windowed,
    "windows, half inverted": inverted,
    "padded": padded,
    "framed": framed,
    "a third turned": turned,
    "tilted": tilted,
}


def drawn(folder: Path, patients: int, seed: int) -> list[dict[str, str]]:
    """Rows of two images of every drawn patient, of two exams."""
    with (folder / "index.csv").open(newline="") as handle:
        owned: defaultdict[str, dict[str, dict[str, str]]] = defaultdict(dict)
        for row in csv.DictReader(handle):
            owned[row["patient_id"]].setdefault(row["date_or_order"], row)
    able = sorted(name for name, exams in owned.items() if len(exams) > 1)
    rng = np.random.default_rng(seed)
    chosen = [able[place] for place in sorted(rng.permutation(len(able))[:patients])]
    return [row for name in chosen for row in list(owned[name].values())[:2]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--patients", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", choices=list(CONDITIONS))
    arguments = parser.parse_args()
    rows = drawn(arguments.folder, arguments.patients, arguments.seed)
    films = []
    for row in rows:
        film = cv2.imread(str(arguments.folder / row["path"]), cv2.IMREAD_GRAYSCALE)
        if film is None:
            raise SystemExit(f"cannot read {row['path']}")
        films.append(np.asarray(film, np.uint8))
    for name in arguments.only or CONDITIONS:
        begun = time.process_time()
        portraits = []
        for number, (row, film) in enumerate(zip(rows, films, strict=True)):
            changed = CONDITIONS[name](film, np.random.default_rng([arguments.seed, number]))
            pixels = portray(Frame(0, changed))
            portraits.append(
                Portrait(
                    row["path"], row["patient_id"], row["date_or_order"], pixels, row["path"], row["modality"]
                )
            )
        report(name, portraits, arguments.seed, begun)


def report(name: str, portraits: list[Portrait], seed: int, begun: float) -> None:
    """One line a condition."""
    points = embed(lambda: portraits, Deep(), seed=seed, workers=1)
    trial = run_trial(points, seed=seed, draws=20)
    if trial is None:
        raise SystemExit("no patient has images of two exams")
    found = summarise(trial, seed)
    one, auc = found.rank1, found.auc
    print(
        f"{name:24} rank-1 {one.value:.3f} [{one.low:.3f}, {one.high:.3f}] of {trial.gallery_patients}, "
        f"AUC {auc.value:.3f}, "
        f"aligned {points.aligned.mean():.2f}; {time.process_time() - begun:.0f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
