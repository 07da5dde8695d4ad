"""D215: a key inside of structured text says what identifies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from auditor.checks._content import is_judged_by_content
from auditor.checks._examples import dicom
from auditor.checks._fields import field_of_heading
from auditor.checks.base import ElementCheck
from auditor.checks.birth_date import BirthDate
from auditor.checks.contact import Contact
from auditor.checks.identifier import Identifier
from auditor.checks.patient_name import PatientName
from auditor.checks.staff_name import StaffName
from auditor.detectors import detect
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import Group

_PLACES = frozenset({Place.DATASET, Place.FILE_META, Place.PREAMBLE, Place.TRAILING})
_LONGEST, _MOST, _DEEPEST = 65536, 400, 64
_JUDGES: dict[Group, ElementCheck] = {
    Group.NAME: PatientName(),
    Group.STAFF: StaffName(),
    Group.IDENTIFIER: Identifier(),
    Group.BIRTH: BirthDate(),
    Group.CONTACT: Contact(),
}
_KEY = r"[A-Za-z_\u4e00-\u9fff][\w.\- \[\]]{0,48}?"
_PAIRS = re.compile(
    # JSON that was cut short, and `<ParamString."PatientName"> {{ "…" }}`
    rf'"(?P<q>{_KEY})"[>\s]*[:={{]\s*[\[{{]*\s*"(?P<qv>[^"{{}}\r\n]{{2,96}})"(?!\s*:)'
    rf'|(?<![\w"])(?P<a>[A-Za-z_][\w.:\-]{{0,48}})\s?=\s?"(?P<av>[^"\r\n]{{2,96}})"'  # XML attributes, ASCCONV
    rf"|<(?P<x>[A-Za-z][\w:.\-]{{0,48}})[^<>]{{0,200}}>(?P<xv>[^<>\r\n]{{2,96}})</"
    rf"|(?:^|[;&,|\n])\s*(?P<p>{_KEY})=(?P<pv>[^;&,|\r\n\"]{{2,96}})"
)
_SEGMENT = re.compile(r"(?:^|[\r\n\x0b])(?P<id>PID|PV1|NK1|GT1|IN1|OBR|ORC)\|(?P<rest>[^\r\n]{3,2000})")
_HL7 = {
    ("PID", 2): "patient id", ("PID", 3): "patient id", ("PID", 4): "patient id", ("PID", 5): "patient name",
    ("PID", 6): "mothers name", ("PID", 7): "date of birth", ("PID", 11): "address", ("PID", 13): "phone",
    ("PID", 18): "account number", ("PID", 19): "ssn", ("PV1", 7): "physician", ("PV1", 8): "physician",
    ("PV1", 19): "visit number", ("NK1", 2): "patient name", ("GT1", 3): "patient name", ("IN1", 36): "insurance",
    ("OBR", 3): "accession number", ("OBR", 16): "physician", ("ORC", 12): "physician",
}  # fmt: skip
_FULL = {
    "first": "first name",
    "last": "last name",
    "family": "family name",
    "given": "given name",
    "user": "operator",
}
"""Keys that say what they hold only where keys are expected."""
_WORDED = re.compile(r"[^\W\d_]")


class StructuredText(ElementCheck):
    """A record of a patient or a person stands in an element as JSON, XML, HL7 or `key = value`.

    What it does
        Looks inside of text elements, private blocks and stray bytes for JSON, XML, segments of HL7 and
        pairs of keys and values, and judges a value whose key is one for names, staff, identifiers, births
        or contacts as the rule for such a column would.

    Why it matters
        Platforms and scanners write whole records into one element, where no tool that looks at attributes
        finds them.

    Remedy
        Remove the element, or empty the keys that identify.
    """

    id = "D215"
    title = Text(en="A record inside of an element identifies", zh="元素内嵌的结构化记录含有标识信息")
    remedy = Text(
        en="Remove the element, or empty the keys that identify (PS3.15 action X).",
        zh="删除该元素，或清空其中具有标识性的键值（PS3.15 动作 X）。",
    )
    severity = Severity.HIGH
    category = Category.NAME
    way = Way.DATA
    good = (
        dicom(0x00291030, "LT", '{"protocol": {"name": "t2_tse_tra", "id": 4}}', "", creator="ACME"),
        dicom(0x00291030, "UT", '<Exam><Mode name="2D" id="3"/></Exam>', "", creator="ACME"),
        dicom(0x00291030, "LT", '{"patient": {"name": "SUBJ-0417"}}', "", creator="ACME"),
    )
    bad = (
        dicom(0x00291030, "LT", '{"user": {"first": "Carmen", "last": "Sexton"}}', "", creator="ACME"),
        dicom(0x00291030, "UT", '{"study": {"mrn": "7719023"}}', "", creator="ACME"),
        dicom(0x00291030, "OB", 'tPatientName = "Sexton"', "", creator="SIEMENS CSA HEADER"),
        dicom(0x00291030, "ST", "PV1|1|I|W4^12^1||||||||||||||||A4418820", "", creator="ACME"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per value."""
        if subject.place not in _PLACES or not is_judged_by_content(subject):
            return
        text = subject.value
        if not ("=" in text or '"' in text or "</" in text or "|" in text):
            return
        for key, value in _pairs(text[:_LONGEST]):
            field = field_of_heading(key)
            judge = None if field is None else _JUDGES.get(field.group)
            if judge is None:
                continue
            cell = Element(Place.TABLE, f"table column={key} row=#", value)
            for match in judge.judge(cell, context):
                if _is_found(match, value):
                    yield replace(
                        match,
                        severity=match.severity or judge.severity,
                        category=match.category or judge.category,
                        detail="the value of a key of that meaning",
                    )


def _is_found(match: Match, value: str) -> bool:
    """Whether another rule does not report the same value by what it says."""
    return not any(h.confidence >= max(0.6, match.confidence) for h in detect(value))


@lru_cache(1024)
def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(islice(_all_pairs(text), _MOST)))


def _all_pairs(text: str) -> Iterator[tuple[str, str]]:
    for segment in _SEGMENT.finditer(text):
        for number, part in enumerate(segment["rest"].split("|"), 1):
            key = _HL7.get((segment["id"], number))
            if key and (value := part.split("~")[0].strip("^ ")):
                yield key, value if "name" in key else value.split("^")[0]
    start = min((i for i in (text.find("{"), text.find("[")) if i >= 0), default=-1)
    if start >= 0:
        try:
            tree, _ = json.JSONDecoder().raw_decode(text, start)
        except (ValueError, RecursionError):
            pass
        else:
            yield from _leaves(tree, "")
            if isinstance(tree, dict):
                return
    for match in _PAIRS.finditer(text):
        key, value = next((match[k], match[k + "v"]) for k in "qaxp" if match[k])
        yield _key(key), value.strip()


def _leaves(tree: object, path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        return  # hostile: no record of a person is nested so deep
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(tree, list):
        for value in tree[:64]:
            yield from _leaves(value, path, depth + 1)
    elif isinstance(tree, str | int) and not isinstance(tree, bool) and path:
        above, _, leaf = path.rpartition(".")
        yield (_key(leaf) if leaf in _FULL else f"{above}.{leaf}".strip(".")), str(tree)


def _key(key: str) -> str:
    plain = key.strip().rpartition(":")[2]
    if re.match(r"[a-z][A-Z][a-z]", plain):
        plain = plain[1:]  # tPatientName
    return _FULL.get(plain.lower(), plain)
