"""People who do not exist, with numbers whose check digits are right, so that a leak looks like one.

Phone numbers come from ranges that Ofcom and the operators keep for drama and samples, mail from
example.org, the NHS number from the range 999 and the resident number from the sequence 000, which
are never issued.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_DIGITS = "10X98765432"


def resident_id(region: str, birth: date, sequence: int) -> str:
    """A Chinese resident identity number (身份证号, GB 11643): region, birth, sequence, check digit."""
    body = f"{region}{birth:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
    return body + _ID_DIGITS[total % 11]


def nhs_number(stem: str) -> str:
    """An English NHS number from nine digits; ValueError for a stem that has no check digit."""
    check = -sum(int(digit) * (10 - place) for place, digit in enumerate(stem)) % 11
    if check == 10:
        raise ValueError("this stem has no check digit")
    return f"{stem}{check}"


@dataclass(frozen=True, slots=True)
class Person:
    """An invented patient as a hospital knows one. `name` is a DICOM person name."""

    name: str
    spoken: str
    birth: date
    record_number: str
    national_id: str
    phone: str
    address: str


EVELYN = Person(
    "Harrow^Evelyn^Ruth",
    "Evelyn Harrow",
    date(1948, 3, 17),
    "48291377",
    nhs_number("999473218"),
    "+44 20 7946 0958",
    "14 Nonesuch Lane, Little Exampleton, Northmoor",
)
XIAOMEI = Person(
    "Wang^Xiaomei=王^晓梅",
    "王晓梅",
    date(1961, 8, 2),
    "00482913",
    resident_id("110101", date(1961, 8, 2), 0),
    "13800138000",
    "东湖区示范路12号3单元402室",
)
MAJA = Person(
    "Lindqvist^Maja",
    "Maja Lindqvist",
    date(1961, 8, 2),
    "73310264",
    nhs_number("999105566"),
    "+44 20 7946 0123",
    "7 Sample Street, Northmoor",
)
HOSPITAL = "Northmoor General Hospital"
HOSPITAL_ZH = "东湖区第一人民医院"
