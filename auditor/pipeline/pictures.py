"""A sample of a release's images, decoded: for experiments that need more of an image than a portrait."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.linkage.portrait import pixel_digest, portray
from auditor.linkage.whatif import Picture
from auditor.model import Facts, Frame, Item, Portrait, Reason
from auditor.pipeline.examine import TimeLimit
from auditor.pipeline.plan import Progress
from auditor.readers import read_item
from auditor.readers.base import FrameError, Limits, TimeUp
from auditor.readers.containers import ContainerError, open_item
from auditor.sources import Source

PER_PATIENT = 2
"""Images of a patient: one for the release, one for the attacker."""
SIDE = 512
"""Longer side of a decoded picture, in pixels; smaller images keep their size."""
WHOLE_SERIES = 8
"""Images of one series from which they are slices of one volume, of which the middle one is taken."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An image that may be drawn. `patient` counts patients in the order of the source, so that what is
    drawn depends on the seed alone."""

    item: Item
    patient: str
    exam: str
    facts: Facts


@dataclass(slots=True)
class Drawn:
    """What was decoded, and how many images could not be, by reason."""

    pictures: list[Picture] = field(default_factory=list)
    facts: list[Facts] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)


def candidates(images: Iterable[tuple[Item, str, str, str, Facts]]) -> list[Candidate]:
    """What `Inventory.images` gives, of a long series only its middle image."""
    number: dict[str, str] = {}
    series: defaultdict[tuple[str, str, str], list[Candidate]] = defaultdict(list)
    for place, (item, patient, exam, uid, facts) in enumerate(images):
        who = number.setdefault(patient, f"P{len(number):06d}")
        one = Candidate(item, who, exam, facts)
        series[who, exam, uid or f"alone {place}"].append(one)
    found: list[Candidate] = []
    for members in series.values():
        found += [members[len(members) // 2]] if len(members) >= WHOLE_SERIES else members
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
        frame = middle_frame(source, image.item, limits)
        if isinstance(frame, Reason):
            drawn.failed[str(frame)] += 1
            continue
        facts, small = image.facts, _shrunk(frame)
        portrait = Portrait(
            path=image.item.path,
            patient=image.patient,
            exam=image.exam,
            pixels=portray(Frame(0, small)),
            digest=pixel_digest(frame),
            modality=facts.modality,
            view=facts.view,
            sex=facts.sex,
            age=facts.age,
        )
        drawn.pictures.append(Picture(small, portrait))
        drawn.facts.append(facts)
    progress("decoding images", len(chosen), len(chosen))
    return drawn


def middle_frame(source: Source, item: Item, limits: Limits) -> Frame | Reason:
    """The frame that a portrait is made from: the middle of a stack; the reason why it cannot be had."""
    found: Frame | None = None
    failure = Reason.NO_DECODER
    try:
        with TimeLimit(limits.seconds):
            opened = open_item(source, item, limits)
            with opened.stream:
                reading = read_item(opened.stream, replace(item, size=opened.size), limits)
                half = reading.record.frames_total // 2
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
    return found if found is not None else failure


def _shrunk(frame: Frame) -> NDArray[np.uint8]:
    grey = frame.display
    if grey.ndim == 3:
        grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(grey[..., :3]), cv2.COLOR_RGB2GRAY), np.uint8)
    factor = SIDE / max(grey.shape)
    if factor >= 1:
        return np.ascontiguousarray(grey)
    rows, columns = (max(1, round(length * factor)) for length in grey.shape)
    return np.asarray(cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
