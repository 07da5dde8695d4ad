"""A table that maps pseudonyms to other codes is found by what its rows say, whatever the file is called."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.builders.dataset import clean_dicom, rows, run, write


@pytest.fixture(autouse=True)
def _no_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guessing what hexadecimal codes are hashes of takes seconds, and other tests."""
    monkeypatch.setattr("auditor.pipeline.dataset.reversal.spaces", lambda codes: [])


def found(dataset: Path, out: Path, heading: str, draw: random.Random) -> int:
    codes = [f"{draw.getrandbits(48):012x}" for _ in range(10)]
    for code in codes:
        write(dataset, f"{code}/1.dcm", clean_dicom(PatientID=code, PatientName=code))
    lines = [f"{code},{draw.randrange(10**6, 10**7)},{draw.randrange(50)}" for code in codes]
    write(dataset, "t.csv", "\n".join([f"pseudonym,{heading},score", *lines]))
    run(dataset, out)
    return sum(row["rule_id"] == "D213" for row in rows(out, "findings"))


@pytest.mark.parametrize("heading", ["original", "old_no", "原号"])
def test_a_mapping_is_found(dataset: Path, tmp_path: Path, heading: str) -> None:
    assert found(dataset, tmp_path / "out", heading, random.Random(1)) == 10


@pytest.mark.parametrize("heading", ["volume", "bytes", "lesion_voxels"])
def test_a_measurement_is_quiet(dataset: Path, tmp_path: Path, heading: str) -> None:
    assert found(dataset, tmp_path / "out", heading, random.Random(2)) == 0
