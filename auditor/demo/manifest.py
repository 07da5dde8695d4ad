"""The answer key of a demo dataset: what was planted where."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Planted:
    """One leak. `secret` is invented; it is what no report may show. Empty: nothing to show."""

    file: str
    patient: str
    kind: str
    location: str
    category: str
    secret: str


@dataclass(frozen=True, slots=True)
class DemoManifest:
    """What was written. Paths are relative to `folder`, with forward slashes."""

    folder: Path
    key_file: Path
    metadata: Path
    """The table that attributes PNG files to patients: columns path, patient, exam, age, sex, view."""
    seed: int
    patients: int
    exams: int
    files: tuple[str, ...]
    planted: tuple[Planted, ...]

    def by_kind(self) -> dict[str, tuple[str, ...]]:
        """Kind of leak to the files that hold it."""
        kinds: dict[str, tuple[str, ...]] = {}
        for leak in self.planted:
            kinds[leak.kind] = (*kinds.get(leak.kind, ()), leak.file)
        return kinds

    def save(self) -> None:
        """Write the key beside the dataset, never into it, because the dataset is scanned."""
        content = {
            "note": "Invented people. The answer key of the demo dataset beside this file.",
            "seed": self.seed,
            "patients": self.patients,
            "exams": self.exams,
            "planted": [asdict(leak) for leak in self.planted],
            "files": list(self.files),
        }
        self.key_file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def key_beside(folder: Path) -> Path:
    """Where the key of the dataset in `folder` lies."""
    return folder.with_name(f"{folder.name}-planted.json")


def files_of(key_file: Path) -> Iterable[str]:
    """The files that an earlier demo wrote, by its key; none where the key is not one of ours."""
    try:
        content = json.loads(key_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    listed = content.get("files") if isinstance(content, dict) else None
    return tuple(name for name in listed if isinstance(name, str)) if isinstance(listed, list) else ()
