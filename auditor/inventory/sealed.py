"""The tables of the state of a scan, and how their contents are sealed and keyed."""

from __future__ import annotations

import hashlib
import json

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.keys import Key, Sealer, normalise

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (fingerprint VARCHAR);
CREATE TABLE IF NOT EXISTS items (
    item INTEGER, path BLOB, size BIGINT, kind VARCHAR, status VARCHAR, reason VARCHAR,
    frames_total INTEGER, frames_examined INTEGER, screened INTEGER, spared INTEGER, repeated INTEGER,
    seconds DOUBLE, patient VARCHAR, exam VARCHAR, series VARCHAR, claim BIGINT, fact BIGINT, inside BLOB);
CREATE TABLE IF NOT EXISTS facts (fact BIGINT PRIMARY KEY, told BLOB);
CREATE TABLE IF NOT EXISTS claims (claim BIGINT, content BLOB);
CREATE TABLE IF NOT EXISTS values_seen (
    value BIGINT, place VARCHAR, location VARCHAR, vr VARCHAR, tag BIGINT, claim BIGINT, text BIGINT, content BLOB);
CREATE TABLE IF NOT EXISTS occurrences (
    value BIGINT, item INTEGER, counts VARCHAR, bbox VARCHAR, confidence FLOAT);
CREATE TABLE IF NOT EXISTS members (parent INTEGER, position INTEGER, content BLOB);
CREATE TABLE IF NOT EXISTS portraits (item INTEGER, digest VARCHAR, pixels BLOB, cut BOOLEAN);
CREATE TABLE IF NOT EXISTS volumes (item INTEGER, whole BLOB);
CREATE TABLE IF NOT EXISTS slices (item INTEGER);
"""
_LONGEST_NORMALISED = 1024


class Sealed:
    """Seals what is stored under the scan's key, and hashes with it what is only compared."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self._sealer = Sealer(key)
        self._text_secret = key.derive("text")

    def _seal(self, content: object) -> bytes:
        return self._sealer.seal(json.dumps(content).encode())

    def unseal(self, sealed: bytes) -> bytes:
        """What was sealed under this scan's key."""
        return self._sealer.unseal(sealed)

    def text_in(self, sealed: bytes) -> tuple[str, str]:
        """A value and its private creator, from the content of a row of `values_seen`."""
        told = self._sealer.unseal(sealed).decode("utf-8", "surrogatepass")
        length, _, rest = told.partition(" ")
        creator = int(length)
        return (rest, "") if not creator else (rest[creator:], rest[:creator])

    def text_id(self, text: str) -> int:
        """Keyed 64-bit hash of a value wherever it stands, equal where case and spacing alone differ."""
        plain = normalise(text) if len(text) <= _LONGEST_NORMALISED else text
        return self._hash(plain.encode("utf-8", "surrogatepass"))

    def _hash(self, data: bytes) -> int:
        digest = hashlib.blake2b(data, key=self._text_secret, digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)

    def path(self, sealed: bytes) -> str:
        """The true path from its sealed form."""
        return self._sealer.unseal(sealed).decode("utf-8", "surrogateescape")

    def _png(self, picture: NDArray[np.uint8]) -> bytes:
        # PNG: lossless, and half the bytes of an even background.
        return self._sealer.seal(cv2.imencode(".png", picture)[1].tobytes())
