"""Releases whose pseudonyms, codes or times can be read back, and releases where they cannot."""

from __future__ import annotations

import base64
import hashlib
import random
import zlib
from pathlib import Path
from typing import Any

import pytest

from auditor.detectors.guesses import Space, code_in, credible, rest, search, spaces
from auditor.detectors.known_hashes import digest_of
from auditor.model import Category
from auditor.pipeline.dataset.reversal import reverse
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
    release(dataset, [f"sub-{digest_of(f'{n * 271:06}', 'md5')[:20]}" for n in (3, 1, 2)], [5, 1, 9])
    run(dataset, tmp_path / "out")
    assert rules(tmp_path / "out") == {"V504"}


def test_a_hash_of_what_stands_elsewhere(dataset: Path, tmp_path: Path) -> None:
    release(dataset, [digest_of("QX48213957", "sha256")[:20]], [5], OtherPatientIDs="QX48213957")
    run(dataset, tmp_path / "out")
    assert rules(tmp_path / "out") == {"K902"}


def test_random_codes_are_quiet() -> None:
    draw = random.Random(1)
    codes = [f"{draw.getrandbits(4 * length):0{length}x}" for length in (8, 10, 16) for _ in range(2)]
    assert not reverse([code for code in codes if code_in(code)])


@pytest.mark.parametrize("name", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
def test_a_record_number_of_seven_digits_is_found_in_its_piece(name: str) -> None:
    code = hashlib.new(name, b"4012345").hexdigest()
    piece = Space(name, 4_000_000, 5_000_000)
    assert piece in spaces([code])
    assert set(search(Space(name, 4_012_000, 4_013_000), [code])) == {code}


def test_work_grows_with_what_stands_to_be_found() -> None:
    def reach(codes: list[str]) -> tuple[int, int]:
        tried = spaces(codes)
        return max(space.last for space in tried), sum(len(range(s.first, s.last, s.step)) for s in tried)

    draw = random.Random(2)
    cut = [f"{draw.getrandbits(64):016x}" for _ in range(100)]
    whole = [f"{draw.getrandbits(128):032x}" for _ in range(500)]
    assert spaces([]) == []
    assert [reach(codes)[0] for codes in (cut[:1], cut, whole[:1], whole)] == [10**6, 10**7, 10**7, 10**8]
    assert max(reach(codes)[1] for codes in (cut, whole, whole[:50], whole[:1])) < 3 * 6_000_000
    assert {space.function for space in spaces(whole)} == {"md5"}


def test_a_sample_of_a_space_meets_a_release_of_hashes_and_then_all_are_found() -> None:
    draw = random.Random(5)
    codes = [hashlib.md5(b"%d" % draw.randrange(10**7)).hexdigest() for _ in range(100)]
    sample = [space for space in spaces(codes) if space.last == 10**7]
    assert {space.step for space in sample} == {19}
    hits: dict[str, tuple[str, Category]] = {}
    for space in sample:
        hits |= search(space, codes)
    assert 0 < len(hits) < len(codes)
    assert {(space.first, space.step) for space in rest(hits, sample)} == {
        (n, 1) for n in range(10**6, 10**7, 10**6)
    }
    assert rest({}, sample) == []
    assert rest(hits, spaces(codes))[0] == Space("md5")


def test_one_code_of_eight_digits_may_be_chance() -> None:
    codes = [f"{zlib.crc32(str(n).encode()):08x}" for n in (4711, 815)]
    found = search(Space("crc32", 0, 10_000), codes)
    assert set(credible(found, codes)) == set(codes)
    assert not credible({codes[0]: found[codes[0]]}, [codes[0], "0badc0de", "1badc0de"])


def test_what_is_a_code() -> None:
    assert code_in("P-3FA9C1D2E4") == "3fa9c1d2e4"
    assert code_in("abc4f0d2e4") == "abc4f0d2e4"
    assert code_in("anon4f0d2e4b") == "4f0d2e4b"
    assert [code_in(text) for text in ("12345678", "sub-001", "deadbeef cafe", "")] == [""] * 4
    digest = hashlib.sha1(b"1").digest()
    assert code_in(base64.b64encode(digest).decode()) == digest.hex()
    assert code_in(base64.urlsafe_b64encode(digest).decode().rstrip("=")) == digest.hex()
