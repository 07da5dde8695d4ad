"""Records inside of elements (D215), counts of seconds (D216), names of machines, and columns of names."""

from __future__ import annotations

import json

import pytest

from auditor.checks._examples import dicom
from auditor.checks.epoch import Epoch
from auditor.checks.structured_text import StructuredText
from auditor.checks.text_network import NetworkInText
from auditor.model import Claim, Context, Element, Place, Severity
from auditor.pipeline.families import Families
from auditor.pipeline.judge import judge_elements

RECORDS = [
    (json.dumps({"resourceType": "Patient", "identifier": [{"value": "55120934"}]}), "55120934"),
    (json.dumps({"user": {"first": "Aisling", "last": "Brannigan"}}), "Brannigan"),
    ('{"study": {"mrn": "7719023", "prio', "7719023"),
    ('<Exam><Patient last="Verhaegen"/></Exam>', "Verhaegen"),
    ("<Referrer><familyName>Okonjo</familyName></Referrer>", "Okonjo"),
    ('### ASCCONV BEGIN ###\ntPatientName = "Sigurdsson"\n', "Sigurdsson"),
    ('<MEDCOM><ParamMap.""> { <ParamString."PatientName"> { "Andersson" } }', "Andersson"),
    ("MSH|^~\\&|A|B\rPID|1||4412093^^^KH||Baumgartner^Elfriede\r", "4412093"),
    ("lastname=Halvorsen;mode=2", "Halvorsen"),
]
SETTINGS = [
    '{"protocol": {"name": "t2_tse_tra", "id": 4}, "coil": "HeadNeck_20"}',
    '<Exam><Mode name="2D" id="3"/><Label>liver</Label></Exam>',
    'tProtocolName = "t1_mprage_sag"\nsCoil = "Head_32"\n',
    "gain=12;depth=140;preset=Cardiac",
    '{"patient": {"name": "SUBJ-0417", "id": "sub-014"}}',
]


@pytest.mark.parametrize("vr", ["LT", "UT", "OB"])
@pytest.mark.parametrize(("text", "found"), RECORDS)
def test_a_record_in_an_element_is_read(text: str, found: str, vr: str) -> None:
    subject = dicom(0x00291030, vr, text, "", "113100", creator="ACME").subject
    assert found in [match.text for match in StructuredText().judge(subject, Context(Claim()))]


@pytest.mark.parametrize("text", SETTINGS)
def test_settings_in_an_element_are_quiet(text: str) -> None:
    subject = dicom(0x00291030, "LT", text, "", creator="ACME").subject
    assert not list(StructuredText().judge(subject, Context(Claim())))


def test_a_count_of_seconds_weighs_more_where_dates_should_be_gone() -> None:
    kept, removed = (dicom(0x00291005, "DS", "1552291987", "", *c, creator="ACME") for c in ((), ("113100",)))
    assert [m.severity for m in Epoch().judge(kept.subject, kept.context)] == [Severity.LOW]
    assert [m.severity for m in Epoch().judge(removed.subject, removed.context)] == [Severity.MEDIUM]


@pytest.mark.parametrize(
    "text",
    ["stored on rad-ws14.intra.umcvelden.nl", "pacs.northclinic.internal", r"\\srv01\export\case", "00:1B:63:84:45:E6",
     "https://portal.velden-clinic.org/patients/88341207/chart", "CRT-D, S/N RNB411902H"],
)  # fmt: skip
def test_a_machine_or_a_record_is_named(text: str) -> None:
    subject = dicom(0x00204000, "LT", text, "ImageComments").subject
    severities = [m.severity or Severity.MEDIUM for m in NetworkInText().judge(subject, Context(Claim()))]
    assert any(s.rank >= Severity.MEDIUM.rank for s in severities)


@pytest.mark.parametrize(
    "text",
    [
        "org.dcm4che.net.Device",
        "syngo.via.VB30",
        "see www.w3.org",
        "torch.nn.functional.no",
        "image.nii.gz",
        "v1.2.3.de",
    ],
)
def test_code_and_versions_name_no_machine(text: str) -> None:
    subject = dicom(0x00204000, "LT", text, "ImageComments").subject
    severities = [m.severity or Severity.MEDIUM for m in NetworkInText().judge(subject, Context(Claim()))]
    assert all(s.rank < Severity.MEDIUM.rank for s in severities)


def _settled(column: str, values: str) -> list[Severity | None]:
    families, context = Families(), Context(Claim(is_dicom=False))
    cells = [
        (i, Element(Place.TABLE, f"table column={column} row=#", v), context)
        for i, v in enumerate(values.split())
    ]
    held = [judged for judged in judge_elements(list(families.watch(cells))) if families.hold(judged)]
    assert held or column != "x"
    return [match.severity for (_, _, match, _), _ in families.settle()]


def test_a_column_of_surnames_is_one_of_names() -> None:
    assert Severity.HIGH in _settled("x", "silva horvat nagy keller rossi lund maier toth novak")


def test_a_surname_among_words_or_places_stays_weak() -> None:
    assert Severity.HIGH not in _settled("y", "left right horvat normal mass none other benign")
    assert Severity.HIGH not in _settled("site", "silva horvat nagy keller rossi lund maier toth novak")


@pytest.mark.parametrize("depth", [70, 500, 900, 20_000])
def test_a_record_nested_without_end_ends_no_scan(depth: int) -> None:
    hostile = '{"a":' * depth + '"b"' + "}" * depth
    subject = dicom(0x00291030, "UT", hostile, "", creator="ACME").subject
    assert not list(StructuredText().judge(subject, Context(Claim())))
