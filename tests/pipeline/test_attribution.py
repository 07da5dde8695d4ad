"""Which patient a file belongs to."""

from pathlib import Path

import pytest

from auditor.errors import MetadataError, UsageError
from auditor.model import Element, Facts, Item, Kind, Place, Record, Status
from auditor.pipeline.attribution import MetadataTable, attribute, check_rule
from auditor.pipeline.plan import Metadata


def record(path: str = "12_3.png", *elements: Element) -> Record:
    return Record(Item(path, 1), Kind.DICOM, Status.READ, elements=elements, facts=Facts(patient="tagged"))


def test_by_tag_path_and_another_tag() -> None:
    other = Element(Place.DATASET, "(0012,0040) ClinicalTrialSubjectID", "S-7", "LO", 0x00120040)
    assert attribute(record(), "tag:PatientID").facts.patient == "tagged"
    assert attribute(record("12_3.png"), "path:^(?P<patient>[0-9]+)_").facts.patient == "12"
    assert attribute(record("x.png"), "path:^(?P<patient>[0-9]+)_").facts.patient == ""
    assert attribute(record("x", other), "tag:ClinicalTrialSubjectID").facts.patient == "S-7"


@pytest.mark.parametrize("rule", ["", "PatientID", "path:", "path:(", "path:([0-9]+)", "file:x", "tag:"])
def test_a_rule_that_is_not_known_is_wrong_use(rule: str) -> None:
    with pytest.raises(UsageError):
        check_rule(rule)


def table(folder: Path, text: str, exam: str = "") -> MetadataTable:
    file = folder / "index.csv"
    file.write_text(text, encoding="utf-8")
    return MetadataTable(Metadata(file, "image", "patient", exam))


def test_a_table_is_joined_by_path_then_by_unique_name(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        "image,patient,visit,Patient Age,Gender\n"
        "a/1.png,7,2,60,F\n./b/2.png,8,1,,M\nc/3.png,9,1,1,M\nd/3.png,9,1,1,M\n",
        "visit",
    )
    assert found.facts("a/1.png", Facts()) == Facts(patient="7", exam="2", age="60", sex="F")
    assert found.facts("elsewhere/2.png", Facts(age="33")) == Facts(patient="8", exam="1", age="33", sex="M")
    assert found.facts("elsewhere/3.png", Facts()) is None
    assert list(found.missing(["a/1.png", "elsewhere/2.png", "elsewhere/3.png"])) == ["c/3.png", "d/3.png"]


def test_a_table_may_leave_extensions_out(tmp_path: Path) -> None:
    found = table(tmp_path, "image,patient\n0001_000,1\n0002_000,2\n")
    joined = found.facts("films/0002_000.png", Facts())
    assert joined is not None and joined.patient == "2"
    assert list(found.missing(["films/0002_000.png"])) == ["0001_000"]


def test_leading_zeros_survive(tmp_path: Path) -> None:
    found = table(tmp_path, "image;patient\n1.png;0012\n").facts("1.png", Facts())
    assert found is not None and found.patient == "0012"


def test_a_wrong_column_or_table_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match="'patient'"):
        table(tmp_path, "image,subject\n1.png,2\n")
    with pytest.raises(MetadataError, match="does not exist"):
        MetadataTable(Metadata(tmp_path / "no.csv", "image", "patient"))
    with pytest.raises(MetadataError, match="cannot be read"):
        table(tmp_path, "")
