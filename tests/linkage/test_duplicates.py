"""The same exposure more than once."""

from __future__ import annotations

import numpy as np

from auditor.linkage.copies.duplicates import find_duplicates
from auditor.model import Portrait
from tests.builders.anatomy import image_of

PIXELS = image_of(0, 0)


def copy(path: str, patient: str, digest: str = "same", pixels: np.ndarray = PIXELS) -> Portrait:
    return Portrait(path, patient, "", pixels, digest)


def test_a_group_names_every_crossing_of_patients_once() -> None:
    portraits = [copy("1", "a"), copy("2", "b"), copy("3", "a"), copy("4", "b"), copy("5", "c", "other")]
    pairs = {(d.file_a, d.file_b, d.patient_a, d.patient_b) for d in find_duplicates(lambda: portraits)}
    assert pairs == {("1", "2", "a", "b"), ("1", "3", "a", "a"), ("2", "4", "b", "b")}


def test_blank_images_and_missing_digests_are_not_duplicates() -> None:
    blank = np.zeros((256, 256), np.uint8)
    portraits = [
        copy("1", "a", pixels=blank),
        copy("2", "b", pixels=blank),
        copy("3", "a", ""),
        copy("4", "b", ""),
    ]
    assert find_duplicates(lambda: portraits) == []
