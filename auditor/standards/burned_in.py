"""Which images usually carry text in their pixels, by what their header says that they are.

SOP classes: DICOM PS3.4 Table B.5-1 and PS3.6 Annex A, 2025b, those of captured, ultrasound and visible
light images. Modalities: PS3.3 C.7.3.1.1.1. Conversion Type: PS3.3 C.8.6.1. Image Type: its defined terms
(C.7.6.1.1.2; of slides C.8.12.4.1.1) and those that scanners write on screen saves and dose reports, as
the default pixel filters of CTP and of deid have them. `usual`: most devices write the patient's name or
the exam's date there; `sometimes`: many do not.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Habit:
    """What such images are called, and whether text in them is usual, else it happens sometimes."""

    name: str
    usual: bool


@cache
def table() -> dict[tuple[str, str], Habit]:
    """(attribute, value) to habit; attributes are sop_class, image_type, modality and conversion."""
    with (files("auditor.standards") / "burned_in.csv").open(encoding="utf-8") as stream:
        return {
            (row["attribute"], row["value"]): Habit(row["name"], row["likelihood"] == "usual")
            for row in csv.DictReader(stream)
        }


def habit(sop_class: str, image_type: str, modality: str, conversion: str) -> Habit | None:
    """The strongest habit that the header speaks for, None where nothing does.

    image_type: the values of (0008,0008), separated by backslashes.
    """
    known = table()
    spoken = [("image_type", part.strip().upper()) for part in image_type.split("\\")]
    spoken += [("sop_class", sop_class.strip("\0 ")), ("conversion", conversion.strip().upper())]
    spoken.append(("modality", modality.strip().upper()))
    found = [known[key] for key in spoken if key in known]
    return next((each for each in found if each.usual), found[0] if found else None)
