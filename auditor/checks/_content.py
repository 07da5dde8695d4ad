"""What the checks of content share: which text is judged by its content, and how much a hit weighs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar

from auditor.checks._fields import field_of
from auditor.checks._values import by_confidence, is_dummy, raised
from auditor.checks.base import ElementCheck
from auditor.detectors import detect
from auditor.detectors.base import Hit
from auditor.model import Category, Context, Element, Match, Place, Severity
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
_SITE = frozenset({Group.DEVICE, Group.INSTITUTION})
_SITE_CATEGORIES = frozenset({Category.INSTITUTION, Category.ADDRESS, Category.DEVICE, Category.DATE})
_TEXT_VRS = frozenset(["LO", "SH", "ST", "LT", "UT", "UC", "UR", "UN", "OB", "OW", "CS"])
_STRUCTURELESS = frozenset({Place.PREAMBLE, Place.TRAILING, Place.TEXT, Place.TABLE, Place.EXIF, Place.NIFTI})


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
        if element.vr not in _TEXT_VRS or is_safe_private(element):
            return False
    elif element.place not in _STRUCTURELESS:
        return False
    field = field_of(element)
    return field is None or field.group not in _JUDGED_BY_FIELD or not field.certain


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
        at_site = field is not None and field.group in _SITE
        claimed = field is not None and field.group is Group.DESCRIPTOR and CLEAN_DESCRIPTORS in context.codes
        for hit in self.hits(subject.value):
            if hit.category not in self.weights or (at_site and hit.category in _SITE_CATEGORIES):
                continue
            if subject.vr == "CS" and hit.confidence < 0.8:
                continue  # coded strings are words in capitals
            text = subject.value[hit.start : hit.end]
            if is_dummy(text):
                continue
            severity = by_confidence(self.severity_of(hit, context), hit.confidence)
            detail = hit.kind
            if claimed and severity.rank >= Severity.LOW.rank:
                severity = raised(severity)
                detail += "; the file claims 113105, cleaned descriptors"
            yield Match(hit.confidence, text, severity, hit.category, detail)

    def severity_of(self, hit: Hit, context: Context) -> Severity:
        """The severity of a sure hit of this kind."""
        return self.weights[hit.category]


class DetectorCheck(ContentCheck):
    """A `ContentCheck` on what the detectors find."""

    def hits(self, text: str) -> Iterable[Hit]:
        """Everything that identifies in the text."""
        return detect(text)
