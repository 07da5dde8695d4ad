"""What mitigations do to an image, to two attackers, and to a task."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from auditor.errors import UsageError
from auditor.linkage.describe.volumes import portray_volume
from auditor.linkage.whatif import (
    NAMES,
    Attack,
    Bench,
    Mitigation,
    Picture,
    Stack,
    Task,
    chosen,
    default_mitigations,
)
from auditor.linkage.whatif.outcome import Effect, TaskScore, Verdict, WhatIf, marked
from auditor.linkage.whatif.user import load_function
from auditor.linkage.whatif.utility import ssim
from auditor.model import Estimate, Portrait, Volume
from tests.builders.anatomy import image_of, release
from tests.builders.features import Tiny
from tests.builders.volumes import brain, series_of, torso

PATIENTS = 24


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def pictures(patients: int = PATIENTS) -> list[Picture]:
    return [Picture(each.pixels, each) for each in release(patients)]


def bench(**more: object) -> Bench:
    return Bench(pictures(), Tiny(), seed=0, draws=3, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found() -> WhatIf:
    nothing = Mitigation("mine:same", "", None, lambda image, _: image)
    black = Mitigation("mine:black", "", None, lambda image, _: np.zeros_like(image))
    # The attacker who does not know of it compares an image with its negative, turned upside down.
    hidden = Mitigation("mine:flip", "", None, lambda image, _: 255 - image[::-1])
    return bench().run([nothing, black, hidden, *chosen(["noise=120"])])


def effect(found: WhatIf, name: str) -> Effect:
    return next(each for each in found.effects if each.mitigation == name)


@pytest.mark.parametrize("mitigation", default_mitigations(), ids=lambda m: f"{m.name}={m.value:g}")
def test_a_mitigation_keeps_size_and_type_and_follows_its_generator(mitigation: Mitigation) -> None:
    image = image_of(1, 1)[:200]
    first, again = mitigation(image, rng()), mitigation(image, rng())
    assert first.shape == image.shape and first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert not np.array_equal(first, image)


@pytest.mark.parametrize("name", NAMES)
def test_a_stronger_mitigation_leaves_less(name: str) -> None:
    image = image_of(2, 0)
    left = [ssim(image, mitigation(image, rng())) for mitigation in chosen([name])]
    assert left == sorted(left, reverse=True) and left[-1] < 0.9


def test_ssim_of_an_image_with_itself_is_one_and_with_its_negative_below_zero() -> None:
    image = image_of(3, 0)
    assert ssim(image, image) == pytest.approx(1)
    assert ssim(image, 255 - image) < 0


def test_dp_pix_adds_laplace_noise_of_the_stated_scale() -> None:
    image = np.full((512, 512), 128, np.uint8)
    cells = chosen(["dp-pix=1"])[0](image, rng())[8::16, 8::16].astype(float) - 128
    assert np.abs(cells).mean() == pytest.approx(255 * 16 / 16**2, rel=0.15)


def test_dp_pix_keeps_its_promise_where_cells_do_not_divide_the_image() -> None:
    image = np.full((504, 512), 128, np.uint8)
    shown = chosen(["dp-pix=1"])[0](image, rng()).astype(float) - 128
    rows, columns = 32, 32
    heights = np.linspace(0, 504, rows + 1)[:-1].astype(int) + 7
    cells = shown[np.ix_(heights, np.arange(8, 512, 512 // columns))]
    # Smaller cells hide fewer pixels each, so they need more noise.
    assert np.abs(cells).mean() == pytest.approx(255 * 16 / (504 * 512 / (rows * columns)), rel=0.15)


def test_without_change_both_attackers_are_the_baseline(found: WhatIf) -> None:
    before, same = found.effects[0], effect(found, "mine:same")
    assert before.verdict is Verdict.BASELINE and before.rank1.value > 0.5
    assert same.rank1_naive == same.rank1_adaptive == before.rank1_naive
    assert same.verdict is Verdict.NO_EFFECT


def test_black_images_hold_and_are_of_no_use(found: WhatIf) -> None:
    black = effect(found, "mine:black")
    assert black.verdict is Verdict.HOLDS
    assert black.rank1.value == pytest.approx(found.chance, abs=0.02)
    assert black.ssim.value < 0.2


def test_what_the_attacker_can_repeat_only_looks_safe(found: WhatIf) -> None:
    hidden = effect(found, "mine:flip")
    assert hidden.verdict is Verdict.LOOKS_SAFER
    assert hidden.gained_by_adapting.low > 0
    assert hidden.rank1_adaptive.value > 0.9 * found.effects[0].rank1.value


def test_numbers_say_what_they_were_measured_on(found: WhatIf) -> None:
    assert found.patients == found.probe_patients == PATIENTS
    assert found.images == 2 * PATIENTS
    assert all(e.rank1_naive.low <= e.rank1_naive.value <= e.rank1_naive.high for e in found.effects)


def test_a_seed_decides_everything() -> None:
    asked = chosen(["noise=40"])
    assert bench(workers=1).run(asked) == bench(workers=2).run(asked)


def test_one_patient_alone_is_not_measurable() -> None:
    lone = [Picture(each.pixels, each) for each in release(1, 1)]
    assert not Bench(lone, Tiny(), seed=0, draws=1).measurable


def test_where_nobody_has_two_images_the_attacker_holds_the_same_exposure() -> None:
    single = [Picture(each.pixels, each) for each in release(PATIENTS, 1)]
    hidden = Mitigation("mine:flip", "", None, lambda image, _: 255 - image[::-1])
    asked = [hidden, *chosen(["noise=10000", "pixelate=512"])]
    found = Bench(single, Tiny(), seed=0, draws=3).run(asked)
    assert found.attack is Attack.SAME_EXPOSURE and not found.known_exams
    assert found.patients == found.probe_patients == PATIENTS and found.images == PATIENTS
    before, flipped, noise, flat = found.effects
    assert before.rank1.value == 1
    # Whoever repeats what is not random holds the released pixels themselves.
    assert flipped.rank1_adaptive.value == 1 and flipped.rank1_naive.value < 0.5
    assert noise.rank1.value < 0.3
    assert flat.rank1.value < 0.5


def stacks(ct: bool, patients: int = 8) -> list[Picture]:
    made = []
    for patient in range(patients):
        model = torso(patient, 56) if ct else brain(patient, 56)
        for exam in range(2):
            stack = Stack.of(series_of(model, 10 * patient + exam, ct=ct))
            who = Portrait(
                f"{patient}{exam}", f"P{patient}", f"E{exam}", stack.portrait(), f"{patient}{exam}"
            )
            made.append(Picture(stack, who))
    return made


@pytest.mark.parametrize("ct", [True, False], ids=["ct", "mr"])
def test_a_volume_in_grey_levels_is_portrayed_as_the_volume_is(ct: bool) -> None:
    volume = series_of(torso(1, 56) if ct else brain(1, 56), 3, ct=ct)
    kept = Stack.of(volume).portrait().astype(float)
    assert np.corrcoef(kept.ravel(), portray_volume(volume).astype(float).ravel())[0, 1] > 0.99
    tall = Volume(np.zeros((400, 20, 20), np.float32), (1.0, 1.0, 1.0))
    assert max(Stack.of(tall).levels.shape) <= 160


def test_every_slice_of_a_volume_is_mitigated_and_a_warp_moves_all_alike() -> None:
    (picture, *_) = stacks(ct=False, patients=1)
    seen: list[np.ndarray] = []

    def paint(image: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        seen.append(generator.integers(0, 1 << 30, 4))
        return np.zeros_like(image)

    stack = picture.image
    assert isinstance(stack, Stack)
    black, alike = picture.mitigated(Mitigation("mine", "", None, paint), [1])
    assert len(seen) == stack.slices and len({tuple(each) for each in seen}) == stack.slices
    assert black.pixels.max() == 0 and alike < 0.9
    seen.clear()
    picture.mitigated(Mitigation("mine", "", None, paint, steady=True), [1])
    assert len({tuple(each) for each in seen}) == 1
    assert chosen(["warp"])[0].steady and not chosen(["noise"])[0].steady


def test_volumes_are_attacked_after_their_slices_were_mitigated() -> None:
    found = Bench(stacks(ct=True), Tiny(), seed=0, draws=2).run(chosen(["downsample=8"]))
    before, after = found.effects
    assert before.rank1.value > 3 * found.chance
    assert after.rank1.value < before.rank1.value and after.ssim.value < before.ssim.value == 1


def test_the_front_is_what_nothing_beats() -> None:
    def at(rank1: float, use: float) -> Effect:
        e = Estimate(rank1, rank1, rank1)
        u = Estimate(use, use, use)
        return Effect("m", "", None, Verdict.HOLDS, e, e, e, e, e, e, u, TaskScore(u, u), 1.0)

    front = [
        each.pareto for each in marked([at(0.8, 1.0), at(0.5, 0.9), at(0.6, 0.9), at(0.1, 0.5), at(0.1, 0.4)])
    ]
    assert front == [True, True, False, True, False]


@pytest.mark.parametrize("asked", ["smear", "blur=x", "blur=-1", "blur=nan", "crop=2", "blur=1,,2"])
def test_a_strength_that_makes_no_sense_is_wrong_use(asked: str) -> None:
    with pytest.raises(UsageError):
        chosen([asked])


def test_a_task_is_scored_on_other_patients() -> None:
    people = np.repeat([f"p{n:02d}" for n in range(40)], 2)
    labels = np.repeat(["a", "b"] * 20, 2)
    noise = np.random.default_rng(0).normal(size=(80, 4)).astype(np.float32)
    told = noise.copy()
    told[:, 0] += 6 * (labels == "b")
    task = Task(labels, people, seed=0)
    good, bad = task.score(told), task.score(noise)
    assert good is not None and bad is not None
    assert good.auc.value > 0.97 and good.accuracy.value > 0.9
    assert bad.auc.low < 0.5 < bad.auc.high + 0.15
    assert task.majority == 0.5 and task.patients == 40
    # What names the patient but not the label teaches nothing of other patients.
    own = np.eye(40, dtype=np.float32)[np.repeat(np.arange(40), 2)]
    known = task.score(own)
    assert known is not None and known.auc.value < 0.75


def test_a_task_of_one_value_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="fewer than two"):
        Task(np.array(["a"] * 30), np.array([str(n) for n in range(30)]), seed=0)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "own_mitigations.py").write_text(
        "import numpy as np\n"
        "def half(image, rng): return image[::2, ::2] * 0.5\n"
        "def fails(image, rng): raise ValueError('PatientName')\n"
        "def text(image, rng): return 'x'\n"
        "def empty(image, rng): return np.zeros((0, 4))\n"
        "def less(image, rng, strength): return image * strength\n"
        "number = 3\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "own_mitigations", raising=False)
    return "own_mitigations"


def test_the_users_function_is_called_and_its_result_brought_to_size(module: str) -> None:
    (half,) = load_function(f"{module}:half")
    changed = half(np.full((64, 32), 100, np.uint8), rng())
    assert changed.shape == (64, 32) and set(changed.ravel().tolist()) == {50}


def test_the_users_function_is_given_each_of_its_strengths(module: str) -> None:
    found = load_function(f"{module}:less=0.5,0.25")
    assert [(each.name, each.parameter, each.value) for each in found] == [
        (f"{module}:less", "strength", 0.5),
        (f"{module}:less", "strength", 0.25),
    ]
    image = np.full((4, 4), 100, np.uint8)
    assert [int(each(image, rng())[0, 0]) for each in found] == [50, 25]


@pytest.mark.parametrize(
    "named",
    [
        "", "x", ":f", "own_mitigations:none", "no_such_module:f", "own_mitigations:number",
        "own_mitigations:less=x", "own_mitigations:less=1,,2", "own_mitigations:less=nan",
    ],
)  # fmt: skip
def test_a_function_that_is_not_there_is_wrong_use(module: str, named: str) -> None:
    with pytest.raises(UsageError):
        load_function(named)


@pytest.mark.parametrize("name", ["fails", "text", "empty"])
def test_a_function_that_fails_is_told_without_its_text(module: str, name: str) -> None:
    (mitigation,) = load_function(f"{module}:{name}")
    with pytest.raises(UsageError) as error:
        mitigation(np.zeros((8, 8), np.uint8), rng())
    assert "PatientName" not in str(error.value)
