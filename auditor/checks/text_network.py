"""D208: a web address, a network address or a device number in text."""

from __future__ import annotations

from types import MappingProxyType

from auditor.checks._content import DetectorCheck
from auditor.checks._examples import dicom, text
from auditor.model import Category, Severity, Text, Way


class NetworkInText(DetectorCheck):
    """A web address, a network address or a device identifier stands in text.

    What it does
        Searches free text, private elements, table cells, metadata and stray bytes for URLs, IP
        and MAC addresses and labelled serial numbers.

    Why it matters
        Addresses inside a hospital's network name the site, and links may open the record itself.

    Remedy
        Remove the address.
    """

    id = "D208"
    title = Text(en="A network address stands in text", zh="文本中含有网址或网络地址")
    remedy = Text(en="Remove the address from the text.", zh="从文本中删除该地址。")
    severity = Severity.MEDIUM
    category = Category.URL
    way = Way.DATA
    weights = MappingProxyType(
        {Category.URL: Severity.LOW, Category.IP: Severity.MEDIUM, Category.DEVICE: Severity.LOW}
    )
    good = (
        dicom(0x00181020, "LO", "5.1.7", "SoftwareVersions"),
        text("resampled to 1.0 x 1.0 x 1.0 mm"),
    )
    bad = (
        dicom(0x00204000, "LT", "sent from 10.31.4.117", "ImageComments"),
        text("https://pacs.stmary-hospital.org/view?study=8821"),
    )
