"""Images of a kind that usually carries text are told, where their pixels were not read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.builders.dataset import clean_dicom, rows, run, write

US = "1.2.840.10008.5.1.4.1.1.6.1"


def told(out: Path) -> list[tuple[str, str, str]]:
    return [(r["file"], r["severity"], r["message"]) for r in rows(out, "findings") if r["rule_id"] == "P610"]


@pytest.fixture
def images(dataset: Path) -> Path:
    pixels = np.zeros((64, 64), np.uint8)
    write(
        dataset, "us.dcm", clean_dicom(pixels=pixels, SOPClassUID=US, Modality="US", BurnedInAnnotation="NO")
    )
    mpr = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.2", "ImageType": ["DERIVED", "SECONDARY", "MPR"]}
    write(dataset, "mpr.dcm", clean_dicom(pixels=pixels, Modality="CT", **mpr))
    write(dataset, "ct.dcm", clean_dicom(pixels=pixels, SOPClassUID=mpr["SOPClassUID"], Modality="CT"))
    return dataset


def test_without_the_pixels_stage_such_images_are_told(images: Path, tmp_path: Path) -> None:
    run(images, tmp_path / "out", stages=frozenset({"tags"}))
    title = "Image of a kind that usually carries text was not read"
    assert set(told(tmp_path / "out")) == {
        ("us.dcm", "info", f"{title}: ultrasound, BurnedInAnnotation is NO"),
        ("mpr.dcm", "info", f"{title}: derived or captured image"),
    }


def test_images_that_were_read_are_not(images: Path, tmp_path: Path) -> None:
    run(images, tmp_path / "out", stages=frozenset({"tags", "pixels"}))
    assert told(tmp_path / "out") == []
