"""Files that text carries in base64: pictures in JSON, HTML, notebooks and SVG, documents in FHIR, CDA and HL7."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import BinaryIO

from auditor.model import Element, Item
from auditor.readers.base import Limits

_STARTS = (
    b"/9j/", b"iVBORw0KGgo", b"JVBERi", b"UEsDB", b"R0lGOD", b"H4sI", b"e1xydG", b"SUkqA", b"TU0AK", b"UklGR",
    b"0M8R4KGx", b"A{170}[A-Za-z0-9+/]{1,3}JQ00",
)  # fmt: skip
"""How JPEG, PNG, PDF, ZIP, GIF, gzip, RTF, TIFF, RIFF, compound documents and DICOM begin in base64."""
_BASE64 = re.compile(
    rb"(?<![A-Za-z0-9+/=])(?:\\?" + rb"|".join(_STARTS) + rb")(?:[A-Za-z0-9+/]|\\[/nr]|[\r\n\t ])*={0,2}"
)
_IN_TEXT = re.compile(_BASE64.pattern.decode())
_ESCAPES = re.compile(rb"\\[nr]|[\\\s]")
_LEAST = 64
_MOST = 1000


def embedded_spans(stream: BinaryIO, limits: Limits) -> list[tuple[int, int]]:
    """Start and end of each embedded file, in order, as bytes of the text."""
    stream.seek(0)
    raw = stream.read(limits.text_bytes)
    spans = (found.span() for found in _BASE64.finditer(raw))
    return list(islice((span for span in spans if span[1] - span[0] >= _LEAST), _MOST))


def embedded_file(stream: BinaryIO, span: tuple[int, int]) -> bytes:
    """The bytes of one embedded file; what does not decode to the end is cut there."""
    stream.seek(span[0])
    text = _ESCAPES.sub(b"", stream.read(span[1] - span[0])).rstrip(b"=")
    text = text[: len(text) // 4 * 4] if len(text) % 4 == 1 else text + b"=" * (-len(text) % 4)
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""


def without_embedded(elements: tuple[Element, ...]) -> Iterator[Element]:
    """The elements without the base64 of files: what it says is examined where it is decoded."""
    for element in elements:
        if len(element.value) >= _LEAST and _IN_TEXT.search(element.value):
            rest = _IN_TEXT.sub(
                lambda found: found[0] if len(found[0]) < _LEAST else " ", element.value
            ).strip()
            if rest:
                yield replace(element, value=rest)
        else:
            yield element


def embedded_members(stream: BinaryIO, item: Item, limits: Limits) -> Iterator[Item]:
    """The embedded files as members of the text."""
    if len(item.members) < limits.nesting:
        for position, (start, end) in enumerate(embedded_spans(stream, limits)):
            yield item.member(position, f"embedded {position + 1}", (end - start) * 3 // 4)
