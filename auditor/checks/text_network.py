"""D208: a web address, a network address or a device number in text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MappingProxyType

from auditor.checks._content import DetectorCheck, retained
from auditor.checks._examples import dicom, text
from auditor.detectors.base import Hit
from auditor.model import Category, Context, Severity, Text, Way
from auditor.standards.ps315 import DEVICE

_NOBODY = re.compile(
    r"\w+://(?:[\w\-]+\.)*(?:example\.(?:com|net|org)|(?:test|example)\.\w+|test|invalid|localhost|"
    r"(?:w3|dicomstandard|hl7|ihe|loinc|snomed|purl|niso|ietf|iso|oasis-open|xmlsoap|openxmlformats|openmicroscopy)\.(?:org|com|net|info)|"
    r"(?:\w+\.)?nema\.org|ns\.adobe\.com|schemas\.\w+\.\w+)(?=[/:^?#\s]|$)",
    re.IGNORECASE,
)
"""Hosts that RFC 2606 sets aside for examples, and those that name schemas of standards."""

_TELLING = frozenset({"host name", "mac address", "serial number of an implant", "url of a record"})
"""Name one machine of one house, or open one record."""


class NetworkInText(DetectorCheck):
    """A web address, a network address or a device identifier stands in text.

    What it does
        Searches free text, private elements, table cells, metadata and stray bytes for URLs, IP
        and MAC addresses and labelled serial numbers. Hosts set aside for examples (RFC 2606) and
        names of XML schemas are quiet. Serial numbers are for information where options 113109 and 113105
        retain the device and clean text.

    Why it matters
        Addresses inside a hospital's network name the site, and links may open the record itself.

    Remedy
        Remove the address.
    """

    id = "D208"
    title = Text(en="A network address stands in text", zh="文本中含有网址或网络地址")
    remedy = Text(
        en="Remove the address from the text (PS3.15 action C, option 113105).",
        zh="从文本中删除该地址（PS3.15 动作 C，选项 113105）。",
    )
    severity = Severity.MEDIUM
    category = Category.URL
    way = Way.DATA
    weights = MappingProxyType(
        {Category.URL: Severity.LOW, Category.IP: Severity.MEDIUM, Category.DEVICE: Severity.LOW}
    )
    good = (
        dicom(0x00181020, "LO", "5.1.7", "SoftwareVersions"),
        text("resampled to 1.0 x 1.0 x 1.0 mm"),
        text("http://test.org/specimens/2019^URI"),
        text('xmlns="http://www.w3.org/2000/svg"'),
    )
    bad = (
        dicom(0x00204000, "LT", "sent from 10.31.4.117", "ImageComments"),
        text("https://pacs.stmary-hospital.org/view?study=8821"),
    )

    def severity_of(self, hit: Hit, context: Context) -> Severity:
        """As listed; a device's number weighs less where devices are retained on purpose."""
        if hit.kind in _TELLING:
            return Severity.MEDIUM
        severity = self.weights[hit.category]
        return retained(DEVICE, context, severity) if hit.category is Category.DEVICE else severity

    def hits(self, text: str) -> Iterable[Hit]:
        """Everything that identifies, without addresses that are nobody's."""
        for hit in super().hits(text):
            if hit.category is not Category.URL or not _NOBODY.match(text[hit.start : hit.end]):
                yield hit
