"""Findings in pixels by the device that wrote the images, and what to black out on each."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from auditor.inventory import Inventory
from auditor.model import Box, Claim, Context, Element, Facts, Place, Severity
from auditor.pipeline.display import Display
from auditor.pipeline.judge import judge_elements, rules
from auditor.pixels.regions import unite
from auditor.report.schema import DeviceRow, RegionRow

MOST_DEVICES = 100
MOST_REGIONS = 24
_SHARE = 0.6
"""A region as large as this share of the frame is no mask: the image is better left out."""
_IMAGES = "SELECT told, count(*) FROM items JOIN facts USING (fact) WHERE frames_total > 0 GROUP BY told"
_BOXES = """SELECT DISTINCT told, item, bbox FROM findings JOIN items USING (item) JOIN facts USING (fact)
    WHERE bbox <> '' AND severity >= $1 AND location LIKE 'pixels%' ORDER BY item, bbox"""


@dataclass(frozen=True, slots=True, order=True)
class Device:
    """What writes text at the same places: a model at one image size."""

    maker: str
    model: str
    modality: str
    rows: int
    columns: int


def devices(inventory: Inventory, display: Display) -> list[DeviceRow]:
    """One row a device on whose images something was found, those with most such images first."""
    total: Counter[Device] = Counter()
    for told, count in inventory.stream(_IMAGES):
        total[_device(inventory.facts_in(told))] += count
    found: defaultdict[Device, set[tuple[int, Box]]] = defaultdict(set)
    for told, item, bbox in findings_with_boxes(inventory):
        x0, y0, x1, y1 = (int(number) for number in bbox.split())
        found[_device(inventory.facts_in(told))].add((item, (x0, y0, x1, y1)))
    ranked = sorted(found, key=lambda device: (-len({item for item, _ in found[device]}), device))
    return [_row(device, total[device], found[device], display) for device in ranked[:MOST_DEVICES]]


def findings_with_boxes(inventory: Inventory) -> list[tuple[bytes, int, str]]:
    """Sealed facts, item and box of every finding in a frame that weighs something."""
    rows: list[tuple[bytes, int, str]] = inventory.db.execute(_BOXES, [Severity.LOW.rank]).fetchall()
    return rows


def _row(device: Device, images: int, found: set[tuple[int, Box]], display: Display) -> DeviceRow:
    united = unite(found, device.rows, device.columns)
    area = device.rows * device.columns
    kept = [
        RegionRow(box=list(r.box), images=r.images, share=round(r.images / images, 4))
        for r in united[:MOST_REGIONS]
        if (r.box[2] - r.box[0]) * (r.box[3] - r.box[1]) <= _SHARE * area
    ]
    return DeviceRow(
        maker=shown_device(device.maker, display),
        model=shown_device(device.model, display),
        modality=shown_device(device.modality, display),
        rows=device.rows,
        columns=device.columns,
        images=images,
        images_found=len({item for item, _ in found}),
        regions=kept,
        left_out=len(united) - len(kept),
    )


def shown_device(text: str, display: Display) -> str:
    """The name of a maker or model as it may be shown: empty where it holds anything that identifies."""
    if not text or display.location(text) != text or display.path(text) != text:
        return ""
    judged = judge_elements([(0, Element(Place.TEXT, "text line #", text), Context(Claim()))])
    weighs = any((m.severity or rules()[rule].severity).rank > Severity.INFO.rank for _, rule, m, _ in judged)
    return "" if weighs else text


def _device(facts: Facts) -> Device:
    rows, columns = (int(n) if n.isdecimal() and len(n) < 6 else 0 for n in (facts.rows, facts.columns))
    return Device(facts.maker, facts.model, facts.modality, rows, columns)
