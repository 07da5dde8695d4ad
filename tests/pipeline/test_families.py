"""All digits by chance, or a real number among codes: what a location as a whole tells."""

from __future__ import annotations

import random

import pytest

from auditor.checks.identifier import Identifier
from auditor.model import Claim, Context, Element, Match, Place, Severity
from auditor.pipeline.families import Families

CONTEXT = Context(Claim())


def settled(values: list[str], place: Place = Place.DATASET) -> dict[str, Match]:
    """What T103 says of PatientIDs after the family of each was looked at."""
    elements = [
        (number, Element(place, "(0010,0020) PatientID", value, "LO", 0x00100020), CONTEXT)
        for number, value in enumerate(values)
    ]
    families, told = Families(), {}
    for number, element, context in families.watch(elements):
        for match in Identifier().judge(element, context):
            if not families.hold((number, Identifier.id, match, match.text)):
                told[match.text] = match
    told.update({text: match for (_, _, match, text), _ in families.settle()})
    return told


def codes(count: int, length: int, seed: int = 0) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices("0123456789abcdef", k=length)) for _ in range(count)]


def numbers(count: int, seed: int = 1) -> list[str]:
    return [f"{random.Random(seed + n).randrange(10**7, 10**8)}" for n in range(count)]


@pytest.mark.parametrize("seed", range(5))
def test_digits_by_chance_among_short_hashes_weigh_little(seed: int) -> None:
    told = settled(codes(300, 8, seed))
    plain = [match for text, match in told.items() if text.isdecimal()]
    assert plain
    assert {match.severity for match in plain} == {Severity.INFO}


def test_real_numbers_stay_what_they_are() -> None:
    told = settled(numbers(60))
    assert len(told) == 60
    assert {match.severity for match in told.values()} == {None}


def test_more_numbers_than_chance_gives_are_not_explained() -> None:
    mixed = settled(codes(100, 8) + numbers(12))
    assert all(match.severity is None for text, match in mixed.items() if text.isdecimal())


def test_a_long_hash_is_never_all_digits_by_chance() -> None:
    told = settled([*codes(200, 16), "1234509876123450"])
    assert told["1234509876123450"].severity is not Severity.INFO


def test_a_number_of_another_length_belongs_to_no_family() -> None:
    assert settled([*codes(200, 8), "882134771"])["882134771"].severity is None
