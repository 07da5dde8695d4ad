"""Plain text, reports, logs, HTML and XML in any of the usual encodings."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading, TimeUp
from auditor.readers.charsets import guess

_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))
_MARKUP = re.compile(r"<(?:!--|/?[A-Za-z!?])[^<>]{0,2000}>")
_XML_START = re.compile(r"\s*<(\?xml|[A-Za-z_][\w.:-]*[\s>/])")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class TextReader:
    """The last resort: whatever reads as text is text, line by line."""

    kind = Kind.TEXT

    def matches(self, head: bytes, name: str) -> bool:
        """Whether the bytes read as text in some encoding."""
        return is_text(head)

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """XML by its elements and attributes where it parses; everything else by lines."""
        text, cut = read_text(stream, limits)
        elements: list[Element] = []
        reason = Reason.TOO_LARGE if cut else None
        source = xml_elements(text) if _XML_START.match(text) and not cut else None
        try:
            for element in lines(text) if source is None else source:
                if len(elements) >= limits.elements:
                    reason = Reason.TOO_LARGE
                    break
                elements.append(element)
        except TimeUp:
            reason = Reason.TIMEOUT
        status = Status.PARTIAL if reason else Status.READ
        return Reading(Record(item, Kind.TEXT, status, reason, tuple(elements)))


def is_text(head: bytes) -> bool:
    """Whether bytes look like text: hardly a control character, in UTF-16 when it has NULs."""
    if head.startswith(_BOMS):
        return True
    if b"\0" in head:
        return _utf16_without_bom(head) is not None
    return len(head.translate(None, _CONTROL)) >= 0.99 * len(head)


def read_text(stream: BinaryIO, limits: Limits) -> tuple[str, bool]:
    """The stream's text, at most `limits.text_bytes` of it, and whether it was cut."""
    stream.seek(0)
    raw = stream.read(limits.text_bytes + 1)
    cut = len(raw) > limits.text_bytes
    codec = None if raw.startswith(_BOMS) else _utf16_without_bom(raw[:4096])
    text = raw.decode(codec, "replace") if codec else guess(raw[: limits.text_bytes] if cut else raw)
    return text, cut


def _utf16_without_bom(head: bytes) -> str | None:
    """UTF-16 that says so only by its zero bytes: all on one side of each pair."""
    pairs = len(head) // 2
    for codec, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        other = head[0::2] if codec == "utf-16-le" else head[1::2]
        if pairs and zeros.count(0) > 0.4 * pairs and other.count(0) == 0:
            return codec
    return None


def lines(text: str) -> Iterator[Element]:
    """Line by line; of marked-up text what it shows, and what its attributes and comments say."""
    marked = "</" in text
    for number, line in enumerate(text.splitlines(), 1):
        plain = html.unescape(_MARKUP.sub(" ", line)) if marked else line
        # What markup says in attributes and comments is searched as well.
        for part in (plain, line) if plain.split() != line.split() else (plain,):
            if part.strip():
                yield Element(Place.TEXT, "text line #", part.strip(), counts=(number,))


def xml_elements(text: str) -> Iterator[Element] | None:
    """Text and attributes of every node in document order; None when it does not parse."""
    try:
        parser = XMLParser(target=TreeBuilder(insert_comments=True, insert_pis=True), encoding="utf-8")
        parser.feed(text.encode("utf-8") if not text.lstrip().startswith("<?xml") else _undeclared(text))
        root = parser.close()
    except (ParseError, DefusedXmlException, ValueError, RecursionError):
        return None
    return _nodes(root)


def _undeclared(text: str) -> bytes:
    """Already decoded, so that the declared encoding no longer holds."""
    return re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1, flags=re.S).encode("utf-8")


def _pair(attributes: dict[str, str]) -> tuple[str, str] | None:
    """`name="author" content="…"`: a value under a name that another attribute gives."""
    plain = {key.rpartition("}")[2].lower(): value.strip() for key, value in attributes.items()}
    name = next((plain[key] for key in ("name", "key", "property") if key in plain), "")
    value = next((plain[key] for key in ("content", "value") if key in plain), "")
    return (name, value) if value and re.fullmatch(r"[A-Za-z][A-Za-z_:. -]{1,40}", name) else None


def _nodes(root: Node) -> Iterator[Element]:
    for number, node in enumerate(root.iter(), 1):
        name = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else "comment"
        pair = _pair(node.attrib)
        if pair is not None:
            yield Element(Place.TEXT, f"text node=# {pair[0]}", pair[1], counts=(number,))
        for key, value in node.attrib.items():
            if value.strip() and not (pair is not None and value.strip() == pair[1]):
                where = f"text node=# {name} @{key.rpartition('}')[2]}"
                yield Element(Place.TEXT, where, value.strip(), counts=(number,))
        for part in (node.text, node.tail):
            if part and part.strip():
                yield Element(Place.TEXT, f"text node=# {name}", part.strip(), counts=(number,))
