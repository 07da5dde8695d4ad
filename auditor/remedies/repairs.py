"""What has to be repaired, from report.json and findings.csv. Places and device names, no found value."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import ReportError
from auditor.model import Category, Severity
from auditor.report.schema import DeviceRow
from auditor.report.stored import load_report
from auditor.standards.ps315 import Action, action, row

REPORT, TABLE = "report.json", "findings.csv"
_TAG = re.compile(r"(?:^|\.)\(([0-9A-F]{4}),([0-9A-Fx]{4})\)(?: (\w*))?[^.()]*$")
_NOT_VALUES = frozenset({Category.CLAIM, Category.LINKAGE})
_DATES = frozenset({"DA", "DT", "TM"})
_ICONS = 0x00880200


@dataclass(frozen=True, slots=True, order=True)
class TagRepair:
    """An attribute with findings and what PS3.15 asks for it. `action`: remove, empty, dummy or uid."""

    tag: int
    keyword: str
    action: str
    vr: str = ""

    @property
    def hexadecimal(self) -> str:
        """Eight lower-case hex digits."""
        return f"{self.tag:08x}"


@dataclass(frozen=True, slots=True)
class Mask:
    """Regions to black out on every image whose attributes have these values, exactly.

    `signature`: (keyword, value) in the order of the standard; `boxes`: x0 y0 x1 y1 in pixels of the stored frame.
    """

    signature: tuple[tuple[str, str], ...]
    boxes: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Repairs:
    """What a recipe can do, and what it cannot: kind of place to number of findings."""

    tags: tuple[TagRepair, ...]
    devices: tuple[DeviceRow, ...]
    private: bool = False
    """Whether private attributes hold findings."""
    overlays: bool = False
    """Whether overlay planes hold findings."""
    left: tuple[tuple[str, int], ...] = ()


def load_repairs(folder: Path, codes: Iterable[str] = ()) -> Repairs:
    """Read an audit's folder. codes: profile and option codes that are in force (the policy's).

    Raises ReportError where the folder holds no audit.
    """
    report = load_report(folder / REPORT)
    tags: set[TagRepair] = set()
    left: Counter[str] = Counter()
    private = overlays = False
    try:
        with (folder / TABLE).open(encoding="utf-8", newline="") as stream:
            for found in csv.DictReader(stream):
                if found["category"] in _NOT_VALUES or Severity(found["severity"]) is Severity.INFO:
                    continue
                location = found["location"]
                match = _TAG.search(location)
                if location.startswith("pixels "):
                    continue
                if location.startswith("icon"):
                    tags.add(_repair(_ICONS, "IconImageSequence", codes))
                elif location.startswith("overlay"):
                    overlays = True
                elif match is None or location.startswith(("file meta", "nifti", "exif")):
                    left[_kind(location)] += 1
                elif int(match[1], 16) % 2:
                    private = True
                else:
                    tags.add(_repair(int(match[1] + match[2], 16), match[3] or "", codes))
    except (OSError, UnicodeDecodeError, KeyError, ValueError):
        raise ReportError(
            "The audit's table of findings cannot be read",
            str(folder / TABLE),
            "Give the folder that auditor scan wrote.",
        ) from None
    masked = tuple(device for device in report.devices if device.regions)
    unmasked = sum(device.left_out for device in report.devices)
    if unmasked:
        left["regions too large or too many to mask"] += unmasked
    return Repairs(tuple(sorted(tags)), masked, private, overlays, tuple(sorted(left.items())))


def masks(devices: Iterable[DeviceRow], unsafe: re.Pattern[str]) -> list[Mask]:
    """What to black out by manufacturer, model, modality and size, the most particular signature first.

    unsafe: what a value may not hold in the recipe. An attribute with such a value, or one that is not shown, is left
    out of the signature. Programs that stop at the first signature that fits would never reach a second one that is
    equal, or wider: equal ones are united, and wide ones come last.
    """
    boxes: dict[tuple[tuple[str, str], ...], dict[tuple[int, int, int, int], None]] = {}
    for device in devices:
        told = [
            ("Manufacturer", device.maker),
            ("ManufacturerModelName", device.model),
            ("Modality", device.modality),
            ("Rows", str(device.rows)),
            ("Columns", str(device.columns)),
        ]
        signature = tuple((field, value) for field, value in told if value and not unsafe.search(value))
        own = boxes.setdefault(signature, {})
        for x0, y0, x1, y1 in (region.box for region in device.regions):
            own[x0, y0, x1, y1] = None
    return [
        Mask(signature, tuple(own))
        for signature, own in sorted(boxes.items(), key=lambda each: -len(each[0]))
    ]


def _repair(tag: int, keyword: str, codes: Iterable[str]) -> TagRepair:
    entry = row(tag)
    if entry is None:
        return TagRepair(tag, keyword, "remove")
    asked = action(entry, codes)
    if asked.replaces_uid:
        return TagRepair(tag, keyword, "uid", entry.vr)
    # Kept and cleaned attributes hold a finding all the same: what is left of them is too much.
    zero = asked in (Action.ZERO, Action.REMOVE_ZERO, Action.REMOVE_ZERO_DUMMY)
    dummy = asked in (Action.DUMMY, Action.ZERO_DUMMY, Action.REMOVE_DUMMY)
    if dummy and entry.vr not in _DATES:
        return TagRepair(tag, keyword, "dummy", entry.vr)
    return TagRepair(tag, keyword, "empty" if zero or dummy else "remove", entry.vr)


def _kind(location: str) -> str:
    """The place without what it counts or names: a column may be named after a patient."""
    return re.split(r"[\[\]=(#:]", location)[0].rstrip(" 0123456789") or "other"
