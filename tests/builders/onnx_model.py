"""ONNX models small enough to write by hand, field by field of onnx.proto."""

from __future__ import annotations

import struct
from collections.abc import Sequence

FLOAT, UINT8, FLOAT16, DOUBLE = 1, 2, 10, 11


def _varint(number: int) -> bytes:
    parts = []
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])


def _field(number: int, content: bytes | int | str) -> bytes:
    if isinstance(content, int):
        return _varint(number << 3) + _varint(content)
    data = content.encode() if isinstance(content, str) else content
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _value(name: str, kind: int, shape: Sequence[int | str]) -> bytes:
    dims = b"".join(_field(1, _field(1, d) if isinstance(d, int) else _field(2, d)) for d in shape)
    return _field(1, name) + _field(2, _field(1, _field(1, kind) + _field(2, dims)))


def _node(kind: str, inputs: Sequence[str], outputs: Sequence[str], **ints: Sequence[int]) -> bytes:
    body = b"".join(_field(1, name) for name in inputs) + b"".join(_field(2, name) for name in outputs)
    body += _field(4, kind)
    for name, values in ints.items():
        packed = b"".join(_field(8, value) for value in values)
        body += _field(5, _field(1, name) + packed + _field(20, 7))
    return body


def pooling_model(
    shape: Sequence[int | str] = (1, 1, 64, 64),
    *,
    cell: int = 8,
    kind: int = FLOAT,
    metadata: str = "",
    tokens: bool = False,
    poison: bool = False,
) -> bytes:
    """A model that averages its input over cells of `cell` pixels; `tokens` flattens the grid,
    `poison` takes the logarithm of a negative number."""
    nodes = [_node("AveragePool", ["image"], ["grid"], kernel_shape=(cell, cell), strides=(cell, cell))]
    out: Sequence[int | str] = ("n", "c", "h", "w")
    last = "grid"
    initial = b""
    if tokens:
        initial = _field(1, 3) + _field(2, 7) + _field(8, "form") + _field(9, struct.pack("<3q", 1, -1, 1))
        nodes.append(_node("Reshape", ["grid", "form"], ["flat"]))
        out, last = ("n", "t", "d"), "flat"
    if poison:
        nodes += [_node("Exp", [last], ["e"]), _node("Neg", ["e"], ["m"]), _node("Log", ["m"], ["bad"])]
        last = "bad"
    graph = b"".join(_field(1, node) for node in nodes) + _field(2, "g")
    graph += _field(5, initial) if initial else b""
    graph += _field(11, _value("image", kind, shape)) + _field(12, _value(last, kind, out))
    model = _field(1, 8) + _field(7, graph) + _field(8, _field(2, 13))
    if metadata:
        model += _field(14, _field(1, "auditor") + _field(2, metadata))
    return model
