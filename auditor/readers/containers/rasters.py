"""Files that stand behind the end of an image, as its members."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from auditor.model import Reason
from auditor.readers.containers.base import ContainerError, Member
from auditor.readers.containers.dicoms import Stretch
from auditor.readers.raster.parts import inner_files
from auditor.readers.window import Window


class RasterContainer:
    """Members are told apart by how files begin; what they are is found out when they are read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._window = Window(stream)
        self._parts = inner_files(self._window)

    def members(self) -> Iterator[Member]:
        """In the order they stand."""
        for number, part in enumerate(self._parts, 1):
            yield Member(f"after the image {number}", part.size)

    def open(self, position: int) -> BinaryIO:
        """The bytes up to the end of the file."""
        if position >= len(self._parts):
            raise ContainerError(Reason.VANISHED)
        part = self._parts[position]
        return cast(BinaryIO, io.BufferedReader(Stretch(self._window, part.offset, part.size)))

    def notes(self) -> Iterator[tuple[str, str]]:
        """Nothing besides the elements."""
        return iter(())

    def close(self) -> None:
        """The stream stays open."""
