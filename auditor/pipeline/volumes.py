"""Volumes whose slices are single files: put each series together, once all files are known. A head is tried for
a face, and what linkage compares is one picture of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from auditor.inventory import Inventory
from auditor.inventory.series import Series, looks, note, series_of
from auditor.linkage.describe.volumes import is_volume, portray_volume
from auditor.model import Element, Item, Place, Text, Volume
from auditor.pipeline.examine import TimeLimit
from auditor.pipeline.parallel import run
from auditor.pipeline.plan import Plan, Progress
from auditor.pipeline.shown import one_frame
from auditor.pixels import Look, is_head_sized, try_head
from auditor.readers.base import Limits, TimeUp
from auditor.readers.containers import ContainerError, open_item
from auditor.readers.dicom.series import FEWEST, Slice, VolumeBuilder, slices_of, stacks
from auditor.sources import Source

NOT_REBUILT = "head volume, could not be rebuilt"
MODALITIES = frozenset({"CT", "MR", "OT", ""})
"""Those whose slices show skin, and those that do not say."""
MOST = 4000
"""Files of one series that are looked at."""
_WORDS = {
    Look.FACE: Text("with a face", "可见人脸"),
    Look.PARTLY: Text("with part of a face", "可见部分人脸"),
    Look.ALTERED: Text("with a blurred or altered face", "人脸被模糊或改动"),
    Look.REPLACED: Text("with a face that was put over", "人脸疑似被替换"),
    Look.REMOVED: Text("whose face was removed", "人脸已去除"),
    Look.STRIPPED: Text("skull-stripped", "已剥离颅骨"),
    Look.OUTSIDE: Text("with no face in view", "视野内无人脸"),
}
_BROKEN = (ContainerError, OSError, MemoryError)


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """What came of one series, or of one stack of slices that no series names."""

    series: Series
    """Without its files."""
    elements: list[Element]
    picture: NDArray[np.uint8] | None = None
    slices: tuple[int, ...] = ()
    """The files that are slices of it and say so nowhere."""


def try_series(source: Source, inventory: Inventory, plan: Plan, workers: int, progress: Progress) -> None:
    """Rebuild every series that the plan wants, a task each, and note what it shows with its first file."""
    tasks = ([series] for series in series_of(inventory, MODALITIES, FEWEST, MOST))
    progress("putting slices together", 0, 0)
    tried = run(partial(_try, source, plan), tasks, workers=workers, crashed=partial(_crashed, plan))
    for done, parts in enumerate(tried, 1):
        for each in parts:
            note(inventory, each.series, each.elements)
            if each.picture is not None:
                inventory.add_volume(each.series.first, each.picture, each.slices)
        progress("putting slices together", done, done)


def told(inventory: Inventory) -> list[Text]:
    """In words, how many volumes were tried and what they show; nothing where there was none."""
    found = looks(inventory)
    if not found:
        return []
    lost = found.pop(NOT_REBUILT, 0)
    said = []
    if tried := sum(found.values()):
        parts = [(found.get(str(look), 0), words) for look, words in _WORDS.items()]
        said.append(
            Text(
                f"{tried:,} volumes of a head's size were rendered: "
                + ", ".join(f"{n:,} {words.en}" for n, words in parts if n)
                + ". A head without a face to the detector may show one to a person; another person's scan in place "
                "of a face counts as a face.",
                f"对 {tried:,} 个头部大小的容积进行了渲染："
                + "，".join(f"{n:,} 个{words.zh}" for n, words in parts if n)
                + "。检测器未见人脸不等于人眼看不出；以他人扫描替换的人脸按人脸计。",
            )
        )
    if lost:
        said.append(
            Text(
                f"{lost:,} series of slices could not be put together to look for a face.",
                f"{lost:,} 个切片序列无法重建，未能检查人脸。",
            )
        )
    return said


def rebuild(
    source: Source, files: Sequence[Item], limits: Limits, *, heads_only: bool, holding: int | None = None
) -> Volume | None:
    """The largest volume of the slices in these files, or the one that the file at `holding` is a slice of; None where
    they are none, or not of a head's size if so asked.

    Raises what opening and reading a file raises (OSError, ContainerError). Each file's header is read
    once, and the pixels of as many as `VolumeBuilder` asks for, one at a time.
    """
    found = stacks(_places(source, files, limits))
    if holding is not None:
        found = [slices for slices in found if any(each.file == holding for each in slices)]
    return _volume(source, files, found[0], limits, heads_only) if found else None


def _places(source: Source, files: Sequence[Item], limits: Limits) -> list[Slice]:
    places: list[Slice] = []
    for number, item in enumerate(files):
        with open_item(source, item, limits).stream as stream:
            places += slices_of(stream, number)
    return places


def _volume(
    source: Source, files: Sequence[Item], slices: Sequence[Slice], limits: Limits, heads_only: bool
) -> Volume | None:
    builder = VolumeBuilder(slices)
    if heads_only and not is_head_sized(builder.shape, builder.spacing):
        return None
    for (number, index), own in builder.wanted.items():
        frame = one_frame(source, files[number], index, limits)
        if frame is not None:
            builder.add(own, frame)
    return builder.volume()


def _try(source: Source, plan: Plan, tasks: Sequence[Series]) -> list[Tried]:
    (series,) = tasks
    try:
        with TimeLimit(plan.limits.seconds):
            found = stacks(_places(source, series.files, plan.limits))
            # A series is one image, whatever its parts; files that no series names are as many as geometry says.
            return [_tried(source, plan, series, slices) for slices in (found[:1] if series.named else found)]
    except (TimeUp, *_BROKEN):
        return _crashed(plan, series)


def _tried(source: Source, plan: Plan, series: Series, slices: Sequence[Slice]) -> Tried:
    volume = _volume(source, series.files, slices, plan.limits, heads_only=not plan.portrays)
    elements = try_head(volume) if volume is not None and plan.reads_text else []
    shown = volume is not None and plan.portrays and is_volume(volume)
    picture = portray_volume(volume) if volume is not None and shown else None
    if series.named:
        return Tried(replace(series, files=(), items=()), elements, picture)
    own = tuple(sorted(series.items[each.file] for each in slices))
    return Tried(replace(series, first=own[0], files=(), items=()), elements, picture, own)


def _crashed(plan: Plan, series: Series) -> list[Tried]:
    """A series that could not be put together: said, not passed over; linkage takes its middle slice."""
    lost = [Element(Place.FACE, NOT_REBUILT, "", confidence=0.5)] if plan.reads_text else []
    return [Tried(replace(series, files=(), items=()), lost)]
