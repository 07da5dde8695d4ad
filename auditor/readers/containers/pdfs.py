"""What a PDF holds besides its text: attached files, pictures, and what it was before it was changed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import BinaryIO

from pypdf import PdfReader as Pypdf
from pypdf.errors import PyPdfError

from auditor.model import Reason
from auditor.readers.containers.base import ContainerError, Member
from auditor.readers.hostile import PARSER_ERRORS, quiet

MAGIC = b"%PDF-"
FAILURES = (*PARSER_ERRORS, PyPdfError)
PAGES = 10_000
"""Pages that are read; no report has more."""
_PICTURES = 2_000
_REVISIONS = 20
"""The latest; a form that is filled in gains one a field."""
_SEARCHED = 256 << 20
_TAIL = 1 << 20
_END = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF")
_Part = Callable[[], bytes]


class PdfContainer:
    """Attached files, the pictures of each page, and earlier revisions, as members."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        with quiet():
            self._document = opened(stream)
        self._parts: list[tuple[str, _Part]] | None = None

    def members(self) -> Iterator[Member]:
        """Pictures carry the number of their page; their sizes are not known before they are decoded."""
        for name, _ in self._listed():
            yield Member(name)

    def open(self, position: int) -> BinaryIO:
        """The attachment as stored, the picture in the format that holds it without loss."""
        parts = self._listed()
        if position >= len(parts):
            raise ContainerError(Reason.VANISHED)
        try:
            with quiet():
                return io.BytesIO(parts[position][1]())
        except FAILURES:
            raise ContainerError(Reason.MALFORMED) from None

    def notes(self) -> Iterator[tuple[str, str]]:
        """Nothing besides what the reader gives."""
        return iter(())

    def close(self) -> None:
        """The stream stays open."""

    def _listed(self) -> list[tuple[str, _Part]]:
        if self._parts is None:
            with quiet():
                self._parts = list(islice(_parts(self._document), _PICTURES))
            self._parts += [
                (f"revision {number}", partial(_up_to, self._stream, end))
                for number, end in enumerate(revisions(self._stream), 1)
            ]
        return self._parts


def revisions(stream: BinaryIO) -> list[int]:
    """Where each earlier revision ends. Programs that save a change append it (ISO 32000-1, 7.5.6), and
    what was changed or deleted stays in the file. The first part of a file that is laid out for the web
    ends in the same mark and is none: its cross-references begin at 0.
    """
    stream.seek(0)
    raw = stream.read(_SEARCHED)
    ends = [found for found in _END.finditer(raw) if int(found[1]) > 0]
    return [found.end() for found in ends[:-1]][-_REVISIONS:]


def after_end(stream: BinaryIO) -> bytes:
    """What follows the last end mark."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _TAIL))
    tail = stream.read(_TAIL)
    at = tail.rfind(b"%%EOF")
    return tail[at + 5 :] if at >= 0 else b""


def _up_to(stream: BinaryIO, end: int) -> bytes:
    stream.seek(0)
    return stream.read(end)


def opened(stream: BinaryIO) -> Pypdf:
    """The document, decrypted where the empty password does it. Raises ContainerError(ENCRYPTED)."""
    stream.seek(0)
    document = Pypdf(stream, strict=False)
    if document.is_encrypted and not document.decrypt(""):
        raise ContainerError(Reason.ENCRYPTED)
    return document


def _parts(document: Pypdf) -> Iterator[tuple[str, _Part]]:
    for name, contents in document.attachments.items():
        for content in contents:
            yield name, lambda content=content: bytes(content)  # type: ignore[misc]
    for number, page in enumerate(islice(document.pages, PAGES), 1):
        pictures = page.images
        for index, key in enumerate(pictures.keys()):
            yield f"page {number} picture {index + 1}", lambda p=pictures, k=key: bytes(p[k].data)  # type: ignore[misc]
