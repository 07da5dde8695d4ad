"""Known strings burned into backgrounds: share found, read and judged, by class, script and size.

    python benchmarks/burned_in_synthetic.py [--backgrounds FOLDER] [--images 60] [--strings 4] [--seed 7]

Each image carries some strings: invented names, numbers, dates, phones, hospitals, Latin and Chinese,
with and without labels, 8 to 40 px high; plain, faint (10 to 40 grey levels), dark, rotated, coloured,
or in stored values outside the displayed window. As many images carry harmless text, and as many none.
Backgrounds are the images of FOLDER, or blurred noise. Found: a box holds the string's centre and
covers half of it. Read: similarity of 0.8. Flagged: a finding of P601. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from auditor.checks.burned_in_text import BurnedInText
from auditor.checks.unjudged_text import UnjudgedText
from auditor.model import Box, Claim, Context, Element, Frame
from auditor.pixels import describe_engine, read_frame
from auditor.pixels.rapid import RapidEngine
from auditor.pixels.screen import may_hold_text

CLASSES = ("plain", "faint", "dark", "rotated", "colour", "hidden")
FAMILIES = [
    "Kowalski",
    "Okafor",
    "Lindqvist",
    "Marchetti",
    "Dubois",
    "Haraldsen",
    "Whitcombe",
    "Petrov",
    "Castellano",
    "Nakamura",
]
GIVEN = [
    "Agnieszka",
    "Chidi",
    "Astrid",
    "Lorenzo",
    "Camille",
    "Sigrid",
    "Beatrice",
    "Dmitri",
    "Lucia",
    "Haruto",
]
CHINESE_FAMILIES, CHINESE_GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊洋艳勇军杰涛明超秀霞平刚"
PLACES = ("St. Brigid", "Northvale", "Elmcrest", "Lakeview Regional")
CHINESE_PLACES = ("青河市人民医院", "云岭县中医院", "江原大学附属医院")
HARMLESS = (
    "L", "R", "AP PORTABLE", "SUPINE", "120 kV", "5.0 mAs", "W 400 L 40", "10 cm", "65bpm", "Adult Echo",
    "T2 FSE", "Gain 60", "MI 1.1", "FOV 23cm", "TR 4000", "Zoom 1.5", "Erect", "PA", "Im: 3", "左", "层厚 5mm",
)  # fmt: skip
BASES = {"sans": cv2.FontFace("sans"), "uni": cv2.FontFace("uni")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--backgrounds", type=Path)
    parser.add_argument("--images", type=int, default=60)
    parser.add_argument("--strings", type=int, default=4, help="in each image that has any")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--engine", default="rapid")
    parser.add_argument("--effort", default="standard")
    parser.add_argument("--show", action="store_true", help="list misses and alarms")
    options = parser.parse_args()
    if options.backgrounds is not None and not options.backgrounds.is_dir():
        print(f"skipped: {options.backgrounds} is not a folder", file=sys.stderr)
        return 0
    rng = random.Random(options.seed)
    scenes = Scenes(options.backgrounds, rng)
    totals: dict[str, Counter[str]] = {}
    flagged: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    screening: Counter[str] = Counter()
    screen = RapidEngine()
    for number in range(options.images):
        for purpose in ("identifying", "harmless", "clean"):
            kind = CLASSES[number % len(CLASSES)] if purpose == "identifying" else "plain"
            picture = Picture(scenes.next(kind), kind, rng)
            if purpose != "clean":
                for _ in range(options.strings):
                    picture.write(identifier(rng) if purpose == "identifying" else rng.choice(HARMLESS))
            start = time.process_time()
            passed[purpose] += may_hold_text(picture.frame(), screen)
            screening[purpose] += time.process_time() - start
            start = time.process_time()
            elements = read_frame(picture.frame(), options.engine, options.effort)
            seconds[purpose] += time.process_time() - start
            judged = [e for e in elements if any(BurnedInText().judge(e, Context(Claim())))]
            flagged[purpose] += bool(judged)
            if purpose == "identifying":
                tally(picture, elements, judged, totals, options.show)
            elif judged and options.show:
                print("alarm", purpose, [e.value for e in judged], file=sys.stderr)
    print(
        json.dumps(
            {
                "engine": describe_engine(options.engine),
                "effort": options.effort,
                "seed": options.seed,
                "images_of_each_purpose": options.images,
                "images_flagged": dict(flagged),
                "images_that_the_screen_passes_on": dict(passed),
                "seconds_of_screen": {k: round(v / options.images, 3) for k, v in screening.items()},
                "seconds_per_image": {k: round(v / options.images, 3) for k, v in seconds.items()},
                "strings": {key: dict(totals[key]) for key in sorted(totals)},
            },
            indent=1,
        )
    )
    return 0


def identifier(rng: random.Random) -> str:
    number = "".join(rng.choices("0123456789", k=rng.randint(6, 10)))
    year, month, day = rng.randint(1930, 2023), rng.randint(1, 12), rng.randint(1, 28)
    chinese = rng.choice(CHINESE_FAMILIES) + "".join(rng.choices(CHINESE_GIVEN, k=rng.randint(1, 2)))
    latin = f"{rng.choice(FAMILIES)} {rng.choice(GIVEN)}"
    return rng.choice(
        (
            latin, latin.upper(), f"Name: {latin}", f"{latin.replace(' ', '^')}", number,
            f"MRN {number}", f"ID:{number}",
            f"{year}-{month:02}-{day:02}", f"{day:02}/{month:02}/{year}", f"DOB: {day:02}.{month:02}.{year}",
            f"{rng.choice(PLACES)} Hospital", f"Tel 138{rng.randint(10_000_000, 99_999_999)}",
            chinese, f"姓名：{chinese}", f"住院号：{number}", f"{year}年{month}月{day}日", rng.choice(CHINESE_PLACES),
        )
    )  # fmt: skip


class Scenes:
    """Backgrounds, in an order that the seed fixes."""

    def __init__(self, folder: Path | None, rng: random.Random) -> None:
        self._paths = sorted(p for p in folder.rglob("*") if p.suffix in (".jpg", ".png")) if folder else []
        rng.shuffle(self._paths)
        self._rng = np.random.default_rng(rng.randint(0, 1 << 30))
        self._count = 0

    def next(self, kind: str) -> NDArray[np.float32]:
        """Grey, (rows, columns), 0 to 255; for class `hidden` with no white in it."""
        self._count += 1
        if self._paths:
            image = cv2.imread(str(self._paths[self._count % len(self._paths)]), cv2.IMREAD_GRAYSCALE)
            grey = np.asarray(image, dtype=np.float32)
        else:
            rows, columns = [int(n) for n in self._rng.integers(256, 1100, 2)]
            blobs = cv2.GaussianBlur(self._rng.normal(0, 900, (rows, columns)).astype(np.float32), (0, 0), 25)
            grey = 100 + blobs + self._rng.normal(0, 5, (rows, columns)).astype(np.float32)
        return np.clip(grey, 0, 200 if kind == "hidden" else 255).astype(np.float32)


class Picture:
    """A background that strings are burned into."""

    def __init__(self, scene: NDArray[np.float32], kind: str, rng: random.Random) -> None:
        self._rng, self._kind = rng, kind
        self._grey, self._stored = scene, scene * 4
        self._colour = np.repeat(scene[:, :, None], 3, axis=2)
        self._taken = np.zeros(scene.shape, bool)
        self.strings: list[tuple[str, Box, int, str]] = []

    def write(self, text: str) -> None:
        """Burn text in where there is room; leave it out where there is none."""
        size = self._rng.randint(8, 40)
        font = BASES["sans" if text.isascii() else "uni"]
        ink = np.zeros((size * 3, size * (len(text) + 4)), np.uint8)
        # OpenCV's font size is in points: the em, not the height of a letter.
        cv2.putText(ink, text, (size, size * 2), 255, font, round(size * 1.3))
        ys, xs = np.nonzero(ink)
        ink = ink[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
        if self._kind == "rotated":
            ink = np.rot90(ink, self._rng.choice((1, 2, 3)))
        height, width = ink.shape
        rows, columns = self._grey.shape
        for _ in range(30):
            if height + 20 >= rows or width + 20 >= columns:
                return
            top, left = self._rng.randint(10, rows - height - 10), self._rng.randint(10, columns - width - 10)
            around = (slice(max(0, top - 12), top + height + 12), slice(max(0, left - 12), left + width + 12))
            if not self._taken[around].any():
                break
        else:
            return
        self._taken[around] = True
        self._burn(ink.astype(np.float32) / 255, (slice(top, top + height), slice(left, left + width)))
        self.strings.append((text, (left, top, left + width, top + height), size, self._kind))

    def _burn(self, ink: NDArray[np.float32], place: tuple[slice, slice]) -> None:
        under = self._grey[place]
        if self._kind == "faint":
            level = self._rng.choice((-1, 1)) * self._rng.randint(10, 40)
            self._grey[place] = np.clip(under + level * ink, 0, 255)
        elif self._kind == "colour":
            tint = np.array(
                self._rng.choice(((255, 230, 0), (0, 255, 0), (255, 90, 90), (90, 200, 255))), np.float32
            )
            self._colour[place] += ink[:, :, None] * (tint - self._colour[place])
        elif self._kind == "hidden":
            self._stored[place] += ink * 3000
        else:
            self._grey[place] = under + ink * ((0 if self._kind == "dark" else 255) - under)

    def frame(self) -> Frame:
        if self._kind == "colour":
            return Frame(0, self._colour.astype(np.uint8))
        if self._kind == "hidden":
            # The displayed window ends below the values under the text: all of it is white there.
            return Frame(
                0, np.where(self._taken, 255, self._grey).astype(np.uint8), self._stored.astype(np.uint16)
            )
        return Frame(0, self._grey.astype(np.uint8))


def tally(
    picture: Picture,
    elements: list[Element],
    judged: list[Element],
    totals: dict[str, Counter[str]],
    show: bool,
) -> None:
    for text, box, size, kind in picture.strings:
        here = [e for e in elements if e.bbox is not None and covers(e.bbox, box)]
        read = max((similarity(text, e.value) for e in here), default=0.0) >= 0.8
        told = any(e in judged for e in here)
        low = any(any(UnjudgedText().judge(e, Context(Claim()))) for e in here)
        script = "latin" if text.isascii() else "chinese"
        height = "8-11 px" if size < 12 else "12-19 px" if size < 20 else "20-40 px"
        for key in ("all", f"class {kind}", f"script {script}", f"size {height}"):
            counter = totals.setdefault(key, Counter())
            counter.update(strings=1, found=bool(here), read=read, judged=told, judged_or_low=told or low)
        if show and not told:
            print(kind, size, text, [e.value for e in here], file=sys.stderr)


def covers(found: Box, box: Box) -> bool:
    x0, y0, x1, y1 = box
    inside = max(0, min(found[2], x1) - max(found[0], x0)) * max(0, min(found[3], y1) - max(found[1], y0))
    centre = found[0] <= (x0 + x1) / 2 < found[2] and found[1] <= (y0 + y1) / 2 < found[3]
    return centre and inside >= 0.5 * (x1 - x0) * (y1 - y0)


def similarity(a: str, b: str) -> float:
    return fuzz.ratio("".join(a.split()).casefold(), "".join(b.split()).casefold()) / 100


if __name__ == "__main__":
    sys.exit(main())
