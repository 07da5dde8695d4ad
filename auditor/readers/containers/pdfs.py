"""What a PDF holds besides its text: attached files and pictures."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
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
_Part = Callable[[], bytes]


class PdfContainer:
    """Attached files, then the pictures of each page, as members."""

    def __init__(self, stream: BinaryIO) -> None:
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
        return self._parts


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
