"""What the checks of content share: which text is judged by its content, and how much a hit weighs."""

# Patterns and word lists read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar

from auditor.checks._fields import Field, field_of, heading, is_kept
from auditor.checks._values import by_confidence, raised
from auditor.checks.base import ElementCheck
from auditor.detectors import detect, is_placeholder, is_pseudonym, person_name
from auditor.detectors.base import Hit
from auditor.model import BINARY, Category, Context, Element, Match, Place, Severity
from auditor.standards import safe_private
from auditor.standards.ps315 import CLEAN_DESCRIPTORS, Group

_JUDGED_BY_FIELD = frozenset(
    {
        Group.NAME,
        Group.STAFF,
        Group.IDENTIFIER,
        Group.BIRTH,
        Group.CONTACT,
        Group.LOCATION,
        Group.DATE,
        Group.UID,
    }
)
_PERSONS = frozenset({Group.NAME, Group.STAFF})
_SITE = frozenset({Group.DEVICE, Group.INSTITUTION})
_SITE_CATEGORIES = frozenset(
    {Category.IP, Category.INSTITUTION, Category.ADDRESS, Category.DEVICE, Category.DATE}
)
_TECHNICAL = frozenset(
    {0x00020013, 0x00080070, 0x00081090, 0x00181020, 0x00181016, 0x00181018, 0x00181019, 0x0018101A, 0x0018101B,
     0x00400032, 0x00400033}
)  # fmt: skip
"""Makers, models, software versions and issuers' universal ids: build dates and project pages are no leak."""
_TECHNICAL_CATEGORIES = frozenset({Category.DATE, Category.URL, Category.IP, Category.RECORD_NUMBER})
_CODES = frozenset(
    {0x00080100, 0x00080102, 0x00080103, 0x00080105, 0x00080106, 0x00080107, 0x0008010D, 0x0008010F, 0x00080116,
     0x00080117, 0x00080118, 0x00080119, 0x0008011F, 0x00080120, 0x00080122, 0x0040DB00}
)  # fmt: skip
"""Code values, schemes and their versions: numbers of a standard."""
_METHOD = 0x00120063
"""De-identification Method."""
_WORDED = frozenset({0x00282000})
"""ICC Profile: names of makers and colour spaces."""
_OF_A_DEVICE = frozenset({Category.DATE, Category.DEVICE, Category.URL, Category.IP, Category.UID})
"""What private elements that PS3.15 lists as safe may hold of the device and its settings."""
_CREDITS = re.compile(
    r"(?:^|\.)(?:authors|contributors?|maintainers?|funding|acknowledge?ments?|howtoacknowledge|referencesandlinks|references?|citations?|"
    r"licen[cs]es?|release|releasedate|version|schemaversion|bidsversion|datasetdoi|doi|homepage|repository|documentation|terms ?of ?use|"
    r"ethicsapprovals|seed|random_?(?:seed|state)|termurl|generatedby|sourcedatasets|cogatlasid|cogpoid|system)(?:\.|$)",
    re.IGNORECASE,
)
_CREDITED = frozenset(
    {
        Category.NAME,
        Category.STAFF,
        Category.INSTITUTION,
        Category.DATE,
        Category.URL,
        Category.EMAIL,
        Category.RECORD_NUMBER,
    }
)
_MAY_BE_PSEUDONYM = frozenset({Category.NAME, Category.STAFF, Category.RECORD_NUMBER, Category.UNIQUE_CODE})
_OF_A_PROGRAM = re.compile("codestream|^table header")
OF_DEIDENTIFIERS = "CTP"
"""Creator of the block in which the RSNA's Clinical Trial Processor writes collection and site."""
_BARE_NUMBER = "bare number"
_VARIABLE = re.compile(r"(?:[A-Za-z0-9]+_){2,}[A-Za-z0-9]+|\b[a-z0-9]+_[a-z0-9]+\b")
_BINARY = frozenset({"OB", "OW", "UN"})
_TEXT_VRS = frozenset(
    ["LO", "SH", "ST", "LT", "UT", "UC", "UR", "UN", "OB", "OF", "OL", "OW", "SS", "US", "CS"]
)
_LONG_INTEGER = re.compile(r"\d{8,18}")
"""Numbers in private elements that are as long as dates, phones and national ids."""
_DESCRIPTIVE_VRS = frozenset({"CS", "LO", "LT", "SH", "ST", "UC", "UT"})
_FROM_DESCRIPTORS = frozenset({"long number", "one word that is a name", "joined name"})
_STRUCTURELESS = frozenset({Place.PREAMBLE, Place.TRAILING, Place.TEXT, Place.TABLE, Place.EXIF, Place.NIFTI})


