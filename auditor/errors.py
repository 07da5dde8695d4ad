"""Every error a user can meet: what happened, where, and what to do. None holds a found value."""

from __future__ import annotations


class AuditorError(Exception):
    """An error the user can act on; `exit_code` follows the command contract."""

    exit_code = 2

    def __init__(self, what: str, where: str = "", todo: str = "") -> None:
        self.what, self.where, self.todo = what, where, todo
        super().__init__(". ".join(part for part in (what, where and f"Where: {where}", todo) if part))


class UsageError(AuditorError):
    """Wrong arguments, or arguments that do not fit the source."""


class PolicyError(AuditorError):
    """audit.toml is missing, not TOML, or holds a key or value that is not known."""


class SourceError(AuditorError):
    """The source does not exist or cannot be listed: nothing was audited."""

    exit_code = 3


class MetadataError(AuditorError):
    """The metadata table cannot be read or lacks a column that was named."""


class ReportError(AuditorError):
    """report.json cannot be read or does not follow its schema."""


class KeyFileError(AuditorError):
    """The run key cannot be read or made."""


class EngineError(AuditorError):
    """An OCR engine was asked for that is not installed."""


class SketchError(AuditorError):
    """A sketch or its basis cannot be made, read, trusted or compared."""


class InterruptedScanError(AuditorError):
    """The scan was stopped by the user; what was examined is kept for --resume."""

    exit_code = 3
