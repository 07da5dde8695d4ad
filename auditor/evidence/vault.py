"""A folder of sealed files, one an entry. Without the key their number and sizes are all that it tells.

Entry: AES-256-GCM (`keys.Sealer`) over a line of JSON, what it is and where it was found, then the content.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from auditor.errors import KeyFileError, UsageError
from auditor.keys import Key, Sealer

SUFFIX = ".sealed"
PURPOSE = "evidence"
TABLE = "evidence.csv"


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of evidence. `kind`: `value` (content is text), `crop`, `frame` (its boxes
    black), `render` or `portrait` (content is a PNG)."""

    kind: str
    rule: str
    file: str
    """True path in the source."""
    location: str
    bbox: str = ""
    value_hmac: str = ""
    content: bytes = b""


class Vault:
    """Adds entries to a folder, each sealed before it touches the disk."""

    def __init__(self, folder: Path, key: Key) -> None:
        """Make the folder. Raises UsageError where it cannot be made or holds a vault already."""
        self._folder, self._sealer, self.count = folder, Sealer(key, PURPOSE), 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            occupied = any(folder.glob(f"*{SUFFIX}"))
        except OSError:
            raise UsageError("The vault cannot be made", str(folder), "Choose another --evidence.") from None
        if occupied:
            raise UsageError(
                "The vault holds the evidence of another run", str(folder), "Give an empty folder."
            )

    def add(self, entry: Entry) -> None:
        """Seal one entry into a file of its own."""
        told = {name: value for name, value in asdict(entry).items() if name != "content"}
        # Line ends inside JSON strings are escaped, so that the first one ends the line.
        plain = json.dumps(told).encode() + b"\n" + entry.content
        self.count += 1
        target = self._folder / f"{self.count:06}{SUFFIX}"
        target.write_bytes(self._sealer.seal(plain))
        target.chmod(0o600)


def entries(folder: Path, key: Key) -> Iterator[Entry]:
    """The entries of a vault in order. Raises KeyFileError for another key, UsageError for no vault."""
    sealed = sorted(folder.glob(f"*{SUFFIX}"))
    if not sealed:
        raise UsageError("There is no vault here", str(folder), "Give the folder of --evidence.")
    sealer = Sealer(key, PURPOSE)
    for path in sealed:
        try:
            line, _, content = sealer.unseal(path.read_bytes()).partition(b"\n")
        except KeyFileError:
            raise KeyFileError(
                "The vault was sealed with another key, or was changed",
                path.name,
                "Give that key with --key.",
            ) from None
        yield Entry(**json.loads(line), content=content)


def reveal(folder: Path, key: Key, out: Path) -> int:
    """Write a vault's values into a table and its pictures beside it, in the clear; returns how many."""
    out.mkdir(parents=True, exist_ok=True)
    names = [field.name for field in fields(Entry)]
    count = 0
    with (out / TABLE).open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(names)
        for count, entry in enumerate(entries(folder, key), 1):
            content = entry.content.decode("utf-8", "replace")
            if entry.kind != "value":
                content = f"{count:06}.png"
                (out / content).write_bytes(entry.content)
            told = asdict(entry) | {"content": content}
            # A cell that begins like a formula is run by spreadsheets.
            cells = [str(told[name]) for name in names]
            table.writerow(["'" + cell if cell[:1] in ("=", "+", "-", "@") else cell for cell in cells])
    return count
