"""A keyed random projection, of which only signs are kept (SimHash: Charikar, STOC 2002).

Two vectors at an angle θ differ in a share θ/π of their bits. Who lacks the key cannot place an image of his
own beside a sketch.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from auditor.keys import Key
from auditor.linkage.describe.align import Float

BITS = 8192
"""Of one image's sketch. A sketch of n bits tells angles to about π / (2 √n)."""
_BLOCK = 256
_COMPARED = 1000


class Projection:
    """Vectors to bits. The signs of the projection come from SHAKE-256 of the key, the same everywhere."""

    def __init__(self, key: Key, length: int, bits: int = BITS) -> None:
        """`length`: of the vectors; `bits`: a multiple of 8."""
        stream = hashlib.shake_256(key.derive("sketch projection") + f"{length}:{bits}".encode())
        raw = np.frombuffer(stream.digest(length * bits // 8), np.uint8)
        self._signs = np.unpackbits(raw).reshape(length, bits)
        self.length, self.bits = length, bits

    def sketch(self, vectors: Float) -> NDArray[np.uint8]:
        """(images, length) to (images, bits / 8)."""
        parts = []
        for start in range(0, self.bits, _BLOCK):
            signs = self._signs[:, start : start + _BLOCK].astype(np.float32) * 2 - 1
            parts.append(vectors @ signs > 0)
        return np.packbits(np.hstack(parts), axis=1)


def cosines(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> Float:
    """The cosines that two sets of sketches tell of their vectors, (left, right)."""
    one = _signs(left)
    found = np.empty((len(left), len(right)), np.float32)
    # A sign as a number takes 32 times its place: a few at a time.
    for start in range(0, len(right), _COMPARED):
        part = slice(start, start + _COMPARED)
        found[:, part] = one @ _signs(right[part]).T
    found *= np.float32(np.pi / 2) / (left.shape[1] * 8)
    return np.asarray(np.sin(found, out=found), np.float32)


def _signs(bits: NDArray[np.uint8]) -> Float:
    return np.unpackbits(bits, axis=1).astype(np.float32) * 2 - 1


def paired_cosines(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> Float:
    """The same of the first with the first, the second with the second …, (pairs,)."""
    apart = np.bitwise_count(left ^ right).sum(axis=1, dtype=np.float32)
    return np.asarray(np.sin((1 - apart / (left.shape[1] * 4)) * np.float32(np.pi / 2)), np.float32)
