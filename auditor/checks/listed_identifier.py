"""K901: an identifier of the source's patients survived."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks._fields import field_of
from auditor.checks._recurrence import SEVERITIES, is_chance, met
from auditor.checks._values import by_confidence
from auditor.checks.base import RecurrenceCheck
from auditor.detectors.known_hashes import HASHES
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Recurrence
from auditor.standards.ps315 import Group


class ListedIdentifier(RecurrenceCheck):
    """A value of the list of known identifiers stands in the dataset.

    What it does
        With `--known-identifiers`: searches every value of the dataset, paths and text in pixels
        included, for the names, ids, birth dates, phone numbers and addresses of the list: name
        parts in any order, dates in any form, numbers with and without separators and leading zeros,
        inside longer text or numbers, backwards, one letter wrong, or as OCR misreads them. A birth
        date is only reported where no other date belongs.

    Why it matters
        The list is the truth about who the patients are: what is found needs no guess.

    Remedy
        Remove the value; then correct the step of the de-identification that let it through.
    """

    id = "K901"
    title = Text(en="A known identifier of a patient survived", zh="已知的患者标识符仍然存在")
    remedy = Text(en="Remove the value and correct the step that let it through.",
                  zh="删除该值，并修正遗漏它的去标识化步骤。")  # fmt: skip
    severity = Severity.HIGH
    category = Category.NAME
    way = Way.DATA
    good = (
        met("Carmen Sexton", Category.NAME),
        met("d41d8cd98f00b204", Category.RECORD_NUMBER, form="md5", listed=True),
    )
    bad = (
        met("Carmen Sexton", Category.NAME, listed=True),
        met("88213477", Category.RECORD_NUMBER, listed=True, form="reversed", confidence=0.7),
        met("18 April 1962", Category.DATE, listed=True, confidence=0.6),
    )

    def judge(self, subject: Recurrence, context: Context) -> Iterable[Match]:
        """At most one match."""
        if not subject.listed or subject.form in HASHES or is_chance(subject):
            return
        field = field_of(subject.element)
        if subject.category is Category.DATE and field is not None and field.group in (Group.DATE, Group.UID):
            return  # dates of examinations, which fall on somebody's birthday by chance
        severity = by_confidence(SEVERITIES.get(subject.category, Severity.HIGH), subject.confidence)
        yield Match(round(subject.confidence, 3), subject.text, severity, subject.category, subject.form)
