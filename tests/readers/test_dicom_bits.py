"""Text in the bits of pixel cells that no grey value uses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.readers.dicom.bits import spelt
from tests.builders.dataset import clean_dicom, rows, run, write

TEXT = "Patient: SEXTON^CARMEN, MRN 88213477"


def strewn(text: str, bits: int, lowest: int, start: int = 0, backwards: bool = False) -> np.ndarray:
    """Cells of 16 bits whose `bits` bits from `lowest` on hold the text, from the cell `start` on."""
    raw = np.frombuffer(text.encode("utf-8"), np.uint8)
    parts = [(raw >> shift) & (2**bits - 1) for shift in range(8 - bits, -1, -bits)]
    if backwards:
        parts.reverse()
    stream = np.stack(parts, axis=1).reshape(-1).astype(np.uint16) << lowest
    cells = np.zeros(64 * 64, np.uint16)
    cells[start : start + len(stream)] = stream
    return cells.reshape(64, 64)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("start", [0, 3, 131])
@pytest.mark.parametrize(("bits", "lowest", "free"), [
    (8, 8, 0xFF00), (4, 12, 0xF000), (2, 14, 0xF000), (1, 15, 0xF000), (1, 13, 0xF000), (1, 12, 0xF000), (4, 0, 0x000F),
    (4, 12, 0xFC00), (2, 0, 0x0003),
])  # fmt: skip
def test_any_share_of_the_free_bits(bits: int, lowest: int, free: int, start: int, backwards: bool) -> None:
    assert TEXT in set(spelt(strewn(TEXT, bits, lowest, start, backwards), free))


def test_pictures_and_noise_spell_nothing() -> None:
    draw = np.random.default_rng(1)
    for free in (0xF000, 0xFF00, 0x8000):
        noise = draw.integers(0, 1 << 16, (256, 256), np.uint16) & np.uint16(free)
        assert not list(spelt(noise, free))
    picture = np.zeros((256, 256), np.uint16)
    picture[40:60, 30:200:3] = 0xF000
    picture[100:101] = 0x8000
    assert not list(spelt(picture, 0xF000))


@given(st.binary(max_size=64), st.sampled_from([0xF000, 0xFF00, 0x8000, 0x000F, 0x0001, 0]))
def test_any_bytes(raw: bytes, free: int) -> None:
    cells = np.frombuffer(raw.ljust(64, b"\0"), np.uint16).reshape(4, 8) & np.uint16(free)
    assert all(isinstance(text, str) for text in spelt(cells, free))


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.5"])
def test_a_name_in_the_high_bits_of_a_slice_is_reported(syntax: str, dataset: Path, tmp_path: Path) -> None:
    grey = (np.arange(64 * 64, dtype=np.uint16) % 1500).reshape(64, 64)
    content = clean_dicom(pixels=grey | strewn(TEXT, 4, 12, 500), bits_stored=12, syntax=syntax)
    write(dataset, "a.dcm", content)
    write(dataset, "b.dcm", clean_dicom(pixels=grey, bits_stored=12, syntax=syntax))
    run(dataset, tmp_path / "out", stages=frozenset({"tags", "pixels"}))
    found = [row for row in rows(tmp_path / "out", "findings") if row["location"] == "pixel data unused bits"]
    assert {row["file"] for row in found} == {"a.dcm"}
    assert "critical" in {row["severity"] for row in found}
