"""Findings in pixels by the device that wrote the images, and what to black out on each."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from auditor.inventory import Inventory
from auditor.inventory.lookup import item_at
from auditor.model import Box, Claim, Context, Element, Facts, Place, Severity
from auditor.pipeline.display import Display
from auditor.pipeline.judge import judge_elements, rules
from auditor.pipeline.plan import Plan
from auditor.pipeline.shown import one_frame, outline
from auditor.pixels.text.regions import unite
from auditor.report.schema import DeviceRow, RegionRow
from auditor.sources import Source

MOST_DEVICES = 100
MOST_REGIONS = 24
_SHARE = 0.6
"""A region as large as this share of the frame is no mask: the image is better left out."""
_IMAGES = "SELECT told, count(*) FROM items JOIN facts USING (fact) WHERE frames_total > 0 GROUP BY told"
_BOXES = """SELECT DISTINCT told, item, bbox FROM findings JOIN items USING (item) JOIN facts USING (fact)
    WHERE bbox <> '' AND severity >= $1 AND location LIKE 'pixels%' ORDER BY item, bbox"""
_SEEN = "SELECT counts, bbox FROM occurrences WHERE item = $1 AND bbox <> '' ORDER BY counts, bbox"


@dataclass(frozen=True, slots=True, order=True)
class Device:
    """What writes text at the same places: a model at one image size."""

    maker: str
    model: str
    modality: str
    rows: int
    columns: int


def devices(
    source: Source, inventory: Inventory, display: Display, plan: Plan, pictures: int
) -> list[DeviceRow]:
    """One row a device on whose images something was found, those with most such images first.

    pictures: of so many of them a picture is made that shows where.
    """
    total: Counter[Device] = Counter()
    for told, count in inventory.stream(_IMAGES):
        total[_device(inventory.facts_in(told))] += count
    found: defaultdict[Device, set[tuple[int, Box]]] = defaultdict(set)
    for told, item, bbox in inventory.stream(_BOXES, [Severity.LOW.rank]):
        found[_device(inventory.facts_in(told))].add((item, box_of(bbox)))
    ranked = sorted(found, key=lambda device: (-len({item for item, _ in found[device]}), device))
    rows = [_row(device, total[device], found[device], display) for device in ranked[:MOST_DEVICES]]
    if not plan.reads_text:
        return rows
    shown = [
        row.model_copy(update={"picture": _picture(source, inventory, device, found[device], plan)})
        for device, row in zip(ranked[:pictures], rows, strict=False)
    ]
    return shown + rows[len(shown) :]


def _picture(
    source: Source, inventory: Inventory, device: Device, found: set[tuple[int, Box]], plan: Plan
) -> str:
    """The image of the device on which most was found, all that was seen on it black; empty without one."""
    item, _ = max(Counter(number for number, _ in found).items(), key=lambda each: (each[1], -each[0]))
    seen = inventory.db.execute(_SEEN, [item]).fetchall()
    frame = one_frame(source, item_at(inventory, item), int((seen[0][0] or "0").split(",")[0]), plan.limits)
    if frame is None or frame.display.shape[:2] != (device.rows, device.columns):
        return ""
    boxes = [box_of(bbox) for _, bbox in seen] + [box for _, box in found]
    return outline(frame, boxes)


def box_of(bbox: str) -> Box:
    """A box from the text that tables hold."""
    x0, y0, x1, y1 = (int(number) for number in bbox.split())
    return x0, y0, x1, y1


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
