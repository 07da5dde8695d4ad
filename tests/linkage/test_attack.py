"""The whole attack on invented patients."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from auditor.linkage.attack import attack
from auditor.linkage.describe.embedding import embed
from auditor.linkage.describe.features import Classical
from auditor.linkage.within.adaptive import adaptive_trial
from auditor.linkage.within.protocol import run_trial, summarise
from auditor.model import LinkageOutcome, Portrait
from tests.builders.anatomy import portrait, release


def run(portraits: list[Portrait], seed: int = 0, draws: int = 5) -> LinkageOutcome:
    return attack(lambda: iter(portraits), seed=seed, draws=draws, workers=1, features=Classical())


@pytest.fixture(scope="module")
def patients() -> list[Portrait]:
    return release(30)


@pytest.fixture(scope="module")
def outcome(patients: list[Portrait]) -> LinkageOutcome:
    return run(patients)


def test_patients_are_found_by_their_anatomy(outcome: LinkageOutcome) -> None:
    assert outcome.rank1 is not None
    assert outcome.auc is not None
    assert outcome.rank1.low > 0.5
    assert outcome.auc.value > 0.9
    assert outcome.chance == 1 / 30
    assert (outcome.gallery_patients, outcome.probe_patients, outcome.images) == (30, 30, 60)
    assert outcome.aligned_share is not None
    assert outcome.aligned_share > 0.9


def test_shuffled_ids_give_chance(patients: list[Portrait]) -> None:
    points = embed(lambda: patients, Classical(), seed=0, workers=1)
    aucs = []
    for seed in range(8):
        order = np.random.default_rng(seed).permutation(len(patients))
        shuffled = replace(points, patients=points.patients[order], exams=points.exams[order])
        for trial in (
            run_trial(shuffled, seed=seed, draws=5),
            adaptive_trial(shuffled, seed=seed, draws=5),
        ):
            assert trial is not None
            found = summarise(trial, seed)
            assert found.rank1.value < 0.2
            aucs.append(found.auc.value)
    assert 0.4 < np.mean(aucs) < 0.6


def test_who_learns_from_the_release_finds_at_least_as_many(outcome: LinkageOutcome) -> None:
    learnt = outcome.adaptive
    assert learnt.rank1 is not None
    assert outcome.rank1 is not None
    assert learnt.rank1.value > outcome.rank1.value - 0.05
    assert (learnt.gallery_patients, learnt.probe_patients) == (30, 30)


def test_too_few_patients_teach_nothing() -> None:
    found = run(release(5))
    assert found.adaptive.rank1 is None
    assert found.adaptive.reason == "too few patients with two images to learn from"


def test_the_default_is_the_network(patients: list[Portrait]) -> None:
    found = attack(lambda: patients[:16], seed=0, draws=2)
    assert found.features.startswith("deep")
    assert found.rank1 is not None
    assert found.rank1.value > 0.5


def test_the_seed_decides_everything(patients: list[Portrait]) -> None:
    assert run(patients[:12]) == run(patients[:12])
    assert run(patients[:12], seed=1) != run(patients[:12])


def test_the_portraits_are_streamed(patients: list[Portrait]) -> None:
    """A store that gives generators, as the pipeline's does, is read in order more than once."""
    passes = []

    def store() -> object:
        passes.append(0)
        return (each for each in patients[:8])

    assert attack(store, seed=0, draws=2, workers=1).images == 8  # type: ignore[arg-type]
    assert len(passes) > 1


def test_patients_with_one_image_get_a_reason_and_a_prediction(patients: list[Portrait]) -> None:
    found = run([*patients[:40], portrait(90, 0), portrait(91, 0)])
    rows = {link.patient: link for link in found.patients}
    assert rows["P090"].rank_of_true_match is None
    assert rows["P090"].reason.startswith("one image only")
    assert rows["P090"].p_correct_link is not None
    assert rows["P090"].nearest_other_patient not in ("", "P090")
    assert found.gallery_patients == 22
    assert found.probe_patients == 20


def test_the_odd_one_out_is_conspicuous(patients: list[Portrait]) -> None:
    odd = portrait(95, 0, name="odd")
    odd.pixels[60:200, 60:200] = np.where(np.indices((140, 140)).sum(axis=0) // 14 % 2, 255, 1)
    rows = {link.patient: link.conspicuous for link in run([*patients, odd]).patients}
    assert rows["odd"] is not None
    assert rows["odd"] > 0.9
    assert np.median([value for value in rows.values() if value is not None]) < 0.1


BLANK = np.zeros((256, 256), np.uint8)
REASONS = {
    "no images": [],
    "no image is attributed to a patient": release(3, 1) and [portrait(p, 0, name="") for p in range(3)],
    "only one patient has images": release(1, 3),
    "no patient has two images": release(5, 1),
    "all images are blank": [replace(each, pixels=BLANK) for each in release(2)],
    "no patient has images of two exams": [replace(each, exam="E") for each in release(4)],
}


@pytest.mark.parametrize("reason", REASONS)
def test_what_cannot_be_measured_says_why(reason: str) -> None:
    found = run(REASONS[reason])
    assert found.reason == reason
    assert found.rank1 is None
    assert found.chance is None
    assert all(link.rank_of_true_match is None for link in found.patients)
    assert all(link.reason for link in found.patients)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_a_handful_of_patients_is_measured_with_a_warning(count: int) -> None:
    found = run(release(count))
    assert found.rank1 is not None
    assert found.probe_patients == count
    assert any("intervals are wide" in note for note in found.notes)


def test_images_without_a_patient_are_counted_and_left_out(patients: list[Portrait]) -> None:
    found = run([*patients[:20], portrait(80, 0, name=""), portrait(81, 0, name="")])
    assert found.images_unattributed == 2
    assert found.gallery_patients == 10


def unlike(patient: int, exam: int) -> Portrait:
    """Something that nobody else's picture shows, a little otherwise at every exam."""
    shapes, own = np.random.default_rng(patient), np.random.default_rng([patient, exam])
    coarse = shapes.random((32, 32)).astype(np.float32)
    picture = cv2.resize(coarse, (256, 256), interpolation=cv2.INTER_CUBIC) * 220
    pixels = np.clip(picture + own.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)
    return Portrait(f"{patient}/{exam}", f"P{patient:02d}", f"E{exam}", pixels, f"{patient}-{exam}", "OT")


def test_without_a_common_anatomy_images_are_compared_as_they_are_and_that_is_said() -> None:
    found = run([unlike(patient, exam) for patient in range(20) for exam in range(2)])
    assert found.aligned_share is not None and found.aligned_share < 0.5
    assert any("compared as they are" in note for note in found.notes)
    # Not aligned is not safe.
    assert found.rank1 is not None and found.rank1.low > 0.5


def test_too_few_images_to_learn_a_common_anatomy_from_is_said() -> None:
    found = run(release(3))
    assert found.aligned_share == 0
    assert any("too few images to learn" in note for note in found.notes)
