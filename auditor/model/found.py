"""What is found and what is said of it, while a scan runs. An element may hold a found value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from auditor.model.words import Box, Category, Kind, Place, Reason, Severity, Status

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


MEMBER = "!/"
"""Stands between the path of an archive and that of a member."""


@dataclass(frozen=True, slots=True)
class Item:
    """One file of the source. `path` is its true path, relative, with forward slashes."""

    path: str
    size: int
    reason: Reason | None = None
    """Set by a source that found the item but will not open it (a link, a device …)."""
    within: str = ""
    """Path of the file that holds the item, when it is a member of an archive or the like; its own path
    is then `pack.zip!/folder/member.dcm`."""
    members: tuple[int, ...] = ()
    """Its position in that file, and in each container further in."""
    target: str = ""
    """Where a link that is not followed points to: a path that may itself identify."""

    def member(self, position: int, name: str, size: int = 0, reason: Reason | None = None) -> Item:
        """The item at a position inside this one."""
        path = f"{self.path}{MEMBER}{name}"
        return Item(path, size, reason, self.within or self.path, (*self.members, position))


BINARY = "(binary)"
"""The value of an element whose bytes are no text: that it is there is what can be told."""


@dataclass(frozen=True, slots=True)
class Element:
    """One piece of text found in one place of one file.

    `location` is what a person would look for: `(0010,0010) PatientName`. Where it counts
    something (sequence items, rows, frames) it holds `#`, and `counts` the numbers in order, so
    that the same value in row 12 and row 13 is one distinct value. `counts`, `bbox` and `confidence` belong
    to the occurrence; the rest to the distinct value.
    """

    place: Place
    location: str
    value: str
    vr: str = ""
    tag: int | None = None
    creator: str = ""
    counts: tuple[int, ...] = ()
    bbox: Box | None = None
    confidence: float = 1.0
    """How sure the reader is of `value`: 1 for stored text, below for text read off pixels."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says of its own de-identification; the few distinct ones are judged once."""

    identity_removed: str = ""
    """(0012,0062), upper case."""
    codes: tuple[str, ...] = ()
    """Code values of (0012,0064), sorted: 113100 the Basic Profile, 113101–113112 its options."""
    has_method: bool = False
    """Whether (0012,0063) or (0012,0064) says anything."""
    longitudinal: str = ""
    """(0028,0303): UNMODIFIED, MODIFIED, REMOVED or empty."""
    burned_in: str = ""
    """(0028,0301)."""
    recognizable: str = ""
    """(0028,0302)."""
    is_dicom: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """The few header or table values that linkage and record risk are computed from."""

    patient: str = ""
    exam: str = ""
    series: str = ""
    sex: str = ""
    age: str = ""
    birth_date: str = ""
    study_date: str = ""
    dates: str = ""
    """(0028,0303): whether the dates are UNMODIFIED, MODIFIED or REMOVED; empty when not said."""
    site: str = ""
    device: str = ""
    size: str = ""
    weight: str = ""
    ethnic: str = ""
    modality: str = ""
    view: str = ""
    body_part: str = ""
    rows: str = ""
    columns: str = ""
    spacing: str = ""
    sop_class: str = ""
    image_type: str = ""
    conversion: str = ""
    maker: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What a reader found in one item."""

    item: Item
    kind: Kind
    status: Status
    reason: Reason | None = None
    elements: tuple[Element, ...] = ()
    claim: Claim = Claim(is_dicom=False)
    facts: Facts = Facts()
    frames_total: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded frame.

    `display`: uint8, (rows, columns) grey with white high, or (rows, columns, 3) RGB: what a
    viewer would show first. `stored`: the stored values (rows, columns), those of colour only where they have more
    than 8 bits: (rows, columns, 3).
    """

    index: int
    display: NDArray[np.uint8]
    stored: NDArray[np.generic] | None = None
    layer: str = ""
    """Empty for the image itself; else what is shown besides it: `overlay 6000`, `icon`, `unused bits`."""
    spelt: tuple[str, ...] = ()
    """Text that the bits of the layer are, rather than show."""


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """A scanned volume. `voxels`: axes run to the person's right, front and top; `spacing`: mm along them."""

    voxels: NDArray[np.generic]
    spacing: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Context:
    """What a judgement may depend on besides the value: the file's claim and the policy's."""

    claim: Claim
    declared: tuple[str, ...] = ()
    """Profile and option codes that the policy declares for the whole dataset."""

    @property
    def codes(self) -> frozenset[str]:
        """Every profile and option code in force for the file."""
        return _codes(self.claim.codes, self.declared)


@lru_cache(maxsize=1024)
def _codes(claimed: tuple[str, ...], declared: tuple[str, ...]) -> frozenset[str]:
    return frozenset(claimed) | frozenset(declared)


@dataclass(frozen=True, slots=True)
class Match:
    """A check's verdict on one subject. It may hold found text: it is never written as it is."""

    confidence: float
    text: str = ""
    """The identifying part of the value, for mask and HMAC; empty: the whole value."""
    severity: Severity | None = None
    category: Category | None = None
    detail: str = ""
    """One clause that tells more than the rule's title. Holds no found text."""
    location: str = ""
    """For checks of claims and outcomes, whose subject has no location of its own."""
    item: str = ""
    """True path, for checks of outcomes that concern one file."""
    patient: str = ""
    """Pseudonym, for checks of outcomes that concern one patient."""


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A small grey copy of one image, kept for linkage, and who it shows.

    `pixels`: uint8 (side, side), letterboxed. `digest`: hash of the decoded pixels, so that the
    same exposure in two formats has one digest.
    """

    path: str
    patient: str
    exam: str
    pixels: NDArray[np.uint8]
    digest: str
    modality: str = ""
    view: str = ""
    sex: str = ""
    age: str = ""
    date: str = ""
    """Of the study, as the header or table writes it."""
    cut: bool = False
    """The file ends before the picture does: what is missing is shown black."""


Portraits = Iterator[Portrait]
