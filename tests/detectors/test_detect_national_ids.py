"""National numbers: valid ones are found, one wrong digit silences them."""

# Tables of values read better on few lines.

from __future__ import annotations

import pytest

from auditor.detectors import detect

# Published specimens of the issuing countries or of python-stdnum's documentation.
VALID = [
    ("11010519491231002X", "cn-resident-id"),
    ("078-05-1121", "us-ssn"),
    ("943 476 5919", "gb-nhs"),
    ("2 95 10 99 126 111 93", "fr-nir"),
    ("390.533.447-05", "br-cpf"),
    ("2341 2341 2346", "in-aadhaar"),
    ("811228-9874", "se-personnummer"),
    ("131052-308T", "fi-hetu"),
    ("54362315-K", "es-dni"),
    ("RCCMNL83S18D969H", "it-codice-fiscale"),
    ("A123456(3)", "hk-id"),
    ("A123456789", "tw-id"),
    ("S1234567D", "sg-nric"),
    ("756.9217.0769.85", "ch-ahv"),
    ("770417-43-5032", "my-nric"),
    ("12.531.909-2", "cl-rut"),
    ("GB82 WEST 1234 5698 7654 32", "iban"),
]


@pytest.mark.parametrize(("number", "kind"), VALID)
def test_valid_number(number: str, kind: str) -> None:
    hits = [h for h in detect(f"see {number} ok") if h.kind == kind]
    assert hits and hits[0].confidence >= 0.6


@pytest.mark.parametrize(
    "number",
    [
        "110105194912310021",
        "11010519491331002X",
        "943 476 5918",
        "390.533.447-06",
        "A123456(4)",
        "A123456788",
    ],
)
def test_failed_checksum_is_no_national_id(number: str) -> None:
    proofs = {"cn-resident-id", "gb-nhs", "br-cpf", "hk-id", "tw-id"}
    assert not proofs & {h.kind for h in detect(f"see {number} ok")}


def test_weak_checksum_needs_a_label() -> None:
    def best(text: str) -> float:
        return max((h.confidence for h in detect(text) if h.kind == "gb-nhs"), default=0.0)

    assert best("value 9434765919 there") < 0.5
    assert (
        best("nhs 9434765919 there") >= 0.9 or max(h.confidence for h in detect("NHS No: 9434765919")) >= 0.9
    )
