"""Checks take whatever readers find: any text, in any place, of any VR, without an error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.checks import all_checks
from auditor.checks.base import ClaimCheck, ElementCheck
from auditor.model import Claim, Context, Element, Match, Place

ELEMENT_CHECKS = [check for check in all_checks() if isinstance(check, ElementCheck)]
CLAIM_CHECKS = [check for check in all_checks() if isinstance(check, ClaimCheck)]
VRS = ["", *"AE AS CS DA DS DT IS LO LT OB OW PN SH ST TM UC UI UN UR UT".split()]  # noqa: SIM905
TAGS = st.one_of(
    st.none(),
    st.integers(0, 0xFFFFFFFF),
    st.sampled_from(
        [0x00100010, 0x00100020, 0x00100030, 0x0008002A, 0x00080018, 0x00204000, 0x00181000, 0x60000040]
    ),
)
WORDS = st.sampled_from(
    ["19620418", "20240319101530", "1.3.12.2.1107.5.2.32.35162.2015050317233592207501", "097Y", "Name: ", "王小明",
     "\\", "=", "^", "+0800", "88213477", "0101", "13812345678", "\u202e", "99999999", "٣١٢", "²"]
)  # fmt: skip
TEXT = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=4).map("".join))
LOCATIONS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["table column=dob row=#", "table column= row=#", "exif Artist", "nifti db_name", "trailing bytes"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(Place)), LOCATIONS, TEXT, st.sampled_from(VRS), TAGS, st.text(max_size=10))
def test_elements(place: Place, location: str, value: str, vr: str, tag: int | None, creator: str) -> None:
    subject = Element(place, location, value, vr, tag, creator)
    for check in ELEMENT_CHECKS:
        for match in check.judge(subject, Context(Claim(codes=("113100", "113105")))):
            assert isinstance(match, Match)
            assert 0 < match.confidence <= 1


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=8),
    st.lists(st.sampled_from(["113100", "113101", "113106", "113107", "x", ""]), max_size=4),
    st.booleans(),
    st.sampled_from(["", "UNMODIFIED", "MODIFIED", "REMOVED", "?"]),
)
def test_claims(removed: str, codes: list[str], has_method: bool, longitudinal: str) -> None:
    claim = Claim(removed, tuple(sorted(codes)), has_method, longitudinal)
    for check in CLAIM_CHECKS:
        for match in check.judge(claim, Context(claim)):
            assert match.location


@pytest.mark.parametrize("check", CLAIM_CHECKS, ids=lambda check: check.id)
def test_files_that_are_not_dicom_claim_nothing(check: ClaimCheck) -> None:
    claim = Claim("NO", ("113106", "113107"), True, "REMOVED", "YES", "YES", is_dicom=False)
    assert not list(check.judge(claim, Context(claim)))
