"""No found value may leave a scan: secrets planted everywhere, every output grepped for them."""

from __future__ import annotations

import io
import pickle
import sqlite3
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from auditor import cli
from auditor.evidence import reveal
from auditor.keys import load_key
from auditor.remedies import WRITERS, load_repairs
from auditor.report import FORMATS, load_report, render
from tests.builders.dataset import film, write
from tests.builders.dicom import make_dicom
from tests.builders.documents import HL7, make_docx, make_pdf

NAMES = ("Quillfeather", "Zbigniew", "Marchbanks", "司马懿德", "Featherstonehaugh")
# Names that stand alone in a path are masked because they are known from elsewhere.
IDS = ("48213957", "110105194912310021", "QX7734190", "13912345678")
OTHERS = ("quill@example-clinic.org", "19370412", "Ravenscourt", "Larkmoor General")
SECRETS = (*NAMES, *IDS, *OTHERS)


def plant(folder: Path) -> None:
    """One of everything that can hold text, each with a secret."""
    picture = np.asarray(film(1, 256))
    cv2.putText(picture, "QUILLFEATHER ZBIGNIEW", (8, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1, cv2.LINE_AA)
    cv2.putText(picture, "ID 48213957", (8, 80), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1, cv2.LINE_AA)
    dicom = make_dicom(
        picture,
        preamble=b"QUILLFEATHER^ZBIGNIEW".ljust(128, b"\0"),
        meta={"SourceApplicationEntityTitle": "RAVENSCOURT"},
        private=[(0x0029, "MARCHBANKS SITE", 0x10, "LO", "Marchbanks, Zbigniew")],
        slack=b"Quillfeather Zbigniew 48213957",
        trailing=b"Featherstonehaugh 48213957 Ravenscourt",
        PatientName="Quillfeather^Zbigniew",
        PatientID="48213957",
        PatientBirthDate="19370412",
        PatientAddress="14 Ravenscourt Road",
        PatientTelephoneNumbers="13912345678",
        OtherPatientIDs="QX7734190",
        InstitutionName="Larkmoor General Hospital",
        ReferringPhysicianName="Marchbanks^Zbigniew",
        StudyDescription="Chest for Mr Quillfeather, mail quill@example-clinic.org",
        PatientComments="身份证号 110105194912310021 姓名 司马懿德",
        # A value where only an enumeration belongs, and markup and formulas in a name.
        PatientSex="QX7734190",
        PatientIdentityRemoved="QUILLFEATHER",
        OperatorsName="=HYPERLINK^Quillfeather<script>",
        RequestAttributesSequence=[{"ReasonForTheRequestedProcedure": "seen by Dr Marchbanks"}],
    )
    write(folder, "48213957/Quillfeather_Zbigniew.dcm", dicom)
    named = make_dicom(
        SpecificCharacterSet="GB18030",
        PatientName="Sima^Yide=司马懿德",
        OtherPatientNames="Featherstonehaugh^Marian",
    )
    write(folder, "司马懿德/1.dcm", named)
    write(folder, "cut.dcm", dicom[: len(dicom) // 2])
    write(folder, "Featherstonehaugh.dcm", "Patient: Zbigniew Quillfeather, MRN 48213957")
    write(
        folder,
        "report.txt",
        "Patient Name: Zbigniew Quillfeather\nDOB: 19370412\n身份证号:110105194912310021\n",
    )
    write(folder, "table.csv", "name,mrn,Marchbanks\nZbigniew Quillfeather,48213957,QX7734190\n")
    write(folder, "headless.csv", "Quillfeather,48213957\nMarchbanks,QX7734190\n")
    write(
        folder, "side.json", '{"PatientName": "Quillfeather^Zbigniew", "48213957": {"note": "Ravenscourt"}}'
    )
    text = PngInfo()
    text.add_text("Author", "Zbigniew Quillfeather")
    text.add_text("Quillfeather", "48213957")
    image = io.BytesIO()
    Image.fromarray(picture).save(image, "PNG", pnginfo=text)
    write(folder, "image.png", image.getvalue())
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("Quillfeather.txt", "48213957")
    write(folder, "pack.zip", archive.getvalue())
    about = {"Author": "Zbigniew Quillfeather", "Marchbanks": "48213957"}
    pdf = make_pdf(["Patient Name: Zbigniew Quillfeather"], about, {"Quillfeather.txt": b"MRN 48213957"})
    write(folder, "report.pdf", pdf)
    write(folder, "report.docx", make_docx([["Patient Name: Zbigniew ", "Quillfeather"]], "Quillfeather"))
    plant_in_other_files(folder)
    write(folder, "order.hl7", HL7.replace("SEXTON^CARMEN", "QUILLFEATHER^ZBIGNIEW"))


def plant_in_other_files(folder: Path) -> None:
    """Files whose own names for things (keys, columns, variables, members, links) are secrets as well."""
    header = (
        "ObjectType = Image\nNDims = 3\nZbigniew Quillfeather = 48213957\nElementDataFile = Marchbanks.raw\n"
    )
    write(folder, "volume.mhd", header)
    with sqlite3.connect(":memory:") as base:
        base.execute('CREATE TABLE "Zbigniew Quillfeather" ("Zbigniew Marchbanks" TEXT)')
        base.execute('INSERT INTO "Zbigniew Quillfeather" VALUES (?)', ("QX7734190",))
        base.commit()
        write(folder, "people.sqlite", base.serialize())
    write(
        folder, "model.pkl", pickle.dumps({"Zbigniew Quillfeather": "48213957", "patient_name": "Marchbanks"})
    )
    array = io.BytesIO()
    np.save(
        array, np.array([("Zbigniew Quillfeather", 1)], dtype=[("Marchbanks, Zbigniew", "U30"), ("n", "i4")])
    )
    write(folder, "array.npy", array.getvalue())
    mail = "From: Zbigniew Quillfeather <quill@example-clinic.org>\nX-Marchbanks: 48213957\nSubject: x\n"
    attached = (
        'Content-Type: text/csv\nContent-Disposition: attachment; filename="Quillfeather.csv"\n\nname,n\n'
    )
    write(folder, "letter.eml", mail + "MIME-Version: 1.0\n" + attached)
    write(folder, "broken.npy", b"\x93NUMPY\x01\x00v\x00{'Zbigniew Quillfeather")
    outside = folder.parent / "Zbigniew Quillfeather 48213957"
    outside.mkdir(exist_ok=True)
    (folder / "latest").symlink_to(outside)


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The output folder of a scan by the command, and everything that it printed."""
    base = tmp_path_factory.mktemp("secrets")
    folder, out, printed = base / "Quillfeather Zbigniew", base / "out", base / "printed"
    plant(folder)
    import subprocess
    import sys

    command = [sys.executable, "-m", "auditor", "scan", str(folder), "--out", str(out), "--workers", "1"]
    command += ["--evidence", str(out / "vault"), "--key", str(base / "key")]
    with printed.open("wb") as stream:
        ended = subprocess.run(
            [*command, "--format", ",".join(FORMATS)], stdout=stream, stderr=stream, cwd=base, check=False
        )
    assert ended.returncode == 1
    return out, printed.read_text(encoding="utf-8")


def leaks(text: str) -> list[str]:
    """The secrets that stand in a text, in any case."""
    return [secret for secret in SECRETS if secret.casefold() in text.casefold()]


def test_nothing_printed_holds_a_secret(audited: tuple[Path, str]) -> None:
    assert leaks(audited[1]) == []


def test_no_file_of_the_report_holds_a_secret(audited: tuple[Path, str]) -> None:
    out, _ = audited
    written = [path for path in out.rglob("*") if path.is_file()]
    assert len(written) >= 8
    found = {path.name: leaks(path.read_bytes().decode("utf-8", "replace")) for path in written}
    assert {name: secrets for name, secrets in found.items() if secrets} == {}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_format_holds_a_secret(audited: tuple[Path, str], name: str, lang: str) -> None:
    assert leaks(render(load_report(audited[0] / "report.json"), name, lang=lang)) == []


def test_the_vault_is_sealed_and_gives_the_secrets_to_the_key(
    audited: tuple[Path, str], tmp_path: Path
) -> None:
    assert reveal(audited[0] / "vault", load_key(audited[0].parent / "key"), tmp_path) > 10
    table = (tmp_path / "evidence.csv").read_text(encoding="utf-8")
    assert {"Zbigniew", "48213957", "110105194912310021"} <= set(leaks(table))
    assert any(path.suffix == ".png" for path in tmp_path.iterdir())


def test_instructions_for_repair_hold_no_secret(audited: tuple[Path, str], tmp_path: Path) -> None:
    repairs = load_repairs(audited[0])
    written = [path for write_files in WRITERS.values() for path in write_files(repairs, tmp_path)]
    assert {
        path.name: leaks(path.read_text(encoding="utf-8")) for path in written if leaks(path.read_text())
    } == {}
    assert "PatientName" in (tmp_path / "deid.dicom").read_text(encoding="utf-8")


def test_the_secrets_were_found(audited: tuple[Path, str]) -> None:
    """The grep above would pass on an audit that sees nothing."""
    found = load_report(audited[0] / "report.json").findings
    assert {"name", "record number", "national id", "date"} <= found.by_category.keys()
    assert {"data", "pixels"} <= found.by_way.keys()


def test_an_exception_shows_no_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plant(tmp_path / "release")
    monkeypatch.setattr("auditor.pipeline.scan.judge_outcomes", lambda *_: {}["Quillfeather"])
    arguments = ["auditor", "scan", str(tmp_path / "release"), "--out", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", [*arguments, "--stages", "tags", "--workers", "0"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    told = capsys.readouterr()
    assert end.value.code == 3
    assert "KeyError" in told.err and leaks(told.err + told.out) == []
