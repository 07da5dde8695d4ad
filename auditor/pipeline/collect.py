"""What goes into the vault: the values behind findings, crops of what was found in frames, rendered
heads, and small copies of patients who stand out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auditor.evidence import Entry, Vault
from auditor.inventory import Inventory
from auditor.inventory.lookup import item_at, item_from
from auditor.inventory.series import Series, series_of
from auditor.keys import Key
from auditor.model import Item, Severity
from auditor.pipeline.devices import box_of
from auditor.pipeline.shown import crop, masked, one_frame, png
from auditor.pipeline.volumes import MODALITIES, MOST, rebuild
from auditor.pixels import Look, look_at
from auditor.readers import read_item
from auditor.readers.base import Limits
from auditor.readers.containers import ContainerError, open_item
from auditor.readers.dicom.series import FEWEST
from auditor.sources import Source

CROPS, FRAMES, RENDERS = 500, 50, 100
"""At most so many pictures: enough to check what was found, and no second copy of the dataset."""
PATIENTS, IMAGES = 20, 4
"""Patients who stand out, and images of each, of which portraits are kept."""
FRAME_SIDE = 1024
_VALUES = """SELECT rule, hmac, any_value(content), any_value(s.location), min(o.item)
    FROM matches m JOIN values_seen s USING (value) JOIN occurrences o USING (value)
    WHERE hmac <> '' AND severity >= $1 GROUP BY rule, hmac, value ORDER BY rule, hmac"""
_CROPS = """SELECT f.rule, f.location, f.counts, f.bbox, f.hmac, f.item FROM findings f
    WHERE bbox <> '' AND severity >= $1 AND location LIKE 'pixels%'
    ORDER BY severity DESC, item, counts, bbox LIMIT $2"""
_BOXES = "SELECT DISTINCT bbox FROM occurrences WHERE item = $1 AND counts = $2 AND bbox <> '' ORDER BY bbox"
_HEADS = """SELECT DISTINCT f.rule, f.location, f.item, i.path, i.size, i.inside, i.frames_total, i.kind
    FROM findings f JOIN items i USING (item) WHERE location LIKE 'head volume%' AND rule <> 'P609'
    ORDER BY item LIMIT $1"""
_STANDING_OUT = """WITH flagged AS (
        SELECT patient, max(confidence) AS score FROM findings WHERE rule = 'L703' AND patient <> ''
        GROUP BY patient ORDER BY score DESC, patient LIMIT $1),
    told AS (
        SELECT score, patient, item, path, pixels,
            row_number() OVER (PARTITION BY patient ORDER BY item) AS number
        FROM flagged JOIN items USING (patient) JOIN portraits USING (item))
    SELECT path, pixels, whole FROM told
    LEFT JOIN (SELECT item, any_value(whole) AS whole FROM volumes GROUP BY item) USING (item)
    WHERE number <= $2 ORDER BY score DESC, patient, item"""
_BROKEN = (OSError, ContainerError, MemoryError)


def collect_evidence(source: Source, inventory: Inventory, key: Key, folder: Path, limits: Limits) -> int:
    """Seal the evidence of everything from low on into a vault; returns the number of its entries."""
    vault = Vault(folder, key)
    for entry in (
        *_values(inventory),
        *_crops(source, inventory, limits),
        *_renders(source, inventory, limits),
        *_conspicuous(inventory),
    ):
        vault.add(entry)
    return vault.count


def _values(inventory: Inventory) -> Iterator[Entry]:
    for rule, hmac, content, location, item in inventory.stream(_VALUES, [Severity.LOW.rank]):
        text, _ = inventory.text_in(content)
        path = item_at(inventory, item).path
        yield Entry("value", rule, path, location, value_hmac=hmac, content=text.encode("utf-8", "replace"))


def _crops(source: Source, inventory: Inventory, limits: Limits) -> Iterator[Entry]:
    drawn: set[int] = set()
    for rule, location, counts, bbox, hmac, number in inventory.stream(_CROPS, [Severity.LOW.rank, CROPS]):
        item = item_at(inventory, number)
        frame = one_frame(source, item, int(counts.split(",")[0] or 0), limits)
        if frame is None:
            continue
        yield Entry("crop", rule, item.path, location, bbox, hmac, crop(frame, box_of(bbox)))
        if number not in drawn and len(drawn) < FRAMES:
            drawn.add(number)
            boxes = [box_of(text) for (text,) in inventory.db.execute(_BOXES, [number, counts]).fetchall()]
            yield Entry("frame", rule, item.path, location, content=png(masked(frame, boxes, FRAME_SIDE)))


def _renders(source: Source, inventory: Inventory, limits: Limits) -> Iterator[Entry]:
    wanted = list(inventory.stream(_HEADS, [RENDERS]))
    rebuilt: dict[int, Series] = {}
    if any(kind == "dicom" and frames == 1 for *_, frames, kind in wanted):
        first = {row[2] for row in wanted}
        every = series_of(inventory, MODALITIES, FEWEST, MOST, again=True)
        rebuilt = {item: series for series in every for item in first.intersection(series.items)}
    for rule, location, number, path, size, inside, _, _ in wanted:
        item = item_from(inventory, path, size, inside)
        try:
            seen = _look(source, item, number, rebuilt.get(number), limits)
        except _BROKEN:
            continue
        if seen is not None:
            yield Entry("render", rule, item.path, location, content=seen)


def _conspicuous(inventory: Inventory) -> Iterator[Entry]:
    """Small copies of the patients who stand out most, those of a volume as a whole."""
    for path, png_of, whole in inventory.stream(_STANDING_OUT, [PATIENTS, IMAGES]):
        content = inventory.unseal(png_of if whole is None else whole)
        yield Entry("portrait", "L703", inventory.path(path), "images", content=content)


def _look(source: Source, item: Item, number: int, series: Series | None, limits: Limits) -> bytes | None:
    if series is not None:
        holding = None if series.named else series.items.index(number)
        volume = rebuild(source, series.files, limits, heads_only=True, holding=holding)
    else:
        opened = open_item(source, item, limits)
        with opened.stream:
            volume = read_item(opened.stream, item, limits).volume()
    seen = look_at(volume) if volume is not None else None
    return None if seen is None or seen.look in (Look.REMOVED, Look.STRIPPED) else png(seen.picture)
