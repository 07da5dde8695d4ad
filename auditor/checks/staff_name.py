"""T102: a field for the name of staff holds a name."""

# Patterns and word lists read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import cell, dicom
from auditor.checks._fields import breaks_claim, field_of, required
from auditor.checks._values import is_counter, is_dummy, parts, says_no_more
from auditor.checks.base import ElementCheck, Example
from auditor.detectors.descriptors import is_account as joins_a_name
from auditor.detectors.lexicon import look_up, pinyin_surnames
from auditor.detectors.names import name_shaped, person_name
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import Group

_PROGRAM = re.compile(
    r"(?<![^\W_])(?:AI|CAD|auto|algorithm|software|script|model|(?:semi-?)?automatic)(?![^\W_])",
    re.IGNORECASE,
)
"""Who created a segmentation or an annotation is often no person."""
_AUTHOR = re.compile(
    r"^(?:document|pdf|exif|mail|iptc|text node=#) (?!Creator$)\S*(?:author|artist|creator|from|modified ?by|printed-by|by-line|writer|operator|manager)$",
    re.IGNORECASE,
)
"""The creator of a PDF is the program that wrote it."""


def is_account(text: str) -> bool:
    """Whether one word is a surname with an initial on either side, or a pinyin surname with two."""
    word = re.sub(r"\d{1,2}$", "", text.casefold())
    if not re.fullmatch(r"[a-z]{5,14}", word) or look_up(word).known:
        return False
    with_two = re.fullmatch(r"(\w{3,})[bcdfghjklmnpqrstwxyz]{2}", word)
    if with_two and with_two[1] in pinyin_surnames():
        return True
    return any(len(part) >= 5 and _is_surname(part) for part in (word[1:], word[:-1]))


def _is_surname(word: str) -> bool:
    known = look_up(word)
    return known.family and known.weight > 0.5


class StaffName(ElementCheck):
    """A physician, operator or author is named.

    What it does
        Looks at the attributes that PS3.15 reserves for referring, performing and reading
        physicians, operators, authors and reviewers, and at columns and metadata fields (EXIF
        Artist, who wrote, changed or printed a document) of that meaning; names of accounts that are made of
        an initial and a surname (`csexton`, `wangxm`) are low.

    Why it matters
        Staff lead to the hospital, the department and the date; with a small practice they lead to
        few patients. The people named are data subjects themselves.

    Remedy
        Remove the value (PS3.15 actions X and Z).
    """

    id = "T102"
    title = Text(en="A member of staff is named", zh="保留了医务人员姓名")
    remedy = Text(en="Remove the name (PS3.15 actions X, Z).", zh="删除该姓名（PS3.15 动作 X、Z）。")
    severity = Severity.HIGH
    category = Category.STAFF
    way = Way.DATA
    good = (
        dicom(0x00081070, "PN", "REMOVED", "OperatorsName"),
        dicom(0x00080090, "PN", "ANONYMOUS", "ReferringPhysicianName"),
        dicom(0x00100010, "PN", "DOE^JOHN", "PatientName"),
    )
    bad = (
        Example(Element(Place.EXIF, "document lastModifiedBy", "csexton")),
        Example(Element(Place.EXIF, "document printed-by", "Anna Smith")),
        dicom(0x00080090, "PN", "SMITH^ANNA^^DR", "ReferringPhysicianName"),
        dicom(0x00081070, "PN", "王小明", "OperatorsName"),
        cell("radiologist", "Anna Smith"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per name; initials and account names are weaker evidence."""
        field = field_of(subject)
        if field is None or field.group is not Group.STAFF:
            return
        for part in parts(subject.value):
            if is_dummy(part) or is_counter(part, 4) or _PROGRAM.search(part):
                continue
            score = person_name(part)
            if score >= 0.5:
                yield Match(score, part, detail=required(field, context))
            elif joins_a_name(part) and (subject.place is Place.TABLE or subject.place is Place.DATASET):
                yield Match(0.65, part, detail="an initial and a family name, as accounts are called")
            elif _AUTHOR.search(subject.location) and name_shaped(part):
                yield Match(0.6, part, detail="who wrote the document")
            elif _AUTHOR.search(subject.location) and is_account(part):
                yield Match(0.5, part, Severity.LOW, detail="an account made of a name")
            elif field.certain and (any(map(str.isalpha, part)) or sum(map(str.isdigit, part)) >= 5):
                overlooked = breaks_claim(field, context) and says_no_more(part) is None
                yield Match(
                    max(score, 0.6 if overlooked else 0.4),
                    part,
                    Severity.MEDIUM if overlooked else Severity.LOW,
                    detail="may be initials, an account or a department",
                )
