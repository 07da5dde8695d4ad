"""Which kind of field an element is: by its row in PS3.15, its VR, or the name of its column.

A table column, a sidecar key, an EXIF field and a DICOM attribute that mean the same are one
`Field`, so that one check judges them all.
"""

# Patterns and word lists read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from pydicom.datadict import dictionary_description, keyword_for_tag

from auditor.model import Category, Context, Element, Place
from auditor.standards import ps315
from auditor.standards.ps315 import Action, Group, ProfileRow


@dataclass(frozen=True, slots=True)
class Field:
    """What an element's place says of it, before its value is looked at."""

    group: Group
    category: Category
    row: ProfileRow | None = None
    certain: bool = True
    """False where the place only hints: a column called `name`, a private person name."""


CATEGORY_OF_GROUP = {
    Group.NAME: Category.NAME,
    Group.STAFF: Category.STAFF,
    Group.IDENTIFIER: Category.RECORD_NUMBER,
    Group.BIRTH: Category.DATE,
    Group.CONTACT: Category.ADDRESS,
    Group.LOCATION: Category.ADDRESS,
    Group.DATE: Category.DATE,
    Group.DEVICE: Category.DEVICE,
    Group.INSTITUTION: Category.INSTITUTION,
    Group.CHARACTERISTIC: Category.CHARACTERISTIC,
    Group.DESCRIPTOR: Category.FREE_TEXT,
    Group.UID: Category.UID,
    Group.GRAPHICS: Category.FREE_TEXT,
    Group.CONTAINER: Category.FREE_TEXT,
    Group.PRIVATE: Category.PRIVATE,
}
BY_VR = {
    "PN": Group.NAME,
    "DA": Group.DATE,
    "DT": Group.DATE,
    "TM": Group.DATE,
    "AE": Group.DEVICE,
    "AS": Group.CHARACTERISTIC,
}
NOT_IN_THE_TABLE = {
    0x00100033: Group.BIRTH,  # Patient's Birth Date in Alternative Calendar
    0x00100034: Group.DATE,  # Patient's Death Date in Alternative Calendar
    0x00020026: Group.DEVICE,  # Source Presentation Address
    0x00020027: Group.DEVICE,  # Sending Presentation Address
    0x00020028: Group.DEVICE,  # Receiving Presentation Address
    0x0040E001: Group.IDENTIFIER,  # HL7 Instance Identifier
}
_CODED = frozenset({0x00080100, 0x00080104, 0x00080119, 0x00080120, 0x00400031, 0x00400032})
"""Code values and meanings, local and universal entity ids: they say what the sequence around them is about."""
_SEQUENCES: tuple[tuple[str, Group], ...] = (
    (r"Physician|Operator|Human Performers|Observer|Creator|Author|Participant|Recipients|Interpreter|Approver"
     r"|Person Identification|Verbal Source", Group.STAFF),
    (r"Institution Code|Custodial|Issuer|Assigning|Insurance|Geographic Location|Order (?:Placer|Filler)",
     Group.INSTITUTION),
    (r"Station Name|UDI|Transducer|Flow", Group.DEVICE),
    (r"Gender|Pronoun|Language|Ethnic|Sex Parameters", Group.CHARACTERISTIC),
)  # fmt: skip
_OF_A_KIND = frozenset({0x00081041})
"""Institutional Department Type Code: a specialty, not a place."""
ORIGINAL_VALUES = re.compile(r"\(0400,05(61|50|51)\)[^\[]*\[")
"""Inside Original, Modified or Nonconforming Modified Attributes: values from before a change."""


def _word(*alternatives: str) -> str:
    return rf"\b(?:{'|'.join(alternatives)})\b"


