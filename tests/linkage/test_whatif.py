"""What mitigations do to an image, to two attackers, and to a task."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from auditor.errors import UsageError
from auditor.linkage.whatif import NAMES, Bench, Mitigation, Picture, Task, chosen, default_mitigations
from auditor.linkage.whatif.bench import Verdict
from auditor.linkage.whatif.outcome import Effect, TaskScore, WhatIf, marked
from auditor.linkage.whatif.user import load_function
from auditor.linkage.whatif.utility import ssim
from auditor.model import Estimate
from tests.builders.anatomy import image_of, release
from tests.builders.features import Tiny

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


def test_nobody_to_probe_is_not_measurable() -> None:
    lone = [Picture(each.pixels, each) for each in release(10, 1)]
    assert not Bench(lone, Tiny(), seed=0, draws=1).measurable


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
        "number = 3\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "own_mitigations", raising=False)
    return "own_mitigations"


def test_the_users_function_is_called_and_its_result_brought_to_size(module: str) -> None:
    changed = load_function(f"{module}:half")(np.full((64, 32), 100, np.uint8), rng())
    assert changed.shape == (64, 32) and set(changed.ravel().tolist()) == {50}


@pytest.mark.parametrize(
    "named", ["", "x", ":f", "own_mitigations:none", "no_such_module:f", "own_mitigations:number"]
)
def test_a_function_that_is_not_there_is_wrong_use(module: str, named: str) -> None:
    with pytest.raises(UsageError):
        load_function(named)


@pytest.mark.parametrize("name", ["fails", "text", "empty"])
def test_a_function_that_fails_is_told_without_its_text(module: str, name: str) -> None:
    mitigation = load_function(f"{module}:{name}")
    with pytest.raises(UsageError) as error:
        mitigation(np.zeros((8, 8), np.uint8), rng())
    assert "PatientName" not in str(error.value)
