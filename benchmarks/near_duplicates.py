"""Recall of near-duplicates over transforms, and false alarms, on a folder of images with an index.csv.

    python benchmarks/near_duplicates.py FOLDER [--copies 40] [--seed 0]

Every image of FOLDER is searched together with transformed copies of `--copies` images drawn at
random, one transform at a time. A copy is found when it is paired with its original. False alarms
are pairs among the untransformed images: across patients, and within a patient (a real repeated
exposure would count too, so look at those before believing they are false).
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import joblib
import numpy as np
from linkage_nih import load
from numpy.typing import NDArray

from auditor.linkage.copies.keypoints import find_keypoints
from auditor.linkage.copies.near import Index, candidates, is_same_exposure, verify
from auditor.linkage.describe.portrait import portray
from auditor.linkage.describe.threads import threads
from auditor.model import Frame

Image = NDArray[np.uint8]


def crop(image: Image, top: float, bottom: float, left: float, right: float) -> Image:
    rows, columns = image.shape
    return image[int(top * rows) : int((1 - bottom) * rows), int(left * columns) : int((1 - right) * columns)]


def jpeg(image: Image, quality: int) -> Image:
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", image, [1, quality])[1], 0), np.uint8)


def turned(image: Image, degrees: float) -> Image:
    rows, columns = image.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(image, matrix, (columns, rows)), np.uint8)


def toned(image: Image, gamma: float) -> Image:
    return np.asarray(255 * (image / 255.0) ** gamma, np.uint8)


def windowed(image: Image) -> Image:
    low, high = np.percentile(image, [20, 80])
    return np.clip((image - low) / max(high - low, 1) * 255, 0, 255).astype(np.uint8)


def captioned(image: Image) -> Image:
    out = image.copy()
    rows, columns = out.shape
    cv2.rectangle(out, (0, 0), (columns // 2, rows // 6), 255, -1)
    cv2.putText(out, "PORTABLE AP", (10, rows // 10), cv2.FONT_HERSHEY_SIMPLEX, columns / 700, 0, 2)
    return out


def noisy(image: Image) -> Image:
    noise = np.random.default_rng(0).normal(0, 10, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


TRANSFORMS: dict[str, Callable[[Image], Image]] = {
    "JPEG quality 50": lambda image: jpeg(image, 50),
    "JPEG quality 15": lambda image: jpeg(image, 15),
    "resized to 50 %": lambda image: np.asarray(cv2.resize(image, None, fx=0.5, fy=0.5), np.uint8),
    "resized to 128 px": lambda image: np.asarray(cv2.resize(image, (128, 128)), np.uint8),
    "crop 5 %": lambda image: crop(image, 0.05, 0.05, 0.05, 0.05),
    "crop 10 %": lambda image: crop(image, 0.1, 0.1, 0.1, 0.1),
    "crop 20 %, off centre": lambda image: crop(image, 0.2, 0.05, 0.05, 0.2),
    "crop 30 %, off centre": lambda image: crop(image, 0.3, 0.0, 0.15, 0.15),
    "darker": lambda image: toned(image, 2.0),
    "brighter": lambda image: toned(image, 0.5),
    "narrow window": windowed,
    "equalised": lambda image: np.asarray(cv2.equalizeHist(image), np.uint8),
    "mirrored": lambda image: np.ascontiguousarray(image[:, ::-1]),
    "upside down": lambda image: np.ascontiguousarray(image[::-1]),
    "inverted": lambda image: 255 - image,
    "text box": captioned,
    "turned 7 degrees": lambda image: turned(image, 7),
    "blurred": lambda image: np.asarray(cv2.GaussianBlur(image, (0, 0), 2), np.uint8),
    "noise": noisy,
    "crop, mirrored, inverted, JPEG 40": lambda image: jpeg(
        255 - np.ascontiguousarray(crop(image, 0.1, 0.1, 0.1, 0.1)[:, ::-1]), 40
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copies", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    portraits = load(arguments.folder)
    begun = time.process_time()
    with threads(os.cpu_count() or 1) as parallel:
        known = list(parallel(joblib.delayed(find_keypoints)(each.pixels) for each in portraits))
        index = Index(known, seed=arguments.seed)
        placed = np.stack(list(parallel(joblib.delayed(index.place)(each) for each in known)))
        listed = candidates(placed, placed[:, 0], np.arange(len(known)))
        pairs = sorted({(min(a, b), max(a, b), variant) for a, b, variant in listed})
        found = parallel(
            joblib.delayed(verify)(known[a], known[b], portraits[a].pixels, portraits[b].pixels, variant)
            for a, b, variant in pairs
        )
    seconds = time.process_time() - begun
    same = [portraits[a].patient == portraits[b].patient for a, b, _ in pairs]
    for name, wanted in (("within a patient", True), ("across patients", False)):
        those = [result for result, each in zip(found, same, strict=True) if each is wanted]
        counts = sorted(count for count, _ in those)[-5:]
        alarms = sum(is_same_exposure(*each) for each in those)
        print(f"{name}: {len(those)} candidates, most inliers {counts}, called same exposure {alarms}")
    print(f"{len(portraits)} images, {1000 * seconds / len(portraits):.0f} ms of processor time each")
    drawn = np.random.default_rng(arguments.seed).permutation(len(portraits))[: arguments.copies]
    recalls = []
    for name, transform in TRANSFORMS.items():
        hits, listed, alike = 0, 0, []
        for original in drawn:
            image = cv2.imread(str(arguments.folder / portraits[original].path), cv2.IMREAD_GRAYSCALE)
            copy = portray(Frame(0, transform(np.asarray(image, np.uint8))))
            keypoints = find_keypoints(copy)
            asked = [
                variant
                for _, b, variant in candidates(index.place(keypoints)[None], placed[:, 0])
                if b == original
            ]
            listed += bool(asked)
            results = [
                verify(keypoints, known[original], copy, portraits[original].pixels, each) for each in asked
            ]
            hits += any(is_same_exposure(*each) for each in results)
            alike.append(max(results, default=(0, 0.0)))
        recalls.append(hits / len(drawn))
        print(
            f"{name}: found {recalls[-1]:.1%}, among the candidates {listed / len(drawn):.1%}, "
            f"fewest inliers {min(alike)[0]}, lowest correlation {min(c for _, c in alike):.2f}"
        )
    print(f"mean recall {np.mean(recalls):.2%} over {len(recalls)} transforms, {len(drawn)} copies each")


if __name__ == "__main__":
    main()
