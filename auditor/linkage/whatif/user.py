"""The user's own mitigation: a Python function, run as it is, with the user's rights."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from auditor.errors import UsageError
from auditor.linkage.whatif.mitigations import Change, Image, Mitigation

OPTION = "--function"


def load_function(named: str) -> list[Mitigation]:
    """The function that `module:name` names, found as Python finds modules, the current folder first; one
    mitigation, or one a strength of `module:name=STRENGTH,STRENGTH`.

    It is called with an image, uint8 (rows, columns), a numpy Generator and the strength where there is
    one, and returns an image: grey levels from 0 to 255 of any type, of any size. Of a volume it is given
    slice after slice. Importing the module runs its code.

    Raises UsageError when there is no such function, and for a strength that is no number; calling the
    mitigation raises one when the function fails or returns no image.
    """
    path, _, strengths = named.partition("=")
    module, _, name = path.partition(":")
    if not module or not name:
        raise UsageError("The function is not named", OPTION, "Give it as module:name.")
    values = _strengths(strengths, path)
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        function = getattr(importlib.import_module(module), name)
    except Exception as error:  # noqa: BLE001 - the user's code may raise anything, and its text may hold a value
        raise UsageError(
            f"The function cannot be imported ({type(error).__name__})",
            f"{OPTION} {path}",
            "Check the module's name, and that it is on PYTHONPATH or in the current folder.",
        ) from None
    if not callable(function):
        raise UsageError("What is named is no function", f"{OPTION} {path}", "Name a function.")

    return [
        Mitigation(path, "strength" if values[0] is not None else "", each, _change(function, path, each))
        for each in values
    ]


def _strengths(text: str, path: str) -> list[float | None]:
    if not text:
        return [None]
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = [float("nan")]
    if not np.isfinite(values).all():
        raise UsageError("A strength is not a number", f"{OPTION} {path}", "Give it as module:name=1,2,4.")
    return list(values)


def _change(function: Callable[..., object], path: str, strength: float | None) -> Change:
    """What calls the user's function, and brings what it returns to the image's size and type."""
    more = () if strength is None else (strength,)

    def change(image: Image, rng: np.random.Generator) -> Image:
        try:
            given = np.asarray(function(image.copy(), rng, *more))
        except Exception as error:  # noqa: BLE001 - as above
            raise UsageError(
                f"The function failed ({type(error).__name__})",
                f"{OPTION} {path}",
                "It is called with an image, uint8 (rows, columns), a numpy Generator, and a strength if one is given.",
            ) from None
        if given.ndim != 2 or not given.size or given.dtype.kind not in "buif":
            raise UsageError(
                "The function did not return an image",
                f"{OPTION} {path}",
                "Return grey levels from 0 to 255 as an array (rows, columns).",
            )
        levels = np.clip(np.rint(np.nan_to_num(given.astype(np.float64))), 0, 255).astype(np.uint8)
        if levels.shape == image.shape:
            return levels
        size = (image.shape[1], image.shape[0])
        return np.asarray(cv2.resize(levels, size, interpolation=cv2.INTER_LINEAR), np.uint8)

    return change
