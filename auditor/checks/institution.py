"""T122: an institution, department or issuer is named."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._examples import cell, dicom
from auditor.checks._fields import breaks_claim, field_of, is_kept, required
from auditor.checks._values import is_generic, parts, says_no_more
from auditor.checks.base import ElementCheck
from auditor.detectors import is_placeholder
from auditor.model import Category, Context, Element, Match, Severity, Text, Way
from auditor.standards.ps315 import Group

_SPECIALTY = re.compile(
    r"(department of |dept\.? (of )?)?((diagnostic |nuclear |interventional |neuro|paediatric |pediatric )*"
    r"(radiolog\w*|cardiolog\w*|imaging|medicine|oncolog\w*|patholog\w*|emergency|surgery|icu|mri?|ct|us|ultrasound|"
    r"x-?ray|research)\W*(and|&)?\W*)+(department|dept\.?|unit|lab)?|放射科|影像科|超声科|核医学科|急诊科?",
    re.IGNORECASE,
)
_WEAK = re.compile(r"Department|Location|Transport|Residence|Issuer|Service|Source of Previous")


class Institution(ElementCheck):
    """An institution, a department, a ward or an issuer of numbers is named.

    What it does
        Looks at the attributes that PS3.15 reserves for institution identity, at organisations,
        locations and issuers of ids, and at columns and keys of that meaning. Quiet under option
        113112 where the table allows it, and for a bare specialty such as `Radiology` and for makers
        of devices; other words of language are low.

    Why it matters
        The hospital cuts the population from a country to a catchment area, and it is where the
        other half of the record lies.

    Remedy
        Remove the value, or claim option 113112 where the site matters.
    """

    id = "T122"
    title = Text(en="An institution is named", zh="保留了机构名称")
    remedy = Text(
        en="Remove it (PS3.15 actions X, Z, D), or claim option 113112 (Retain Institution Identity).",
        zh="删除（PS3.15 动作 X、Z、D），或在确有需要时声明选项 113112（保留机构身份）。",
    )
    severity = Severity.MEDIUM
    category = Category.INSTITUTION
    way = Way.DATA
    good = (
        dicom(0x00080080, "LO", "St. Mary Hospital", "InstitutionName", "113100", "113112"),
        dicom(0x00080080, "LO", "REMOVED", "InstitutionName"),
        dicom(0x00081040, "LO", "Radiology", "InstitutionalDepartmentName"),
        dicom(0x00080080, "LO", "SITE-01", "InstitutionName"),
        dicom(0x00080080, "LO", "TOSHIBA", "InstitutionName"),
        dicom(0x00080080, "LO", "MM07R R4.3", "InstitutionName"),
        dicom(0x00080080, "LO", "GE MEDICAL SYSTEMS", "InstitutionName"),
    )
    bad = (
        dicom(0x00080080, "LO", "St. Mary Hospital", "InstitutionName"),
        dicom(0x00080081, "ST", "1 Hospital Road, Springfield", "InstitutionAddress", "113100"),
        dicom(0x00080080, "LO", "北京协和医院", "InstitutionName"),
        dicom(0x00080080, "LO", "General Hospital North", "InstitutionName"),
        dicom(0x00080080, "LO", "Sunrise", "InstitutionName"),
        cell("hospital", "St. Mary Hospital"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per name; wards and issuers weigh less than the institution."""
        field = field_of(subject)
        if field is None or field.group is not Group.INSTITUTION or is_kept(field, subject, context):
            return
        name = field.row.name if field.row is not None else ""
        for part in parts(subject.value):
            if is_placeholder(part) or is_generic(part) or _SPECIALTY.fullmatch(part) or len(part) < 2:
                continue
            if "Address" not in name and (plain := says_no_more(part)) is not None:
                if not plain:
                    yield Match(0.4, part, Severity.LOW, detail="a word of language")
                continue
            weak = _WEAK.search(name) and not breaks_claim(field, context)
            yield Match(0.7, part, Severity.LOW if weak else None, detail=required(field, context))
