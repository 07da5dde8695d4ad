"""D203: a person's name in text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MappingProxyType

from auditor.checks._content import ContentCheck
from auditor.checks._examples import cell, dicom, text
from auditor.detectors import detect
from auditor.detectors.base import Hit
from auditor.detectors.descriptors import lone_names
from auditor.detectors.names import person_name
from auditor.model import Category, Place, Severity, Text, Way

_SHORT = 64
_SURE = 0.7
_LINE = re.compile(r"[^\r\n\t|]+")
_CITED = re.compile(r",?\s*(?:et al\.?,?\s*)?\((?:19|20)\d{2}[a-z]?\)|,?\s*et al\b")
"""After the authors of a paper."""


class NameInText(ContentCheck):
    """A person's name stands in text.

    What it does
        Searches free text, private elements, table cells, metadata and stray bytes for names of
        persons, in Latin and Chinese script, by name lexicon against clinical vocabulary, titles,
        labels and position; a short field is also judged line by line as a whole. In descriptions of
        image, series and region one word that hardly occurs but as a name is low. Eponyms (Hodgkin, Doppler),
        vendors and pseudonyms are quiet.

    Why it matters
        A name in a comment survives every tool that only knows the name's own attribute.

    Remedy
        Remove the name; if the text is needed, have it cleaned (option 113105).
    """

    id = "D203"
    title = Text(en="A person's name stands in text", zh="文本中含有人名")
    remedy = Text(
        en="Remove the name from the text (PS3.15 action C, option 113105).",
        zh="从文本中删除人名（PS3.15 动作 C，选项 113105）。",
    )
    severity = Severity.CRITICAL
    category = Category.NAME
    way = Way.DATA
    weights = MappingProxyType({Category.NAME: Severity.CRITICAL, Category.STAFF: Severity.HIGH})
    good = (
        dicom(0x00081030, "LO", "Hodgkin lymphoma follow-up", "StudyDescription"),
        dicom(0x00080070, "LO", "SIEMENS", "Manufacturer"),
        dicom(0x0008103E, "LO", "T2 FLAIR AX", "SeriesDescription"),
        cell("label", "Swan-Ganz catheter"),
        dicom(0x00291020, "OB", "korr_faktor", "", creator="SIEMENS CSA HEADER"),
        dicom(0x00291020, "OB", "t_puls_max", "", creator="ACME"),
        text("Lindner, Kolodziej, Egger (2018) Skull-stripped datasets"),
    )
    bad = (
        dicom(0x00104000, "LT", "Patient Name: Carmen Sexton", "PatientComments"),
        dicom(0x00204000, "LT", "姓名：王小明", "ImageComments", "113100", "113105"),
        dicom(0x00291009, "UN", "DOE^JOHN", "", creator="ACME"),
        text("Referred by Dr. Anna Smith.", Place.TEXT),
    )

    def hits(self, text: str) -> Iterable[Hit]:
        """Names the detectors find, or else a short field that is a name as a whole."""
        found = [
            hit for hit in detect(text) if hit.category in self.weights and not _CITED.match(text, hit.end)
        ]
        if not found and len(text) <= 4 * _SHORT:
            found.extend(
                Hit(Category.NAME, "name", line.start(), line.end(), score)
                for line in _LINE.finditer(text)
                if len(line[0]) <= _SHORT and (score := person_name(line[0])) >= _SURE
            )
        return found

    def hits_in_descriptor(self, text: str) -> Iterable[Hit]:
        """One word that hardly occurs but as a name."""
        return lone_names(text)
