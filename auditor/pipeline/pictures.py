"""A sample of a release's images, decoded: for experiments that need more of an image than a portrait."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.portrait import grey_of, pixel_digest, portray
from auditor.linkage.describe.volumes import is_volume
from auditor.linkage.whatif import Picture, Stack
from auditor.model import Facts, Frame, Item, Portrait, Reason
from auditor.pipeline.examine import TimeLimit
from auditor.pipeline.plan import Progress
from auditor.pipeline.volumes import MODALITIES, MOST, rebuild
from auditor.readers import read_item
from auditor.readers.base import FrameError, Limits, TimeUp
from auditor.readers.containers import ContainerError, open_item
from auditor.sources import Source

PER_PATIENT = 2
"""Images of a patient: one for the release, one for the attacker."""
SIDE = 512
"""Longer side of a decoded picture, in pixels; smaller images keep their size."""
WHOLE_SERIES = 8
"""Images of one series from which they are slices of one volume."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An image or a series that may be drawn. `patient` counts patients in the order of the source, so that
    what is drawn depends on the seed alone."""

    item: Item
    patient: str
    exam: str
    facts: Facts
    series: tuple[Item, ...] = ()
    """All files of a long series, of which `item` is the middle one."""


@dataclass(slots=True)
class Drawn:
    """What was decoded, and how many images could not be, by reason."""

    pictures: list[Picture] = field(default_factory=list)
    facts: list[Facts] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    volumes: int = 0
    """Pictures that are whole volumes."""
    middles: int = 0
    """Pictures that are the middle image of a series or of a stack of frames that is no volume."""


def candidates(images: Iterable[tuple[Item, str, str, str, Facts]]) -> list[Candidate]:
    """What `Inventory.images` gives, a long series as one."""
    number: dict[str, str] = {}
    series: defaultdict[tuple[str, str, str], list[Candidate]] = defaultdict(list)
    for place, (item, patient, exam, uid, facts) in enumerate(images):
        who = number.setdefault(patient, f"P{len(number):06d}")
        one = Candidate(item, who, exam, facts)
        series[who, exam, uid or f"alone {place}"].append(one)
    found: list[Candidate] = []
    for members in series.values():
        if len(members) < WHOLE_SERIES:
            found += members
            continue
        files = tuple(member.item for member in members)[:MOST]
        found.append(replace(members[len(members) // 2], series=files))
    return found


def draw(images: list[Candidate], patients: int, rng: np.random.Generator) -> list[Candidate]:
    """At most `PER_PATIENT` images of so many patients, of different exams where there are; patients who
    can be probed first."""
    owned: defaultdict[str, list[Candidate]] = defaultdict(list)
    for image in images:
        owned[image.patient].append(image)
    groups: tuple[list[str], list[str], list[str]] = ([], [], [])
    for who, own in owned.items():
        exams = len({image.exam for image in own})
        groups[0 if exams > 1 else 1 if len(own) > 1 else 2].append(who)
    order = [group[place] for group in groups for place in rng.permutation(len(group))]
    chosen: list[Candidate] = []
    for who in sorted(order[:patients]):
        own = [owned[who][place] for place in rng.permutation(len(owned[who]))]
        first = own[0]
        others = sorted(own[1:], key=lambda image: image.exam == first.exam)
        chosen += [first, *others[: PER_PATIENT - 1]]
    return chosen


def decode(source: Source, chosen: list[Candidate], limits: Limits, progress: Progress) -> Drawn:
    """Decode what was drawn. One that fails is counted and left out; none ends the run."""
    drawn = Drawn()
    for done, image in enumerate(chosen):
        progress("decoding images", done, len(chosen))
        stack = whole(source, image, limits)
        if isinstance(stack, Stack):
            drawn.volumes += 1
            pixels, digest = stack.portrait(), hashlib.sha256(stack.levels.tobytes()).hexdigest()
            drawn.pictures.append(Picture(stack, _portrait(image, pixels, digest, " volume")))
        else:
            found = middle_frame(source, image.item, limits)
            if isinstance(found, Reason):
                drawn.failed[str(found)] += 1
                continue
            frame, frames = found
            drawn.middles += bool(image.series) or frames > 1
            small = _shrunk(frame)
            portrait = _portrait(image, portray(Frame(0, small)), pixel_digest(frame))
            drawn.pictures.append(Picture(small, portrait))
        drawn.facts.append(image.facts)
    progress("decoding images", len(chosen), len(chosen))
    return drawn


def _portrait(image: Candidate, pixels: NDArray[np.uint8], digest: str, kind: str = "") -> Portrait:
    facts = image.facts
    return Portrait(
        path=image.item.path,
        patient=image.patient,
        exam=image.exam,
        pixels=pixels,
        digest=digest,
        modality=f"{facts.modality}{kind}".strip(),
        view=facts.view,
        sex=facts.sex,
        age=facts.age,
    )


def whole(source: Source, image: Candidate, limits: Limits) -> Stack | None:
    """The volume that a series or a file is; None where it is none, or cannot be put together."""
    if image.series and image.facts.modality not in MODALITIES:
        return None
    try:
        with TimeLimit(limits.seconds):
            if image.series:
                volume = rebuild(source, image.series, limits, heads_only=False)
            else:
                opened = open_item(source, image.item, limits)
                with opened.stream:
                    item = replace(image.item, size=opened.size)
                    volume = read_item(opened.stream, item, limits).volume()
            return Stack.of(volume) if volume is not None and is_volume(volume) else None
    except (TimeUp, ContainerError, OSError, MemoryError):
        return None
    except Exception:  # noqa: BLE001 - one bad file never ends a run; its middle is tried next, and counted
        return None


def middle_frame(source: Source, item: Item, limits: Limits) -> tuple[Frame, int] | Reason:
    """The frame that a portrait is made from, the middle of a stack, and how many there are; the reason why it
    cannot be had."""
    found: Frame | None = None
    total = 0
    failure = Reason.NO_DECODER
    try:
        with TimeLimit(limits.seconds):
            opened = open_item(source, item, limits)
            with opened.stream:
                reading = read_item(opened.stream, replace(item, size=opened.size), limits)
                total = reading.record.frames_total
                half = total // 2
                for frame in reading.frames():
                    if isinstance(frame, FrameError):
                        failure = frame.reason
                    elif found is None or frame.index <= half:
                        found = frame
                    if found is not None and found.index >= half:
                        break
    except TimeUp:
        failure = Reason.TIMEOUT
    except ContainerError as error:
        failure = error.reason
    except PermissionError:
        failure = Reason.NO_PERMISSION
    except FileNotFoundError:
        failure = Reason.VANISHED
    except OSError:
        failure = Reason.IO_ERROR
    except MemoryError:
        failure = Reason.TOO_LARGE
    except Exception:  # noqa: BLE001 - one bad file never ends a run, and it is counted
        failure = Reason.FAILED
    return (found, total) if found is not None else failure


def _shrunk(frame: Frame) -> NDArray[np.uint8]:
    grey = grey_of(frame.display)
    factor = SIDE / max(grey.shape)
    if factor >= 1:
        return np.ascontiguousarray(grey)
    rows, columns = (max(1, round(length * factor)) for length in grey.shape)
    return np.asarray(cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
