"""Text as a container: files in base64, and the parts of a mail."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from auditor.model import Reason
from auditor.readers.base import Limits
from auditor.readers.containers.base import ContainerError, Member
from auditor.readers.documents.mail import attachments, parsed
from auditor.readers.embedded import embedded_file, embedded_spans


class TextContainer:
    """Members are decoded one at a time."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._stream = stream
        self._spans = embedded_spans(stream, limits)

    def members(self) -> Iterator[Member]:
        """In the order they stand."""
        for number, (start, end) in enumerate(self._spans, 1):
            yield Member(f"embedded {number}", (end - start) * 3 // 4)

    def open(self, position: int) -> BinaryIO:
        """The decoded bytes."""
        if position >= len(self._spans):
            raise ContainerError(Reason.VANISHED)
        return io.BytesIO(embedded_file(self._stream, self._spans[position]))

    def notes(self) -> Iterator[tuple[str, str]]:
        """Nothing besides the text."""
        return iter(())

    def close(self) -> None:
        """The stream stays open."""


class MailContainer:
    """Attachments of a mail, mails in mails included."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._parts = attachments(parsed(stream, limits))

    def members(self) -> Iterator[Member]:
        """Under the names that the mail gives them."""
        for name, content in self._parts:
            yield Member(name, len(content))

    def open(self, position: int) -> BinaryIO:
        """The decoded attachment."""
        if position >= len(self._parts):
            raise ContainerError(Reason.VANISHED)
        return io.BytesIO(self._parts[position][1])

    def notes(self) -> Iterator[tuple[str, str]]:
        """Nothing besides headers and bodies."""
        return iter(())

    def close(self) -> None:
        """The stream stays open."""
