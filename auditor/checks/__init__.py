"""Every check, found by looking into this folder: one file, one check."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from typing import Any

from auditor.checks.base import Check


@cache
def all_checks() -> tuple[Check[Any], ...]:
    """One instance of every concrete check in this package, ordered by id."""
    found: dict[str, Check[Any]] = {}
    for module_info in pkgutil.iter_modules(__path__):
        if module_info.name.startswith("_"):
            continue  # what checks share
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for _, cls in inspect.getmembers(module, inspect.isclass):
            if issubclass(cls, Check) and not inspect.isabstract(cls) and cls.__module__ == module.__name__:
                if cls.id in found:
                    raise RuntimeError(f"two checks have the id {cls.id}")
                found[cls.id] = cls()
    return tuple(found[key] for key in sorted(found))
