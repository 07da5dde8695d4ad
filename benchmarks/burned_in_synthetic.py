"""Known strings burned into backgrounds: share found, read and judged, by class, script and size.

    python benchmarks/burned_in_synthetic.py [--backgrounds FOLDER …] [--images 56] [--strings 1] [--seed 7]
        [--presidio PYTHON] > a.json
    python benchmarks/burned_in_synthetic.py --sum a.json b.json …

Each image carries some strings: invented names, numbers, dates, phones, hospitals, Latin and Chinese,
with and without labels, 8 to 40 px high; plain, faint (10 to 40 grey levels), dark, rotated by 90, 180 and
270°, mirrored, coloured, or in stored values outside the displayed window. As many images carry harmless
text, and as many none. Backgrounds are the images of the folders, or blurred noise; the seed draws both. Found: a
box holds the string's centre and covers half of it. Read: similarity of 0.8; exactly: the same but for spaces
and case. Flagged: a finding of P601, of any severity and of medium or worse. `--presidio` shows the same images to
Presidio, by the interpreter of an environment where presidio-image-redactor is installed
(benchmarks/presidio_stage.py). `--sum` adds up runs of several seeds. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from auditor.checks.burned_in_text import BurnedInText
from auditor.checks.unjudged_text import UnjudgedText
from auditor.checks.unread_text import UnreadText
from auditor.model import Box, Claim, Context, Element, Frame, Severity
from auditor.pixels import describe_engine, read_frame
from auditor.pixels.text.reading import Tally

CLASSES = ("plain", "faint", "dark", "rotated", "mirrored", "colour", "hidden")
PURPOSES = ("identifying", "harmless", "clean")
FAMILIES = tuple(
    """
    Kowalski Okafor Lindqvist Marchetti Dubois Haraldsen Whitcombe Petrov Castellano Nakamura Abernathy Brzezinski
    Chaudhry Delacroix Eriksson Fitzgerald Gunnarsson Hashimoto Ivanova Jankowski Kipkemboi Llewellyn Mbeki
    Novotny O'Leary Papadopoulos Quintero Rasmussen Szabo Thibault Ueda Vasquez Wojcik Yilmaz Zimmermann Ng Wu Cho
    """.split()  # noqa: SIM905
)
GIVEN = tuple(
    """
    Agnieszka Chidi Astrid Lorenzo Camille Sigrid Beatrice Dmitri Lucia Haruto Amara Bjorn Consuelo Desmond Eleni
    Farouk Giulia Henrik Ingrid Joaquin Katarzyna Leif Mireille Nadia Olumide Priya Quentin Rosalind Soren Tamsin
    Ursula Viktor Wanjiru Xavier Yusuf Zofia Ann Bo Eve Ian
    """.split()  # noqa: SIM905
)
CHINESE_FAMILIES, CHINESE_GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊洋艳勇军杰涛明超秀霞平刚"
PLACES = ("St. Brigid", "Northvale", "Elmcrest", "Lakeview Regional", "Harbour County", "Saint Odile")
CHINESE_PLACES = ("青河市人民医院", "云岭县中医院", "江原大学附属医院", "白石镇卫生院", "东川区妇幼保健院")
HARMLESS = (
    "L", "R", "AP PORTABLE", "SUPINE", "120 kV", "5.0 mAs", "W 400 L 40", "10 cm", "65bpm", "Adult Echo",
    "T2 FSE", "Gain 60", "MI 1.1", "FOV 23cm", "TR 4000", "Zoom 1.5", "Erect", "PA", "Im: 3", "左", "层厚 5mm",
    "LAT", "PORT SUPINE", "85 kVp", "SNR 42", "Depth 16 cm", "Freq 3.5 MHz", "DR 60", "TIS 0.7", "FR 28Hz", "1:2",
    "Thk 1.25 mm", "WL 40 WW 350", "SIEMENS", "Philips Healthcare", "EF 61%", "LVIDd 4.8 cm", "HR 72", "CINE",
    "Abdomen", "增益 55", "窗宽 400 窗位 40", "深度 12cm", "仰卧位", "后前位", "LCC", "RMLO", "Post contrast",
)  # fmt: skip
BASES = {"sans": cv2.FontFace("sans"), "uni": cv2.FontFace("uni")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--backgrounds", type=Path, nargs="*", default=[])
    parser.add_argument("--images", type=int, default=56)
    parser.add_argument("--purposes", nargs="+", choices=PURPOSES, default=PURPOSES)
    parser.add_argument("--strings", type=int, default=1, help="in each image that has any")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--engine", default="rapid")
    parser.add_argument("--effort", default="standard")
    parser.add_argument("--presidio", type=Path, help="interpreter that has presidio-image-redactor")
    parser.add_argument("--presidio-model", default="en_core_web_sm", help="spaCy model installed there")
    parser.add_argument("--sum", type=Path, nargs="+", help="add up the outputs of earlier runs")
    parser.add_argument("--show", action="store_true", help="list misses and alarms")
    options = parser.parse_args()
    if options.sum:
        print(
            json.dumps(
                summed([json.loads(path.read_text(encoding="utf-8")) for path in options.sum]), indent=1
            )
        )
        return 0
    if missing := [str(folder) for folder in options.backgrounds if not folder.is_dir()]:
        print(f"skipped: {missing} are not folders", file=sys.stderr)
        return 0
    print(json.dumps(measure(options), indent=1))
    return 0


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """One run: every number is a count or a sum, so that runs can be added up."""
    rng = random.Random(options.seed)
    scenes = Scenes(options.backgrounds, rng)
    strings: dict[str, Counter[str]] = {}
    images: dict[str, Counter[str]] = {}
    other = Presidio(options.presidio, options.presidio_model) if options.presidio else None
    for number in range(options.images):
        for purpose in options.purposes:
            kind = CLASSES[number % len(CLASSES)] if purpose == "identifying" else "plain"
            picture = Picture(scenes.next(kind), kind, rng)
            if purpose != "clean":
                for _ in range(options.strings):
                    picture.write(identifier(rng) if purpose == "identifying" else rng.choice(HARMLESS))
            frame = picture.frame()
            tally, begun = Tally(), time.process_time()
            elements = read_frame(frame, options.engine, options.effort, tally)
            judged = [e for e in elements if worst(e) is not None]
            weighty = any((worst(e) or Severity.INFO).rank >= Severity.MEDIUM.rank for e in elements)
            counted = images.setdefault(purpose, Counter())
            counted.update(
                images=1,
                flagged=bool(judged),
                flagged_medium_or_worse=weighty,
                passed_by_the_screen=not tally.spared,
                low_only=not judged and any(low(e) for e in elements),
            )
            counted["milliseconds of screening and reading"] += round(1000 * (time.process_time() - begun))
            if other is not None:
                boxes, identifies = other.look(frame.display)
                counted.update({"flagged by Presidio": identifies})
            if purpose == "identifying":
                compare(picture, elements, judged, strings, options.show)
                for _, box, _, _ in picture.strings if other is not None else ():
                    strings["all"].update({"found by Presidio's OCR": any(covers(b, box) for b in boxes)})
            elif judged and options.show:
                print("alarm", purpose, [(e.value, e.confidence) for e in judged], file=sys.stderr)
    return {
        "engine": describe_engine(options.engine),
        "effort": options.effort,
        "seed": options.seed,
        "strings_an_image": options.strings,
        "images": {key: dict(value) for key, value in images.items()},
        "strings": {key: dict(strings[key]) for key in sorted(strings)},
    }


def worst(element: Element) -> Severity | None:
    """The worst that P601 says of a line; None where it says nothing."""
    rule = BurnedInText()
    told = [match.severity or rule.severity for match in rule.judge(element, Context(Claim()))]
    return max(told, key=lambda severity: severity.rank, default=None)


def low(element: Element) -> bool:
    rules = (UnjudgedText(), UnreadText())
    return any(match for rule in rules for match in rule.judge(element, Context(Claim())))


def summed(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The runs' counts added up, and each count's share of the strings or images with its 95 % interval (Wilson)."""
    total: dict[str, Any] = {key: [run[key] for run in runs] for key in ("engine", "effort", "seed")}
    for part, base in (("images", "images"), ("strings", "strings")):
        sums: dict[str, Counter[str]] = {}
        for run in runs:
            for key, counts in run[part].items():
                sums.setdefault(key, Counter()).update(counts)
        total[part] = {
            key: {name: shown(name, count, counts[base]) for name, count in counts.items()}
            for key, counts in sums.items()
        }
    return total


