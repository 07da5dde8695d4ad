"""All frames of one image: each distinct one once, and loops through their extremes.

Text that is brighter than what lies under it survives in the maximum over frames, darker text in
the minimum. Reading these two instead of every frame finds text that stays and text that appears
once; which frame gave each extreme pixel tells where the text was.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.model import Element, Frame, Screening
from auditor.pixels.text.reading import Tally, read_frame
from auditor.readers.base import FrameError

LOOP = 16
"""Frames of a loop, which differ little, that go into one pair of projections."""
STACK = 4
"""The same for a stack of slices: more would bury text under other anatomy."""
SOON = 10.0
"""Seconds that reading what is held may take once a file's time is up."""
ALIKE = 12.0
"""Mean absolute difference of grey levels up to which a frame continues a loop."""


@dataclass(frozen=True, slots=True)
class PixelReading:
    """What was read in an image. `frames_examined` counts frames that were read, alone, in a
    projection or as a copy of one read before."""

    elements: tuple[Element, ...]
    frames_examined: int
    frames_failed: int
    screening: Screening = Screening()


class TextReader:
    """Reads frames as they come, so that a pass over the frames can feed other stages too.

    Efforts fast and standard read the first frame and the projections of the others; thorough reads
    every distinct frame. Holds one frame and the projections of one chunk. Boxes of text from a
    projection carry the index of the frame that shows it.
    """

    def __init__(self, engine: str = "rapid", effort: str = "standard") -> None:
        self._engine, self._effort = engine, effort
        self._seen: set[bytes] = set()
        self._told: set[tuple[str, str, tuple[int, ...]]] = set()
        self._elements: list[Element] = []
        self._examined = self._failed = self._repeated = 0
        self._tally = Tally()
        self._chunk: _Projection | None = None
        self._longest = 0.0
        self.held = 0
        """Frames that were taken and are not read yet."""

    def so_far(self) -> tuple[Element, ...]:
        """What was read until now, for when there is no time to `finish`: the frames that are held are read
        only where that is soon done."""
        if 2 * self._longest < SOON:
            self._close()
        return tuple(self._elements)

    @property
    def screening(self) -> Screening:
        """What the screen did until now."""
        return Screening(self._tally.looked, self._tally.spared, self._repeated)

    def add(self, frame: Frame | FrameError) -> None:
        """Take the next frame or layer, or note that it could not be decoded."""
        if isinstance(frame, FrameError):
            self._failed += 1
            return
        if not frame.layer:
            self._examined += 1
        digest = _digest(frame)
        if digest in self._seen:
            self._repeated += 1
            return
        first = not self._seen
        self._seen.add(digest)
        self.held += not frame.layer
        if first or frame.layer or self._effort == "thorough":
            self._tell(self._read(frame))
            self.held -= not frame.layer
        else:
            self._project(frame)

    def finish(self) -> PixelReading:
        """Read what is still held and return everything that was found."""
        self._close()
        return PixelReading(tuple(self._elements), self._examined, self._failed, self.screening)

    def _project(self, frame: Frame) -> None:
        if self._chunk is not None and not self._chunk.takes(frame):
            self._close()
        if self._chunk is None:
            self._chunk = _Projection(frame)
        else:
            self._chunk.add(frame)

    def _close(self) -> None:
        chunk, self._chunk = self._chunk, None
        if chunk is None:
            return
        for layer in chunk.layers():
            self._tell([replace(e, counts=(layer.frame_of(e),)) for e in self._read(layer.frame)])
        self.held -= chunk.count

    def _read(self, frame: Frame) -> list[Element]:
        begun = time.perf_counter()
        elements = read_frame(frame, self._engine, self._effort, self._tally)
        self._longest = max(self._longest, time.perf_counter() - begun)
        return elements

    def _tell(self, elements: Iterable[Element]) -> None:
        """Keep what is new: a text at the place where it was before is one finding, not one a frame."""
        for element in elements:
            x0, y0, x1, y1 = element.bbox or (0, 0, 0, 0)
            key = (element.location, element.value, ((x0 + x1) // 16, (y0 + y1) // 16))
            if key not in self._told:
                self._told.add(key)
                self._elements.append(element)


def read_frames(
    frames: Iterable[Frame | FrameError], engine: str = "rapid", effort: str = "standard"
) -> PixelReading:
    """Read all frames of one image; see `TextReader`."""
    reader = TextReader(engine, effort)
    for frame in frames:
        reader.add(frame)
    return reader.finish()


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """One extreme over a chunk, as a frame, and the index of the frame behind each pixel."""

    frame: Frame
    source: NDArray[np.int32]

    def frame_of(self, element: Element) -> int:
        """The frame that gave most of the type in the box: of the pixels that stand out from its ground. Text that
        stays comes from the first of those alike."""
        x0, y0, x1, y1 = element.bbox or (0, 0, 0, 0)
        source = self.source[y0:y1, x0:x1]
        if not source.size:
            return self.frame.index
        shown = _grey(self.frame)[y0:y1, x0:x1].astype(np.float32)
        apart = np.abs(shown - np.median(shown))
        found, times = np.unique(source[apart >= apart.max() / 2], return_counts=True)
        return int(found[times.argmax()])


class _Projection:
    """Running maximum and minimum of a chunk of frames of one size."""

    def __init__(self, frame: Frame) -> None:
        self.count = 1
        self._first = frame
        self._levels = [_level(frame), _level(frame)]
        self._sources = [np.full(frame.display.shape[:2], frame.index, np.int32) for _ in range(2)]
        self._display = [frame.display.copy() for _ in range(2)]
        stored = _stored(frame)
        self._stored = [None if stored is None else stored.copy() for _ in range(2)]

    def takes(self, frame: Frame) -> bool:
        first = self._first
        if frame.display.shape != first.display.shape or (_stored(frame) is None) != (_stored(first) is None):
            return False
        if self.count < STACK:
            return True
        return self.count < LOOP and float(cv2.absdiff(_grey(frame), _grey(first)).mean()) <= ALIKE

    def add(self, frame: Frame) -> None:
        self.count += 1
        level = _level(frame)
        for i, beyond in enumerate((np.greater, np.less)):
            new = beyond(level, self._levels[i])
            self._levels[i][new] = level[new]
            self._sources[i][new.any(axis=2) if new.ndim == 3 else new] = frame.index
            self._display[i][new] = frame.display[new]
            kept, stored = self._stored[i], _stored(frame)
            if kept is not None and stored is not None:
                kept[new] = stored[new]

    def layers(self) -> list[_Layer]:
        """Maximum and minimum; of a single frame the frame itself."""
        both = [
            _Layer(Frame(self._first.index, display, stored), source)
            for display, stored, source in zip(self._display, self._stored, self._sources, strict=True)
        ]
        return both[: min(2, self.count)]


def _stored(frame: Frame) -> NDArray[np.generic] | None:
    """Stored values that can be compared as the displayed ones can; the indices of a palette cannot."""
    stored = frame.stored
    return stored if stored is not None and stored.ndim == frame.display.ndim else None


def _level(frame: Frame) -> NDArray[np.float32]:
    """What decides which frame's pixel is the extreme: stored values, finer than displayed ones. Of colour each
    channel on its own: red type may be no brighter than the grey around it."""
    stored = _stored(frame)
    return (frame.display if stored is None else stored).astype(np.float32)


def _grey(frame: Frame) -> NDArray[np.uint8]:
    if frame.display.ndim == 2:
        return frame.display
    return np.asarray(cv2.cvtColor(frame.display, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _digest(frame: Frame) -> bytes:
    state = hashlib.blake2b(repr((frame.layer, frame.display.shape)).encode(), digest_size=16)
    for pixels in (frame.display, frame.stored):
        if pixels is not None:
            state.update(np.ascontiguousarray(pixels).data)
    return state.digest()
