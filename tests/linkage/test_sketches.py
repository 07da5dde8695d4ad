"""Sketches: what they keep, what two of them tell, and what is refused."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.errors import SketchError
from auditor.keys import Key
from auditor.linkage.sketches import (
    Basis,
    Comparison,
    Projection,
    Sketch,
    SketchedPatient,
    compare,
    load_sketch,
    save_sketch,
)
from auditor.linkage.sketches.projection import cosines, paired_cosines
from tests.builders.anatomy import release
from tests.builders.features import Tiny

KEY, OTHER_KEY = Key(bytes(range(32))), Key(bytes(range(1, 33)))
LENGTH, BITS = 64, 1024


def holder(
    people: range,
    seed: int,
    *,
    exams: int = 2,
    noise: float = 0.5,
    key: Key = KEY,
    kind: NDArray[Any] | float = 0.0,
) -> Sketch:
    """A holder of invented patients, each a direction of his own with some noise an exam."""
    rng, projection = np.random.default_rng(seed), Projection(key, LENGTH, BITS)
    patients = []
    for person in people:
        own = np.random.default_rng([9, person]).normal(size=LENGTH)
        images = kind + own + noise * rng.normal(size=(exams, LENGTH))
        bits = projection.sketch(images.astype(np.float32))
        patients.append(
            SketchedPatient(
                bits, tuple(range(1, exams + 1)), tuple(f"{seed}{person:031x}"[:32] for _ in range(exams))
            )
        )
    return Sketch(key.id, "basis", "features", BITS, tuple(patients), 0)


def shared(found: Comparison) -> tuple[float, float, float]:
    assert found.shared_patients is not None
    return found.shared_patients.low, found.shared_patients.value, found.shared_patients.high


def test_bits_keep_angles_and_depend_on_the_key() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(30, LENGTH)).astype(np.float32)
    vectors[1] = vectors[0] + 0.3 * vectors[1]
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    bits = Projection(KEY, LENGTH, 8192).sketch(vectors)
    assert np.abs(cosines(bits, bits) - unit @ unit.T).max() < 0.08
    other = Projection(OTHER_KEY, LENGTH, 8192).sketch(vectors)
    assert np.abs(cosines(bits, other)).max() < 0.1
    assert np.array_equal(bits, Projection(KEY, LENGTH, 8192).sketch(vectors))


@pytest.mark.parametrize(("common", "noise"), [(0, 0.5), (20, 0.5), (60, 0.5), (30, 1.2)])
def test_the_number_of_shared_patients_lies_in_its_interval(common: int, noise: float) -> None:
    first = holder(range(60), 1, noise=noise)
    second = holder(range(60 - common, 140 - common), 2, noise=noise)
    low, value, high = shared(compare(first, second))
    assert low <= common <= high
    assert abs(value - common) <= 8


def test_on_average_the_number_is_right_and_nobody_shared_is_never_told_for_sure() -> None:
    for common in (0, 12):
        told = [
            shared(
                compare(
                    holder(range(50), 3 * n, noise=1.3),
                    holder(range(50 - common, 110), 3 * n + 1, noise=1.3),
                    seed=n,
                )
            )
            for n in range(6)
        ]
        assert abs(np.mean([value for _, value, _ in told]) - common) < 4
        assert sum(low <= common <= high for low, _, high in told) >= 5
        assert common or all(low < 1 for low, _, _ in told)


def test_holders_whose_images_differ_in_kind_are_told() -> None:
    kinds = np.random.default_rng(1).normal(size=(2, LENGTH))
    one, two = (
        compare(
            holder(range(60), 1, noise=1.0, kind=2 * kinds[0]),
            holder(range(40, 120), 2, noise=1.0, kind=2 * each),
        )
        for each in kinds
    )
    assert one.likeness is not None and 0.7 < one.likeness < 1.4
    assert two.likeness is not None and two.likeness < 0.1
    assert one.shared_patients is not None and one.shared_patients.low <= 20 <= one.shared_patients.high


def test_pairs_agree_with_all_against_all() -> None:
    bits = np.random.default_rng(0).integers(0, 256, (2, 20, BITS // 8), dtype=np.uint8)
    assert np.allclose(paired_cosines(*bits), np.diag(cosines(*bits)), atol=1e-5)


def test_patients_whom_the_basis_was_fitted_on_are_left_out_in_proportion() -> None:
    first, second = holder(range(80), 1), holder(range(40, 140), 2)
    noise = np.random.default_rng(0).integers(0, 256, (2, BITS // 8), dtype=np.uint8)
    marked = tuple(
        replace(each, learnt=True, bits=noise) if n % 2 else each for n, each in enumerate(first.patients)
    )
    low, value, high = shared(compare(replace(first, patients=marked), second))
    assert low <= 40 <= high and abs(value - 40) < 8


def test_the_smaller_holder_comes_first_and_identical_exposures_are_counted() -> None:
    first, second = holder(range(30), 1), holder(range(12), 2)
    patients = (replace(second.patients[0], exposures=first.patients[0].exposures), *second.patients[1:])
    found = compare(first, replace(second, patients=patients))
    assert found.swapped and found.patients == (12, 30)
    assert found.shared_exposures == 1 and found.patients_with_shared_exposures == (1, 1)


def test_without_patients_of_two_exams_nothing_is_claimed() -> None:
    found = compare(holder(range(30), 1, exams=1), holder(range(30), 2, exams=1))
    assert found.shared_patients is None and "two exams" in found.reason
    found = compare(holder(range(1), 1), holder(range(30), 2))
    assert found.shared_patients is None and "fewer than three" in found.reason


def test_images_of_nobody_in_particular_are_told() -> None:
    rng = np.random.default_rng(0)

    def noise() -> Sketch:
        bits = rng.integers(0, 256, (40, 2, BITS // 8), dtype=np.uint8)
        patients = tuple(
            SketchedPatient(each, (1, 2), (f"{rng.integers(1 << 60):032x}",) * 2) for each in bits
        )
        return Sketch(KEY.id, "basis", "features", BITS, patients, 0)

    found = compare(noise(), noise())
    assert found.shared_patients is None or found.shared_patients.low < 5


@pytest.mark.parametrize("change", ["key_id", "basis", "features", "bits"])
def test_sketches_that_were_not_made_to_be_compared_are_refused(change: str) -> None:
    first = holder(range(3), 1)
    other = replace(first, **{change: 512 if change == "bits" else "another"})  # type: ignore[arg-type]
    with pytest.raises(SketchError, match="two"):
        compare(first, other)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    save_sketch(holder(range(3), 1), tmp_path / "a.sketch", KEY)
    return tmp_path / "a.sketch"


def test_a_file_is_read_back(file: Path) -> None:
    made, read = holder(range(3), 1), load_sketch(file, KEY)
    for one, other in zip(made.patients, read.patients, strict=True):
        assert np.array_equal(one.bits, other.bits)
        assert (one.exams, one.exposures) == (other.exams, other.exposures)


def _edit(file: Path, **changed: object) -> None:
    found = json.loads(file.read_text())
    found["body"] |= changed
    file.write_text(json.dumps(found))


def test_what_is_wrong_with_a_file_is_told(file: Path, tmp_path: Path) -> None:
    with pytest.raises(SketchError, match="another key"):
        load_sketch(file, OTHER_KEY)
    with pytest.raises(SketchError, match="cannot be read"):
        load_sketch(tmp_path / "none")
    good = file.read_text()
    _edit(file, left_out=7)
    with pytest.raises(SketchError, match="changed"):
        load_sketch(file)
    file.write_text(good)
    _edit(file, version=99)
    with pytest.raises(SketchError, match="another version"):
        load_sketch(file)
    file.write_text(good)
    _edit(file, bits=32)
    with pytest.raises(SketchError):
        load_sketch(file)


def test_a_change_with_a_new_checksum_shows_to_who_has_the_key(file: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged.sketch"
    save_sketch(load_sketch(file), forged, OTHER_KEY)
    assert load_sketch(forged).key_id == KEY.id
    with pytest.raises(SketchError, match="changed"):
        load_sketch(forged, KEY)


@settings(max_examples=60, deadline=None)
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_other_file_is_no_sketch_and_no_basis(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.mktemp("any") / "x"
    file.write_bytes(data)
    with pytest.raises(SketchError):
        load_sketch(file)
    with pytest.raises(SketchError):
        Basis.from_bytes(data, Tiny())


@pytest.mark.parametrize(
    "changed",
    [
        {"exams": [10**30, 1]},
        {"exams": [-1, 1]},
        {"exams": []},
        {"exams": [1]},
        {"exposures": []},
        {"exposures": ["x" * 32] * 2},
        {"bits": ""},
        {"bits": "====", "learnt": "perhaps"},
    ],
    ids=str,
)
def test_a_well_summed_file_of_impossible_patients_is_no_sketch(file: Path, changed: dict[str, Any]) -> None:
    found = json.loads(file.read_text())
    found["body"]["patients"][0] |= changed
    plain = json.dumps(found["body"], sort_keys=True, separators=(",", ":")).encode()
    file.write_text(json.dumps(found | {"sha256": hashlib.sha256(plain).hexdigest()}))
    with pytest.raises(SketchError, match="no sketch"):
        load_sketch(file)


@pytest.mark.parametrize("kept", [0, 1, 10, 100, 1000, -100, -2])
def test_a_truncated_sketch_is_no_sketch(file: Path, kept: int) -> None:
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(SketchError):
        load_sketch(file)


def test_a_sketch_larger_than_any_is_not_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.linkage.sketches.files.MOST_BYTES", 100)
    with pytest.raises(SketchError, match="larger"):
        load_sketch(file)


@pytest.fixture
def _few_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.linkage.sketches.basis.MIN_IMAGES", 24)


@pytest.mark.usefixtures("_few_do")
def test_a_basis_places_an_image_alike_for_both_holders() -> None:
    fitted_on = release(12)
    basis = Basis.fit(lambda: fitted_on, Tiny(), seed=0)
    content = basis.to_bytes()
    read = Basis.from_bytes(content, Tiny())
    again = Basis.fit(lambda: fitted_on, Tiny(), seed=0).to_bytes()
    assert content == again and read.to_bytes() == content and read.images == 24
    others = release(4)[:5]
    first, second = (np.stack([v for _, v in each.vectors(others)]) for each in (basis, read))
    assert np.allclose(first, second, atol=2e-3)
    assert np.allclose(np.linalg.norm(second, axis=1), 1, atol=1e-5)


def test_a_basis_of_few_images_and_of_other_features_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    few = release(6)
    with pytest.raises(SketchError, match="100 images"):
        Basis.fit(lambda: few, Tiny(), seed=0)
    monkeypatch.setattr("auditor.linkage.sketches.basis.MIN_IMAGES", 12)
    content = Basis.fit(lambda: few, Tiny(), seed=0).to_bytes()
    other = Tiny()
    other.name = "others"
    with pytest.raises(SketchError, match="other features"):
        Basis.from_bytes(content, other)
    with pytest.raises(SketchError):
        Basis.from_bytes(content[: len(content) // 2], Tiny())


@pytest.fixture(scope="module")
def basis_file() -> bytes:
    fitted_on = release(12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("auditor.linkage.sketches.basis.MIN_IMAGES", 24)
        return Basis.fit(lambda: fitted_on, Tiny(), seed=0).to_bytes()


def _rewritten(content: bytes, **changed: bytes | None) -> bytes:
    """The basis with parts exchanged, or removed where None."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        parts = {part.removesuffix(".npy"): old.read(part) for part in old.namelist()} | changed
        for part, data in parts.items():
            if data is not None:
                new.writestr(f"{part}.npy", data)
    return stream.getvalue()


