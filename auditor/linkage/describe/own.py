"""The user's own network as features: any ONNX model of one image that gives a vector or a grid.

Input: one tensor of four dimensions, channels first or last, 1 or 3 channels, any fixed or free size.
How grey levels become its numbers is inferred (three channels: 0 to 1, less ImageNet's mean, by its
deviation; one channel: 0 to 1; integers: 0 to 255) unless it is declared, as JSON in the model's
metadata under `auditor`, or in a file beside it with the ending .json:

    {"side": 224, "mean": [0.5], "std": [0.25], "output": "features", "local_contrast": false}
"""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from auditor.errors import UsageError
from auditor.linkage.describe.align import Float, local_contrast

OPTION = "--features"
SIDE = 224
"""Of the input, in pixels, where the model takes any size and none is declared."""
GRID = 8
"""Largest side of a grid of features; a finer one is averaged."""
MOST = 1 << 20
"""Numbers an image that are too many to whiten."""
_IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(uint8)": np.uint8}


class Declared(BaseModel):
    """What a model says of its input and output."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    side: int | None = Field(default=None, ge=8, le=2048)
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    output: str = ""
    local_contrast: bool = False


class OwnModel:
    """Describes a portrait by the output of an ONNX model; see this module for what it may look like."""

    def __init__(self, file: Path) -> None:
        """Load `file` and try it on one image. Raises UsageError, which says what does not fit."""
        self._where = f"{OPTION} {file}"
        options = onnxruntime.SessionOptions()
        # Images are spread over threads by the caller; more inside would only compete.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
        except OSError as error:
            raise self._error(
                f"The model cannot be read ({error.strerror or 'input/output error'})"
            ) from None
        try:
            self._session = onnxruntime.InferenceSession(
                str(file), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # noqa: BLE001 - onnxruntime raises many types, none of them exported
            raise self._error(f"The model cannot be loaded ({type(error).__name__})") from None
        self._declared = self._read_declared(file)
        self._input_shape()
        self._output = self._output_name()
        shapes = [block.shape for block in self.describe(np.tile(np.arange(256, dtype=np.uint8), (256, 1)))]
        shown = " and ".join("x".join(map(str, shape)) for shape in shapes)
        self.name = f"own model: SHA-256 {digest}, output {shown}, PCA-whitened by zones"

    def describe(self, portrait: NDArray[np.uint8]) -> tuple[Float, ...]:
        """(channels, rows, columns) or (numbers,)."""
        try:
            found = self._session.run([self._output], {self._name: self._prepared(portrait)})[0]
        except Exception as error:  # noqa: BLE001 - as above
            raise self._error(f"The model fails on an image ({type(error).__name__})") from None
        return (self._shaped(np.asarray(found, np.float32)),)

    def _error(self, what: str) -> UsageError:
        return UsageError(
            what,
            self._where,
            "It must take one image (1, channels, rows, columns) and give a vector or a grid of features.",
        )

    def _read_declared(self, file: Path) -> Declared:
        beside = file.with_suffix(".json")
        try:
            text = (
                beside.read_text(encoding="utf-8")
                if beside.exists()
                else self._session.get_modelmeta().custom_metadata_map.get("auditor", "{}")
            )
            return Declared.model_validate(json.loads(text))
        except (OSError, ValueError, ValidationError):
            raise UsageError(
                "What is declared of the model cannot be understood",
                self._where,
                "Declare side, mean, std, output and local_contrast as JSON, or nothing.",
            ) from None

    def _input_shape(self) -> None:
        inputs = self._session.get_inputs()
        if len(inputs) != 1 or len(inputs[0].shape) != 4 or inputs[0].type not in _TYPES:
            raise self._error("The model does not take one image")
        shape: list[Any] = list(inputs[0].shape)
        self._name, self._type = inputs[0].name, _TYPES[inputs[0].type]
        self._last = shape[1] not in (1, 3) and shape[3] in (1, 3)
        self._channels = shape[3] if self._last else shape[1]
        if self._channels not in (1, 3) or (isinstance(shape[0], int) and shape[0] not in (-1, 1)):
            raise self._error("The model does not take one image of 1 or 3 channels")
        rows, columns = (shape[1], shape[2]) if self._last else (shape[2], shape[3])
        free = self._declared.side or SIDE
        self._rows, self._columns = (
            side if isinstance(side, int) and side > 0 else free for side in (rows, columns)
        )
        plain = self._channels == 1 or self._type is np.uint8
        mean, std = ((0.0,), (1.0,)) if plain else _IMAGENET
        self._mean = np.array(self._declared.mean or mean, np.float32).reshape(-1, 1, 1)
        self._std = np.array(self._declared.std or std, np.float32).reshape(-1, 1, 1)
        if {len(self._mean), len(self._std)} - {1, self._channels} or not (self._std > 0).all():
            raise self._error("The declared mean or std does not fit the model's channels")

    def _output_name(self) -> str:
        names = [output.name for output in self._session.get_outputs()]
        wanted = self._declared.output or names[0]
        if wanted not in names:
            raise self._error("The model has no output of the declared name")
        return str(wanted)

    def _prepared(self, portrait: NDArray[np.uint8]) -> NDArray[Any]:
        size = (self._columns, self._rows)
        if self._declared.local_contrast:
            side = len(portrait)
            levels = (local_contrast(portrait, side, side / 16) / 6 + 0.5) * 255
        else:
            levels = portrait.astype(np.float32)
        grey = np.asarray(cv2.resize(levels, size, interpolation=cv2.INTER_AREA), np.float32)
        image: NDArray[Any] = np.repeat(grey[None], self._channels, axis=0)
        whole = self._type is np.uint8
        image = np.clip(np.rint(image), 0, 255) if whole else (image / 255 - self._mean) / self._std
        if self._last:
            image = image.transpose(1, 2, 0)
        return np.ascontiguousarray(image[None], dtype=self._type)

    def _shaped(self, found: Float) -> Float:
        """The output without its batch: tokens become a grid, channels come first, fine grids are averaged."""
        block = found[0] if found.ndim > 1 and found.shape[0] == 1 else found
        if block.ndim == 2:
            block = _grid_of_tokens(block)
        elif block.ndim == 3 and self._last:
            block = block.transpose(2, 0, 1)
        if block.ndim not in (1, 3) or not block.size or block.size > MOST or not np.isfinite(block).all():
            raise self._error("The model's output is neither a vector nor a grid of finite numbers")
        if block.ndim == 3 and 1 in block.shape[1:]:
            return np.ascontiguousarray(block.reshape(-1))
        if block.ndim == 3 and max(block.shape[1:]) > GRID:
            size = (min(GRID, block.shape[2]), min(GRID, block.shape[1]))
            block = np.stack([cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in block])
        return np.ascontiguousarray(block, np.float32)


def _grid_of_tokens(tokens: Float) -> Float:
    """(tokens, numbers) of a transformer as (numbers, side, side), without the tokens that lead the square;
    flat where there is no square."""
    for leading in (0, 1, 2, 5):
        side = math.isqrt(max(len(tokens) - leading, 0))
        if side > 1 and side * side == len(tokens) - leading:
            return tokens[leading:].reshape(side, side, -1).transpose(2, 0, 1)
    return tokens.reshape(-1)
