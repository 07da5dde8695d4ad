"""T103: a field for an identifier holds a real one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import cell, dicom
from auditor.checks._fields import Field, field_of, heading, required, words
from auditor.checks._values import is_counter, is_dummy, is_test, parts
from auditor.checks.base import ElementCheck
from auditor.detectors import detect, person_name
from auditor.detectors.lexicon import look_up
from auditor.detectors.placeholders import is_pseudonym, may_be_pseudonym
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import Group

_SERIAL_NUMBERED = re.compile(
    r"Study ID|Procedure (Step )?ID|Container|Component|Slide|Flow|Source Identifier"
)
"""Identifiers that many systems number from one, or that lead to a thing and not to a person."""
_PSEUDONYMOUS = re.compile(r"subject|participant|^study (?:id|no|number)$")
_OF_A_PERSON = re.compile(r"\b(?:patients?|subjects?|participant|person|pid|cases?)\b")
_ORDER = re.compile(r"^study (?:id|no|number)$")
_WORDS = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])")
_LONG = re.compile(r"\d{4}")
_NAME_AND_YEAR = re.compile(r"([^\W\d_]{4,24})[ _\-.]?(?:19|20)?\d{2}")
_OTHER_IDS = re.compile(r"\(0010,1002\)[^.]*\[#\]\.\(0010,0020\)")
_UID = re.compile(r"[0-2](?:\.\d+){4,}|2\.25\.\d{10,}")
_OFFICIAL = frozenset({Category.NATIONAL_ID, Category.INSURANCE, Category.LICENCE, Category.ACCOUNT})


class Identifier(ElementCheck):
    """A patient, visit, order or specimen number is kept.

    What it does
        Looks at the attributes that PS3.15 reserves for identifiers of a patient, a visit, an
        order, a specimen or a result, and at columns and keys of that meaning. Placeholders,
        pseudonyms and small counters are quiet, and what more often is a study's code than a
        hospital's number (`p10000032`, `11-0034`) is low where a patient is named; a number
        that proves to be a national id is critical.

    Why it matters
        Anybody with access to the hospital's systems, or to an earlier leak that holds the same
        number, looks the person up.

    Remedy
        Replace it by a pseudonym from a random or keyed mapping; remove those that nobody needs.
    """

    id = "T103"
    title = Text(en="An identifier from the source system is kept", zh="保留了来源系统的标识号")
    remedy = Text(
        en="Replace it by a pseudonym from a random or keyed mapping, or remove it (PS3.15 actions D, Z, X).",
        zh="以随机或带密钥映射生成的假名替换，或将其删除（PS3.15 动作 D、Z、X）。",
    )
    severity = Severity.HIGH
    category = Category.RECORD_NUMBER
    way = Way.DATA
    good = (
        dicom(0x00100020, "LO", "sub-001", "PatientID"),
        dicom(0x00100020, "LO", "TCGA-A1-0042", "PatientID"),
        dicom(0x00080050, "SH", "", "AccessionNumber"),
        dicom(0x00200010, "SH", "1", "StudyID"),
        cell("patient_id", "1043"),
    )
    bad = (
        dicom(0x00100020, "LO", "7730915562", "PatientID"),
        dicom(0x00080050, "SH", "RAD20240519-88213", "AccessionNumber", "113100"),
        dicom(0x00100020, "LO", "11010519491231002X", "PatientID"),
        cell("MRN", "88213477"),
        cell("住院号", "88213477"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per identifier."""
        field = field_of(subject)
        if field is None or field.group is not Group.IDENTIFIER or subject.vr in ("OB", "UN"):
            return
        for part in parts(subject.value):
            if (surname := _NAME_AND_YEAR.fullmatch(part)) and _is_surname(surname[1]):
                yield Match(0.7, part, Severity.CRITICAL, Category.NAME, detail="a name and a year")
                continue
            if _is_other(subject) and is_pseudonym(part) and sum(map(str.isdigit, part)) >= 5:
                detail = "a second code beside the pseudonym; " + required(field, context)
                yield Match(0.4, part, Severity.LOW, detail=detail)
                continue
            if is_dummy(part) or not any(map(str.isalnum, part)):
                continue
            if is_test(part) and not _LONG.search(part):
                continue
            if _UID.fullmatch(part) and part.startswith(
                ("2.25.", "1.3.6.1.4.1.14519.", "1.3.6.1.4.1.9328.", "1.2.826.0.1.3680043.")
            ):
                continue  # random UIDs, and those of the archive that gives them, make good pseudonyms
            if _UID.fullmatch(part):
                yield Match(0.4, part, Severity.LOW, detail="a UID in place of a number")
                continue
            official = next((hit for hit in detect(part) if hit.category in _OFFICIAL), None)
            if official is not None and official.confidence >= 0.5:
                yield Match(official.confidence, part, Severity.CRITICAL, official.category)
            elif (name := person_name(part.replace("_", " "))) >= 0.7:
                yield Match(
                    name, part, Severity.CRITICAL, Category.NAME, detail="a name in place of a number"
                )
            elif field.category in _OFFICIAL and len(part) > 4:
                yield Match(0.8, part, category=field.category)
            elif subject.place is Place.TABLE and _ORDER.search(words(heading(subject))) and _is_long(part):
                yield Match(0.45, part, Severity.LOW, detail="in a field that may hold an order's number")
            elif _weak(field, subject, part):
                yield Match(0.3, part, Severity.INFO, detail="in a field that is meant for pseudonyms")
            elif _names_a_person(field, subject) and may_be_pseudonym(part):
                yield Match(0.5, part, Severity.LOW, detail="in the form of a study's code")
            elif not is_counter(part, 5 if subject.place is Place.TABLE else 4):
                yield Match(
                    _confidence(field, part), part, _severity(field, part), detail=required(field, context)
                )


