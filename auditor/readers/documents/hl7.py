"""HL7 version 2 messages: each field by its segment, number and, where it can identify, its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading
from auditor.readers.gather import gather
from auditor.readers.text import read_text

_STARTS = (b"MSH|", b"\x0bMSH|", b"FHS|", b"BHS|")
NAMES = {
    "MSH-4": "hospital", "MSH-6": "hospital", "MSH-7": "date", "EVN-2": "date", "EVN-5": "operator",
    "PID-2": "patient id", "PID-3": "patient id", "PID-4": "patient id", "PID-5": "patient name",
    "PID-6": "mothers name", "PID-7": "date of birth", "PID-8": "sex", "PID-9": "patient name", "PID-10": "race",
    "PID-11": "address", "PID-13": "phone", "PID-14": "phone", "PID-18": "account number", "PID-19": "ssn",
    "PID-20": "patient id", "PID-21": "patient id", "PID-23": "address", "PID-29": "date",
    "NK1-2": "next of kin name", "NK1-4": "address", "NK1-5": "phone",
    "PV1-7": "physician", "PV1-8": "physician", "PV1-9": "physician", "PV1-17": "physician",
    "PV1-19": "visit number", "PV1-44": "date", "PV1-45": "date", "GT1-3": "guardian name", "GT1-5": "address",
    "GT1-6": "phone", "IN1-16": "full name", "IN1-18": "date of birth", "IN1-36": "insurance",
    "ORC-10": "operator", "ORC-12": "physician", "OBR-2": "order number", "OBR-3": "order number",
    "OBR-7": "date", "OBR-10": "operator", "OBR-16": "physician", "OBR-22": "date", "OBR-32": "radiologist",
    "OBX-14": "date", "OBX-16": "physician",
}  # fmt: skip
"""What a field is (HL7 v2.5.1 chapters 2 to 7), in the words that headings are judged by."""


_OF_THE_MESSAGE = frozenset({"MSH-2", "MSH-9", "MSH-11", "MSH-12"})
"""Signs, type, mode and version: words of the standard."""


class Hl7Reader:
    """Text in OBX and NTE is searched like any text; the other fields are judged by what they are."""

    kind = Kind.TEXT

    def matches(self, head: bytes, name: str) -> bool:
        """By the header segment."""
        return head.lstrip(b"\xef\xbb\xbf \r\n").startswith(_STARTS)

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """One element for each repetition of each field that is not empty."""
        text, cut = read_text(stream, limits)
        elements: list[Element] = []
        reason = gather(elements, _elements(text.lstrip("\ufeff\x0b")), limits.elements)
        reason = reason or (Reason.TOO_LARGE if cut else None)
        status = Status.PARTIAL if reason else Status.READ
        return Reading(Record(item, self.kind, status, reason, tuple(elements)))


def _elements(text: str) -> Iterator[Element]:
    for number, line in enumerate(text.splitlines(), 1):
        segment, *fields = line.strip("\x0b\x1c ").split("|")
        if not (len(segment) == 3 and segment.isalnum()):
            if line.strip():
                yield Element(Place.TEXT, "text line #", line.strip(), counts=(number,))
            continue
        for position, field in enumerate(fields, 2 if segment == "MSH" else 1):
            key = f"{segment}-{position}"
            name = f" {NAMES[key]}" if key in NAMES else ""
            for part in field.split("~") if key not in _OF_THE_MESSAGE else ():
                if part.strip(' ^&"'):
                    yield Element(Place.TEXT, f"text node=# {key}{name}", _plain(part), counts=(number,))


def _plain(field: str) -> str:
    """Without empty components at the end, and with the escapes of section 2.7 undone."""
    for letter, plain in (("T", "&"), ("S", "^"), ("F", "|"), (".br", " ")):
        field = field.replace(f"\\{letter}\\", plain)
    return field.strip(' "').rstrip("^&")
