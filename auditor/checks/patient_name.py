"""T101: a field for the patient's name holds a name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import cell, dicom
from auditor.checks._fields import field_of, required
from auditor.checks._values import is_counter, is_dummy, is_test, parts
from auditor.checks.base import ElementCheck
from auditor.detectors import detect, is_acquisition_text, person_name
from auditor.detectors.lexicon import look_up
from auditor.detectors.name_words import joined_pinyin
from auditor.detectors.names import name_shaped
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import Group


class PatientName(ElementCheck):
    """The patient, or somebody close to the patient, is named.

    What it does
        Looks at every attribute that PS3.15 reserves for the name of the patient or of a relative,
        at any person name (VR PN) that no dictionary knows, and at table columns, sidecar keys and
        metadata fields with such a heading. Placeholders and pseudonyms are quiet.

    Why it matters
        A name in a header needs no attack at all: whoever opens the file knows whose it is.

    Remedy
        Replace the value by a pseudonym that is not derived from it, or empty it (PS3.15 action Z).
    """

    id = "T101"
    title = Text(en="A patient's name is kept", zh="保留了患者姓名")
    remedy = Text(
        en="Empty the name or replace it by a random pseudonym (PS3.15 action Z).",
        zh="清空姓名，或以与原值无关的随机假名替换（PS3.15 动作 Z）。",
    )
    severity = Severity.CRITICAL
    category = Category.NAME
    way = Way.DATA
    good = (
        dicom(0x00100010, "PN", "sub-001", "PatientName"),
        dicom(0x00100010, "PN", "TCGA-A1-0042", "PatientName"),
        dicom(0x00100010, "PN", "ANONYMOUS", "PatientName"),
        dicom(0x00081070, "PN", "DOE^JOHN", "OperatorsName"),
        cell("file name", "SMITH.png"),
        cell("name", "chest"),
    )
    bad = (
        dicom(0x00100010, "PN", "DOE^JOHN", "PatientName"),
        dicom(0x00100010, "PN", "WANG^XIAOMING=王^小明", "PatientName", "113100"),
        dicom(0x00111001, "PN", "SEXTON^CARMEN", "", creator="ACME"),
        cell("姓名", "王小明"),
        cell("patient_name", "Anna Smith"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per name; how sure it is a person's name sets severity and confidence."""
        field = field_of(subject)
        if field is None or field.group is not Group.NAME:
            return
        for part in parts(subject.value):
            if is_dummy(part) or is_counter(part, 6):
                continue
            if subject.place is Place.TABLE and "initial" in subject.location.lower():
                if re.fullmatch(r"(?:[A-Z]\.? ?){2,4}", part):
                    yield Match(0.7, part, Severity.MEDIUM, detail="initials")
                continue
            score = person_name(part)
            if score >= 0.5:
                yield Match(score, part, detail=required(field, context))
            elif field.certain and subject.place is not Place.DATASET and _fills_a_name(part):
                yield Match(0.6, part, Severity.HIGH, detail="in a field for names, and no word of language")
            elif sum(map(str.isdigit, part)) >= 3:
                yield from _numbered(part)
            elif is_test(part) and (named := _named(part)):
                yield Match(named, part, Severity.HIGH, detail="a name beside a word of tests")
            elif field.certain and subject.place is Place.DATASET and not _says_no_name(part):
                yield Match(
                    max(score, 0.3),
                    part,
                    Severity.HIGH if score >= 0.2 else Severity.LOW if _ordinary(part) else Severity.MEDIUM,
                    detail="neither recognised as a name nor as a pseudonym",
                )


def _fills_a_name(text: str) -> bool:
    """Whether a value that no list knows as a name can hardly be anything else: `Pennyfeather`, `zhangweiguo`."""
    if joined_pinyin(text) or name_shaped(text):
        return True
    known = look_up(text)
    return text.isalpha() and text[:1].isupper() and len(text) >= 4 and (known.name or not known.known)


def _named(text: str) -> float:
    """How sure it is that two or more words of the value are a name."""
    names = (hit for hit in detect(text) if hit.category is Category.NAME)
    return max((h.confidence for h in names if " " in text[h.start : h.end].strip()), default=0.0)


def _numbered(text: str) -> Iterable[Match]:
    """A value with a number in it is no name; it may hold another identifier, or be somebody's pseudonym."""
    found = max(detect(text), key=lambda hit: hit.confidence, default=None)
    if found is not None and found.confidence >= 0.6:
        yield Match(found.confidence, text, Severity.HIGH, found.category, detail=found.kind)
    elif any(map(str.isdigit, text)):
        yield Match(
            0.3, text, Severity.INFO, detail="holds a number; neither a name nor a known form of pseudonym"
        )


def _ordinary(text: str) -> bool:
    """Whether a digit stands among the letters, or the longer words are all words that nobody is called."""
    if any(map(str.isdigit, text)):
        return True
    found = [look_up(word) for word in re.findall(r"[^\W\d_]{4,}", text)]
    return bool(found) and all(
        word.known and (not word.name or (word.clinical and word.weight < 0)) for word in found
    )


def _says_no_name(text: str) -> bool:
    """Whether a value that is no name and no pseudonym is a word of tests or of scanners."""
    return is_test(text) or is_acquisition_text(text) or not any(map(str.isalpha, text))
