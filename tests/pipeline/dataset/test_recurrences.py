"""Identifiers found in one place, or listed by the source, are found wherever else they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.detectors.known_hashes import digest_of
from auditor.errors import UsageError
from auditor.model import Category
from auditor.pipeline.dataset.known_list import category_of, load_known
from tests.builders.dataset import clean_dicom, rows, run, write
from tests.builders.dicom import make_dicom

LIST = "name,mrn,dob,phone,sex\nQuillfeather^Zbigniew,48213957,1937-04-12,13912345678,M\n"


def found(out: Path, *rules: str) -> dict[str, str]:
    return {row["file"]: row["location"] for row in rows(out, "findings") if row["rule_id"] in rules}


def test_an_identifier_is_searched_in_the_whole_dataset(dataset: Path, tmp_path: Path) -> None:
    known = {"PatientName": "QUILLFEATHER^ZBIGNIEW", "PatientID": "48213957", "PatientBirthDate": "19370412"}
    write(dataset, "a.dcm", make_dicom(**known))
    uid = "1.2.276.0.7230010.3.48213957.1"
    write(dataset, "uid.dcm", clean_dicom(StudyInstanceUID=uid))
    write(dataset, "protocol.dcm", clean_dicom(ProtocolName="QUILLFEATHER Z knee"))
    write(dataset, "clean.dcm", clean_dicom(ProtocolName="knee"))
    out = tmp_path / "out"
    run(dataset, out)
    assert found(out, "D212").keys() == {"uid.dcm", "protocol.dcm"}
    everything = (out / "findings.csv").read_text().casefold()
    assert not any(secret in everything for secret in ("quillfeather", "48213957", "19370412"))


def test_a_clean_dataset_gives_none(dataset: Path, tmp_path: Path) -> None:
    for number in range(4):
        write(
            dataset, f"{number}.dcm", clean_dicom(PatientID=f"sub-{number:03}", SeriesDescription="Chest PA")
        )
    run(dataset, tmp_path / "out")
    assert not found(tmp_path / "out", "D212", "K901", "K902")


@pytest.mark.parametrize(
    ("tags", "rule"),
    [
        ({"ProtocolName": "Zbigniew Quillfeather"}, "K901"),
        ({"SeriesDescription": "QUILLFEATHER, Z."}, "K901"),
        ({"PatientID": "75931284"}, "K901"),
        ({"PatientID": "x0048213957"}, "K901"),
        ({"ProtocolName": "12.04.1937"}, "K901"),
        ({"ProtocolName": "+86 139 1234 5678"}, "K901"),
        ({"PatientID": digest_of("48213957", "sha256")}, "K902"),
        ({"PatientID": digest_of("48213957", "md5")[:12].upper()}, "K902"),
        ({"PatientID": digest_of("48213957", "sha256 of sha256")}, "K902"),
        ({"SeriesInstanceUID": f"2.25.{int(digest_of('48213957', 'md5'), 16)}"}, "K902"),
        ({"SeriesInstanceUID": "1.2.826.0.1.3680043.8.498.48213957.3.1"}, "K901"),
        ({"PatientID": "sub-" + digest_of("quillfeather^zbigniew", "sha1")}, "K902"),
    ],
)
def test_what_survived_of_the_list(dataset: Path, tmp_path: Path, tags: dict[str, str], rule: str) -> None:
    write(dataset, "a.dcm", clean_dicom(**tags))
    write(dataset, "b.dcm", clean_dicom())
    out = tmp_path / "out"
    run(dataset, out, known_identifiers=write(tmp_path, "list.csv", LIST))
    assert found(out, "K901", "K902").keys() == {"a.dcm"}
    assert found(out, rule)


def test_a_list_of_lines(tmp_path: Path) -> None:
    known = load_known(write(tmp_path, "list.txt", "Zbigniew Quillfeather\n48213957\n"))
    assert [hit.category for hit in known.find("Quillfeather Zbigniew 48213957")] == ["name", "record number"]


def test_a_list_without_identifiers(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load_known(write(tmp_path, "list.csv", "sex,age\nM,50\nF,60\n"))
    with pytest.raises(UsageError):
        load_known(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("heading", "text", "expected"),
    [
        ("姓名", "王小明", Category.NAME),
        ("dob", "12.04.1937", Category.DATE),
        ("", "AB-88213", Category.RECORD_NUMBER),
        ("", "a@example.org", Category.EMAIL),
        ("sex", "M", None),
        ("study_date", "2024-01-01", None),
    ],
)
def test_what_a_cell_is(heading: str, text: str, expected: Category | None) -> None:
    assert category_of(heading, text) is expected
