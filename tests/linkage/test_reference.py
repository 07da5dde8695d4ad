"""A release beside a reference: who is there, and who is not."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from auditor.linkage.across.open_set import OpenSet, Strangers, best_matches, fit_open_set, look_up
from auditor.linkage.across.reference import compare
from auditor.linkage.copies.duplicates import Copies, find_shared
from auditor.linkage.describe.embedding import embed
from auditor.linkage.describe.features import Classical
from auditor.model import Portrait, ReferenceOutcome
from tests.builders.anatomy import portrait, release

STRANGERS = [portrait(patient, 5, name=f"R{patient}") for patient in range(200, 220)]


@pytest.fixture(scope="module")
def ours() -> list[Portrait]:
    """24 patients with two exams, 6 with one."""
    return [*release(24), *(portrait(patient, 0) for patient in range(100, 106))]


def found(ours: list[Portrait], theirs: list[Portrait], shared: tuple[object, ...] = ()) -> ReferenceOutcome:
    return compare(lambda: ours, lambda: theirs, shared, seed=0, features=Classical(), workers=1)  # type: ignore[arg-type]


def test_those_who_are_there_are_found_and_no_others(ours: list[Portrait]) -> None:
    there = [portrait(patient, 7, name=f"X{patient}") for patient in (0, 3, 5, 9, 100, 101)]
    outcome = found(ours, [*STRANGERS, *there])
    likely = {link.patient: link.other for link in outcome.links if link.chance >= 0.5}
    right = {"P000": "X0", "P003": "X3", "P005": "X5", "P009": "X9", "P100": "X100", "P101": "X101"}
    assert set(likely.items()) <= set(right.items())
    assert len(likely) >= 4
    assert outcome.found == len(likely)
    assert outcome.taught_by == 24
    assert outcome.share is not None
    assert outcome.share.low <= 6 / 30 <= outcome.share.high
    assert (outcome.images, outcome.patients, outcome.release_patients) == (26, 26, 30)


def test_a_reference_of_strangers_holds_nobody(ours: list[Portrait]) -> None:
    outcome = found(ours, STRANGERS)
    assert outcome.found == 0
    assert outcome.share is not None
    assert outcome.share.value < 0.05


def test_one_image_without_a_patient_is_enough(ours: list[Portrait]) -> None:
    outcome = found(ours, [portrait(2, 9, name="")])
    best = max(outcome.links, key=lambda link: link.chance)
    assert (best.patient, best.other, outcome.images_unattributed) == ("P002", "", 1)
    assert best.chance >= 0.5


def test_without_repeat_exams_the_false_discovery_rate_decides() -> None:
    ours = [portrait(patient, 0) for patient in range(40)]
    there = [portrait(patient, 7, name=f"X{patient}") for patient in range(12)]
    outcome = found(ours, [*STRANGERS, *there])
    likely = {link.patient for link in outcome.links if link.chance >= 0.9}
    assert outcome.taught_by == 0
    assert "false discovery" in outcome.method
    assert likely
    assert likely <= {f"P{patient:03d}" for patient in range(12)}


def test_nothing_to_compare_is_said() -> None:
    blank = replace(portrait(0, 0), pixels=np.zeros((256, 256), np.uint8))
    assert found(release(4), [blank]).reason == "the reference has no image that shows something"
    assert found([portrait(0, 0, name="")], STRANGERS).reason.startswith("no image of the release")
    assert found(release(4), []).share is None


def test_shared_exposures_are_found_and_certain(ours: list[Portrait]) -> None:
    exact = replace(ours[0], path="copy.png", patient="C0")
    cut = cv2.resize(ours[10].pixels[20:236, 20:236], (256, 256))
    near = replace(ours[10], path="cut.png", patient="C5", pixels=np.asarray(cut, np.uint8), digest="other")
    theirs = [*STRANGERS, exact, near]
    same = find_shared(lambda: ours, lambda: theirs)
    assert [(p.file_a, p.file_b, p.kind, p.scope) for p in same] == [
        (ours[0].path, "copy.png", "identical_pixels", "reference")
    ]
    alike = list(Copies(lambda: ours, seed=0).among(lambda: theirs))
    seen = {(p.file_a, p.file_b) for p in alike}
    assert (ours[10].path, "cut.png") in seen
    assert (ours[0].path, "copy.png") not in seen
    assert {b for _, b in seen} == {"copy.png", "cut.png"}
    assert {(p.kind, p.scope) for p in alike} == {("near_duplicate", "reference")}
    outcome = found(ours, theirs, (*same, *alike))
    chances = {link.patient: link for link in outcome.links}
    assert chances["P000"].chance == 1.0
    assert chances["P005"].chance >= 0.99
    assert chances["P005"].path == "cut.png"


def test_the_rival_is_another_person() -> None:
    scores = np.array([[0.9, 0.8, 0.5], [0.1, 0.2, 0.3]], np.float32)
    score, rival, column = best_matches(scores, np.array([0, 0, 1]))
    assert score == pytest.approx([0.9, 0.3])
    assert rival == pytest.approx([0.5, 0.2])
    assert column.tolist() == [0, 2]


def test_a_larger_gallery_makes_a_score_less_surprising() -> None:
    strangers = Strangers.fit(np.random.default_rng(0).exponential(1.0, 100_000), 0.01)
    few, many = strangers.expected(np.array([9.0]), 100), strangers.expected(np.array([9.0]), 10_000)
    assert many - few == pytest.approx(np.log(100))
    assert few == pytest.approx(np.log(100) - 9, abs=0.5)


def test_a_set_of_one_person_teaches_nothing(ours: list[Portrait]) -> None:
    points = embed(lambda: ours[:2], Classical(), seed=0, workers=1)
    assert fit_open_set(points, seed=0) is None
    assert found(ours[:2], STRANGERS).found == 0


def test_nobody_is_found_where_nothing_was_searched(ours: list[Portrait]) -> None:
    points = embed(lambda: ours, Classical(), seed=0, workers=1)
    known = fit_open_set(points, seed=0)
    assert isinstance(known, OpenSet)
    nothing = look_up(points, np.arange(4), np.array([], np.intp), points.patients)
    assert known.chances(nothing).tolist() == [0, 0, 0, 0]
