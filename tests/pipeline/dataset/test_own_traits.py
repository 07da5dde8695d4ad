"""Pseudonyms that keep something of their patients, as far as the release itself tells; and those that do not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from auditor.detectors.initials import pinyin_initials
from auditor.pipeline.dataset.traits import Identified, traits
from tests.builders.dataset import clean_dicom, rows, run, write

NAMES = (
    "QUILLFEATHER^ZBIGNIEW", "SEXTON^CARMEN", "OKAFOR^CHIDI", "LINDQVIST^ASTRID", "MARCHETTI^PAOLO", "WATANABE^HARUKI",
)  # fmt: skip
CHINESE = ("王小明", "张伟国", "刘德华", "赵丽颖", "周杰伦", "徐静蕾")
BIRTHS = ("19310402", "19620418", "19751103", "19880229", "19450617", "20010911")


def told(out: Path) -> list[str]:
    return [row["message"] for row in rows(out, "findings") if row["rule_id"] == "V508"]


def initials(name: str) -> str:
    return "".join(part[0] for part in name.split("^"))


def kinds(*patients: Identified) -> dict[str, tuple[int, float]]:
    return {trait.kind: (trait.kept, round(trait.chance, 2)) for trait in traits(patients)}


def test_letters_of_names_in_reports_and_private_elements(dataset: Path, tmp_path: Path) -> None:
    for number, name in enumerate(NAMES):
        private = [(0x0029, "ACME", 0x08, "PN", name)]
        code = f"{initials(name)}-{number:03}"
        write(dataset, f"{number}.dcm", clean_dicom(PatientID=code, PatientName=code, private=private))
    run(dataset, tmp_path / "out")
    (message,) = told(tmp_path / "out")
    assert "initials in 6 of 6" in message


def test_letters_of_names_in_a_table(dataset: Path, tmp_path: Path) -> None:
    lines = ["patient,姓名"]
    for number, name in enumerate(CHINESE):
        code = f"{pinyin_initials(name).upper()}{number:03}"
        write(dataset, f"{number}.dcm", clean_dicom(PatientID=code, PatientName=code))
        lines.append(f"{code},{name}")
    (dataset / "list.csv").write_text("\n".join(lines), encoding="utf-8")
    run(dataset, tmp_path / "out")
    assert any("initials in 6 of 6" in message for message in told(tmp_path / "out"))


@pytest.mark.parametrize("form", ["{d}{m}{y}", "{y}{m}{d}", "{m}-{d}-{y}"])
def test_a_date_of_birth_of_one_patient(form: str, dataset: Path, tmp_path: Path) -> None:
    code = "P" + form.format(y="62", m="04", d="18")
    write(dataset, "a.dcm", clean_dicom(PatientID=code, PatientName=code, PatientComments="DOB: 18.04.1962"))
    write(dataset, "b.dcm", clean_dicom(PatientID="sub-002", PatientName="sub-002"))
    run(dataset, tmp_path / "out")
    (message,) = told(tmp_path / "out")
    assert "date of birth in 1 of 1" in message


def test_the_day_of_the_examination_unless_dates_are_moved(dataset: Path, tmp_path: Path) -> None:
    for said in ("", "MODIFIED"):
        write(
            dataset,
            "a.dcm",
            clean_dicom(
                PatientID="X-240319",
                PatientName="X-240319",
                StudyDate="20240319",
                LongitudinalTemporalInformationModified=said,
            ),
        )
        run(dataset, tmp_path / f"out{said}")
    assert "day of the examination in 1 of 1" in told(tmp_path / "out")[0]
    assert not told(tmp_path / "outMODIFIED")


@pytest.mark.parametrize(
    "style", ["SUB-{n:03}", "PAT{n:03}", "sub-{n:02}", "CT{n:04}", "TCGA-{n:02}-{h}", "{h}{h}", "Case {n}"]
)
def test_ordinary_pseudonyms_are_quiet(style: str, dataset: Path, tmp_path: Path) -> None:
    draw = random.Random(style)
    for number in draw.sample(range(6), 6):
        code = style.format(n=number + 1, h=f"{draw.getrandbits(24):06x}")
        write(
            dataset,
            f"{number}.dcm",
            clean_dicom(
                PatientID=code,
                PatientName=code,
                PatientSex="FM"[number % 2],
                PatientAge=f"0{60 + number}Y",
                StudyDate=f"202{number}0319",
                private=[(0x0029, "ACME", 0x08, "PN", NAMES[number])],
            ),
        )
    run(dataset, tmp_path / "out")
    assert told(tmp_path / "out") == []


def test_what_is_kept_is_held_against_what_others_would_keep() -> None:
    people = [Identified(f"MR-{n:03}", (f"{name}^MARIA ROSA",)) for n, name in enumerate("ABCDE")]
    assert kinds(*people)["initials"] == (5, 1.0), "everybody's: no sign of the patient"
    people = [Identified(f"{year}-{sex}-{n}", births=(f"{year}0402",), sexes=(sex,), ages=("63",))
              for n, (year, sex) in enumerate(zip((1931, 1962, 1975, 1988), "FMFM", strict=True))]  # fmt: skip
    found = kinds(*people)
    assert found["year of birth"] == (4, 0.0)
    assert found["sex"][0] == 4
    assert found["age"][0] == 0
    assert found["date of birth"][0] == 0


def test_digits_of_other_numbers() -> None:
    numbers = ("48213957", "77309155", "10293847", "55667788")
    people = [Identified(f"P{number[2:6]}", numbers=(number, f"P{number[2:6]}")) for number in numbers]
    assert kinds(*people)["digits of the identifier"] == (4, 0.0)
    same = [Identified(number, numbers=(number,)) for number in numbers]
    assert "digits of the identifier" not in kinds(*same), "an id is no trait of itself"
    counted = [Identified(f"{40 + n}F-{n:03}", numbers=(f"{40 + n}F-{n:03}",)) for n in range(12)]
    assert "order of the identifiers" not in kinds(*counted)


def test_first_letters_of_characters() -> None:
    assert [pinyin_initials(name) for name in ("王小明", "歐陽娜娜", "曾国藩", "Wang", "")] == [
        "wxm", "oynn", "zgf", "", "",
    ]  # fmt: skip
