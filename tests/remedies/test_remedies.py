"""Recipes follow the grammar of the programs that read them, and hold no found value."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from auditor.errors import ReportError
from auditor.model import Finding
from auditor.remedies import Repairs, load_repairs
from auditor.remedies.ctp import render_headers, render_pixels
from auditor.remedies.deid import render
from auditor.remedies.repairs import TagRepair
from auditor.report.schema import DeviceRow, RegionRow
from auditor.report.stored import json_text
from tests.report.sample import rich

DEVICE = DeviceRow(
    maker="ACME Imaging",
    model="Sono+ (2)",
    modality="US",
    rows=600,
    columns=800,
    images=10,
    images_found=8,
    regions=[
        RegionRow(box=[10, 20, 110, 60], images=8, share=0.8),
        RegionRow(box=[0, 500, 800, 600], images=2, share=0.2),
    ],
)
REPAIRS = Repairs(
    (
        TagRepair(0x00080018, "SOPInstanceUID", "uid", "UI"),
        TagRepair(0x00100010, "PatientName", "empty", "PN"),
        TagRepair(0x00100020, "PatientID", "dummy", "LO"),
        TagRepair(0x00104000, "", "remove", "LT"),
    ),
    (DEVICE,),
    private=True,
)
_DEID = re.compile(
    r"FORMAT dicom|%filter graylist|%header|#.*|LABEL [^\n]+|  (?:\+ )?equals \w+ \S.*|  coordinates \d+(?:,\d+){3}"
    r"|(?:REMOVE|BLANK) (?:\w+|\([0-9a-f]{4},[0-9a-f]{4}\))|REPLACE \w+ (?:ANONYMIZED|deid_func:pydicom_uuid)|"
)


def finding(**changes: str) -> dict[str, str]:
    row = dict.fromkeys(Finding.__dataclass_fields__, "")
    return {**row, "severity": "high", "category": "name", "rule_id": "T101", **changes}


def audit(folder: Path, *rows: dict[str, str], devices: list[DeviceRow] | None = None) -> Path:
    report = rich().model_copy(update={"devices": devices or []})
    (folder / "report.json").write_text(json_text(report), encoding="utf-8")
    with (folder / "findings.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, list(Finding.__dataclass_fields__))
        table.writeheader()
        table.writerows(rows)
    return folder


def test_every_line_of_a_deid_recipe_is_of_its_grammar() -> None:
    lines = render(REPAIRS).splitlines()
    assert [line for line in lines if not _DEID.fullmatch(line)] == []
    assert lines.index("%filter graylist") < lines.index("%header") < lines.index("BLANK PatientName")


def test_a_deid_mask_names_the_device_and_its_regions() -> None:
    text = render(REPAIRS)
    assert "  equals Manufacturer ACME Imaging\n  + equals Modality US\n  + equals Rows 600" in text
    assert "coordinates 10,20,110,60" in text and "coordinates 0,500,800,600" in text
    assert "Sono" not in text, "a plus sign would begin another condition"


def test_a_ctp_pixel_script_parses_as_ctp_does() -> None:
    """By the two patterns of CTP's parser: braces hold a signature, brackets after it the regions."""
    text = render_pixels(REPAIRS)
    assert re.findall(r"\{[^}]*\}", text) == [
        '{ Manufacturer.equals("ACME Imaging") * Modality.equals("US") * Rows.equals("600") * Columns.equals("800") }'
    ]
    after = text.rpartition("}")[2]
    assert re.findall(r"\([^)]*\)", after) == ["(10,20,100,40)", "(0,500,800,100)"]


def test_a_ctp_header_script_is_xml_with_an_action_each() -> None:
    script = ElementTree.fromstring(render_headers(REPAIRS))
    actions = {e.get("t"): e.text for e in script.iter("e")}
    assert actions == {
        "00080018": "@hashuid(@UIDROOT,this)",
        "00100010": "@empty()",
        "00100020": "ANONYMIZED",
        "00104000": "@remove()",
    }
    assert [rule.get("t") for rule in script.iter("r")] == ["privategroups"]


def test_repairs_are_what_the_findings_ask_for(tmp_path: Path) -> None:
    folder = audit(
        tmp_path,
        finding(location="(0010,0010) PatientName"),
        finding(location="(0040,0275)[0].(0010,0020) PatientID"),
        finding(location="(0008,0018) SOPInstanceUID", category="uid"),
        finding(location="(0010,4000) PatientComments", category="free text"),
        finding(location="(0029,1010) ACME private"),
        finding(location="(0012,0062) PatientIdentityRemoved", category="claim"),
        finding(location="(0008,103E) SeriesDescription", severity="info"),
        finding(location="icon", bbox="1 2 3 4"),
        finding(location="overlay 6000", bbox="1 2 3 4"),
        finding(location="file name"),
        finding(location="table column=Sexton row=3"),
        finding(location="pixels frame=0", bbox="1 2 3 4"),
        devices=[DEVICE],
    )
    repairs = load_repairs(folder)
    assert {(f"{tag.tag:08X}", tag.action) for tag in repairs.tags} == {
        ("00100010", "empty"),
        ("00100020", "dummy"),
        ("00080018", "uid"),
        ("00104000", "remove"),
        ("00880200", "remove"),
    }
    assert '<r en="T" t="overlays">' in render_headers(repairs) and "groups 6000 to 60FF" in render(repairs)
    assert repairs.private and repairs.devices == (DEVICE,)
    assert dict(repairs.left) == {"file name": 1, "table column": 1}


def test_a_folder_without_an_audit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportError):
        load_repairs(tmp_path)
