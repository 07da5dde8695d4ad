"""D201: a national id, licence, insurance or account number in text."""

from __future__ import annotations

from types import MappingProxyType

from auditor.checks._content import DetectorCheck
from auditor.checks._examples import cell, dicom, text
from auditor.model import Category, Severity, Text, Way


class OfficialNumber(DetectorCheck):
    """A number issued by a state, an insurer or a bank stands in text.

    What it does
        Searches free text, private elements, table cells, metadata and stray bytes for national
        ids (with their checksum, region and date where they have one), health plan, account,
        licence and vehicle numbers.

    Why it matters
        Such a number names one person in a country, and most registers are keyed by it.

    Remedy
        Remove the number; if the text is needed, have it cleaned (option 113105).
    """

    id = "D201"
    title = Text(en="An official number stands in text", zh="文本中含有官方证件号码")
    remedy = Text(
        en="Remove the number from the text (PS3.15 action C, option 113105).",
        zh="从文本中删除该号码（PS3.15 动作 C，选项 113105）。",
    )
    severity = Severity.CRITICAL
    category = Category.NATIONAL_ID
    way = Way.DATA
    weights = MappingProxyType(
        {
            Category.NATIONAL_ID: Severity.CRITICAL,
            Category.INSURANCE: Severity.HIGH,
            Category.ACCOUNT: Severity.HIGH,
            Category.LICENCE: Severity.HIGH,
            Category.VEHICLE: Severity.HIGH,
        }
    )
    good = (
        dicom(0x00081030, "LO", "CT Thorax 120 kV", "StudyDescription"),
        cell("finding", "Hernia"),
        text("software version 11.0.2.118"),
    )
    bad = (
        dicom(0x00204000, "LT", "患者身份证号 11010519491231002X", "ImageComments"),
        cell("remark", "SSN 536-22-8171"),
    )
