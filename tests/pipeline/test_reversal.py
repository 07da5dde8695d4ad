"""Releases whose pseudonyms, codes or times can be read back, and releases where they cannot."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from auditor.detectors.guesses import code_in, reverse
from auditor.detectors.known import digest_of
from tests.builders.dataset import clean_dicom, rows, run, write


def release(folder: Path, codes: list[str], days: list[int], **tags: Any) -> None:
    for number, (code, day) in enumerate(zip(codes, days, strict=True)):
        time = f"{8 + number % 10:02}{number:02}{(7 * number) % 59 + 1:02}"
        moved = {"StudyDate": f"2021{day // 28 + 1:02}{day % 28 + 1:02}", "StudyTime": time}
        claim = {"LongitudinalTemporalInformationModified": "MODIFIED"}
        write(
            folder,
            f"{number}.dcm",
            clean_dicom(PatientID=code, PatientName=code, **{**moved, **claim, **tags}),
        )


def rules(out: Path) -> set[str]:
    return {row["rule_id"] for row in rows(out, "findings")} & {"V503", "V504", "V505", "K902"}


def test_counters_in_the_order_of_dates(dataset: Path, tmp_path: Path) -> None:
    release(dataset, [f"sub-{n:03}" for n in range(12)], [n * 7 for n in range(12)])
    run(dataset, tmp_path / "out")
    assert rules(tmp_path / "out") == {"V503"}


def test_counters_at_random_are_quiet(dataset: Path, tmp_path: Path) -> None:
    days = [n * 7 for n in range(12)]
    random.Random(3).shuffle(days)
    release(dataset, [f"sub-{n:03}" for n in range(12)], days)
    run(dataset, tmp_path / "out")
    assert rules(tmp_path / "out") == set()


def test_times_of_the_working_day(dataset: Path, tmp_path: Path) -> None:
    days = list(range(0, 90, 3))
    random.Random(3).shuffle(days)
    release(dataset, [f"sub-{n:03}" for n in range(30)], days)
    run(dataset, tmp_path / "out")
    assert rules(tmp_path / "out") == {"V505"}


def test_hashes_of_small_numbers(dataset: Path, tmp_path: Path) -> None:
    release(dataset, [f"sub-{digest_of(f'{n * 271:06}', 'md5')}" for n in (3, 1, 2)], [5, 1, 9])
    run(dataset, tmp_path / "out")
    assert rules(tmp_path / "out") == {"V504"}


def test_a_hash_of_what_stands_elsewhere(dataset: Path, tmp_path: Path) -> None:
    release(dataset, [digest_of("QX48213957", "sha256")], [5], OtherPatientIDs="QX48213957")
    run(dataset, tmp_path / "out")
    assert rules(tmp_path / "out") == {"K902"}


def test_random_codes_are_quiet() -> None:
    draw = random.Random(1)
    codes = [
        f"{draw.getrandbits(4 * length):0{length}x}" for length in (8, 10, 16, 32, 40, 64) for _ in range(20)
    ]
    assert not reverse([code for code in codes if code_in(code)])


def test_what_is_a_code() -> None:
    assert code_in("P-3FA9C1D2E4") == "3fa9c1d2e4"
    assert [code_in(text) for text in ("12345678", "sub-001", "deadbeef cafe", "")] == [""] * 4
