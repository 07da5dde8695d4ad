"""Known identifiers are found in any form, and what merely looks alike is not."""

from __future__ import annotations

import base64
import random
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.uid import generate_uid

from auditor.detectors.known import KnownIdentifiers
from auditor.detectors.known_hashes import HASHES, digest_of
from auditor.model import Category

SEXTON = ("SEXTON^Carmen^Ruth", Category.NAME)


def index(*entries: tuple[str, Category]) -> KnownIdentifiers:
    known = KnownIdentifiers()
    for number, (text, category) in enumerate(entries):
        known.add(text, category, number)
    return known


def found(entry: tuple[str, Category], text: str, *, misread: bool = False) -> list[str]:
    return [
        text[hit.start : hit.end]
        for hit in index(entry).find(text, misread=misread)
        if hit.form != "part of the name"
    ]


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (SEXTON, "seen with Carmen Sexton today"),
        (SEXTON, "SEXTON, CARMEN"),
        (SEXTON, "sexton_carmen_1.dcm"),
        (SEXTON, "CarmenSexton"),
        (SEXTON, "Sexton R."),
        (SEXTON, "Carmen Sextom"),
        (("王^小明", Category.NAME), "患者王小明复查"),
        (("88213477", Category.RECORD_NUMBER), "MRN88213477x"),
        (("0088213477", Category.RECORD_NUMBER), "id 88213477"),
        (("88213477", Category.RECORD_NUMBER), "88-213-477"),
        (("882134771", Category.RECORD_NUMBER), "1.2.276.99882134771004.3"),
        (("88213477", Category.RECORD_NUMBER), "77431288"),
        (("AB-88213", Category.RECORD_NUMBER), "ab88213"),
        (("+44 20 7946 0958", Category.PHONE), "call 020 7946 0958"),
        (("13800138000", Category.PHONE), "+86 138 0013 8000"),
        (("1948-03-17", Category.DATE), "born 17/03/1948"),
        (("17.03.1948", Category.DATE), "19480317"),
        (("17 March 1948", Category.DATE), "1948年3月17日"),
        (("19480317", Category.DATE), "Mar 17, 1948"),
        (("carmen.sexton@example.org", Category.EMAIL), "to Carmen.Sexton@Example.org"),
    ],
)
def test_forms(entry: tuple[str, Category], text: str) -> None:
    assert found(entry, text)


@pytest.mark.parametrize("text", ["5EXT0N CARMEN", "SEXT0N, CARMEN"])
def test_misread(text: str) -> None:
    assert found(SEXTON, text, misread=True)
    assert not found(SEXTON, text)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (SEXTON, "chest pa"),
        (SEXTON, "Ruth was here"),
        (("LONG^ANNA", Category.NAME), "a long catheter"),
        (("88213477", Category.RECORD_NUMBER), "88213478"),
        (("12", Category.RECORD_NUMBER), "12"),
        (("ANONYMOUS", Category.NAME), "anonymous patient"),
        (("1948-03-17", Category.DATE), "1948-03-18"),
    ],
)
def test_quiet(entry: tuple[str, Category], text: str) -> None:
    assert not found(entry, text)


@pytest.mark.parametrize("name", HASHES)
def test_hashes(name: str) -> None:
    known = KnownIdentifiers()
    known.add_hashes("mrn-88213477", Category.RECORD_NUMBER, 0)
    digest = digest_of("MRN88213477", name)
    assert [hit.form for hit in known.find(f"sub-{digest.upper()}")] == [name]
    usual = name in ("md5", "sha1", "sha256", "crc32")
    assert [hit.form for hit in known.find(digest[:8])] == [name] * usual
    assert [hit.form for hit in known.find(digest[:12])] == [name]
    assert not list(known.find(digest_of("MRN88213478", name)))


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    for hit in index(SEXTON, ("88213477", Category.RECORD_NUMBER)).find(text, misread=True):
        assert 0 <= hit.start < hit.end <= len(text)


@given(st.text(max_size=60), st.sampled_from(Category))
def test_any_identifier(text: str, category: Category) -> None:
    known = KnownIdentifiers()
    known.add(text, category, 0)
    known.add_hashes(text, category, 0)
    list(known.find(text))


@pytest.mark.parametrize(
    "code",
    [
        lambda n: f"2.25.{uuid.uuid5(uuid.NAMESPACE_OID, n).int}",
        lambda n: f"2.25.{int(digest_of(n, 'md5'), 16)}",
        lambda n: str(generate_uid(entropy_srcs=[n])),
        lambda n: str(uuid.uuid3(uuid.NAMESPACE_DNS, n)),
        lambda n: base64.b64encode(bytes.fromhex(digest_of(n, "sha256"))).decode(),
        lambda n: base64.urlsafe_b64encode(bytes.fromhex(digest_of(n, "md5"))).decode().rstrip("="),
        lambda n: digest_of(n, "sha256 of md5").upper(),
        lambda n: f"P-{digest_of(n, 'sha384')[:20]}",
    ],
)
def test_hashes_in_uids_guids_and_base64(code: Callable[[str], str]) -> None:
    known = KnownIdentifiers()
    known.add_hashes("MRN88213477", Category.RECORD_NUMBER, 0)
    assert [hit.sources for hit in known.find(f"x {code('MRN88213477')} y")] == [(0,)]
    assert not list(known.find(code("MRN88213478")))


def test_random_codes_are_no_hashes() -> None:
    known, rng = KnownIdentifiers(), random.Random(0)
    for number in range(500):
        known.add_hashes(f"{88213477 + number}", Category.RECORD_NUMBER, number)
    for _ in range(500):
        bits = rng.getrandbits(128)
        assert not list(known.find(f"{bits:032x} 2.25.{bits} {uuid.UUID(int=bits)} {bits % 2**48:012x}"))


@pytest.mark.parametrize(
    ("name", "text", "sure"),
    [
        ("王明", "姓名 王明 男", True),
        ("王明", "患者王明，平扫", True),
        ("王明", "王 明显强化", False),
        ("李平", "李 平扫", False),
        ("王小明", "王小明显示", True),
    ],
)
def test_a_short_chinese_name_and_the_words_around_it(name: str, text: str, sure: bool) -> None:
    hits = list(index((name, Category.NAME)).find(text))
    assert any(hit.confidence >= 0.6 for hit in hits) == sure