HEADINGS: tuple[tuple[str, Group, Category, bool], ...] = (
    # First match wins. Matched against the heading in lower case with words set apart.
    (_word("file", "path", "filename", "image", "img", "column", "class", "label", "labels", "variable", "url"),
     Group.DESCRIPTOR, Category.FREE_TEXT, True),
    (r"^(?:sfzh|sfzhm|sfzjhm|zjhm)$|身份证|证件号|社保号|" + _word("ssn", "social security", "passport", "national id", "nhs (?:number|no)",
     "aadhaar", "cpf", "curp", "dni", "pesel"), Group.IDENTIFIER, Category.NATIONAL_ID, True),
    (_word("driver'?s? ?licen[cs]e", "driving licen[cs]e", "licen[cs]e (?:no|nr|number|id|plate)", "passport (?:no|nr|number|id)"),
     Group.IDENTIFIER, Category.LICENCE, True),
    (r"^(?:ybh|ybkh|ylbxh)$|医保|保险|" + _word("insurance", "policy (?:number|no|id)", "health plan"), Group.IDENTIFIER,
     Category.INSURANCE, True),
    (r"^(?:csrq|csny)$|birth time|出生|生日|" + _word("dob", "birth", "birthdate", "birthday", "date of birth", "born", "geburtsdatum"),
     Group.BIRTH, Category.DATE, True),
    (r"^(?:lxdh|lxfs|sjh|sjhm|jtdh)$|telecom value|电话|手机|联系方式|" + _word("phone", "telephone", "tel", "mobile", "cell", "fax", "telefon"), Group.CONTACT,
     Category.PHONE, True),
    (r"邮箱|" + _word("email", "e mail", "mail"), Group.CONTACT, Category.EMAIL, True),
    (r"^(?:jtzz|jtdz|lxdz|jzdz|hkdz)$|地址|住址|籍贯|邮编|" + _word("address", "street", "zip", "zipcode", "zip code", "plz", "postleitzahl", "codigo postal", "code postal", "postnummer", "postnr", "cep", "postcode", "postal code"),
     Group.CONTACT, Category.ADDRESS, True),
    (r"gps(?!.*(?:version|date|time))|经度|纬度|" + _word("latitude", "longitude", "city", "town", "county") + r"|^(?:(?:gps|wpt|trkpt|rtept|site|home) )?(?:lat|lon|lng)$",
     Group.LOCATION, Category.ADDRESS, True),
    (r"^(?:ysxm|bgys|shys|sqys|jcys)$|医生|医师|技师|护士|操作员|报告者|" + _word("physician", "doctor", "radiologist", "operator", "technologist",
     "nurse", "referrer", "artist", "author", "photographer", "by line", "owner", "camera owner", "xp author",
     "last modified by", "last saved by", "printed by", "manager", "creator", "login", "user ?name", "annotator", "reader name",
     "annotated by", "reported by"), Group.STAFF, Category.STAFF, False),
    (r"^(?:xm|brxm|hzxm|xingming)$|^(?:name |patient )?(?:family|given)(?: value)?$|姓名|患者名|病人名|" + _word("(?:patients?|subject|pat|pt|participant|person|family|given|first|last|middle|"
     "maiden|full|mothers?|fathers?|guardian|next of kin) names?", "surname", "forename", "firstname", "lastname",
     "fullname", "patientname", "nachname", "vorname", "apellidos?", "(?:patient )?initials", "nombre", "nom", "prenom", "cognome", "db name"),
     Group.NAME, Category.NAME, True),
    (r"^(?:zyh|mzh|bah|blh|jzh|jch|yxh|brid|hzid|djh)$|(?:^id extension|identifier value)$|"
     r"住院号|门诊号|病案号|病历号|检查号|影像号|登记号|就诊号|卡号|患者编号|病人编号|"
     + _word("mrn", "medical record", "(?:patients?|pat|pt|record|chart|hospital|case|visit|encounter|admission|"
     "account|accession|exam|order|study|subject) (?:id|ids|no|nr|num|number|identifier|key)", "accession", "pid"),
     Group.IDENTIFIER, Category.RECORD_NUMBER, False),
    (r"序列号|设备编号|" + _word("serial", "serial number", "host computer", "scanner id", "device id",
     "station name", "station", "ae title", "aetitle"), Group.DEVICE, Category.DEVICE, True),
    (r"医院|机构|科室|" + _word("hospital", "institution", "clinic", "institution name", "medical cent(?:er|re)",
     "department"), Group.INSTITUTION, Category.INSTITUTION, True),
    (r"日期|时间|" + _word("date", "datetime", "time", "timestamp", "ts", "epoch time", "date stamp", "creation time", "t ?ime"),
     Group.DATE, Category.DATE, False),
    (r"年龄|" + _word("age"), Group.CHARACTERISTIC, Category.AGE, True),
    (r"性别|民族|" + _word("sex", "gender", "race", "ethnicity", "weight", "height", "bmi"), Group.CHARACTERISTIC,
     Category.CHARACTERISTIC, True),
    (r"^names?$", Group.NAME, Category.NAME, False),
)  # fmt: skip
_WRITTEN = re.compile(
    r"^(?:document (?:created|modified|date|creation-date|printed|print-date|lastPrinted)|pdf (?:CreationDate|ModDate|SourceModified))$|"
    r"^text node=# (?:\w+ @)?(?:CreateDate|ModifyDate|MetadataDate|HistoryWhen|when)$"
)
_PARTS_OF = frozenset({"value", "family", "given"})
_HEADINGS = tuple(
    (re.compile(pattern), Field(group, category, None, certain))
    for pattern, group, category, certain in HEADINGS
)


