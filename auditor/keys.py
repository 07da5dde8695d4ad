"""The run key: everything that stands for a found value in an output is a keyed hash of it.

Keyed, because the space of names, dates and record numbers is small: a plain hash could be
reversed by trying them all. One key per user by default, so that two audits of a dataset compare.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from auditor.errors import KeyFileError

KEY_BYTES = 32
_NONCE_BYTES = 12


def default_key_file() -> Path:
    """`$AUDITOR_KEY_FILE`, else `auditor/key` in the user's state folder."""
    if named := os.environ.get("AUDITOR_KEY_FILE"):
        return Path(named)
    base = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".local" / "state") / "auditor" / "key"


@dataclass(frozen=True, slots=True)
class Key:
    """32 secret bytes, and the few things that are derived from them. Never printed."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise KeyFileError("The key does not have 32 bytes", todo="Give a file of 64 hex digits.")

    def __repr__(self) -> str:
        return f"Key(id={self.id})"

    @property
    def id(self) -> str:
        """Eight hex digits that tell keys apart and say nothing of them."""
        return self.derive("id").hex()[:8]

    def derive(self, purpose: str) -> bytes:
        """A 32-byte subkey: HMAC-SHA-256 of the purpose (HKDF-Expand with one block, RFC 5869)."""
        return _subkey(self.secret, purpose)

    def tag(self, purpose: str, value: str, digits: int = 16) -> str:
        """Keyed hash of `value` as hex; different purposes give unrelated hashes."""
        data = value.encode("utf-8", "surrogateescape" if purpose == "item" else "replace")
        return hmac.digest(self.derive(purpose), data, "sha256").hex()[:digits]

    def item(self, path: str) -> str:
        """The `item` column: stands for the true path of a file."""
        return self.tag("item", path)

    def value(self, text: str) -> str:
        """The `value_hmac` column: equal for values that differ in case, width or spacing only."""
        return self.tag("value", normalise(text))

    def patient(self, patient_id: str) -> str:
        """The pseudonym of a patient in every output; empty when the patient is not known."""
        return "P-" + self.tag("patient", patient_id.strip(), 12) if patient_id.strip() else ""


@lru_cache(maxsize=64)
def _subkey(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, purpose.encode() + b"\x01", "sha256")


class Sealer:
    """Seals what a scan must keep between its stages, so that its state on disk holds no value."""

    def __init__(self, key: Key, purpose: str = "state") -> None:
        self._cipher = AESGCM(key.derive(purpose))

    def seal(self, data: bytes) -> bytes:
        """AES-256-GCM with a random nonce in front."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data, None)

    def unseal(self, data: bytes) -> bytes:
        """The opposite of `seal`; KeyFileError when it was sealed with another key."""
        try:
            return self._cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], None)
        except InvalidTag:
            raise KeyFileError(
                "The state of the scan was written with another key",
                todo="Give that key with --key, or scan again without --resume.",
            ) from None


def normalise(text: str) -> str:
    """Case, width and spacing folded, so that one value has one hash wherever it is found."""
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.replace("^", " ").split())


def load_key(path: Path | None = None) -> Key:
    """Read the key file (64 hex digits); make one, readable by its owner only, where there is none.

    Raises KeyFileError when it cannot be read, made, or does not hold a key.
    """
    target = path or default_key_file()
    try:
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _create(target)
        text = target.read_text(encoding="ascii").strip()
        return Key(bytes.fromhex(text))
    except OSError:
        todo = "Give a place that can be written with --key FILE or AUDITOR_KEY_FILE."
        raise KeyFileError("The run key cannot be read or made", str(target), todo) from None
    except ValueError:
        raise KeyFileError(
            "The key file does not hold 64 hex digits", str(target), "Give another with --key FILE."
        ) from None


def _create(target: Path) -> None:
    """Write a fresh key; a process that is faster wins and its key is kept."""
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(KEY_BYTES) + "\n")


def fingerprint(*parts: str) -> str:
    """Plain hash of settings (never of values), to tell whether two runs were set alike."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
