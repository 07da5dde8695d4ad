"""What the screen did in a run: counted file by file, summed, told in words, whoever worked and however often."""

from pathlib import Path

import numpy as np
import pytest

from auditor.errors import InterruptedScanError
from auditor.pipeline.plan import Plan
from auditor.pipeline.screening import screening, screening_told
from auditor.report.schema import Screening
from tests.builders.dataset import clean_dicom, film, run, write
from tests.builders.drawing import draw

PIXELS = frozenset({"pixels"})
FILES = 10
DONE = Screening(looked=12, spared=11, repeated=2)


@pytest.fixture
def films(dataset: Path) -> Path:
    """Ten small images: one with a line, one a loop of three distinct frames and two copies."""
    images = [film(number) for number in range(FILES)]
    images[1] = film(1, side=240)
    draw(images[1], "KOWALSKI", 60, 100)
    images[8] = np.stack([film(seed) for seed in (50, 51, 50, 52, 51)])
    for number, pixels in enumerate(images):
        write(dataset, f"{number}.dcm", clean_dicom(pixels=pixels, Modality="US"))
    return dataset


@pytest.mark.parametrize("workers", [0, 1])
def test_the_report_counts_what_was_looked_at_spared_and_repeated(
    films: Path, tmp_path: Path, workers: int
) -> None:
    report = run(films, tmp_path / "out", stages=PIXELS, workers=workers).report
    # Of the loop the first frame and two projections of the others.
    assert report.coverage.screening == DONE
    (told,) = [limit for limit in report.limits if "In this run the screen" in limit]
    assert (
        "looked at 12 distinct" in told
        and "spared 11 of them (91.7%)" in told
        and "2 more were copies" in told
    )
    (said,) = [limit for limit in report.limits_zh if limit.startswith("本次运行中")]
    assert "12 个" in said and "11 个（91.7%）" in said and "2 个与同一文件" in said


def test_a_resumed_scan_counts_each_file_once(films: Path, tmp_path: Path) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if stage == "examining files" and done >= 8:
            raise KeyboardInterrupt

    with pytest.raises(InterruptedScanError):
        run(films, tmp_path / "out", stages=PIXELS, progress=stop)
    assert run(films, tmp_path / "out", stages=PIXELS, resume=True).report.coverage.screening == DONE


@pytest.mark.parametrize("plan", [Plan(stages=PIXELS, effort="thorough"), Plan(stages=frozenset({"tags"}))])
def test_where_nothing_was_screened_nothing_is_said(dataset: Path, tmp_path: Path, plan: Plan) -> None:
    write(dataset, "1.dcm", clean_dicom(pixels=film()))
    report = run(dataset, tmp_path / "out", stages=plan.stages, effort=plan.effort).report
    assert report.coverage.screening is None
    assert not any("In this run the screen" in limit for limit in report.limits)


def test_words_without_copies() -> None:
    (told,) = screening_told(screening({"screened": 4, "spared": 0, "repeated": 0}))
    assert "spared 0 of them (0.0%)" in told.en and "copies" not in told.en and "（0.0%）" in told.zh
