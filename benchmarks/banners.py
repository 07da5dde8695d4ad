"""Patient banners as scanners write them, burned into made-up images: which values are covered, and which
banners of settings are flagged.

    python benchmarks/banners.py [--images 12] [--seed 7] [--show]

Six forms: lines at a corner (ultrasound), a row at the top, labels with colons, two columns without colons,
label above value, and Chinese lines; names that lists have and names that none has. As many images carry settings and
measurements in the same forms. A value is covered where a finding of P601 of medium or worse holds its centre.
Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.checks.burned_in_text import BurnedInText
from auditor.model import Box, Claim, Context, Element, Frame, Severity
from auditor.pixels import read_frame

LISTED = ("Kowalski Agnieszka", "LINDQVIST ASTRID", "Okafor, Chidi", "MARCHETTI^LORENZO", "ABERNATHY R")
UNLISTED = ("Zhvendra Toquillo", "QUORVATH MELDIS", "Brixandro, Vael", "TSEMBULO^OKRI", "Wexholm Ardigan")
CHINESE = ("王小明", "李秀兰", "欧阳建国", "高峰", "白雪", "张伟")
PLACES = ("Northvale General Hospital", "ELMCREST MEDICAL CENTRE", "青河市人民医院", "St. Brigid Clinic")
SETTINGS = (
    ("GEN", "C5-1", "Gain 52", "Depth 16 cm", "MI 1.1", "TIS 0.6"),
    ("Adult Echo", "FR 28Hz", "16cm", "2D 58%", "C 50", "P Low"),
    ("120 kV", "250 mA", "Thk 5.0 mm", "W 400 L 40", "FOV 350", "TR 4000"),
    ("Abdomen", "Harm On", "DR 60", "FPS 32", "Persist Med", "Map F/0"),
    ("增益 55", "深度 12cm", "频率 3.5MHz", "腹部", "帧频 28", "动态范围 60"),
    ("AP", "PORTABLE", "SUPINE", "85 kVp", "3.2 mAs", "72 in"),
)
FORMS = ("corner", "row", "labels", "columns", "above", "chinese")
TYPE = {True: cv2.FontFace("sans"), False: cv2.FontFace("uni")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--images", type=int, default=12, help="of each form and purpose")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", action="store_true", help="list misses and alarms")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    counted: dict[str, Counter[str]] = {}
    for number in range(options.images):
        for form in FORMS:
            patient = Banner(rng, form, patient=True)
            found = judged(patient)
            for kind, text, box in patient.values:
                told = any(holds(each, box) for _, each in found)
                for key in ("values", f"kind {kind}", f"form {form}"):
                    counted.setdefault(key, Counter()).update(of=1, covered=told)
                if options.show and not told:
                    print("missed", number, form, kind, text, file=sys.stderr)
            settings = judged(Banner(rng, form, patient=False))
            counted.setdefault("settings", Counter()).update(of=1, flagged=bool(settings))
            if options.show and settings:
                print("alarm", number, form, [text for text, _ in settings], file=sys.stderr)
    print(json.dumps({"seed": options.seed} | {key: dict(value) for key, value in counted.items()}, indent=1))
    return 0


def judged(banner: Banner) -> list[tuple[str, Box]]:
    """What P601 objects to at medium or worse."""
    rule, context = BurnedInText(), Context(Claim())

    def objects(element: Element) -> bool:
        matches = rule.judge(element, context)
        return any((match.severity or rule.severity).rank >= Severity.MEDIUM.rank for match in matches)

    elements = read_frame(Frame(0, banner.image))
    return [(e.value, e.bbox) for e in elements if e.bbox is not None and objects(e)]


def holds(found: Box, box: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return found[0] <= x < found[2] and found[1] <= y < found[3]


class Banner:
    """An image of speckle in a fan or of smooth shades, with lines of text in one form."""

    def __init__(self, rng: random.Random, form: str, *, patient: bool) -> None:
        self._rng = rng
        self.values: list[tuple[str, str, Box]] = []
        self.image = _scene(rng)
        self._size = rng.randint(12, 22)
        self._ink = rng.choice((255, 230, 200))
        self._left, self._top = rng.randint(8, 40), rng.randint(8, 30)
        if patient:
            self._patient(form)
        else:
            self._settings(form)

    def _patient(self, form: str) -> None:
        rng = self._rng
        name = rng.choice(CHINESE if form == "chinese" else rng.choice((LISTED, UNLISTED)))
        number = "".join(rng.choices("0123456789", k=rng.randint(6, 9)))
        born = f"{rng.randint(1930, 2010)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        age = rng.randint(18, 88)
        sex = f"{rng.choice('男女')} {age}岁" if form == "chinese" else f"{rng.choice('MF')} {age}Y"
        fields = [
            ("name", "Name", name),
            ("number", "Patient ID", number),
            ("sex and age", "Sex/Age", sex),
            ("date", "DOB", born),
        ]
        if form in ("corner", "chinese"):
            rng.shuffle(fields)
            self._lines([("place", "", rng.choice(PLACES)), *((kind, "", text) for kind, _, text in fields)])
        elif form == "row":
            self._row(fields)
        elif form == "labels":
            self._lines([(kind, f"{label}: ", text) for kind, label, text in fields])
        elif form == "columns":
            self._columns(fields)
        else:
            self._above(fields)

    def _settings(self, form: str) -> None:
        lines = [("", "", text) for text in self._rng.choice(SETTINGS)]
        if form == "row":
            self._row(lines[:4])
        elif form == "columns":
            self._columns([("", text.split()[0], text.split()[-1]) for _, _, text in lines])
        else:
            self._lines(lines)

    def _lines(self, fields: list[tuple[str, str, str]]) -> None:
        for number, (kind, label, text) in enumerate(fields):
            begin = self._left + (self._write(label, self._left, number) if label else 0)
            self._value(kind, text, begin, number)

    def _row(self, fields: list[tuple[str, str, str]]) -> None:
        x = self._left
        for kind, _, text in fields:
            x += self._value(kind, text, x, 0) + 2 * self._size

    def _columns(self, fields: list[tuple[str, str, str]]) -> None:
        for number, (kind, label, text) in enumerate(fields):
            self._write(label, self._left, number)
            self._value(kind, text, self._left + 8 * self._size, number)

    def _above(self, fields: list[tuple[str, str, str]]) -> None:
        x = self._left
        for kind, label, text in fields:
            self._write(label, x, 0)
            x += max(self._value(kind, text, x, 1), 5 * self._size) + self._size

    def _value(self, kind: str, text: str, x: int, line: int) -> int:
        width = self._write(text, x, line)
        top = self._top + round(line * 1.7 * self._size)
        if kind:
            self.values.append((kind, text, (x, top, x + width, top + self._size)))
        return width

    def _write(self, text: str, x: int, line: int) -> int:
        baseline = self._top + round(line * 1.7 * self._size) + self._size
        font = TYPE[text.isascii()]
        end, _ = cv2.putText(self.image, text, (x, baseline), self._ink, font, round(self._size * 1.3))
        return int(end[0]) - x


def _scene(rng: random.Random) -> NDArray[np.uint8]:
    grain = np.random.default_rng(rng.randint(0, 1 << 30))
    rows, columns = 768, 1024
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    fan = (np.hypot(x - columns / 2, y + 60) < 780) & (np.abs(x - columns / 2) < 0.6 * (y + 60))
    speckle = cv2.GaussianBlur(grain.rayleigh(60, (rows, columns)).astype(np.float32), (0, 0), 1.5)
    shades = 90 + cv2.GaussianBlur(grain.normal(0, 900, (rows, columns)).astype(np.float32), (0, 0), 30)
    image = np.where(fan, speckle, 4) if rng.random() < 0.6 else shades + grain.normal(0, 4, (rows, columns))
    return np.clip(image, 0, 255).astype(np.uint8)


if __name__ == "__main__":
    sys.exit(main())
