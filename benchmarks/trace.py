"""Trace simulated screenshots, crops and photographs back to a release: recall and false claims.

    python benchmarks/trace.py FOLDER [--release 600] [--queries 40] [--seed 0] [--cases FILE.npz]
    python benchmarks/trace.py --fit A.npz B.npz

FOLDER holds images and an index.csv. Of its images `--release` drawn at random are the release. For
every transform `--queries` images of the release are altered and traced, and as many that are not in
it; half of these show a patient who is. A claim is an answer with a probability of one half or more.
--cases keeps what the probability is computed from; --fit fits its weights on one such file and judges them on the
other, and the other way round.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from linkage_nih import load
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from auditor.linkage.copies.duplicates import Copies
from auditor.linkage.copies.trace import WEIGHTS, inputs
from auditor.linkage.within.calibration import expected_calibration_error

Image = NDArray[np.uint8]
Alter = Callable[[Image, np.random.Generator], Image]


def screenshot(image: Image, rng: np.random.Generator) -> Image:
    """In a viewer's window with bars and text, smaller, compressed."""
    side = int(rng.uniform(380, 600))
    small = cv2.resize(
        image, (side * image.shape[1] // max(image.shape), side * image.shape[0] // max(image.shape))
    )
    page = np.full((small.shape[0] + 160, small.shape[1] + 260), int(rng.uniform(20, 240)), np.uint8)
    page[:40] = 60
    page[100 : 100 + small.shape[0], 130 : 130 + small.shape[1]] = small
    for line in range(6):
        cv2.putText(
            page, f"Series {line}  W 400 L 40", (6, 120 + 30 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.35, 128, 1
        )
    cv2.putText(page, "WORKSTATION 7", (10, 28), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 230, 1)
    return jpeg(page, 75)


def crop(image: Image, rng: np.random.Generator) -> Image:
    """40 to 70 % of the width and height, anywhere."""
    rows, columns = image.shape
    share = rng.uniform(0.4, 0.7)
    high, wide = int(rows * share), int(columns * share)
    y, x = int(rng.uniform(0, rows - high)), int(rng.uniform(0, columns - wide))
    return jpeg(image[y : y + high, x : x + wide], 60)


def photograph(image: Image, rng: np.random.Generator) -> Image:
    """Of a screen by a phone: perspective, a dark room around, glare, blur, noise, tone."""
    rows, columns = image.shape
    size = 900
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    scale = rng.uniform(0.55, 0.85) * size
    base = (corners / max(rows, columns) - 0.5) * scale + size / 2
    target = (base + rng.uniform(-0.07, 0.07, (4, 2)) * scale).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    scene = np.full((size, size), int(rng.uniform(5, 70)), np.uint8)
    moved = cv2.warpPerspective(image, matrix, (size, size))
    inside = cv2.warpPerspective(np.full_like(image, 255), matrix, (size, size)) > 0
    scene[inside] = moved[inside]
    glare = np.zeros((size, size), np.float32)
    cv2.circle(glare, tuple(int(v) for v in rng.uniform(200, 700, 2)), 90, 1.0, -1)
    lit = 255 * (scene / 255.0) ** rng.uniform(0.6, 1.6) + 90 * cv2.GaussianBlur(glare, (0, 0), 45)
    blurred = cv2.GaussianBlur(lit, (0, 0), rng.uniform(0.8, 2.0)) + rng.normal(0, 6, lit.shape)
    return jpeg(np.clip(blurred, 0, 255).astype(np.uint8), 70)


def moire(image: Image, rng: np.random.Generator) -> Image:
    """A photograph of a screen whose pixels beat with the camera's, of which a part was cut out."""
    taken = photograph(image, rng).astype(np.float32)
    y, x = np.mgrid[: taken.shape[0], : taken.shape[1]].astype(np.float32)
    for _ in range(2):
        fx, fy = rng.uniform(0.02, 0.25, 2)
        taken *= 1 + rng.uniform(0.04, 0.12) * np.sin(2 * np.pi * (fx * x + fy * y + 0.00003 * x * y))
    rows, columns = taken.shape
    y0, x0 = (int(rng.uniform(0.1, 0.25) * side) for side in (rows, columns))
    cut = taken[y0 : y0 + int(0.65 * rows), x0 : x0 + int(0.65 * columns)]
    return jpeg(np.clip(cut, 0, 255).astype(np.uint8), 60)


def annotated(image: Image, rng: np.random.Generator) -> Image:
    """With arrows, a box and text over it, as in a slide or a post."""
    out = image.copy()
    rows, columns = out.shape
    for _ in range(3):
        start, end = (tuple(int(v) for v in rng.uniform(0.1, 0.9, 2) * (columns, rows)) for _ in range(2))
        cv2.arrowedLine(out, start, end, 255, 6)
    cv2.rectangle(out, (0, int(0.8 * rows)), (columns, rows), 0, -1)
    cv2.putText(out, "look at this", (20, int(0.9 * rows)), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 255, 3)
    return jpeg(out, 50)


def toned(image: Image, rng: np.random.Generator) -> Image:
    """Another window, inverted, small."""
    low, high = np.percentile(image, [rng.uniform(2, 15), rng.uniform(85, 98)])
    narrow = np.clip((image - low) / max(high - low, 1) * 255, 0, 255).astype(np.uint8)
    return jpeg(255 - np.asarray(cv2.resize(narrow, (320, 320)), np.uint8), 40)


def quarter(image: Image, rng: np.random.Generator) -> Image:
    """A quarter of the area, anywhere."""
    rows, columns = image.shape
    y, x = int(rng.uniform(0, rows / 2)), int(rng.uniform(0, columns / 2))
    return jpeg(image[y : y + rows // 2, x : x + columns // 2], 75)


def turned(image: Image, rng: np.random.Generator) -> Image:
    """Turned by a quarter or half, or mirrored, and tilted a little."""
    way = int(rng.integers(4))
    out = np.ascontiguousarray(np.rot90(image, way) if way else image[:, ::-1])
    rows, columns = out.shape
    tilt = cv2.getRotationMatrix2D((columns / 2, rows / 2), rng.uniform(-8, 8), 1)
    return jpeg(np.asarray(cv2.warpAffine(out, tilt, (columns, rows)), np.uint8), 70)


def viewer(image: Image, rng: np.random.Generator) -> Image:
    """A busy viewer around a small film: tool bar, list with thumbnails of something else, captions over the film."""
    page = np.full((760, 1180), 28, np.uint8)
    side = int(rng.uniform(420, 640))
    factor = side / max(image.shape)
    film = np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    y, x = int(rng.uniform(60, 740 - film.shape[0])), int(rng.uniform(260, 1160 - film.shape[1]))
    page[y : y + film.shape[0], x : x + film.shape[1]] = film
    page[:48] = 70
    for number in range(18):
        cv2.rectangle(page, (12 + 60 * number, 8), (52 + 60 * number, 40), int(rng.uniform(90, 220)), -1)
    for number in range(6):
        thumb = cv2.GaussianBlur(rng.integers(0, 255, (90, 90)).astype(np.uint8), (0, 0), 4)
        page[70 + 110 * number : 160 + 110 * number, 20:110] = thumb
        cv2.putText(
            page, f"CR 1/{number + 1}", (120, 110 + 110 * number), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 200, 1
        )
    for number, text in enumerate(("W 4096 L 2048", "Zoom 43%", "PA ERECT", "12:04")):
        cv2.putText(page, text, (x + 8, y + 20 + 20 * number), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 240, 1)
    return jpeg(page, 80)


def jpeg(image: Image, quality: int) -> Image:
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", image, [1, quality])[1], 0), np.uint8)


ALTERATIONS: dict[str, Alter] = {
    "screenshot": screenshot,
    "crop": crop,
    "photograph": photograph,
    "moire photograph": moire,
    "annotated": annotated,
    "annotated and inverted": lambda image, rng: 255 - annotated(image, rng),
    "small and inverted": toned,
    "a quarter": quarter,
    "turned or mirrored": turned,
    "busy viewer": viewer,
    "JPEG quality 20": lambda image, rng: jpeg(image, 20),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--release", type=int, default=600)
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", default=",".join(ALTERATIONS), help="Of alterations, comma-separated.")
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--fit", type=Path, nargs=2)
    arguments = parser.parse_args()
    if arguments.fit:
        for learnt, judged in (arguments.fit, arguments.fit[::-1]):
            fit(learnt, judged)
        return
    if arguments.folder is None:
        parser.error("give a folder, or --fit with two files")
    rng = np.random.default_rng(arguments.seed)
    portraits = load(arguments.folder)
    order = rng.permutation(len(portraits))
    inside, outside = order[: arguments.release], order[arguments.release :]
    chosen = [portraits[i] for i in inside]
    library = Copies(lambda: chosen, seed=arguments.seed, workers=2).library()
    patients = {each.patient for each in chosen}
    known = [i for i in outside if portraits[i].patient in patients]
    unknown = [i for i in outside if portraits[i].patient not in patients]
    half = arguments.queries // 2
    asked = [(int(i), place) for place, i in enumerate(inside[: arguments.queries])]
    asked += [(int(i), -1) for i in [*known[:half], *unknown[: arguments.queries - half]]]
    cases: list[tuple[tuple[float, float, float], int]] = []
    chances, rights, seconds = [], [], time.process_time()
    for name in arguments.kinds.split(","):
        alter = ALTERATIONS[name]
        right = listed = claimed = false = wrong = 0
        for i, place in asked:
            image = np.asarray(cv2.imread(str(arguments.folder / portraits[i].path), 0), np.uint8)
            found = library.trace(alter(image, rng))
            best = found[0] if found else None
            hit = bool(best and best.position == place)
            claim = bool(best and best.chance >= 0.5)
            listed += place >= 0 and hit
            right += place >= 0 and hit and claim
            wrong += place >= 0 and claim and not hit
            false += place < 0 and claim
            claimed += claim
            chances.append(best.chance if best else 0.0)
            rights.append(float(hit))
            if best:
                cases.append((inputs(best.inliers, best.rival, best.correlation), int(hit)))
        n = arguments.queries
        print(
            f"{name}: right record first {listed}/{n}, claimed {right}/{n}, another record claimed {wrong}/{n}; "
            f"claims for images that are not in the release {false}/{n}",
            flush=True,
        )
        if arguments.cases:  # after every kind, so that a run that is cut off leaves what it has
            np.savez(arguments.cases, table=[case for case, _ in cases], label=[hit for _, hit in cases])
    sure = np.array(chances) >= 0.9
    print(
        f"calibration error {expected_calibration_error(np.array(chances), np.array(rights)):.3f}; P >= 0.9: "
        f"{sure.sum()} of {len(sure)} queries, precision {np.mean(np.array(rights)[sure]):.3f}; "
        f"{(time.process_time() - seconds) / len(sure):.2f} s of processor time a query; seed {arguments.seed}"
    )


def fit(learnt: Path, judged: Path) -> None:
    """Fit the weights on the cases of one file; print how they and those in use do on those of the other."""
    with np.load(learnt) as cases:
        weights = LogisticRegression(fit_intercept=False, C=1).fit(cases["table"], cases["label"]).coef_[0]
        both = [(cases["table"], cases["label"])]
    with np.load(judged) as cases:
        both.append((cases["table"], cases["label"]))
    print(f"fitted on {learnt.name}: {weights.round(2).tolist()}")
    for name, used in (("fitted", weights), ("in use", np.array(WEIGHTS))):
        table, label = both[1]
        chances = 1 / (1 + np.exp(-np.clip(table @ used, -30, 30)))
        claimed, sure = chances >= 0.5, chances >= 0.9
        print(
            f"  {name}, judged on {judged.name}: error {expected_calibration_error(chances, label):.3f}, "
            f"Brier {np.mean((chances - label) ** 2):.4f}, claimed {(claimed & (label == 1)).sum()} of "
            f"{label.sum()} right first answers, {(claimed & (label == 0)).sum()} of {(label == 0).sum()} wrong ones; "
            f"P >= 0.9: {(sure & (label == 1)).sum()} right, {(sure & (label == 0)).sum()} wrong; "
            f"in the middle (0.1 to 0.9): {((chances > 0.1) & (chances < 0.9)).sum()}"
        )


if __name__ == "__main__":
    main()
