"""What a file holds although it says that it was de-identified counts at least medium; elsewhere it stays weak."""

from __future__ import annotations

import pytest

from auditor.checks import all_checks
from auditor.checks._examples import dicom
from auditor.checks.base import Example
from auditor.model import Element, Severity
from auditor.pipeline.judge import judge_elements

WEAK = [
    (0x00380300, "LO", "Ward 6B north", "CurrentPatientLocation"),
    (0x00100021, "LO", "OSP-TREVISO", "IssuerOfPatientID"),
    (0x00400241, "AE", "KSB_CT_GRAZ", "PerformedStationAETitle"),
    (0x00102152, "LO", "Tromso", "RegionOfResidence"),
    (0x00081070, "PN", "BK", "OperatorsName"),
    (0x00181200, "DA", "20190228", "DateOfLastCalibration"),
    (0x00102180, "SH", "lighthouse keeper", "Occupation"),
]


SEVERITY = {check.id: check.severity for check in all_checks()}


def _worst(example: Example[Element]) -> Severity:
    found = [
        m.severity or SEVERITY[rule]
        for _, rule, m, _ in judge_elements([(0, example.subject, example.context)])
    ]
    return max(found, key=lambda s: s.rank, default=Severity.INFO)


@pytest.mark.parametrize(("tag", "vr", "value", "name"), WEAK)
def test_a_broken_claim_counts_medium(tag: int, vr: str, value: str, name: str) -> None:
    assert _worst(dicom(tag, vr, value, name, "113100")).rank >= Severity.MEDIUM.rank
    assert _worst(dicom(tag, vr, value, name)).rank <= Severity.LOW.rank


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (0x00400241, "ANON_SCU"),
        (0x00400241, "CTP"),
        (0x00020016, "XNAT-IMPORT"),
        (0x00380300, "REMOVED"),
        (0x00020016, "KARNAK-GATEWAY"),
    ],
)
def test_what_a_deidentifier_writes_stays_quiet(tag: int, value: str) -> None:
    vr = "LO" if tag == 0x00380300 else "AE"
    assert _worst(dicom(tag, vr, value, "", "113100")).rank <= Severity.LOW.rank
