"""What a reader is: bytes in, a `Record` and lazily decoded frames out. A reader never judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from auditor.model import Frame, Item, Kind, Reason, Record, Volume


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep a hostile file from ending a scan. Sizes in bytes, time in seconds."""

    file_bytes: int = 4 << 30
    inflated_bytes: int = 1 << 30
    frame_pixels: int = 200_000_000
    text_bytes: int = 64 << 20
    depth: int = 32
    elements: int = 2_000_000
    members: int = 100_000
    """Of one archive, those of archives inside it included."""
    nesting: int = 4
    """Archives inside archives."""
    ratio: int = 200
    """How many times its size an archive may unpack to, where that is more than `inflated_bytes`."""
    seconds: float = 600.0


class TimeUp(BaseException):
    """The file took longer than the limit. Not an Exception: no reader may take it for bad content.

    It is raised once, wherever the reader is. A reader that has something to show by then returns it
    with `Reason.TIMEOUT`, and does nothing that takes long.
    """


class FrameError(Exception):
    """A frame could not be decoded; the text of third-party errors never travels with it."""

    def __init__(self, reason: Reason, index: int = 0) -> None:
        self.reason, self.index = reason, index
        super().__init__(f"frame {index}: {reason.value}")


def no_frames() -> Iterator[Frame | FrameError]:
    """The frames of something that is not an image."""
    return iter(())


def no_volume() -> Volume | None:
    """The volume of something that holds none, or none whose orientation is known."""
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """A record and its frames. `frames` decodes one at a time and yields a `FrameError` for a
    frame that fails, so that the next ones are still examined."""

    record: Record
    frames: Callable[[], Iterator[Frame | FrameError]] = no_frames
    layers: Callable[[], Iterator[Frame | FrameError]] = no_frames
    """Pictures besides the frames, each with its `Frame.layer`: overlays, icons, unused bits."""
    members: tuple[Item, ...] = ()
    """Files inside the file, to be examined like any other."""
    volume: Callable[[], Volume | None] = no_volume
    """The volume that the frames are slices of, where one file holds it."""


class Reader(Protocol):
    """One file format. `stream` is seekable and positioned at 0 for each call."""

    kind: Kind

    def matches(self, head: bytes, name: str) -> bool:
        """Whether this reader should be tried, from the first 4096 bytes and the file name."""
        ...

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Read the item. Bad content becomes the record's status and reason, not an exception."""
        ...
