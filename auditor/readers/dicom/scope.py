"""What is remembered of elements that were met, and what their meaning depends on."""

from __future__ import annotations

from auditor.model import Element, Place
from auditor.readers.base import Limits
from auditor.readers.dicom.walk import Raw

STOP, LONG = -1, 0


class Known:
    """What one element of a data set gave, the elements inside it included."""

    __slots__ = ("codes", "content", "elements", "follower", "length", "scope", "seen", "value")

    def __init__(
        self,
        content: bytes,
        value: tuple[int, str] | None,
        elements: tuple[Element, ...],
        codes: tuple[str, ...] = (),
        seen: int = 1,
        scope: Scope | None = None,
    ) -> None:
        self.content, self.length = content, len(content)
        self.value = value
        """Its tag and first text."""
        self.elements = elements
        self.codes = codes
        """Code values that say how the file was de-identified."""
        self.seen = seen
        """How many elements it is, itself included."""
        self.scope = scope
        """What holds for the elements after it, where that changes."""
        self.follower: Known | None = None
        """What came after it the last time."""


class Scope:
    """What an element's meaning depends on besides its bytes, and the elements that were met in it."""

    __slots__ = (
        "creators",
        "encodings",
        "explicit",
        "items",
        "known",
        "limits",
        "little",
        "long",
        "place",
        "plain",
        "spans",
    )

    def __init__(
        self,
        limits: Limits,
        place: Place,
        explicit: bool,
        little: bool,
        encodings: tuple[str, ...] = (),
        creators: tuple[tuple[int, str], ...] = (),
    ) -> None:
        self.limits, self.place, self.explicit, self.little = limits, place, explicit, little
        self.encodings, self.creators = encodings, creators
        self.known: dict[bytes, Known] = {}
        """By all bytes of the element."""
        self.spans: dict[bytes, int] = {}
        """The length of every element that begins with these eight bytes; `LONG` where twelve are needed
        to tell, `STOP` where such an element is no longer part of what is read."""
        self.long: dict[bytes, int] = {}
        """The length of the last element that began with these twelve bytes."""
        self.plain: dict[bytes, Raw] = {}
        """An element that began with these eight bytes, where all that do are text and nothing else."""
        self.items: dict[bytes, list[Scope]] = {}
        """The scope of each item of the sequences that begin with these eight bytes."""