def credited(subject: Element) -> bool:
    """Whether a key holds what a dataset says of itself: its authors, funding, licence, versions and pages.

    Who published a dataset is no patient of it. Lists of authors in singular (`author` of a letter,
    `radiologist`) are staff and stay findings.
    """
    return subject.place is Place.TABLE and _CREDITS.search(heading(subject)) is not None


def is_safe_private(element: Element) -> bool:
    """Whether PS3.15 lists the private element as safe."""
    tag = element.tag
    return (
        tag is not None
        and bool(tag >> 16 & 1)
        and safe_private.is_safe(tag >> 16, element.creator, tag & 0xFFFF)
    )


def is_judged_by_content(element: Element) -> bool:
    """Whether an element is text whose place does not already say what it holds."""
    if element.place in (Place.DATASET, Place.FILE_META):
        number = element.vr in ("DS", "IS") and element.tag is not None and bool(element.tag >> 16 & 1)
        if element.vr not in _TEXT_VRS and not (number and _LONG_INTEGER.fullmatch(element.value)):
            return False
        if element.tag in _CODES or element.value == BINARY:
            return False
        if element.vr in ("OB", "OW") and element.tag is not None and not element.tag >> 16 & 1:
            # Not colour profiles and the like, which have their own words in them.
            return element.tag not in _WORDED
    elif element.place not in _STRUCTURELESS:
        return False
    field = field_of(element)
    return field is None or field.group not in _JUDGED_BY_FIELD or not field.certain


def _may_be(hit: Hit, subject: Element, field: Field | None, context: Context) -> bool:
    """Whether a hit counts at this place, or is what such a place holds anyhow."""
    if hit.confidence < 0.3:
        return False
    if field is not None and field.group in _SITE:
        if hit.category in _SITE_CATEGORIES:
            return False
        if hit.category in (Category.NAME, Category.STAFF):
            return hit.confidence >= 0.8 and is_kept(field, subject, context)
    if field is not None and field.group in _PERSONS and hit.category in (Category.NAME, Category.STAFF):
        return person_name(subject.value) < 0.5  # else T101 and T102 report the whole value
    if field is not None and field.group is Group.CHARACTERISTIC and hit.category is Category.NAME:
        return hit.confidence >= 0.8
    if subject.location.endswith("PrivateCreator") and hit.category is Category.NAME and hit.confidence < 0.7:
        return False  # codes of vendors, as GEMS_PARM_01
    technical = subject.tag in _TECHNICAL and hit.category is not Category.INSTITUTION
    if (
        technical
        and hit.kind != "host name"
        and (hit.category in _TECHNICAL_CATEGORIES or hit.confidence < 0.8)
    ):
        return False
    if hit.kind in _FROM_DESCRIPTORS:
        trial = field is not None and field.row is not None and "Clinical Trial" in field.row.name
        return not (trial and hit.category is Category.RECORD_NUMBER)
    if subject.tag == _METHOD and hit.category in _MAY_BE_PSEUDONYM and hit.confidence < 0.8:
        return False  # tools have names and versions of their own
    safe = subject.tag is not None and subject.tag >> 16 & 1 and is_safe_private(subject)
    if safe and hit.category in _OF_A_DEVICE:
        return False
    if safe or subject.vr == "CS" or subject.vr in _BINARY or _OF_A_PROGRAM.search(subject.location):
        # What PS3.15 calls safe is not expected to identify, coded strings are words in capitals, and
        # binary blocks hold names of variables.
        return hit.confidence >= 0.8 and not (subject.vr in _BINARY and _is_variable(hit, subject.value))
    if hit.kind == _BARE_NUMBER:
        if subject.vr in ("DS", "IS") or subject.creator == OF_DEIDENTIFIERS:
            return False  # settings of scanners, numbers that CTP gives to sites
        if field is not None and field.row is not None and "Clinical Trial" in field.row.name:
            return False  # numbers of registered trials
        descriptive = field is not None and field.group in (Group.DESCRIPTOR, Group.PRIVATE)
        return subject.place is not Place.TABLE and (descriptive or field is None) and len(subject.value) >= 7
    return True


