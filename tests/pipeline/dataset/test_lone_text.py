"""A remark on one patient alone is found among texts that patients share; varied texts are quiet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.dataset import clean_dicom, rows, run, write

REMARK = "fell off the quadbike near Brockhurst"


def found(dataset: Path, out: Path, texts: list[str], table: bool = False) -> list[str]:
    for number, text in enumerate(texts):
        named = {"PatientID": f"sub-{number:03}", "PatientName": f"sub-{number:03}"}
        write(dataset, f"{number}.dcm", clean_dicom(**named, **({} if table else {"ImageComments": text})))
    if table:
        lines = [f"sub-{number:03},{text}" for number, text in enumerate(texts)]
        write(dataset, "notes.csv", "\n".join(["subject,remark", *lines]))
    run(dataset, out, stages=frozenset({"tags"}))
    return [row["file"] for row in rows(out, "findings") if row["rule_id"] == "D214"]


@pytest.mark.parametrize("table", [False, True])
def test_one_remark_among_shared_texts(dataset: Path, tmp_path: Path, table: bool) -> None:
    texts = [("routine", "follow up", "repeat")[n % 3] for n in range(11)] + [REMARK]
    assert found(dataset, tmp_path / "out", texts, table) == ["notes.csv" if table else "11.dcm"]


def test_texts_that_all_differ_say_nothing(dataset: Path, tmp_path: Path) -> None:
    words = (
        "mild",
        "small",
        "broad",
        "faint",
        "dense",
        "round",
        "sharp",
        "blunt",
        "thick",
        "thin",
        "long",
        "soft",
    )
    assert found(dataset, tmp_path / "out", [f"{word} shadow near the left border" for word in words]) == []


def test_few_patients_say_nothing(dataset: Path, tmp_path: Path) -> None:
    assert found(dataset, tmp_path / "out", ["routine"] * 5 + [REMARK]) == []
