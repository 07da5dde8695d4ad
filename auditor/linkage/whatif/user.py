"""The user's own mitigation: a Python function, run as it is, with the user's rights."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import cv2
import numpy as np

from auditor.errors import UsageError
from auditor.linkage.whatif.mitigations import Image, Mitigation

OPTION = "--function"


def load_function(named: str) -> Mitigation:
    """The function that `module:name` names, found as Python finds modules, the current folder first.

    It is called with an image, uint8 (rows, columns), and a numpy Generator, and returns an image: grey
    levels from 0 to 255 of any type, of any size. Importing the module runs its code.

    Raises UsageError when there is no such function; calling the mitigation raises one when the
    function fails or returns no image.
    """
    module, _, name = named.partition(":")
    if not module or not name:
        raise UsageError("The function is not named", OPTION, "Give it as module:name.")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        function = getattr(importlib.import_module(module), name)
    except Exception as error:  # noqa: BLE001 - the user's code may raise anything, and its text may hold a value
        raise UsageError(
            f"The function cannot be imported ({type(error).__name__})",
            f"{OPTION} {module}:{name}",
            "Check the module's name, and that it is on PYTHONPATH or in the current folder.",
        ) from None
    if not callable(function):
        raise UsageError("What is named is no function", f"{OPTION} {module}:{name}", "Name a function.")

    def change(image: Image, rng: np.random.Generator) -> Image:
        try:
            given = np.asarray(function(image.copy(), rng))
        except Exception as error:  # noqa: BLE001 - as above
            raise UsageError(
                f"The function failed ({type(error).__name__})",
                f"{OPTION} {module}:{name}",
                "It is called with an image, uint8 (rows, columns), and a numpy Generator.",
            ) from None
        if given.ndim != 2 or not given.size or given.dtype.kind not in "buif":
            raise UsageError(
                "The function did not return an image",
                f"{OPTION} {module}:{name}",
                "Return grey levels from 0 to 255 as an array (rows, columns).",
            )
        levels = np.clip(np.rint(np.nan_to_num(given.astype(np.float64))), 0, 255).astype(np.uint8)
        if levels.shape == image.shape:
            return levels
        size = (image.shape[1], image.shape[0])
        return np.asarray(cv2.resize(levels, size, interpolation=cv2.INTER_LINEAR), np.uint8)

    return Mitigation(f"{module}:{name}", "", None, change)
