"""HDF5: attributes, names of groups and data sets, and text that is stored in data sets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from auditor.model import Element, Place
from auditor.readers.base import Limits
from auditor.readers.named import named

MAGIC = b"\x89HDF\r\n\x1a\n"
_OBJECTS = 50_000
_VALUES = 100_000
_CHARACTERS = 1 << 16
"""Longest MATLAB text; longer arrays of 16 bits are pictures."""


def hdf5_elements(stream: BinaryIO, limits: Limits) -> Iterator[Element]:
    """Depth first from the root. Raises what pyfive raises on broken files."""
    import pyfive  # here, since few files need it

    pending: list[tuple[str, Any]] = [("", pyfive.File(_Whole(stream, limits)))]
    left = _OBJECTS
    while pending and left:
        name, node = pending.pop()
        left -= 1
        if name:
            yield Element(Place.FOLDER_NAME, "hdf5 name", name)
        for key, value in node.attrs.items():
            yield from named(str(key), _texts(value))
        if hasattr(node, "keys"):
            pending += [(str(key), node[key]) for key in node]
        else:
            yield from _of_dataset(name, node)


def _of_dataset(name: str, node: Any) -> Iterator[Element]:
    kind, size = getattr(node.dtype, "kind", "?"), int(getattr(node, "size", 0) or 0)
    matlab = node.attrs.get("MATLAB_class", b"")
    if matlab in (b"char", "char") and kind == "u" and size <= _CHARACTERS:
        yield from named(name, ["".join(map(chr, node[()].T.ravel().tolist()))])
    elif kind in "OS" and size <= _VALUES:
        yield from named(name, _texts(node[()]))
    elif kind == "V" and size <= _VALUES:
        values = node[()]
        for field in values.dtype.names or ():
            if values.dtype[field].kind in "OSU":
                yield from named(field, _texts(values[field]))


def _texts(value: Any) -> Iterator[object]:
    """The texts of a value that may be one, or an array of them."""
    if isinstance(value, (str, bytes)):
        yield value
    elif hasattr(value, "ravel") and value.dtype.kind in "OSU":
        for part in value.ravel()[:_VALUES].tolist():
            if isinstance(part, (str, bytes)):
                yield part


class _Whole(io.BytesIO):
    """A copy in memory up to a limit: the parser seeks a great deal, and a broken file is cut, not followed."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        stream.seek(0)
        super().__init__(stream.read(limits.inflated_bytes))
