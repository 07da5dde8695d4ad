"""A folder, or one file, on a file system."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from auditor.model import Item, Reason


@dataclass(frozen=True)
class DirectorySource:
    """Walks `root` in sorted order. Links are followed only to regular files inside `root`."""

    root: Path
    only: str = ""
    """The one file to read, when the source is a file."""
    exclude: Path | None = None
    """A folder that is not part of the dataset: the audit's own output."""

    @property
    def name(self) -> str:
        return self.only.rsplit(".", 1)[0] if self.only else self.root.name or "dataset"

    @property
    def place(self) -> str:
        return os.fspath(self.root / self.only) if self.only else os.fspath(self.root)

    def items(self) -> Iterator[Item]:
        if self.only:
            yield self._item(os.fspath(self.root / self.only), self.only)
        else:
            yield from self._walk(os.fspath(self.root))

    def at(self, path: str) -> Item:
        """The item at a path, as `items` gives it: with a reason where it is not to be opened."""
        if self.only and path != self.only:
            return Item(path, 0, Reason.VANISHED)
        return self._item(os.fspath(self.root / path), path)

    def open(self, item: Item) -> BinaryIO:
        return (self.root / item.path).open("rb")

    def _walk(self, top: str) -> Iterator[Item]:
        pending = [(top, "")]
        while pending:
            folder, prefix = pending.pop()
            try:
                with os.scandir(folder) as scan:
                    entries = sorted(scan, key=lambda entry: entry.name)
            except PermissionError:
                yield Item(prefix.rstrip("/") or ".", 0, Reason.NO_PERMISSION)
                continue
            except OSError:
                yield Item(prefix.rstrip("/") or ".", 0, Reason.IO_ERROR)
                continue
            folders = []
            for entry in entries:
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if self.exclude is None or Path(entry.path) != self.exclude:
                        folders.append((entry.path, path + "/"))
                else:
                    yield self._item(entry.path, path)
            pending.extend(reversed(folders))

    def _item(self, full: str, path: str) -> Item:
        points = ""
        try:
            found = os.lstat(full)
            if stat.S_ISLNK(found.st_mode):
                points = os.fspath(Path(full).readlink())
                target = Path(full).resolve(strict=True)
                found = target.stat()
                if not stat.S_ISREG(found.st_mode) or not target.is_relative_to(self.root.resolve()):
                    return Item(path, 0, Reason.LINK, target=points)
        except PermissionError:
            return Item(path, 0, Reason.NO_PERMISSION)
        except (OSError, RuntimeError):  # a dangling link, a loop of links, a file that went away
            return Item(path, 0, Reason.VANISHED, target=points)
        if not stat.S_ISREG(found.st_mode):
            return Item(path, 0, Reason.SPECIAL)
        return Item(path, found.st_size)
