"""One attribute is one field, whether it comes as a tag, a column, a key or a metadata field."""

from __future__ import annotations

import pytest

from auditor.checks._fields import field_of, is_kept, words
from auditor.model import Claim, Context, Element, Place
from auditor.standards.ps315 import Group


def at(place: Place, location: str, tag: int | None = None, vr: str = "") -> Element:
    return Element(place, location, "x", vr, tag)


@pytest.mark.parametrize(
    ("column", "group"),
    [
        ("PatientName", Group.NAME),
        ("patient_name", Group.NAME),
        ("Patient Name", Group.NAME),
        ("姓名", Group.NAME),
        ("last_name", Group.NAME),
        ("meta.0.PatientBirthDate", Group.BIRTH),
        ("DOB", Group.BIRTH),
        ("出生日期", Group.BIRTH),
        ("MRN", Group.IDENTIFIER),
        ("住院号", Group.IDENTIFIER),
        ("Accession Number", Group.IDENTIFIER),
        ("手机号", Group.CONTACT),
        ("zip_code", Group.CONTACT),
        ("StudyDate", Group.DATE),
        ("检查时间", Group.DATE),
        ("referring physician", Group.STAFF),
        ("hospital", Group.INSTITUTION),
        ("device_id", Group.DEVICE),
        ("年龄", Group.CHARACTERISTIC),
        ("file name", Group.DESCRIPTOR),
    ],
)
def test_headings(column: str, group: Group) -> None:
    field = field_of(at(Place.TABLE, f"table column={column} row=#"))
    assert field is not None
    assert field.group is group


@pytest.mark.parametrize(
    "column", ["finding", "view", "spacing", "rows", "sha256", "update", "dated film", "surnames_ok"]
)
def test_headings_that_say_nothing(column: str) -> None:
    assert field_of(at(Place.TABLE, f"table column={column} row=#")) is None


@pytest.mark.parametrize(
    ("location", "group"),
    [
        ("exif Artist", Group.STAFF),
        ("exif GPSLatitude", Group.LOCATION),
        ("exif DateTimeOriginal", Group.DATE),
        ("png text Author", Group.STAFF),
    ],
)
def test_image_metadata(location: str, group: Group) -> None:
    field = field_of(at(Place.EXIF, location))
    assert field is not None
    assert field.group is group


def test_elements_of_xml() -> None:
    field = field_of(at(Place.TEXT, "text node=# birthDate"))
    assert field is not None
    assert field.group is Group.BIRTH
    assert field_of(at(Place.TEXT, "text node=# td")) is None
    assert field_of(at(Place.TEXT, "text line #")) is None


@pytest.mark.parametrize(
    ("tag", "vr", "group"),
    [
        (0x00100010, "PN", Group.NAME),
        (0x00291010, "LO", Group.PRIVATE),
        (0x00291010, "DT", Group.DATE),
        (0x00291010, "PN", Group.NAME),
        (0x00189999, "DA", Group.DATE),
        (0x00100033, "LO", Group.BIRTH),
    ],
)
def test_tags(tag: int, vr: str, group: Group) -> None:
    field = field_of(at(Place.DATASET, "", tag, vr))
    assert field is not None
    assert field.group is group


@pytest.mark.parametrize(("tag", "vr"), [(0x00290010, "LO"), (0x00100000, "UL"), (0x00080060, "CS")])
def test_tags_judged_by_content_alone(tag: int, vr: str) -> None:
    assert field_of(at(Place.DATASET, "", tag, vr)) is None


def test_options_do_not_cover_values_from_before_a_change() -> None:
    now = at(Place.DATASET, "(0008,0020) StudyDate", 0x00080020, "DA")
    before = at(Place.DATASET, "(0400,0561)[#].(0008,0020) StudyDate", 0x00080020, "DA")
    shifted, full = Context(Claim(codes=("113107",))), Context(Claim(codes=("113106",)))
    field = field_of(now)
    assert field is not None
    assert is_kept(field, now, shifted)
    assert not is_kept(field, before, shifted)
    assert is_kept(field, before, full)


def test_the_policy_may_declare_what_files_do_not_claim() -> None:
    element = at(Place.DATASET, "(0008,0080) InstitutionName", 0x00080080, "LO")
    field = field_of(element)
    assert field is not None
    assert not is_kept(field, element, Context(Claim()))
    assert is_kept(field, element, Context(Claim(), declared=("113112",)))


@pytest.mark.parametrize(
    "name", ["PatientName", "patient_name", "Patient Name", "patient-name", "Patient's Name"]
)
def test_words(name: str) -> None:
    assert words(name) == "patient name"