def _is_other(subject: Element) -> bool:
    """Whether the element is one of Other Patient IDs, which PS3.15 removes: one pseudonym is enough."""
    return subject.tag == 0x00101000 or _OTHER_IDS.search(subject.location) is not None


def _is_surname(word: str) -> bool:
    known = look_up(word)
    return known.name and known.weight > 1.5 and not known.clinical


def _names_a_person(field: Field, subject: Element) -> bool:
    """Whether the field is where studies put a patient's code; orders and visits have none."""
    name = field.row.name if field.row is not None else heading(subject)
    return _OF_A_PERSON.search(words(name)) is not None


def _weak(field: Field, subject: Element, text: str) -> bool:
    """Whether the field is meant for a pseudonym, and the value no longer than pseudonyms are."""
    if subject.place is Place.TABLE:
        meant = _PSEUDONYMOUS.search(words(heading(subject))) is not None
    else:
        meant = field.row is not None and "Clinical Trial" in field.row.name
    return meant and sum(map(str.isdigit, text)) < 10


def _is_long(text: str) -> bool:
    """As long as the numbers that record systems issue."""
    return sum(map(str.isdigit, text)) >= 7


def _confidence(field: Field, text: str) -> float:
    """Long numbers are what record systems issue; words and short codes may be somebody's pseudonym."""
    digits = sum(map(str.isdigit, text))
    if field.certain and len(_WORDS.findall(text)) > 1:
        return 0.6  # `Arch 4 box 118`: a place in a house
    if not digits or len(text) < 5:
        return 0.4
    return (0.8 if digits >= 5 else 0.5) if field.certain else (0.7 if digits >= 6 else 0.4)


def _severity(field: Field, text: str) -> Severity | None:
    if _confidence(field, text) < 0.6:
        return Severity.LOW
    return Severity.MEDIUM if field.row is not None and _SERIAL_NUMBERED.search(field.row.name) else None
