"""Small datasets for tests of the whole audit."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from auditor.keys import Key
from auditor.pipeline.plan import Plan
from auditor.pipeline.scan import Audit, audit
from auditor.policy import Policy
from auditor.sources import open_source
from tests.builders.dicom import make_dicom

KEY = Key(bytes(range(32)))
QUICK = frozenset({"tags", "records"})
CLEAN: dict[str, Any] = {
    "PatientName": "sub-001",
    "PatientID": "sub-001",
    "PatientIdentityRemoved": "YES",
    "DeidentificationMethod": "Basic Profile",
}


def write(folder: Path, name: str, content: bytes | str) -> Path:
    """Write a file below `folder`, with the folders it needs."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def film(seed: int = 0, side: int = 96) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A smooth picture without text, different for every seed."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.linspace(0, 3, side), np.linspace(0, 3, side))
    waves = sum(np.sin(a * x + b * y + c) for a, b, c in rng.uniform(0.5, 3, (6, 3)))
    return np.asarray(127 + 20 * waves, np.uint8)


def clean_dicom(**tags: Any) -> bytes:
    """A file without a leak."""
    return make_dicom(**{**CLEAN, **tags})


def run(
    source: Path, out: Path, *, stages: frozenset[str] = QUICK, policy: Policy | None = None, **more: Any
) -> Audit:
    """Audit in this process; `more` goes to the plan, or to `audit` for `workers`, `resume`, `evidence`."""
    outer = {name: more.pop(name) for name in ("workers", "resume", "progress", "evidence") if name in more}
    return audit(
        open_source(source, exclude=out), out, KEY, policy or Policy(), Plan(stages=stages, **more), **outer
    )


def rows(out: Path, name: str) -> list[dict[str, str]]:
    """The rows of one of the report's tables."""
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
