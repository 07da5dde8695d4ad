"""The vault shows nothing without the key, and everything with it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import KeyFileError, UsageError
from auditor.evidence import Entry, Vault, reveal
from auditor.evidence.vault import entries
from auditor.keys import Key

KEY, OTHER = Key(b"a" * 32), Key(b"b" * 32)
VALUE = Entry("value", "T101", "a/Sexton.dcm", "(0010,0010) PatientName", "", "0f", b"Sexton\nCarmen")
CROP = Entry("crop", "P601", "b.dcm", "pixels frame=0", "1 2 3 4", "", b"\x89PNG\n\n\x00")


def test_entries_come_back_as_they_were(tmp_path: Path) -> None:
    vault = Vault(tmp_path, KEY)
    vault.add(VALUE)
    vault.add(CROP)
    assert list(entries(tmp_path, KEY)) == [VALUE, CROP]


@given(st.text(), st.binary())
def test_any_entry_comes_back(tmp_path_factory: pytest.TempPathFactory, path: str, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("vault")
    entry = Entry("value", "T101", path, "x", content=content)
    Vault(folder, KEY).add(entry)
    assert list(entries(folder, KEY)) == [entry]


def test_nothing_in_it_is_clear_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    vault = Vault(tmp_path, KEY)
    vault.add(VALUE)
    (sealed,) = tmp_path.iterdir()
    content = sealed.read_bytes()
    for part in (b"Sexton", b"T101", b"PatientName", b"value"):
        assert part not in content and part.decode() not in sealed.name
    assert sealed.stat().st_mode & 0o077 == 0


def test_the_same_evidence_is_never_sealed_alike(tmp_path: Path) -> None:
    vault = Vault(tmp_path, KEY)
    vault.add(VALUE)
    vault.add(VALUE)
    one, two = (path.read_bytes() for path in sorted(tmp_path.iterdir()))
    assert one != two


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    Vault(tmp_path, KEY).add(VALUE)
    with pytest.raises(KeyFileError):
        reveal(tmp_path, OTHER, tmp_path / "out")


def test_a_changed_entry_is_refused(tmp_path: Path) -> None:
    Vault(tmp_path, KEY).add(VALUE)
    (sealed,) = tmp_path.iterdir()
    content = bytearray(sealed.read_bytes())
    content[20] ^= 1
    sealed.write_bytes(content)
    with pytest.raises(KeyFileError):
        list(entries(tmp_path, KEY))


def test_a_vault_is_never_mixed_with_another_run(tmp_path: Path) -> None:
    Vault(tmp_path, KEY).add(VALUE)
    with pytest.raises(UsageError):
        Vault(tmp_path, KEY)


def test_an_empty_folder_is_no_vault(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        list(entries(tmp_path, KEY))


def test_what_is_revealed_is_a_table_with_pictures(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault", KEY)
    vault.add(VALUE)
    vault.add(CROP)
    vault.add(Entry("value", "T101", "c.dcm", "x", content=b"=HYPERLINK(1)"))
    assert reveal(tmp_path / "vault", KEY, tmp_path / "out") == 3
    with (tmp_path / "out" / "evidence.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["content"] for row in rows] == ["Sexton\nCarmen", "000002.png", "'=HYPERLINK(1)"]
    assert (tmp_path / "out" / "000002.png").read_bytes() == CROP.content
