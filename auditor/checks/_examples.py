"""Short ways to write the examples of checks."""

from __future__ import annotations

from auditor.checks.base import Example
from auditor.model import Claim, Context, Element, Place

UNCLAIMED = Claim()


def context(
    *codes: str, declared: tuple[str, ...] = (), identity_removed: str = "YES", longitudinal: str = ""
) -> Context:
    """A file that claims the given method codes; without codes one that claims nothing."""
    if not codes:
        return Context(Claim(longitudinal=longitudinal), declared)
    return Context(
        Claim(
            identity_removed=identity_removed,
            codes=tuple(sorted(codes)),
            has_method=True,
            longitudinal=longitudinal,
        ),
        declared,
    )


def dicom(
    tag: int,
    vr: str,
    value: str,
    name: str = "",
    *codes: str,
    creator: str = "",
    within: str = "",
    longitudinal: str = "",
) -> Example[Element]:
    """One DICOM element, judged in the context of the codes that its file claims."""
    place = Place.FILE_META if tag >> 16 == 2 else Place.DATASET
    location = f"{within}({tag >> 16:04X},{tag & 0xFFFF:04X}) {name}".rstrip()
    if place is Place.FILE_META:
        location = "file meta " + location
    return Example(
        Element(place, location, value, vr, tag, creator), context(*codes, longitudinal=longitudinal)
    )


def cell(column: str, value: str) -> Example[Element]:
    """One table cell."""
    return Example(Element(Place.TABLE, f"table column={column} row=#", value))


def text(value: str, place: Place = Place.TEXT, location: str = "text line #") -> Example[Element]:
    """A line of a report, or text found in another place that has no structure."""
    return Example(Element(place, location, value))


def segment(value: str, place: Place = Place.FILE_NAME) -> Example[Element]:
    """One segment of a path."""
    return Example(Element(place, place.value, value))
