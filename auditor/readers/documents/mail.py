"""Mails (RFC 5322, MIME): headers by name, bodies decoded, attachments as members."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import BinaryIO

from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading
from auditor.readers.charsets import guess
from auditor.readers.gather import gather
from auditor.readers.hostile import PARSER_ERRORS
from auditor.readers.text import lines

_HEADER = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|received|return-path|message-id|mime-version|content-type|reply-to|sender|"
    rb"content-transfer-encoding|delivered-to|x-[\w-]+):[^\n]*\r?\n(?:[ \t][^\n]*\n)*",
    re.IGNORECASE,
)
_TECHNICAL = frozenset({"mime-version", "content-type", "content-transfer-encoding", "content-disposition"})
_SHOWN = frozenset(
    {"from", "to", "cc", "bcc", "reply-to", "sender", "subject", "date", "received", "return-path", "message-id",
     "in-reply-to", "references", "delivered-to", "organization", "user-agent", "x-mailer", "x-originating-ip"}
)  # fmt: skip
"""Fields that are named in locations; others are told as values."""
_PARTS = 1000


class MailReader:
    """A file that begins with at least two of a mail's header fields and then a blank line."""

    kind = Kind.TEXT

    def matches(self, head: bytes, name: str) -> bool:
        """By its first lines, whatever it is called."""
        pos = count = 0
        while found := _HEADER.match(head, pos):
            pos, count = found.end(), count + 1
        return count >= 2 and (head[pos : pos + 2].startswith((b"\n", b"\r\n")) or count >= 4)

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """What the parser cannot decode is read as it stands."""
        elements: list[Element] = []
        members: list[Item] = []
        reason = Reason.TOO_LARGE if item.size > limits.text_bytes else None
        try:
            message = parsed(stream, limits)
        except PARSER_ERRORS:
            return Reading(Record(item, self.kind, Status.PARTIAL, Reason.MALFORMED))
        reason = gather(elements, _elements(message), limits.elements, PARSER_ERRORS) or reason
        if len(item.members) < limits.nesting and reason is not Reason.TIMEOUT:
            inside = _inside(message, item)
            reason = gather(members, inside, limits.members, PARSER_ERRORS) or reason
        status = Status.PARTIAL if reason else Status.READ
        return Reading(Record(item, self.kind, status, reason, tuple(elements)), members=tuple(members))


def _inside(message: EmailMessage, item: Item) -> Iterator[Item]:
    for number, (name, data) in enumerate(attachments(message)):
        yield item.member(number, name, len(data))


def parsed(stream: BinaryIO, limits: Limits) -> EmailMessage:
    """The message, as far as the limit on text reaches."""
    stream.seek(0)
    raw = stream.read(limits.text_bytes)
    return email.message_from_bytes(raw, policy=email.policy.default)


def attachments(message: EmailMessage) -> list[tuple[str, bytes]]:
    """Name and content of every part that is no text, and of every text that has a name."""
    found = []
    for number, part in enumerate(_walk(message), 1):
        if not part.is_multipart() and not _is_body(part):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                found.append((part.get_filename() or f"part {number}", content))
    return found


def _walk(message: EmailMessage) -> Iterator[EmailMessage]:
    for number, part in enumerate(message.walk()):
        if number < _PARTS:
            yield part


def _is_body(part: EmailMessage) -> bool:
    return part.get_content_maintype() == "text" and not part.get_filename()


def _elements(message: EmailMessage) -> Iterator[Element]:
    for part in _walk(message):
        for name, value in part.items():
            if name.lower() not in _TECHNICAL and str(value).strip():
                shown = name.lower() if name.lower() in _SHOWN else "header"
                if shown == "header":
                    yield Element(Place.EXIF, "mail header", name)
                yield Element(Place.EXIF, f"mail {shown}", str(value).strip())
        if not part.is_multipart() and _is_body(part):
            content = part.get_payload(decode=True)
            yield from lines(guess(content) if isinstance(content, bytes) else str(content))
