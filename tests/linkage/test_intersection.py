"""Private set intersection: what each message is, what it tells, and what is refused."""

from __future__ import annotations

import base64
import builtins
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.errors import SketchError
from auditor.linkage.sketches import intersection as psi

A = [f"{n:064x}" for n in range(40)]
B = [f"{n:064x}" for n in range(28, 100)]


@pytest.fixture
def _installed() -> None:
    pytest.importorskip(
        "private_set_intersection", reason="openmined-psi is not installed: pip install 'auditor[psi]'"
    )


@pytest.mark.usefixtures("_installed")
def test_one_holder_learns_the_number_through_files_and_nothing_else_is_in_them(tmp_path: Path) -> None:
    request, secret, response = (tmp_path / name for name in ("request", "secret", "response"))
    asked, kept = psi.request(A)
    psi.save(kept, secret)
    psi.save(asked, request)
    made, theirs = psi.answer(psi.load(request, psi.Request), [*B, B[0]])
    psi.save(made, response)
    found = psi.count(psi.load(response, psi.Response), psi.load(secret, psi.Secret))
    assert theirs == 40 and found == psi.Counted((40, 72), 12)
    assert secret.stat().st_mode & 0o077 == 0
    sent = asked.blinded + made.answered + made.own
    assert not any(digest.encode() in sent or bytes.fromhex(digest) in sent for digest in A[1:] + B)


@pytest.mark.usefixtures("_installed")
@pytest.mark.parametrize(("own", "shared"), [(A, 40), (B[12:], 0), (B[11:13], 1)])
def test_all_none_and_one_in_common(own: list[str], shared: int) -> None:
    asked, kept = psi.request(A)
    assert psi.count(psi.answer(asked, own)[0], kept).shared == shared


@pytest.mark.usefixtures("_installed")
def test_two_requests_for_the_same_exposures_have_nothing_in_common() -> None:
    from private_set_intersection.python import Request

    blinded = [set(Request.FromString(psi.request(A)[0].blinded).encrypted_elements) for _ in range(2)]
    assert len(blinded[0]) == 40 and not blinded[0] & blinded[1]


@pytest.mark.usefixtures("_installed")
def test_a_request_that_asks_for_more_is_not_answered() -> None:
    from private_set_intersection.python import Request

    message = Request.FromString(psi.request(A)[0].blinded)
    names, twice, none = Request(), Request(), Request()
    names.CopyFrom(message)
    names.reveal_intersection = True
    twice.encrypted_elements.extend([message.encrypted_elements[0]] * 2)
    for each in (names, twice, none):
        asked = psi.Request(blinded=base64.b64encode(each.SerializeToString()))
        with pytest.raises(SketchError, match="more than how many"):
            psi.answer(asked, B)


@pytest.mark.usefixtures("_installed")
def test_a_response_counts_only_with_its_own_secret_and_in_full() -> None:
    asked, kept = psi.request(A)
    made, _ = psi.answer(asked, B)
    with pytest.raises(SketchError, match="another request"):
        psi.count(made, psi.request(A)[1])
    less = base64.b64encode(made.answered[: -35 * 3])
    for changed in (
        {"answered": less},
        {"own": base64.b64encode(made.own[:-1])},
        {"own": b""},
        {"answered": base64.b64encode(made.own)},
    ):
        with pytest.raises(SketchError, match="broken"):
            psi.count(
                psi.Response(
                    **{"answered": _64(made.answered), "own": _64(made.own), **changed}, request=made.request
                ),
                kept,
            )


def _64(data: bytes) -> bytes:
    return base64.b64encode(data)


@pytest.mark.usefixtures("_installed")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=80))
def test_any_bytes_in_a_message_are_a_typed_error(data: bytes) -> None:
    with pytest.raises(SketchError):
        psi.answer(psi.Request(blinded=_64(data)), B)
    kept = psi.Secret(key=_64(bytes(32)), exposures=2, request="r")
    with pytest.raises(SketchError):
        psi.count(psi.Response(request="r", answered=_64(data), own=_64(data)), kept)


@settings(max_examples=60, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=100),
        st.recursive(st.none() | st.text(max_size=5) | st.integers(), st.lists, max_leaves=5).map(
            lambda found: json.dumps(found).encode()
        ),
        st.sampled_from(
            [b"[" * 100_000, b'{"format":"auditor-psi-request","version":1,"blinded":3}', b"\x80\x04N."]
        ),
    )
)
def test_any_other_file_is_no_message(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.mktemp("any") / "x"
    file.write_bytes(content)
    for kind in (psi.Request, psi.Secret, psi.Response):
        with pytest.raises(SketchError):
            psi.load(file, kind)


def test_versions_sizes_and_missing_files_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x"
    with pytest.raises(SketchError, match="cannot be read"):
        psi.load(file, psi.Request)
    psi.save(psi.Request(blinded=b"AAAA"), file)
    found = json.loads(file.read_text())
    file.write_text(json.dumps(found | {"version": 2}))
    with pytest.raises(SketchError, match="another version"):
        psi.load(file, psi.Request)
    with pytest.raises(SketchError, match="is no auditor-psi-response"):
        psi.load(file, psi.Response)
    monkeypatch.setattr(psi, "MOST_BYTES", 10)
    with pytest.raises(SketchError, match="larger"):
        psi.load(file, psi.Request)


def test_without_the_package_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def lacking(name: str, *given: Any, **named: Any) -> Any:
        if name.startswith("private_set_intersection"):
            raise ImportError(name)
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", lacking)
    with pytest.raises(SketchError, match=r"auditor\[psi\]"):
        psi.request(A)
