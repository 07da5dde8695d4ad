"""Burned-in text on real images: how much is found, read and judged, and at what cost.

    python benchmarks/burned_in_text.py boxed FOLDER     # NNN.dcm beside NNN.json {values: [{kind, text, bbox}]}
    python benchmarks/burned_in_text.py listed CSV ROOT  # columns path, identifying_text
    python benchmarks/burned_in_text.py clean FOLDER     # images without identifiers

A boxed value counts as covered by a finding whose box holds the value's centre or at least half of
its area, and as judged when that finding says that it identifies (P601). An image is flagged when a
finding is medium or worse. `values_without_a_pixel`: boxes that lie outside of the frame or on one grey level, where
nothing can be read. One process, one thread. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz

from auditor.checks.burned_in_text import BurnedInText
from auditor.checks.unjudged_text import UnjudgedText
from auditor.checks.unread_text import UnreadText
from auditor.model import Box, Context, Element, Frame, Item, Severity
from auditor.pixels import describe_engine, read_frames
from auditor.readers import read_item

RULES = (BurnedInText(), UnreadText(), UnjudgedText())
READ = 80
"""Similarity, 0 to 100, from which a value counts as read."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["boxed", "listed", "clean"])
    parser.add_argument("path", type=Path)
    parser.add_argument("root", type=Path, nargs="?")
    parser.add_argument("--engine", default="rapid")
    parser.add_argument("--effort", default="standard")
    parser.add_argument("--every", type=int, default=1, help="take every Nth image")
    parser.add_argument("--show", action="store_true", help="list misses and alarms with their text")
    options = parser.parse_args()
    if not options.path.exists():
        print(f"skipped: {options.path} does not exist", file=sys.stderr)
        return 0
    result = {"boxed": boxed, "listed": listed, "clean": clean}[options.what](options)
    print(
        json.dumps({"engine": describe_engine(options.engine), "effort": options.effort, **result}, indent=1)
    )
    return 0


class Examined:
    """The elements of an image with the worst severity each was judged, and the seconds it took."""

    def __init__(self, path: Path, options: argparse.Namespace) -> None:
        start = time.process_time()
        with path.open("rb") as stream:
            reading = read_item(stream, Item(path.name, path.stat().st_size))
            pixels = read_frames(reading.frames(), options.engine, options.effort)
            self._first = next(iter(reading.frames()), None)
        self.elements = pixels.elements
        self.frames, self.failed = pixels.frames_examined, pixels.frames_failed
        context = Context(reading.record.claim)
        self.findings: list[tuple[Element, str, Severity]] = [
            (element, rule.id, match.severity or rule.severity)
            for element in pixels.elements
            for rule in RULES
            for match in rule.judge(element, context)
        ]
        self.seconds = time.process_time() - start

    @property
    def flagged(self) -> bool:
        return any(severity.rank >= Severity.MEDIUM.rank for _, _, severity in self.findings)

    def shows(self, box: Box) -> bool:
        """Whether the first frame holds anything in the box: type may be off its edge, or white on white."""
        x0, y0, x1, y1 = (max(0, side) for side in box)
        inside = self._first.display[y0:y1, x0:x1] if isinstance(self._first, Frame) else np.empty(0)
        return bool(inside.size) and bool(np.ptp(inside) > 0)


def covers(found: Box | None, box: Box) -> bool:
    """Whether the centre of `box` or half of its area lies in `found`."""
    if found is None:
        return False
    x0, y0, x1, y1 = box
    inside = max(0, min(found[2], x1) - max(found[0], x0)) * max(0, min(found[3], y1) - max(found[1], y0))
    centre = found[0] <= (x0 + x1) / 2 < found[2] and found[1] <= (y0 + y1) / 2 < found[3]
    return centre or inside >= 0.5 * (x1 - x0) * (y1 - y0)


def plain(text: str) -> str:
    return "".join(text.split()).casefold()


def boxed(options: argparse.Namespace) -> dict[str, Any]:
    values, found, read, covered, judged = (Counter[str]() for _ in range(5))
    invisible = 0
    images = list(each(sorted(options.path.glob("*.json")), options))
    for path, image in images:
        for value in json.loads(path.read_text(encoding="utf-8"))["values"]:
            kind, box = value["kind"], tuple(value["bbox"])
            here = [e for e in image.elements if covers(e.bbox, box)]
            values[kind] += 1
            invisible += not image.shows(box)
            found[kind] += bool(here)
            read[kind] += any(fuzz.partial_ratio(plain(value["text"]), plain(e.value)) >= READ for e in here)
            rules = {rule for e, rule, _ in image.findings if covers(e.bbox, box)}
            covered[kind] += bool(rules)
            judged[kind] += "P601" in rules
            if options.show and "P601" not in rules:
                print(path.name, kind, value["text"], [e.value for e in here], file=sys.stderr)
    total = values.total()
    return {
        "images": len(images),
        "images_flagged": sum(image.flagged for _, image in images),
        "values": total,
        "values_without_a_pixel": invisible,
        "found": round(found.total() / total, 4),
        "read": round(read.total() / total, 4),
        "covered": round(covered.total() / total, 4),
        "judged": round(judged.total() / total, 4),
        "by_kind": {
            k: f"found {found[k]} read {read[k]} covered {covered[k]} of {n}" for k, n in values.items()
        },
        "seconds_per_image": round(sum(image.seconds for _, image in images) / len(images), 3),
    }


def listed(options: argparse.Namespace) -> dict[str, Any]:
    with options.path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    right, images = 0, {}
    for row in rows:
        image = Examined((options.root or options.path.parent) / row["path"], options)
        want = row["identifying_text"] == "yes"
        right += image.flagged == want
        images[row["path"]] = {
            "identifying": want,
            "flagged": image.flagged,
            "seconds": round(image.seconds, 2),
        }
        if options.show:
            show(row["path"], image)
    return {"images": len(rows), "right": right, "by_image": images}


def clean(options: argparse.Namespace) -> dict[str, Any]:
    paths = sorted(p for p in options.path.rglob("*") if p.suffix.lower() in (".jpg", ".png", ".dcm"))
    images = list(each(paths, options))
    for path, image in images:
        if options.show and image.findings:
            show(path.name, image)
    return {
        "images": len(images),
        "images_flagged": sum(image.flagged for _, image in images),
        "images_with_low_findings": sum(bool(image.findings) for _, image in images),
        "seconds_per_image": round(sum(image.seconds for _, image in images) / len(images), 3),
    }


def each(paths: list[Path], options: argparse.Namespace) -> Iterator[tuple[Path, Examined]]:
    for path in paths[:: options.every]:
        yield path, Examined(path.with_suffix(".dcm") if path.suffix == ".json" else path, options)


def show(name: str, image: Examined) -> None:
    print(name, [(e.value, rule, severity.value) for e, rule, severity in image.findings], file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
