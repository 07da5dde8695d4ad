"""How many exposures two holders have in common, by private set intersection on their pixels' hashes.

Diffie–Hellman on a curve (Meadows 1986): A blinds the hashes of his exposures with a key of this run, B blinds
them once more and sends his own blinded beside them, shuffled; A takes his key off the former and counts what
is equal. Neither learns which exposures those are, and nobody can test guesses against a file he was given.
The cryptography is openmined-psi's, in its mode that gives the size only; it is an extra (`auditor[psi]`).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, ValidationError

from auditor.errors import SketchError
from auditor.linkage.sketches.reading import read_json

VERSION: Literal[1] = 1
MOST_BYTES = 1 << 30
"""Of a file: some nine million exposures."""
_KEY_BYTES = 32
_INSTALL = (
    "Install it with pip install 'auditor[psi]': it is there for Python 3.11 to 3.13 on Linux (x86-64, glibc 2.35 "
    "or newer) and macOS (ARM). Without it, compare sketches."
)
_EXACT = 1e-9
"""False positive rate that the library asks for; the plain list that is sent has none."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")
    version: Literal[1] = VERSION


class Request(_Message):
    """From A to B: A's exposures, blinded."""

    format: Literal["auditor-psi-request"] = "auditor-psi-request"
    blinded: Base64Bytes


class Secret(_Message):
    """What A keeps, and nobody else may see, until the response comes."""

    format: Literal["auditor-psi-secret"] = "auditor-psi-secret"
    key: Base64Bytes = Field(repr=False)
    exposures: int = Field(ge=1)
    request: str
    """Digest of the request."""


class Response(_Message):
    """From B to A: A's exposures blinded twice, and B's blinded once."""

    format: Literal["auditor-psi-response"] = "auditor-psi-response"
    request: str
    answered: Base64Bytes
    own: Base64Bytes


M = TypeVar("M", Request, Secret, Response)


@dataclass(frozen=True, slots=True)
class Counted:
    """What A learns."""

    exposures: tuple[int, int]
    """Distinct exposures of A and of B."""
    shared: int


def check() -> None:
    """Raises SketchError where openmined-psi is not installed: before hours of reading, not after."""
    _library()


def request(digests: Iterable[str]) -> tuple[Request, Secret]:
    """The first message for `digests`, A's distinct pixel digests, and what A keeps.

    Raises SketchError where openmined-psi is not installed, and for no digest.
    """
    psi, own = _library(), _shuffled(digests)
    client = psi.client.CreateWithNewKey(False)
    blinded = client.CreateRequest(own).SerializeToString()
    key = client.GetPrivateKeyBytes()
    return Request(blinded=_64(blinded)), Secret(key=_64(key), exposures=len(own), request=_digest(blinded))


def answer(asked: Request, digests: Iterable[str]) -> tuple[Response, int]:
    """B's answer, under a key that is thrown away, and how many exposures were asked for.

    Raises SketchError for a request that asks for more than the number, or for one exposure several times.
    """
    psi, own = _library(), _shuffled(digests)
    try:
        message = psi.Request.FromString(asked.blinded)
        elements = list(message.encrypted_elements)
        if message.reveal_intersection or len(set(elements)) != len(elements) or not elements:
            raise SketchError(
                "The request asks for more than how many exposures are shared",
                todo="Do not answer it; ask its maker for one of `auditor psi-request`.",
            )
        server = psi.server.CreateWithNewKey(False)
        answered = server.ProcessRequest(message).SerializeToString()
        setup = server.CreateSetupMessage(_EXACT, len(elements), own, psi.DataStructure.RAW)
    except _refusals():
        raise _broken() from None
    made = Response(
        request=_digest(asked.blinded), answered=_64(answered), own=_64(setup.SerializeToString())
    )
    return made, len(elements)


def count(response: Response, kept: Secret) -> Counted:
    """How many exposures are shared. Raises SketchError for a response to another request, or a broken one."""
    psi = _library()
    if response.request != kept.request:
        raise SketchError(
            "The response answers another request",
            todo="Give the secret that was made with the request that was answered.",
        )
    try:
        answered = psi.Response.FromString(response.answered)
        setup = psi.ServerSetup.FromString(response.own)
        if len(answered.encrypted_elements) != kept.exposures or not setup.HasField("raw"):
            raise _broken()
        if len(kept.key) != _KEY_BYTES:
            raise _broken()
        client = psi.client.CreateFromKey(kept.key, False)
        shared = int(client.GetIntersectionSize(setup, answered))
    except _refusals():
        raise _broken() from None
    theirs = len(setup.raw.encrypted_elements)
    if shared > min(kept.exposures, theirs):
        raise _broken()
    return Counted((kept.exposures, theirs), shared)


def save(message: Request | Secret | Response, file: Path) -> None:
    """Write a message; a secret so that only its owner can read it."""
    content = message.model_dump_json().encode() + b"\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(message, Secret):
            file.touch(mode=0o600)
            file.chmod(0o600)
        file.write_bytes(content)
    except OSError as error:
        raise SketchError(
            f"The file cannot be written ({error.strerror or 'input/output error'})",
            str(file),
            "Choose another place.",
        ) from None


def load(file: Path, kind: type[M]) -> M:
    """Read a message of this kind. Raises SketchError for any other file."""
    name = str(kind.model_fields["format"].default)
    found = read_json(file, MOST_BYTES, name)
    if found.get("format") == name and found.get("version") != VERSION:
        raise SketchError(f"The {name} is of another version", str(file), "Make it again with this version.")
    try:
        return kind.model_validate(found)
    except ValidationError:
        todo = "Give the file that the step before wrote."
        raise SketchError(f"The file is no {name}", str(file), todo) from None


def _library() -> Any:
    try:
        import private_set_intersection.python as psi
    except ImportError:
        raise SketchError("Private set intersection needs the package openmined-psi", todo=_INSTALL) from None
    return psi


def _refusals() -> tuple[type[Exception], ...]:
    """What the library raises for a message that it cannot use."""
    from google.protobuf.message import DecodeError

    return DecodeError, RuntimeError


def _broken() -> SketchError:
    return SketchError("The message of the other holder is broken", todo="Ask its maker for it again.")


def _shuffled(digests: Iterable[str]) -> list[str]:
    """Distinct digests in an order that tells nothing of them."""
    own = sorted(set(digests))
    if not own:
        raise SketchError("There is no exposure to compare", todo="Check that the source holds images.")
    secrets.SystemRandom().shuffle(own)
    return own


def _64(message: bytes) -> bytes:
    return base64.b64encode(message)


def _digest(message: bytes) -> str:
    return hashlib.sha256(message).hexdigest()
