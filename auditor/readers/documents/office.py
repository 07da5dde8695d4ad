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
from auditor.readers.gather import gather
from auditor.readers.table import table_elements

_MARKS = frozenset({"[Content_Types].xml", "mimetype"})
_ODF = b"application/vnd.oasis.opendocument"
_PROPERTIES = re.compile(r"docProps/|meta\.xml$")
_STRUCTURE = re.compile(r"(?:^|/)(?:styles|settings|theme\d*|fontTable|webSettings|manifest)\.xml$")
_SHEET = re.compile(r"xl/worksheets/sheet[^/]*$|xl/sharedStrings")
_PARAGRAPHS = frozenset({"p", "h", "si", "comment"})
_PEOPLE = frozenset({"author", "initials", "lastModifiedBy", "userId", "displayName", "creator"})
_HEADERS = frozenset({"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"})
_HEADER_CODES = re.compile(r"&(?:[LCRPNDTAFZGBIUESXY]|K[0-9A-F]{6}|\d{1,3}|\"[^\"]*\")")
"""Positions, fonts and fields in headers and footers (ECMA-376, part 1, 18.3.1.46)."""
_FORMULAS = frozenset({"f", "formula", "formula1", "formula2", "definedName"})
_QUOTED = re.compile(r"['\"]([^'\"]{4,256})['\"]")
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
            if not entry.name.lower().endswith((".xml", ".rels")):
                if len(item.members) < limits.nesting:
                    members.append(item.member(position, entry.name, entry.size, entry.reason))
                continue
            left -= entry.size
            if entry.size > limits.text_bytes or left < 0 or len(elements) > limits.elements:
                reason = Reason.TOO_LARGE
                continue
            if entry.name != "xl/sharedStrings.xml":
                part = _elements(archive, position, entry.name)
                reason = gather(elements, part, limits.elements, (*_BROKEN, ContainerError)) or reason
            if reason is Reason.TIMEOUT:
                break
        if "xl/workbook.xml" in archive.names and reason is not Reason.TIMEOUT:
            cells, problem = table_elements(stream, item, limits)
            reason = problem if problem is Reason.TIMEOUT else reason or problem
            elements, kind = elements + cells, Kind.TABLE
        status = Status.PARTIAL if reason else Status.READ
        return Reading(Record(item, kind, status, reason, tuple(elements)), members=tuple(members))


def _elements(archive: ZipContainer, position: int, name: str) -> Iterator[Element]:
    with archive.open(position) as content:
        root = fromstring(content.read())
    yield from _sheet(root) if _SHEET.match(name) else _part(root, name)


def _sheet(root: Node) -> Iterator[Element]:
    """What a sheet holds besides the values of its cells: headers and footers, texts in formulas and rules."""
    for node in root.iter():
        local, text = _local(node.tag), (node.text or "").strip()
        if local in _HEADERS and text:
            yield Element(Place.TEXT, "document header", _HEADER_CODES.sub(" ", text).strip())
        elif local in _FORMULAS and text:
            for quoted in _QUOTED.findall(text):
                yield Element(Place.TEXT, "document formula", quoted)
        for key in ("prompt", "promptTitle", "error", "tooltip", "display", "location"):
            if node.get(key, "").strip():
                yield Element(Place.TEXT, "document note", node.get(key, "").strip())


def _part(root: Node, name: str) -> Iterator[Element]:
    """Properties by their names, people by their attributes, and paragraphs whole, however they are split."""
    if _PROPERTIES.search(name):
        for node in root.iter():
            if node.get("name"):  # of a property that the author made: told as a value, and not shown
                yield Element(Place.EXIF, "document property", node.get("name", ""))
            if node.text and node.text.strip():
                yield Element(Place.EXIF, f"document {_local(node.tag)}"[:64], node.text.strip())
        return
    if name.endswith(".rels"):
        for node in root.iter():
            if node.get("TargetMode") == "External" and node.get("Target"):
                yield Element(Place.TEXT, "document link", node.get("Target", ""))
        return
    if name == "xl/workbook.xml":
        yield from _defined(root)
    inside: set[int] = set()
    number = 0
    for node in root.iter():
        for key, value in node.attrib.items():
            if (_local(key) in _PEOPLE or _is_author(node, key)) and value.strip():
                yield Element(Place.EXIF, f"document {_local(key)}", value.strip())
        if _local(node.tag) in _PEOPLE and node.text and node.text.strip():
            yield Element(Place.EXIF, f"document {_local(node.tag)}", node.text.strip())
        if _local(node.tag) in _PARAGRAPHS and id(node) not in inside:
            number += 1
            inside.update(id(below) for below in node.iter())
            text = "".join(_texts(node)).strip()
            if text:
                yield Element(Place.TEXT, "text paragraph #", text, counts=(number,))


def _is_author(node: Node, key: str) -> bool:
    return key == "name" and _local(node.tag) in ("cmAuthor", "person", "author")


def _defined(root: Node) -> Iterator[Element]:
    """Names that the author gave to cells, with the texts and paths they stand for."""
    for node in root.iter():
        if _local(node.tag) == "definedName":
            for text in (node.get("name", ""), node.get("comment", ""), *_QUOTED.findall(node.text or "")):
                if text and not text.startswith("_xlnm"):
                    yield Element(Place.TEXT, "document defined name", text)


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
