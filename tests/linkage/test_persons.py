"""Another exposure of a patient is told from that of a stranger, and a probability comes with it."""

from __future__ import annotations

import numpy as np
import pytest

from auditor.linkage.copies.persons import Persons
from auditor.linkage.describe.features import Classical
from auditor.linkage.describe.portrait import portray
from auditor.model import Frame, Portrait
from tests.builders.anatomy import image_of

PATIENTS = 30


def portrait(patient: int, exam: int) -> Portrait:
    pixels = portray(Frame(0, image_of(patient, exam)))
    return Portrait(f"{patient}-{exam}", f"p{patient}", f"e{exam}", pixels, f"{patient}.{exam}", "DX")


@pytest.fixture(scope="module")
def persons() -> Persons:
    release = [portrait(p, e) for p in range(PATIENTS) for e in range(2)]
    return Persons(release, seed=0, features=Classical())


def test_a_new_exam_is_its_patients_and_a_strangers_is_nobodys(persons: Persons) -> None:
    own = [persons.find(image_of(p, 5)) for p in range(12)]
    strangers = [persons.find(image_of(100 + p, 0)) for p in range(12)]
    right = [found for p, found in enumerate(own) if found and found.position // 2 == p]
    assert len(right) >= 10
    assert np.mean([found.chance for found in right]) > 0.7
    assert np.mean([found.chance for found in strangers if found]) < 0.4


def test_where_nothing_can_be_said_nothing_is(persons: Persons) -> None:
    assert persons.find(np.full((40, 60), 90, np.uint8)) is None
    assert Persons([], seed=0, features=Classical()).find(image_of(0, 0)) is None
    alone = Persons([portrait(0, 0), portrait(0, 1)], seed=0, features=Classical())
    assert alone.find(image_of(0, 2)) is None