def shown(name: str, count: int, of: int) -> str:
    if "milliseconds" in name:
        return f"{count / of:.0f} an image"
    share, z = count / of, 1.96
    centre, spread = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    low_end, high_end = ((centre + sign * spread) / (1 + z * z / of) for sign in (-1, 1))
    return f"{count} = {100 * share:.1f} % ({100 * low_end:.1f} to {100 * high_end:.1f})"


class Presidio:
    """Presidio's image analyser in another interpreter, fed one picture at a time."""

    def __init__(self, python: Path, model: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        script = Path(__file__).with_name("presidio_stage.py")
        self._process = subprocess.Popen(
            [str(python), str(script), model], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def look(self, image: NDArray[np.uint8]) -> tuple[list[Box], bool]:
        """Boxes of what its OCR read, and whether anything was taken for personal."""
        path = Path(self._folder.name) / "picture.png"
        cv2.imwrite(str(path), image[..., ::-1] if image.ndim == 3 else image)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return [tuple(box) for box in answer["boxes"]], bool(answer["personal"])


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

    def __init__(self, folders: list[Path], rng: random.Random) -> None:
        self._paths = sorted(p for f in folders for p in f.rglob("*") if p.suffix in (".jpg", ".png"))
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
        if self._kind == "mirrored":
            ink = ink[:, ::-1]
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


def compare(
    picture: Picture,
    elements: list[Element],
    judged: list[Element],
    strings: dict[str, Counter[str]],
    show: bool,
) -> None:
    for text, box, size, kind in picture.strings:
        here = [e for e in elements if e.bbox is not None and covers(e.bbox, box)]
        alike = max((similarity(text, e.value) for e in here), default=0.0)
        told = any(e in judged for e in here)
        script = "digits" if not any(c.isalpha() for c in text) else "latin" if text.isascii() else "chinese"
        height = "8-11 px" if size < 12 else "12-19 px" if size < 20 else "20-40 px"
        for key in ("all", f"class {kind}", f"script {script}", f"size {height}"):
            strings.setdefault(key, Counter()).update(
                strings=1,
                found=bool(here),
                read=alike >= 0.8,
                read_exactly=alike == 1.0,
                judged=told,
                judged_or_low=told or any(low(e) for e in here),
            )
        if show and not told:
            print(kind, size, text, [(e.value, e.confidence) for e in here], file=sys.stderr)


def covers(found: Box, box: Box) -> bool:
    x0, y0, x1, y1 = box
    inside = max(0, min(found[2], x1) - max(found[0], x0)) * max(0, min(found[3], y1) - max(found[1], y0))
    centre = found[0] <= (x0 + x1) / 2 < found[2] and found[1] <= (y0 + y1) / 2 < found[3]
    return centre and inside >= 0.5 * (x1 - x0) * (y1 - y0)


def similarity(a: str, b: str) -> float:
    return fuzz.ratio("".join(a.split()).casefold(), "".join(b.split()).casefold()) / 100


if __name__ == "__main__":
    sys.exit(main())
