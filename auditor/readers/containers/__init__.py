"""What holds files inside a file: archives, compressed files. Members are opened one at a time."""

from __future__ import annotations

from auditor.readers.containers.base import Container, ContainerError, Member, spool
from auditor.readers.containers.opening import Opened, close_all, container_of, open_item

__all__ = [
    "Container",
    "ContainerError",
    "Member",
    "Opened",
    "close_all",
    "container_of",
    "open_item",
    "spool",
]
