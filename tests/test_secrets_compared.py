"""What is given beside the dataset (patient list, original, consents) enters no output either."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor import cli
from tests.builders.dataset import clean_dicom, film, write
from tests.test_secrets import leaks, plant

LISTED = ("Wolstenholme", "88120477", "19410930")
"""In the list and the consent table only."""


def test_nothing_given_beside_the_dataset_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    plant(tmp_path / "original")
    release = {
        "StudyDescription": "Marchbanks Zbigniew",
        "SeriesDescription": "for WOLSTENHOLME P 30.09.1941",
    }
    write(tmp_path / "release", "a.dcm", clean_dicom(pixels=film(1, 256), ProtocolName="88120477", **release))
    known = (
        "name,mrn,dob\nWolstenholme^Prudence,88120477,1941-09-30\nQuillfeather^Zbigniew,48213957,1937-04-12\n"
    )
    given = write(tmp_path, "known.csv", known)
    consents = write(
        tmp_path, "consents.csv", "patient,scope,date,withdrawn\n88120477,Wolstenholme,1941-09-30,\n"
    )
    policy = write(tmp_path, "audit.toml", '[retention]\nyears = 5\npurpose = "Larkmoor General"\n')
    arguments = [
        "auditor",
        "scan",
        str(tmp_path / "release"),
        "--out",
        str(tmp_path / "out"),
        "--workers",
        "0",
    ]
    beside = ["--known-identifiers", str(given), "--original", str(tmp_path / "original")]
    more = ["--consent", str(consents), "--policy", str(policy), "--stages", "tags"]
    monkeypatch.setattr("sys.argv", [*arguments, *beside, *more])
    with pytest.raises(SystemExit):
        cli.main()
    told = capfd.readouterr()
    written = {
        path.name: path.read_bytes().decode("utf-8", "replace") for path in (tmp_path / "out").rglob("*.*")
    }
    assert {"findings.csv", "report.html", "report.json"} <= written.keys()
    for text in (told.out, told.err, *written.values()):
        assert leaks(text) == []
        assert not [secret for secret in LISTED if secret.casefold() in text.casefold()]
    assert {"K901", "A901", "A903"} <= {line.split(",")[0] for line in written["findings.csv"].splitlines()}
