"""A sketch file: what one holder gives to the other, and how it is checked."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from auditor.errors import SketchError
from auditor.keys import Key
from auditor.linkage.sketches.reading import read_json

VERSION = 1
MOST_BYTES = 4 << 30
"""Of a file: three million images at the bits that are kept unless told otherwise."""
_AGAIN = "Make it again with `auditor sketch` of this version."


@dataclass(frozen=True, slots=True, eq=False)
class SketchedPatient:
    """One patient's images; exams are numbered within the patient, 0 where they are not known."""

    bits: NDArray[np.uint8]
    """(images, bits / 8)."""
    exams: tuple[int, ...]
    exposures: tuple[str, ...]
    """Keyed hash of the decoded pixels of every image."""
    learnt: bool = False
    """Whether the basis was fitted on his images, which then look less alike than others' do."""


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """One holder's patients, in an order that tells nothing."""

    key_id: str
    basis: str
    """Digest of the basis."""
    features: str
    bits: int
    patients: tuple[SketchedPatient, ...]
    left_out: int
    """Images beyond the most that are kept of a patient, blank ones, and those of no known patient."""

    @property
    def images(self) -> int:
        """How many images are sketched."""
        return sum(len(patient.exams) for patient in self.patients)


_Hex = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class _Patient(BaseModel):
    model_config = ConfigDict(extra="forbid")
    bits: str
    exams: list[Annotated[int, Field(ge=0, le=1 << 31)]] = Field(min_length=1)
    exposures: list[_Hex]
    learnt: bool


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    format: Literal["auditor-sketch"]
    version: int
    key_id: str
    basis: str
    features: str
    bits: Annotated[int, Field(ge=8, le=1 << 16, multiple_of=8)]
    left_out: int
    patients: list[_Patient]


def save_sketch(sketch: Sketch, file: Path, key: Key) -> None:
    """Write the sketch with a checksum and, under the shared key, a message authentication code."""
    body = {
        "format": "auditor-sketch",
        "version": VERSION,
        "key_id": sketch.key_id,
        "basis": sketch.basis,
        "features": sketch.features,
        "bits": sketch.bits,
        "left_out": sketch.left_out,
        "patients": [
            {
                "bits": base64.b64encode(patient.bits.tobytes()).decode(),
                "exams": list(patient.exams),
                "exposures": list(patient.exposures),
                "learnt": patient.learnt,
            }
            for patient in sketch.patients
        ],
    }
    plain = _canonical(body)
    sealed = {"body": body, "sha256": hashlib.sha256(plain).hexdigest(), "hmac": _code(key, plain)}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(sealed) + "\n", encoding="utf-8")
    except OSError as error:
        raise SketchError(
            f"The sketch cannot be written ({error.strerror or 'input/output error'})",
            str(file),
            "Choose another place with --out.",
        ) from None


def load_sketch(file: Path, key: Key | None = None) -> Sketch:
    """Read a sketch. With the shared key it is known to come from a holder of the key; without, only damage
    by accident shows. Raises SketchError for what is no sketch, of another version or key, or was changed."""
    where = str(file)
    try:
        found = read_json(file, MOST_BYTES, "sketch")
        body = found["body"]
        plain = _canonical(body)
        if body.get("format") == "auditor-sketch" and body.get("version") != VERSION:
            raise SketchError("The sketch is of another version", where, _AGAIN)
        checked = _Body.model_validate(body)
        sums = (str(found["sha256"]), str(found["hmac"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ValidationError):
        raise SketchError("The file is no sketch", where, _AGAIN) from None
    if key is not None and key.id != checked.key_id:
        raise SketchError(
            "The sketch was made with another key", where, "Give the key that both holders agreed on."
        )
    good = hmac.compare_digest(hashlib.sha256(plain).hexdigest(), sums[0])
    if not good or (key is not None and not hmac.compare_digest(_code(key, plain), sums[1])):
        raise SketchError("The sketch was changed after it was made", where, "Ask its maker for it again.")
    try:
        patients = tuple(_patient(each, checked.bits) for each in checked.patients)
    except (ValueError, binascii.Error):
        raise SketchError("The file is no sketch", where, _AGAIN) from None
    return Sketch(checked.key_id, checked.basis, checked.features, checked.bits, patients, checked.left_out)


def _patient(given: _Patient, bits: int) -> SketchedPatient:
    raw = np.frombuffer(base64.b64decode(given.bits, validate=True), np.uint8)
    if len(given.exposures) != len(given.exams):
        raise ValueError("an exposure an image")
    bits_of = raw.reshape(len(given.exams), bits // 8)
    return SketchedPatient(bits_of, tuple(given.exams), tuple(given.exposures), given.learnt)


def _canonical(body: object) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def _code(key: Key, plain: bytes) -> str:
    return hmac.digest(key.derive("sketch file"), plain, "sha256").hex()
