"""D212: an identifier found in one place stands in another."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks._recurrence import SEVERITIES, is_chance, met
from auditor.checks._values import by_confidence
from auditor.checks.base import RecurrenceCheck
from auditor.detectors.known_forms import PART
from auditor.detectors.known_hashes import HASHES
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Recurrence

_OF_ONE_PATIENT = frozenset({Category.DATE, Category.AGE})


class MetAgain(RecurrenceCheck):
    """A name, number or birth date that another element, file or table gives away stands here too.

    What it does
        Collects what other rules found with certainty (names, ids, phone numbers, birth dates) and
        searches every value of the dataset for it: free text, private elements, UIDs, paths, tables
        and text in pixels, whatever the order of name parts, the separators and the form of dates;
        with one letter wrong, with characters as OCR confuses them, inside longer numbers. A date, a
        single part of a name or a number under eight characters counts only in files of the same
        patient. Values that another rule reports are left to it. At most 20,000 identifiers are
        searched for; a dataset with more is not de-identified, and each is reported where it stands.

    Why it matters
        A tool that cleans a list of attributes leaves the same value where nobody looked: in a
        protocol name, a UID, a file name, another patient's report.

    Remedy
        Clean this value as well; better, search for all of a patient's identifiers when cleaning.
    """

    id = "D212"
    title = Text(en="An identifier known from another place", zh="出现了在别处已发现的标识符")
    remedy = Text(en="Clean this place too; search for every identifier of a patient everywhere.",
                  zh="此处也须清理；应在所有位置查找该患者的全部标识符。")  # fmt: skip
    severity = Severity.HIGH
    category = Category.NAME
    way = Way.DATA
    good = (
        met("sexton", Category.NAME, form=PART, same_patient=False),
        met("19620418", Category.DATE, same_patient=False),
        met("882134", Category.RECORD_NUMBER, same_patient=False),
        met("Carmen Sexton", Category.NAME, listed=True),
    )
    bad = (
        met("Carmen Sexton", Category.NAME),
        met("88213477", Category.RECORD_NUMBER, same_patient=False),
        met("18 April 1962", Category.DATE),
        met("SEXT0N CARMEN", Category.NAME, form="misread"),
    )

    def judge(self, subject: Recurrence, context: Context) -> Iterable[Match]:
        """At most one match: whether this is more than a coincidence."""
        alone = subject.form == PART or subject.category in _OF_ONE_PATIENT
        if (
            subject.listed
            or subject.form in HASHES
            or is_chance(subject)
            or (alone and not subject.same_patient)
        ):
            return
        confidence = subject.confidence * (1.0 if subject.same_patient else 0.85)
        severity = by_confidence(SEVERITIES.get(subject.category, Severity.HIGH), confidence)
        whose = "the same patient's" if subject.same_patient else "another patient's"
        detail = f"{whose} {subject.category}" + (f", {subject.form}" if subject.form else "")
        yield Match(round(confidence, 3), subject.text, severity, subject.category, detail)
