"""Office documents (OOXML, ODF): paragraphs, cells, comments and properties; pictures and embedded files as members."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading
from auditor.readers.containers import ContainerError
from auditor.readers.containers.base import BROKEN
from auditor.readers.containers.zips import ZipContainer
from auditor.readers.table import table_elements

_MARKS = frozenset({"[Content_Types].xml", "mimetype"})
_ODF = b"application/vnd.oasis.opendocument"
_PROPERTIES = re.compile(r"docProps/|meta\.xml$")
_STRUCTURE = re.compile(
    r"(?:^|/)(?:styles|settings|theme\d*|fontTable|webSettings|manifest)\.xml$|_rels/|\.rels$"
)
_SHEET = re.compile(r"xl/worksheets/|xl/sharedStrings")
_PARAGRAPHS = frozenset({"p", "h", "si", "comment"})
_PEOPLE = frozenset({"author", "initials", "lastModifiedBy", "userId", "displayName", "creator"})
_BROKEN = (*BROKEN, ParseError, DefusedXmlException)


class OfficeReader:
    """A ZIP that says it is a document. Its XML parts are read here; whatever else it holds is a member."""

    kind = Kind.OTHER

    def matches(self, head: bytes, name: str) -> bool:
        """By the first entries that OOXML and ODF writers put, or by the usual extensions."""
        if not head.startswith(b"PK\x03\x04"):
            return False
        return (
            b"[Content_Types].xml" in head or _ODF in head or b"_rels/.rels" in head or b"docProps/" in head
        )

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Parts that do not parse leave the document partly read."""
        try:
            archive = ZipContainer(stream, limits)
        except ContainerError as error:
            return Reading(Record(item, self.kind, Status.SKIPPED, error.reason))
        except BROKEN:
            return Reading(Record(item, self.kind, Status.UNREADABLE, Reason.MALFORMED))
        elements: list[Element] = []
        members: list[Item] = []
        reason: Reason | None = None
        kind, left = self.kind, limits.inflated_bytes
        for position, entry in enumerate(archive.members()):
            if entry.is_folder or _STRUCTURE.search(entry.name) or entry.name in _MARKS:
                continue
            if not entry.name.lower().endswith(".xml"):
                if len(item.members) < limits.nesting:
                    members.append(item.member(position, entry.name, entry.size, entry.reason))
                continue
            left -= entry.size
            if entry.size > limits.text_bytes or left < 0 or len(elements) > limits.elements:
                reason = Reason.TOO_LARGE
                continue
            if not _SHEET.match(entry.name):
                try:
                    with archive.open(position) as content:
                        elements.extend(_part(fromstring(content.read()), entry.name))
                except (*_BROKEN, ContainerError):
                    reason = Reason.MALFORMED
        if "xl/workbook.xml" in archive.names:
            cells, problem = table_elements(stream, item, limits)
            elements, reason, kind = elements + cells, reason or problem, Kind.TABLE
        status = Status.PARTIAL if reason else Status.READ
        return Reading(Record(item, kind, status, reason, tuple(elements)), members=tuple(members))


def _part(root: Node, name: str) -> Iterator[Element]:
    """Properties by their names, people by their attributes, and paragraphs whole, however they are split."""
    if _PROPERTIES.search(name):
        for node in root.iter():
            if node.get("name"):  # of a property that the author made: told as a value, and not shown
                yield Element(Place.EXIF, "document property", node.get("name", ""))
            if node.text and node.text.strip():
                yield Element(Place.EXIF, f"document {_local(node.tag)}"[:64], node.text.strip())
        return
    inside: set[int] = set()
    number = 0
    for node in root.iter():
        for key, value in node.attrib.items():
            if _local(key) in _PEOPLE and value.strip():
                yield Element(Place.EXIF, f"document {_local(key)}", value.strip())
        if _local(node.tag) in _PEOPLE and node.text and node.text.strip():
            yield Element(Place.EXIF, f"document {_local(node.tag)}", node.text.strip())
        if _local(node.tag) in _PARAGRAPHS and id(node) not in inside:
            number += 1
            inside.update(id(below) for below in node.iter())
            text = "".join(_texts(node)).strip()
            if text:
                yield Element(Place.TEXT, "text paragraph #", text, counts=(number,))


def _texts(node: Node) -> Iterator[str]:
    """Text of a paragraph; paragraphs inside it (in text boxes, comments) are set apart."""
    for below in node.iter():
        local = _local(below.tag)
        if (below is not node and local in _PARAGRAPHS) or local in ("tab", "br"):
            yield " "
        yield below.text or ""
        if below is not node:
            yield below.tail or ""


def _local(tag: str) -> str:
    return str(tag).rpartition("}")[2]