def _npy(array: NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def _head(content: bytes, **changed: object) -> bytes:
    with np.load(io.BytesIO(content)) as arrays:
        head = json.loads(arrays["head"].tobytes()) | changed
    return _npy(np.frombuffer(json.dumps(head).encode(), np.uint8))


class _Trap:
    """Runs when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return pytest.fail, ("a pickle was opened",)


@pytest.mark.parametrize("version", [1, 3, "2", None])
def test_a_basis_of_another_version_is_told(basis_file: bytes, version: object) -> None:
    with pytest.raises(SketchError, match="another version"):
        Basis.from_bytes(_rewritten(basis_file, head=_head(basis_file, version=version)), Tiny())


def test_a_basis_that_was_meddled_with_is_refused(basis_file: bytes) -> None:
    Basis.from_bytes(_rewritten(basis_file), Tiny())
    trap = np.empty(1, object)
    trap[0] = _Trap()
    huge = b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little")
    announced = b"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 9), }"
    for name, changed in {
        "pickle": {"mean0": _npy(trap)},
        "pickled head": {"head": pickle.dumps(_Trap())},
        "announces more than there is": {"axes0": huge + announced.ljust(117) + b"\n"},
        "no axes": {"axes0": None},
        "another length": {"mean0": _npy(np.zeros(5, np.float32))},
        "no number": {"deviations0": _npy(np.array(["x", "y"]))},
        "zones": {"head": _head(basis_file, zones=10**9)},
        "not whole": {"head": _head(basis_file, zones=float("inf"))},
        "window": {"head": _head(basis_file, windows=[[0, 0, 10**6, 5]])},
        "deep": {"head": _npy(np.frombuffer(b"[" * 100_000, np.uint8))},
        "list": {"head": _npy(np.frombuffer(b"[]", np.uint8))},
    }.items():
        with pytest.raises(SketchError):
            pytest.fail(f"{name} was read: {Basis.from_bytes(_rewritten(basis_file, **changed), Tiny())}")


@pytest.mark.parametrize("most", [10, 10_000])
def test_a_basis_that_unpacks_to_more_than_any_is_refused(
    basis_file: bytes, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("auditor.linkage.sketches.basis.MOST_BYTES", most)
    with pytest.raises(SketchError):
        Basis.from_bytes(basis_file, Tiny())


@settings(max_examples=60, deadline=None)
@given(cut=st.floats(0, 1), at=st.floats(0, 1), with_=st.integers(1, 255))
def test_a_basis_that_is_cut_or_has_a_wrong_byte_is_refused_or_read(
    basis_file: bytes, cut: float, at: float, with_: int
) -> None:
    with pytest.raises(SketchError):
        Basis.from_bytes(basis_file[: int(cut * (len(basis_file) - 1))], Tiny())
    wrong = bytearray(basis_file)
    wrong[int(at * (len(wrong) - 1))] ^= with_
    with contextlib.suppress(SketchError):  # a wrong time or name in the directory of a ZIP may be harmless
        Basis.from_bytes(bytes(wrong), Tiny())


@pytest.mark.usefixtures("_few_do")
def test_holders_may_name_the_modality_otherwise() -> None:
    fitted_on = release(12)
    basis = Basis.fit(lambda: fitted_on, Tiny(), seed=0)
    assert set(basis.space.templates) == {"CR"}
    image = release(1)[0]
    vectors = [next(basis.vectors([replace(image, modality=word)]))[1] for word in ("CR", "DX", "")]
    assert np.array_equal(vectors[0], vectors[1]) and np.array_equal(vectors[0], vectors[2])
