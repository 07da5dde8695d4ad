"""Shared fixtures: a key of its own for every test, so that no test touches the user's."""

from pathlib import Path

import pytest

from auditor.keys import Key


@pytest.fixture(autouse=True)
def _own_key_file(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDITOR_KEY_FILE", str(tmp_path_factory.mktemp("key") / "key"))


@pytest.fixture
def key() -> Key:
    """A fixed key."""
    return Key(bytes(range(32)))


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """An empty folder for a dataset."""
    folder = tmp_path / "dataset"
    folder.mkdir()
    return folder
