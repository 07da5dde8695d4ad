"""Walking a folder: stable order, links, devices, unreadable folders."""

import os
import pickle
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.model import Reason
from auditor.sources import open_source


def reasons(root: Path, exclude: Path | None = None) -> dict[str, Reason | None]:
    return {item.path: item.reason for item in open_source(root, exclude).items()}


def test_files_come_in_a_stable_order_with_forward_slashes(tmp_path: Path) -> None:
    for name in ("b/2", "b/10", "a", "c/d/e"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    source = open_source(tmp_path)
    assert [item.path for item in source.items()] == ["a", "b/10", "b/2", "c/d/e"]
    item = next(iter(source.items()))
    with pickle.loads(pickle.dumps(source)).open(item) as stream:
        assert stream.read() == b"a"
    assert item.size == 1


def test_links_out_of_the_source_loops_and_devices_are_not_opened(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "secret"
    root.mkdir()
    outside.write_text("x")
    (root / "file").write_text("y")
    (root / "inside").symlink_to(root / "file")
    (root / "outside").symlink_to(outside)
    (root / "dangling").symlink_to(root / "nothing")
    (root / "loop").symlink_to(root / "loop")
    (root / "folder").symlink_to(tmp_path)
    os.mkfifo(root / "pipe")
    assert reasons(root) == {
        "file": None,
        "inside": None,
        "outside": Reason.LINK,
        "dangling": Reason.VANISHED,
        "loop": Reason.VANISHED,
        "folder": Reason.LINK,
        "pipe": Reason.SPECIAL,
    }


def test_an_unreadable_folder_is_an_item_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "file").write_text("x")
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert reasons(tmp_path) == {"locked": Reason.NO_PERMISSION, "open/file": None}


def test_the_output_folder_is_not_part_of_the_dataset(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "report.html").write_text("x")
    (tmp_path / "image").write_text("x")
    assert list(reasons(tmp_path, tmp_path / "reports")) == ["image"]


def test_one_file_is_a_source(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_text("x")
    (tmp_path / "b.dcm").write_text("x")
    source = open_source(tmp_path / "a.dcm")
    assert [item.path for item in source.items()] == ["a.dcm"]
    assert source.name == "a"


def test_a_missing_source_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        open_source(tmp_path / "nowhere")