def heading(element: Element) -> str:
    """The name of the column, key or field that holds the element; empty where there is none."""
    location = element.location
    if element.place is Place.TABLE:
        _, _, name = location.partition("column=")
        return name.rpartition(" row=")[0] or name if name else ""
    if element.place is Place.EXIF:
        return re.sub(
            r"^(exif|gps|iptc|xmp|header|png text|tiff|jpeg|gif)\s+", "", location, flags=re.IGNORECASE
        )
    if element.place is Place.TEXT:
        # The name of an XML or HTML element, or what a field of HL7 is.
        return re.sub(r"^[A-Z0-9]{3}-\d+ ?", "", location.partition("node=# ")[2])
    if element.place is Place.NIFTI:
        return location.removeprefix("nifti ")
    return ""


def is_written_by_a_program(element: Element) -> bool:
    """Whether a date is the one that an office program, a PDF writer or an editor of pictures sets."""
    return _WRITTEN.search(element.location) is not None


def words(name: str) -> str:
    """`PatientName`, `patient_name` and `Patient Name` as `patient name`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name.replace("'s", ""))
    return " ".join(re.sub(r"[\W_]+", " ", apart).lower().split())


@cache
def _rows_by_keyword() -> dict[str, ProfileRow]:
    rows = {}
    for tag, row in ps315.table().items():
        if re.fullmatch(r"[0-9A-F]{8}", tag) and (keyword := keyword_for_tag(int(tag, 16))):
            rows[keyword.lower()] = row
    return rows


@lru_cache(4096)
def field_of_heading(name: str) -> Field | None:
    """The field that a column, key or metadata name stands for, DICOM keywords first."""
    *above, leaf = re.split(r"[.\[\]/]", name.strip("[]. ")) or [name]
    if above and leaf.lower() in _PARTS_OF:
        leaf = f"{above[-1]} {leaf}"  # `telecom.value` of FHIR
    row = _rows_by_keyword().get(re.sub(r"[\W_]", "", leaf).lower())
    if row is not None:
        # A column that is called PatientID may hold row numbers; a DICOM Patient ID does not.
        return Field(row.group, CATEGORY_OF_GROUP[row.group], row, certain=row.group is not Group.IDENTIFIER)
    text = words(leaf)
    return next((field for pattern, field in _HEADINGS if pattern.search(text)), None)


@lru_cache(8192)
def _field_of_tag(tag: int, vr: str) -> Field | None:
    group, element = tag >> 16, tag & 0xFFFF
    if element == 0 or (group % 2 and 0x10 <= element <= 0xFF):
        return None  # group lengths; private creators, which are judged as text
    row = ps315.row(tag)
    if row is not None and row.group is not Group.PRIVATE:
        return Field(row.group, CATEGORY_OF_GROUP[row.group], row)
    if tag in NOT_IN_THE_TABLE:
        kind = NOT_IN_THE_TABLE[tag]
        return Field(kind, CATEGORY_OF_GROUP[kind])
    if vr in BY_VR:
        kind = BY_VR[vr]
        return Field(kind, CATEGORY_OF_GROUP[kind], row, certain=row is None)
    return Field(Group.PRIVATE, Category.PRIVATE, row) if row is not None else None


@lru_cache(4096)
def _field_of_sequence(path: str) -> Field | None:
    """What the sequences around a code make of it, the innermost first."""
    for group, number in reversed(re.findall(r"\(([0-9A-F]{4}),([0-9A-F]{4})\)[^.]*\[", path)):
        tag = int(group + number, 16)
        row = ps315.row(tag)
        if tag & 0x10000 or tag in _OF_A_KIND:
            return None
        name = row.name if row is not None else _described(tag)
        for pattern, kind in _SEQUENCES:
            if re.search(pattern, name):
                return Field(kind, CATEGORY_OF_GROUP[kind], row)
    return None


def _described(tag: int) -> str:
    try:
        return dictionary_description(tag)
    except KeyError:
        return ""


def field_of(element: Element) -> Field | None:
    """The field an element is, or None where its place says nothing of what it holds."""
    if element.place in (Place.DATASET, Place.FILE_META):
        if element.tag in _CODED and "[" in element.location:
            return _field_of_sequence(element.location)
        return None if element.tag is None else _field_of_tag(element.tag, element.vr)
    name = heading(element)
    return field_of_heading(name) if name else None


def is_kept(field: Field, element: Element, context: Context) -> bool:
    """Whether a claimed or declared option lets the field keep its value or a changed one.

    No option covers the values from before a change that Original Attributes keeps.
    """
    codes = context.codes
    if ORIGINAL_VALUES.search(element.location):
        codes = codes - {ps315.MODIFIED_DATES}
    if field.row is not None and field.row.group is not Group.PRIVATE:
        return ps315.action(field.row, codes).may_hold_content
    option = {
        Group.DATE: (ps315.FULL_DATES, ps315.MODIFIED_DATES),
        Group.DEVICE: (ps315.DEVICE,),
        Group.INSTITUTION: (ps315.INSTITUTION,),
        Group.CHARACTERISTIC: (ps315.CHARACTERISTICS,),
    }.get(field.group, ())
    return not codes.isdisjoint(option)


def is_to_be_cleaned(field: Field, context: Context) -> bool:
    """Whether something of the original may stay, but not its identity (action C)."""
    return field.row is not None and ps315.action(field.row, context.codes) is Action.CLEAN


def breaks_claim(field: Field, context: Context) -> bool:
    """Whether the file says that it was de-identified, and PS3.15 removes, empties or replaces what the field holds.

    Such a file should hold nothing there, so that what it holds was overlooked: evidence that is weak in
    another file counts as medium in this one.
    """
    if not (ps315.BASIC in context.codes or context.claim.identity_removed == "YES"):
        return False
    if field.row is None:
        return True  # titles in the file meta, and what only its type tells; `is_kept` knows their options
    return (
        field.row.group is not Group.PRIVATE and not ps315.action(field.row, context.codes).may_hold_content
    )


def required(field: Field, context: Context) -> str:
    """The action PS3.15 asks for, as one clause; empty where the table has no row."""
    if field.row is None or field.row.group is Group.PRIVATE:
        return ""
    action: Action = ps315.action(field.row, context.codes)
    return f"PS3.15 action {action.value}"
