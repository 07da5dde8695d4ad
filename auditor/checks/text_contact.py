"""D202: a phone number, an e-mail address, a postal address or a position in text."""

from __future__ import annotations

from types import MappingProxyType

from auditor.checks._content import DetectorCheck
from auditor.checks._examples import dicom, text
from auditor.model import Category, Place, Severity, Text, Way


class ContactInText(DetectorCheck):
    """A phone number, an e-mail address or a postal address stands in text.

    What it does
        Searches free text, private elements, table cells, metadata and stray bytes for telephone
        numbers, e-mail addresses, street addresses, postcodes and geographic positions.

    Why it matters
        Contact data reach a person directly and are keys of most leaked customer databases.

    Remedy
        Remove it; if the text is needed, have it cleaned (option 113105).
    """

    id = "D202"
    title = Text(en="Contact data stand in text", zh="文本中含有联系方式或地址")
    remedy = Text(
        en="Remove the contact data from the text (PS3.15 action C, option 113105).",
        zh="从文本中删除联系方式或地址（PS3.15 动作 C，选项 113105）。",
    )
    severity = Severity.HIGH
    category = Category.PHONE
    way = Way.DATA
    weights = MappingProxyType(
        {Category.PHONE: Severity.HIGH, Category.EMAIL: Severity.HIGH, Category.ADDRESS: Severity.HIGH}
    )
    good = (
        dicom(0x00181030, "LO", "Chest routine 5.0 B31f", "ProtocolName"),
        text("Compared with 3 earlier films, 12 x 14 mm nodule."),
    )
    bad = (
        dicom(0x00104000, "LT", "call daughter +1 212 555 0147", "PatientComments", "113105"),
        text("anna.smith@example-hospital.org", Place.TRAILING, "trailing bytes"),
    )
