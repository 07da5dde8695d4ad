"""The run key, keyed hashes, sealing and masks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import KeyFileError
from auditor.keys import Key, Sealer, load_key
from auditor.masking import LONGEST, mask

KEY = Key(bytes(range(32)))
OTHER = Key(bytes(32))


def test_a_key_file_is_made_once_and_kept_private(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "key"
    first, second = load_key(file), load_key(file)
    assert first.secret == second.secret
    assert file.stat().st_mode & 0o077 == 0


def test_the_environment_names_the_key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDITOR_KEY_FILE", str(tmp_path / "mine"))
    load_key()
    assert (tmp_path / "mine").exists()


@pytest.mark.parametrize("content", ["", "abc", "zz" * 32, "00" * 31])
def test_a_broken_key_file_is_a_clear_error(tmp_path: Path, content: str) -> None:
    file = tmp_path / "key"
    file.write_text(content)
    with pytest.raises(KeyFileError, match="key"):
        load_key(file)


def test_a_key_never_shows_its_secret() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert KEY.secret.hex()[:8] not in repr(KEY)


def test_values_hash_alike_across_case_width_and_spacing_and_differ_by_key() -> None:
    assert KEY.value("DOE^Jane") == KEY.value("doe jane ") == KEY.value("ＤＯＥ　jane")
    assert KEY.value("DOE^Jane") != OTHER.value("DOE^Jane")
    assert KEY.value("x") != KEY.item("x")


def test_an_unknown_patient_has_no_pseudonym() -> None:
    assert KEY.patient("  ") == ""
    assert KEY.patient(" 12 ") == KEY.patient("12") != KEY.patient("13")


def test_sealed_bytes_open_with_their_key_only() -> None:
    sealed = Sealer(KEY).seal(b"Jane Doe")
    assert b"Jane" not in sealed
    assert Sealer(KEY).unseal(sealed) == b"Jane Doe"
    with pytest.raises(KeyFileError):
        Sealer(OTHER).unseal(sealed)


@pytest.mark.parametrize(
    ("value", "shape"),
    [("DOE^Jane 1970", "XXX^Xxxx 9999"), ("张三", "口口"), ("a\nb", "x x"), ("=1+1", "?9+9"), ("<b>", "?x?")],
)
def test_a_mask_shows_the_shape_only(value: str, shape: str) -> None:
    assert mask(value) == shape


@given(st.text())
def test_a_mask_holds_no_character_that_tells(value: str) -> None:
    shape = mask(value)
    assert len(shape) <= LONGEST + 1
    assert set(shape) <= set("Xx9口?… ^-/.@:,_()\\+")
