"""PDF: text by page, document information, XMP, annotations and form fields; pictures, attachments and
earlier revisions as members.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from pypdf import PdfReader as Pypdf

from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading
from auditor.readers.containers import ContainerError
from auditor.readers.containers.pdfs import FAILURES, MAGIC, PAGES, PdfContainer, after_end, opened
from auditor.readers.gather import gather
from auditor.readers.hostile import quiet
from auditor.readers.scraps import scraps
from auditor.readers.text import xml_elements

_KEYS = frozenset({"Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate",
                   "Trapped", "Company", "Manager", "Comments", "Category", "SourceModified"})  # fmt: skip
"""Of the information dictionary (ISO 32000-1, 14.3.3) and of office programs."""


class PdfReader:
    """Reads with pypdf, page by page, so that one broken page does not hide the others."""

    kind = Kind.OTHER

    def matches(self, head: bytes, name: str) -> bool:
        """By the header, which may stand within the first 1,024 bytes (ISO 32000-1, annex H.3.4.1)."""
        return MAGIC in head[:1024]

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """A document that asks for a password is unreadable; one without text still shows its pictures."""
        elements: list[Element] = []
        try:
            with quiet():
                document = opened(stream)
        except ContainerError as error:
            return Reading(Record(item, self.kind, Status.UNREADABLE, error.reason))
        except FAILURES:
            return Reading(Record(item, self.kind, Status.UNREADABLE, Reason.MALFORMED))
        reason: Reason | None = None
        for part in (_information, _xmp, _fields, _outline, _pages):
            if reason is not Reason.TIMEOUT:
                with quiet():
                    reason = gather(elements, part(document), limits.elements, FAILURES) or reason
        members: list[Item] = []
        if reason is not Reason.TIMEOUT:
            reason = gather(elements, _behind(stream), limits.elements) or reason
        if reason is not Reason.TIMEOUT:
            with quiet():
                inside = _inside(PdfContainer(stream), item, limits)
                reason = gather(members, inside, limits.members, FAILURES) or reason
        status = Status.PARTIAL if reason else Status.READ
        return Reading(Record(item, self.kind, status, reason, tuple(elements)), members=tuple(members))


def _behind(stream: BinaryIO) -> Iterator[Element]:
    for text in scraps(after_end(stream)):
        yield Element(Place.TRAILING, "trailing bytes", text)


def _inside(container: PdfContainer, item: Item, limits: Limits) -> Iterator[Item]:
    if len(item.members) < limits.nesting:
        for position, member in enumerate(container.members()):
            yield item.member(position, member.name, member.size)


def _information(document: Pypdf) -> Iterator[Element]:
    """A key of the writer's own may itself be a value, so that it is told as one and not shown."""
    for key, value in (document.metadata or {}).items():
        name, text = str(key).lstrip("/"), str(value).strip()
        if name not in _KEYS:
            yield Element(Place.EXIF, "pdf property", name)
        if text:
            yield Element(Place.EXIF, f"pdf {name if name in _KEYS else 'property'}", text)


def _xmp(document: Pypdf) -> Iterator[Element]:
    packet = document.root_object.get("/Metadata")
    if packet is not None:
        text = packet.get_object().get_data().decode("utf-8", "replace")
        yield from xml_elements(text) or ()


def _fields(document: Pypdf) -> Iterator[Element]:
    for number, field in enumerate((document.get_fields() or {}).values(), 1):
        for key in ("/V", "/DV"):
            value = field.get(key)
            if value not in (None, "", "/Off"):
                yield Element(Place.TEXT, "text field=#", str(value).strip(), counts=(number,))


def _outline(document: Pypdf) -> Iterator[Element]:
    """Bookmarks, at any depth."""
    pending: list[Any] = [document.outline]
    while pending:
        entry = pending.pop()
        if isinstance(entry, list):
            pending += entry
        elif str(entry.title or "").strip():
            yield Element(Place.TEXT, "text bookmark", str(entry.title).strip())


def _pages(document: Pypdf) -> Iterator[Element]:
    for number, page in enumerate(islice(document.pages, PAGES), 1):
        for line, text in enumerate(page.extract_text().splitlines(), 1):
            if text.strip():
                yield Element(Place.TEXT, "text page=# line #", text.strip(), counts=(number, line))
        for note in page.get("/Annots") or ():
            yield from _annotation(note.get_object(), number)


def _annotation(note: Any, page: int) -> Iterator[Element]:
    for key in ("/Contents", "/T", "/Subj"):
        text = str(note.get(key) or "").strip()
        if text:
            yield Element(Place.TEXT, "text page=# annotation", text, counts=(page,))
    action = note.get("/A")
    link = str(action.get_object().get("/URI") or "") if action is not None else ""
    if link:
        yield Element(Place.TEXT, "text page=# link", link, counts=(page,))
