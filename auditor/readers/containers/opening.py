"""From an item to its bytes, through the containers around it. Containers stay open for the next member."""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass
from typing import BinaryIO

from auditor.model import Item, Reason
from auditor.readers.base import Limits
from auditor.readers.containers.base import BROKEN, Container, ContainerError, spool
from auditor.readers.containers.dicoms import DicomContainer
from auditor.readers.containers.frames import CODECS
from auditor.readers.containers.pdfs import MAGIC as PDF
from auditor.readers.containers.pdfs import PdfContainer
from auditor.readers.containers.rasters import RasterContainer
from auditor.readers.containers.tars import CompressedContainer, TarContainer, inflated, is_tar
from auditor.readers.containers.texts import MailContainer, TextContainer
from auditor.readers.containers.zips import ZipContainer, has_directory
from auditor.readers.dicom.reader import data_set_start
from auditor.readers.documents.mail import MailReader
from auditor.readers.embedded import embedded_spans
from auditor.readers.pairs import joined
from auditor.readers.raster.parts import is_raster
from auditor.sources import Source

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", *CODECS)
_KEPT = 4
_Key = tuple[str, str, tuple[int, ...], tuple[int, int]]
_open: OrderedDict[_Key, tuple[Container, BinaryIO]] = OrderedDict()
"""Of this process. Members come in order, so that an archive is run through once and not once a member."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An item's bytes, their number, and why they are not all."""

    stream: BinaryIO
    size: int
    reason: Reason | None = None


def container_of(stream: BinaryIO, name: str, limits: Limits) -> Container | None:
    """The container that the bytes are, or None. Raises ContainerError or one of `BROKEN`."""
    stream.seek(0)
    head = stream.read(4096)
    if data_set_start(head) is not None:
        return DicomContainer(stream, limits)
    if head.startswith(_ZIP):
        return ZipContainer(stream, limits)
    if head.startswith(_COMPRESSED):
        content = inflated(stream)
        return (
            TarContainer(content, stream)
            if is_tar(_first_block(content))
            else CompressedContainer(stream, name)
        )
    if is_tar(head):
        return TarContainer(stream)
    if PDF in head[:1024]:
        return PdfContainer(stream)
    if is_raster(head):
        return RasterContainer(stream)
    if MailReader().matches(head, name):
        return MailContainer(stream, limits)
    if has_directory(stream):
        return ZipContainer(stream, limits)
    return TextContainer(stream, limits) if embedded_spans(stream, limits) else None


def open_item(source: Source, item: Item, limits: Limits) -> Opened:
    """The bytes of an item. Raises OSError for the source's own, ContainerError for a member's."""
    if not item.members:
        stream = source.open(item)
        pair = joined(item.path, stream, lambda path: _beside(source, path))
        return Opened(pair or stream, item.size)
    container = _container(source, item, item.members[:-1], limits)
    try:
        with container.open(item.members[-1]) as content:
            return Opened(*spool(content, limits.inflated_bytes))
    except BROKEN as error:
        raise ContainerError(_reason(error)) from None


def _beside(source: Source, path: str) -> BinaryIO:
    beside = source.at(path)
    if beside.reason:  # a link that leads out of the source, a device
        raise FileNotFoundError
    return source.open(beside)


def close_all() -> None:
    """Close every container that this process keeps open."""
    while _open:
        _close(*_open.popitem()[1])


def _container(source: Source, item: Item, members: tuple[int, ...], limits: Limits) -> Container:
    """The container that `members` leads to from the file `item.within`."""
    outer = source.open(Item(item.within, 0))
    key = repr(source), item.within, members, _version(outer)
    if key in _open:
        outer.close()
    elif members:
        outer.close()
        _keep(key, open_item(source, Item("", 0, within=item.within, members=members), limits).stream, limits)
    else:
        _keep(key, outer, limits)
    _open.move_to_end(key)
    return _open[key][0]


def _keep(key: _Key, stream: BinaryIO, limits: Limits) -> None:
    try:
        container = container_of(stream, "", limits)
    except BROKEN as error:
        stream.close()
        raise ContainerError(_reason(error)) from None
    if container is None:
        stream.close()
        raise ContainerError(Reason.MALFORMED)
    _open[key] = container, stream
    while len(_open) > _KEPT:
        _close(*_open.popitem(last=False)[1])


def _close(container: Container, stream: BinaryIO) -> None:
    container.close()
    stream.close()


def _version(stream: BinaryIO) -> tuple[int, int]:
    """Size and time of change, so that a file that was replaced since is not mistaken for what it was."""
    try:
        found = os.fstat(stream.fileno())
    except OSError:  # a remote stream has no descriptor
        return 0, 0
    return found.st_size, found.st_mtime_ns


def _first_block(content: BinaryIO) -> bytes:
    try:
        return content.read(512)
    except BROKEN:
        return b""


def _reason(error: BaseException) -> Reason:
    return Reason.TRUNCATED if isinstance(error, EOFError) else Reason.MALFORMED
