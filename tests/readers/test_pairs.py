"""NIfTI and Analyze in two files: the voxels of the `.img` are examined with the header beside it."""

from __future__ import annotations

import gzip
from pathlib import Path

import nibabel
import numpy as np
import pytest

from auditor.model import Kind, Status
from auditor.readers import Limits, read_item
from auditor.readers.base import FrameError
from auditor.readers.containers import open_item
from auditor.sources import open_source
from tests.builders.dataset import rows, run

SHAPE = (10, 12, 8)
CUBE = (np.arange(np.prod(SHAPE), dtype=np.int16) % 700).reshape(SHAPE)
KINDS = {
    "nifti-1": nibabel.nifti1.Nifti1Pair,
    "nifti-2": nibabel.nifti2.Nifti2Pair,
    "analyze": nibabel.analyze.AnalyzeImage,
    "spm": nibabel.spm99analyze.Spm99AnalyzeImage,
}


def pair(folder: Path, kind: str, trailing: bytes = b"", squeeze: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    image = KINDS[kind](CUBE, np.diag([2, 2, 3, 1]))
    image.header["descrip"] = b"Scan of SEXTON^CARMEN"
    nibabel.save(image, folder / "head.img")
    content = (folder / "head.img").read_bytes() + trailing
    (folder / "head.img").write_bytes(content)
    if squeeze:
        (folder / "head.img.gz").write_bytes(gzip.compress(content))
        (folder / "head.img").unlink()


@pytest.mark.parametrize("squeeze", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_the_voxels_are_those_of_the_image(kind: str, squeeze: bool, tmp_path: Path) -> None:
    pair(tmp_path / "set", kind, squeeze=squeeze)
    source = open_source(tmp_path / "set")
    item = next(item for item in source.items() if ".img" in item.path)
    with open_item(source, item, Limits()).stream as stream:
        reading = read_item(stream, item)
        assert (reading.record.kind, reading.record.status) == (Kind.NIFTI, Status.READ)
        first = next(iter(reading.frames()))
        assert not isinstance(first, FrameError)
        assert np.array_equal(first.stored, CUBE[:, :, SHAPE[2] // 2].T[::-1])
        volume = reading.volume()
        assert volume is not None
        assert sorted(volume.voxels.shape) == sorted(SHAPE)


def test_the_header_is_told_once_and_what_follows_the_voxels_is_found(tmp_path: Path) -> None:
    pair(tmp_path / "set", "nifti-1", trailing=b"\0\0Dictated by Dr. Anna Smith, MRN: 88213477\0")
    run(tmp_path / "set", tmp_path / "out")
    covered = {row["file"]: (row["kind"], row["status"]) for row in rows(tmp_path / "out", "coverage")}
    assert covered == {"head.hdr": ("nifti", "read"), "head.img": ("nifti", "read")}
    found = {(row["file"], row["location"]) for row in rows(tmp_path / "out", "findings")}
    assert ("head.hdr", "nifti descrip") in found
    assert ("head.img", "nifti descrip") not in found
    assert ("head.img", "trailing bytes") in found


@pytest.mark.parametrize(
    "head", [b"", b"ENVI\nsamples = 10\n", bytes(348), b"\x1f\x8bbroken", bytes(range(256)) * 3]
)
def test_without_a_header_it_is_what_it_was(head: bytes, tmp_path: Path) -> None:
    pair(tmp_path / "set", "analyze")
    (tmp_path / "set" / "head.hdr").write_bytes(head)
    run(tmp_path / "set", tmp_path / "out")
    covered = {row["file"]: row["status"] for row in rows(tmp_path / "out", "coverage")}
    assert covered["head.img"] == "skipped"


def test_a_header_outside_of_the_source_is_not_read(tmp_path: Path) -> None:
    pair(tmp_path / "elsewhere", "nifti-1")
    (tmp_path / "set").mkdir()
    (tmp_path / "elsewhere" / "head.img").rename(tmp_path / "set" / "head.img")
    (tmp_path / "set" / "head.hdr").symlink_to(tmp_path / "elsewhere" / "head.hdr")
    run(tmp_path / "set", tmp_path / "out")
    covered = {row["file"]: row["status"] for row in rows(tmp_path / "out", "coverage")}
    assert covered == {"head.hdr": "skipped", "head.img": "skipped"}
