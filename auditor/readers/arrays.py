"""Arrays and what travels with them: NumPy, pickles, MATLAB, HDF5 (also MINC 2, ISMRMRD and MATLAB 7.3).

Text is read by name; numbers are not looked at, and the coverage says so. Nothing is ever unpickled:
a pickle is a program, and only the text it pushes is taken from it.
"""

from __future__ import annotations

import io
import pickletools
import tokenize
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import numpy as np

from auditor.model import Element, Item, Kind, Place, Reason, Record, Status
from auditor.readers.base import Limits, Reading
from auditor.readers.gather import gather
from auditor.readers.hdf5 import MAGIC as HDF5
from auditor.readers.hdf5 import hdf5_elements
from auditor.readers.hostile import PARSER_ERRORS, quiet
from auditor.readers.matlab import MAGIC as MATLAB
from auditor.readers.matlab import matlab_elements
from auditor.readers.named import named

_NPY = b"\x93NUMPY"
_PICKLE = tuple(bytes((0x80, version)) for version in range(2, 6))
_FIRST_OPCODES = frozenset(b"\x95}](\x8cXcqC\x8a\x8e\x93)N\x88\x89KMJG")
"""What programs of pickle begin with after the version."""
_STRINGS = frozenset(
    {"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE", "STRING", "BINSTRING", "SHORT_BINSTRING"}
)
_NPY_HEADER = 10_000


class ArrayReader:
    """Recognised by magic numbers; a pickle also by its first instruction."""

    kind = Kind.OTHER

    def matches(self, head: bytes, name: str) -> bool:
        """By magic number."""
        pickled = head.startswith(_PICKLE) and len(head) > 2 and head[2] in _FIRST_OPCODES
        return pickled or head.startswith((_NPY, HDF5, MATLAB)) or head[512:520] == HDF5

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Texts as far as the limits allow; read whole only where there was nothing but text."""
        stream.seek(0)
        head = stream.read(1024)
        elements: list[Element] = []
        reason: Reason | None = Reason.UNSUPPORTED
        stream.seek(0)
        if head.startswith(_NPY):
            source = _npy(stream, limits)
        elif head.startswith(HDF5) or head[512:520] == HDF5:
            source = hdf5_elements(stream, limits)
        elif head.startswith(MATLAB):
            source = matlab_elements(stream, limits)
        else:
            source = _pickle(stream, limits)
        # The header of an array is a Python literal.
        failures = (*PARSER_ERRORS, tokenize.TokenError)
        with quiet():
            reason = gather(elements, source, limits.elements, failures) or reason
        return Reading(Record(item, self.kind, Status.PARTIAL, reason, tuple(elements)))


def _npy(stream: BinaryIO, limits: Limits) -> Iterator[Element]:
    """Strings of a NumPy array, by field where it has fields; objects are a pickle behind the header."""
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(stream, max_header_size=_NPY_HEADER)
    if dtype.hasobject:
        yield from _pickle(stream, limits)
        return
    texts = [name for name in dtype.names or () if dtype[name].kind in "SU"]
    for name in dtype.names or ():
        yield Element(Place.TABLE, "table header", name)
    if dtype.kind not in "SU" and not texts:
        return
    count = min(int(np.prod(shape, dtype=np.int64)), limits.text_bytes // max(dtype.itemsize, 1))
    values = np.frombuffer(stream.read(count * dtype.itemsize), dtype)
    for column in texts or [""]:
        yield from named(column or "1", values[column] if column else values)


def _pickle(stream: BinaryIO, limits: Limits) -> Iterator[Element]:
    """The text that a pickle pushes. A text behind one that could be its key is told under that key."""
    raw = io.BytesIO(stream.read(limits.text_bytes))
    key, between = "", 0
    for opcode, argument, _ in islice(pickletools.genops(raw), limits.elements):
        if opcode.name in _STRINGS and isinstance(argument, str):
            follows = key and between == 0
            yield from named(key if follows else "1", [argument])
            key, between = ("" if follows else argument), 0
        elif opcode.name not in ("MEMOIZE", "BINPUT", "LONG_BINPUT", "PUT"):
            between += 1
            if opcode.name in ("STACK_GLOBAL", "REDUCE", "BUILD", "TUPLE", "TUPLE2", "TUPLE3"):
                key = ""