def _describes(subject: Element, field: Field | None) -> bool:
    """Whether the element is a description of what was imaged and how, or a label of a part of it."""
    if subject.place is not Place.DATASET or subject.vr not in _DESCRIPTIVE_VRS or subject.tag in _TECHNICAL:
        return False
    if subject.tag is None or subject.tag >> 16 & 1:
        return False
    return field is None or field.group in (Group.DESCRIPTOR, Group.GRAPHICS)


def _is_private_text(subject: Element) -> bool:
    """Whether the element is a string that only its vendor knows, or free text of a NIfTI header."""
    if (
        subject.place in (Place.NIFTI, Place.EXIF, Place.PREAMBLE, Place.TRAILING)
        and "codestream" not in subject.location
    ):
        return True
    odd = subject.place is Place.DATASET and subject.tag is not None and subject.tag >> 16 & 1
    return bool(odd) and subject.vr in _DESCRIPTIVE_VRS - {"CS"} and not is_safe_private(subject)


def _is_variable(hit: Hit, text: str) -> bool:
    """Whether a name is a part of three or more words joined by underscores: `t_puls_max`."""
    if hit.category not in (Category.NAME, Category.STAFF):
        return False
    return any(token.start() <= hit.start and hit.end <= token.end() for token in _VARIABLE.finditer(text))


def retained(option: str, context: Context, severity: Severity) -> Severity:
    """The severity of something in text that an option retains in its own attributes.

    Clean Descriptors (PS3.15 E.3.5) takes out of text what the profile *and the other options* remove.
    """
    if option not in context.codes:
        return severity
    return Severity.INFO if CLEAN_DESCRIPTORS in context.codes else Severity.LOW


class ContentCheck(ElementCheck):
    """Reports the hits of certain categories in any text that is judged by its content."""

    weights: ClassVar[Mapping[Category, Severity]]
    """The categories this check reports, with the severity of a sure hit."""

    @abstractmethod
    def hits(self, text: str) -> Iterable[Hit]:
        """The spans of `text` that this check may report."""

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per hit; weak evidence weighs less, a broken claim more."""
        if not is_judged_by_content(subject):
            return
        field = field_of(subject)
        claimed = field is not None and field.group is Group.DESCRIPTOR and CLEAN_DESCRIPTORS in context.codes
        found = [hit for hit in self.hits(subject.value) if hit.category in self.weights]
        if not found and _describes(subject, field):
            found = list(self.hits_in_descriptor(subject.value))
        elif not found and _is_private_text(subject):
            found = [hit for hit in self.hits_in_descriptor(subject.value) if hit.confidence >= 0.6]
        for hit in found:
            if not _may_be(hit, subject, field, context):
                continue
            text = subject.value[hit.start : hit.end]
            if is_placeholder(text) and hit.category is not Category.AGE:
                continue
            if hit.category in _MAY_BE_PSEUDONYM and is_pseudonym(text):
                continue
            severity = by_confidence(self.severity_of(hit, context), hit.confidence)
            detail = hit.kind
            if credited(subject) and hit.category in _CREDITED:
                severity, detail = Severity.INFO, "in what credits the makers of the dataset"
            if claimed and severity.rank >= Severity.LOW.rank and hit.kind not in _FROM_DESCRIPTORS:
                severity = raised(severity)
                detail += "; the file claims 113105, cleaned descriptors"
            yield Match(hit.confidence, text, severity, hit.category, detail)

    def hits_in_descriptor(self, text: str) -> Iterable[Hit]:
        """Weaker evidence that counts in descriptions of image, series and region, where `hits` has nothing."""
        return ()

    def severity_of(self, hit: Hit, context: Context) -> Severity:
        """The severity of a sure hit of this kind."""
        return self.weights[hit.category]


class DetectorCheck(ContentCheck):
    """A `ContentCheck` on what the detectors find."""

    def hits(self, text: str) -> Iterable[Hit]:
        """Everything that identifies in the text."""
        return detect(text)
