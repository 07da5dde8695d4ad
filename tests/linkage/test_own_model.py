"""The user's own ONNX model as features: what is inferred, what is declared, what is refused."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from auditor.errors import UsageError
from auditor.linkage.attack import attack
from auditor.linkage.describe.own import OwnModel
from auditor.linkage.describe.tiers import load_features
from tests.builders.anatomy import release
from tests.builders.dataset import run
from tests.builders.onnx_model import DOUBLE, FLOAT16, UINT8, pooling_model


@pytest.fixture
def save(tmp_path: Path):  # type: ignore[no-untyped-def]
    def write(content: bytes, beside: str = "") -> Path:
        file = tmp_path / "model.onnx"
        file.write_bytes(content)
        if beside:
            (tmp_path / "model.json").write_text(beside)
        return file

    return write


def test_a_grid_is_kept_and_grey_levels_run_from_0_to_1(save) -> None:  # type: ignore[no-untyped-def]
    features = OwnModel(save(pooling_model()))
    (grid,) = features.describe(np.full((256, 256), 51, np.uint8))
    assert grid.shape == (1, 8, 8)
    assert np.allclose(grid, 0.2)


def test_three_channels_are_normalised_as_imagenet_unless_declared(save) -> None:  # type: ignore[no-untyped-def]
    white = np.full((256, 256), 255, np.uint8)
    (grid,) = OwnModel(save(pooling_model((1, 3, "h", "w"), cell=28))).describe(white)
    assert grid.shape == (3, 8, 8)
    assert np.allclose(
        grid[:, 0, 0], (1 - np.array([0.485, 0.456, 0.406])) / [0.229, 0.224, 0.225], atol=1e-4
    )
    declared = '{"side": 64, "mean": [0.5], "std": [0.5]}'
    (grid,) = OwnModel(save(pooling_model((1, 3, "h", "w"), metadata=declared))).describe(white)
    assert grid.shape == (3, 8, 8) and np.allclose(grid, 1)


def test_a_file_beside_the_model_declares_too(save) -> None:  # type: ignore[no-untyped-def]
    model = OwnModel(save(pooling_model(), beside='{"mean": [1.0]}'))
    assert np.allclose(model.describe(np.zeros((256, 256), np.uint8))[0], -1)


def test_tokens_become_a_grid_and_half_precision_is_fed_as_such(save) -> None:  # type: ignore[no-untyped-def]
    ramp = np.tile(np.arange(256, dtype=np.uint8), (256, 1))
    (flat,) = OwnModel(save(pooling_model(tokens=True))).describe(ramp)
    (grid,) = OwnModel(save(pooling_model(kind=FLOAT16))).describe(ramp)
    assert flat.shape == grid.shape == (1, 8, 8)
    assert np.allclose(flat, grid, atol=1e-2)


def test_the_digest_is_named(save) -> None:  # type: ignore[no-untyped-def]
    assert "SHA-256 " in OwnModel(save(pooling_model())).name


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no model", "cannot be loaded"),
        (pooling_model((1, 4, 64, 64)), "1 or 3 channels"),
        (pooling_model((7, 1, 64, 64)), "1 or 3 channels"),
        (pooling_model(kind=DOUBLE), "cannot be loaded"),
        (pooling_model(poison=True), "finite numbers"),
        (pooling_model(metadata='{"side": "large"}'), "declared"),
        (pooling_model(metadata='{"sides": 64}'), "declared"),
        (pooling_model(metadata='{"output": "logits"}'), "no output"),
        (pooling_model(metadata='{"mean": [0.1, 0.2]}'), "does not fit"),
        (pooling_model(metadata='{"std": [0.0]}'), "does not fit"),
    ],
    ids=[
        "junk", "channels", "batch", "type", "nan", "side", "key", "output", "mean", "std",
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told(save, content: bytes, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match=told):
        OwnModel(save(content))


def test_a_missing_model_and_an_unknown_word_are_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_features(str(tmp_path / "none.onnx"))
    with pytest.raises(UsageError, match="not known"):
        load_features("resnet")


def test_integers_are_fed_as_grey_levels(save) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match="cannot be loaded"):  # onnxruntime has no average of integers
        OwnModel(save(pooling_model(kind=UINT8)))


def test_the_attack_runs_on_it(save) -> None:  # type: ignore[no-untyped-def]
    found = attack(
        lambda: iter(release(12)), seed=0, draws=2, workers=1, features=OwnModel(save(pooling_model()))
    )
    assert found.rank1 is not None and found.chance is not None
    assert found.rank1.value > 3 * found.chance
    assert "own model" in found.features


def test_a_scan_attacks_with_the_users_model_and_names_it(save, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "films"
    folder.mkdir()
    for each in release(4):
        cv2.imwrite(str(folder / each.path.replace("/", "_")), each.pixels)
    file = save(pooling_model())
    rule = "path:^(?P<patient>[^_]+)_"
    options = {"stages": frozenset({"linkage"}), "patient": rule, "draws": 2}
    found = run(folder, tmp_path / "out", features=str(file), **options).report.linkage.self
    assert found.features.startswith("own model: SHA-256")
    with pytest.raises(UsageError, match="cannot be loaded"):
        run(folder, tmp_path / "out", features=str(save(b"junk")), **options)
