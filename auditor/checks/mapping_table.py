"""D213: a table that gives each patient's pseudonym another code."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._fields import field_of, heading, words
from auditor.checks.base import Example, ProfileCheck
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.model.survey import Profile

FEWEST_PATIENTS = 8
_NEARLY_ALL = 0.9
_BEFORE = re.compile(
    r"\b(?:orig|original|source|src|real|true|actual|old|former|previous|before|raw|hospital|clinic|clinical|local|"
    r"internal|inhouse|in house|identified|unmasked|unblinded|decoded|mapped|linked|lookup|crosswalk)\b|"
    r"原|真实|旧|院内|对应"
)
_CODE = re.compile(r"\b(?:id|ids|code|key|nr|no|num|number|ref|reference|identifier)\b|编号|号码|号$|代码")


def _column(name: str, **counts: float) -> Example[Profile]:
    usual: dict[str, float] = {"patients": 20, "values": 20, "exclusive": 20, "repeated": 0, "constant": 0}
    element = Element(Place.TABLE, f"table column={name} row=#", "")
    return Example(Profile(element, **{**usual, **counts}))  # type: ignore[arg-type]


class MappingTable(ProfileCheck):
    """A column of a table gives each patient's pseudonym a code of its own.

    What it does
        Where a table names a patient in each row, looks at columns that are called an original, true,
        old, hospital's or other code or number, and whose values are codes, one to a patient and no
        patient's twice. Values that have the shape of a pseudonym, that hold the declared pseudonym, or
        that stand in a column of known meaning (those have their own rules) are quiet.

    Why it matters
        Such a table is the key of the pseudonyms: who holds it, or the other side of the code, has
        the patients.

    Remedy
        Keep the table out of the release; leave it with the trusted party that made the pseudonyms.
    """

    id = "D213"
    title = Text(en="A table maps pseudonyms to other codes", zh="表格将假名与其他编号一一对应")
    remedy = Text(
        en="Keep the table out of the release, with whoever made the pseudonyms.",
        zh="不要随数据发布该表，应由生成假名的一方保管。",
    )
    severity = Severity.HIGH
    category = Category.UNIQUE_CODE
    way = Way.DATA
    good = (
        _column("volume"),
        _column("hippocampus_left"),
        _column("sha256 checksum"),
        _column("original", coded=0.0),
        _column("original_id", pseudonymous=1.0),
        _column("key", declared=1.0),
        _column("source", values=2, exclusive=0),
        _column("original", patients=5, values=5, exclusive=5),
    )
    bad = (_column("original"), _column("true_number"), _column("原编号"), _column("ref_code"))

    def judge(self, subject: Profile, context: Context) -> Iterable[Match]:
        """At most one match, for the whole column."""
        if subject.element.place is not Place.TABLE or field_of(subject.element) is not None:
            return
        if subject.patients < FEWEST_PATIENTS or max(subject.declared, subject.pseudonymous) > 0.5:
            return
        fewest = _NEARLY_ALL * max(subject.patients, subject.values)
        if min(subject.exclusive, subject.patients) < fewest or subject.coded < _NEARLY_ALL:
            return
        name = words(heading(subject.element))
        if _BEFORE.search(name):
            yield Match(0.9, location=subject.element.location, detail="one code a patient")
        elif _CODE.search(name):
            yield Match(
                0.6, severity=Severity.MEDIUM, location=subject.element.location, detail="one code a patient"
            )
