"""What laws and standards call the categories of findings: a table, classes.csv.

Sources: HIPAA 45 CFR 164.514(b)(2)(i)(A)–(R), as amended 2013 (wording shortened); Personal Information
Protection Law of the PRC (2021), articles 4 and 28; GB/T 35273-2020 Annexes A and B (examples of personal
and of sensitive personal information); GB/T 39725-2020 table 1 (classes of health data); DICOM PS3.15
Table E.1-1 by the groups of ps315.csv.

The texts of the two GB/T were not at hand whole. Checked against published summaries and quotations: the six
classes of GB/T 39725 (individual attributes, health status, medical application, payment, resources, public
health) and that numbers of stays and of examinations are identity information there; the categories of Annex A
of GB/T 35273 and that its Annex B names identity documents, property, health and biometrics. Article 28 of the
law names biometrics, beliefs, specific identities, health care, financial accounts, whereabouts and minors
under 14; numbers of identity documents are not among them by that alone (GB/T 45574-2025 names photographs of
identity cards), so they stand under article 4. Subclasses in brackets are from memory. Which class a category
falls into is this project's reading, and no legal advice: the page of each rule says so (`reading`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from auditor.model import Category
from auditor.standards import ps315


def reading(lang: str = "en") -> str:
    """What the classes are worth, in one sentence."""
    if lang == "zh":
        return "各类别的归属为本项目的解读（依据公开的摘要与引文，未逐条核对国家标准全文），不构成法律意见。"
    return (
        "Which class a category falls into is this project's reading, for the GB/T from published summaries and "
        "quotations and not from their whole text; it is no legal advice."
    )


@dataclass(frozen=True, slots=True)
class CategoryClass:
    """One category in the words of the standards; empty where a standard has none for it."""

    category: Category
    hipaa: str
    """Letter of 164.514(b)(2)(i)."""
    hipaa_text: str
    pipl: str
    """Article: 28 sensitive personal information, 4 personal information."""
    gbt35273: str
    gbt39725: str
    ps315: tuple[str, ...]
    """Groups of Table E.1-1."""

    def lines(self, lang: str = "en") -> tuple[str, ...]:
        """One line a standard, with its edition; standards that have no class for it are left out."""
        zh = lang == "zh"
        hipaa = f"({self.hipaa}) {self.hipaa_text}" if self.hipaa else self.hipaa_text
        sensitive = (
            ("敏感个人信息" if zh else "sensitive personal information")
            if self.pipl == "28"
            else ("个人信息" if zh else "personal information")
        )
        pipl = (
            (
                f"第{'二十八' if self.pipl == '28' else '四'}条，{sensitive}"
                if zh
                else f"article {self.pipl}, {sensitive}"
            )
            if self.pipl
            else ""
        )
        told = (
            ("HIPAA 45 CFR 164.514(b)(2)(i)", hipaa),
            ("PIPL" if not zh else "个人信息保护法", pipl),
            ("GB/T 35273-2020", self.gbt35273),
            ("GB/T 39725-2020", self.gbt39725),
            ("DICOM PS3.15 Table E.1-1", rows_of(self, lang)),
        )
        return tuple(f"{name}: {text}" for name, text in told if text)


@cache
def table() -> Mapping[Category, CategoryClass]:
    """Every category with its classes."""
    with (files("auditor.standards") / "classes.csv").open(encoding="utf-8") as stream:
        rows = [
            CategoryClass(
                Category(row["category"]),
                row["hipaa"],
                row["hipaa_text"],
                row["pipl"],
                row["gbt35273"],
                row["gbt39725"],
                tuple(row["ps315"].split()),
            )
            for row in csv.DictReader(stream)
        ]
    return {row.category: row for row in rows}


@cache
def rows_of(entry: CategoryClass, lang: str = "en") -> str:
    """How many rows of Table E.1-1 concern a category, with the actions that the Basic Profile asks for."""
    rows = [row for row in ps315.table().values() if row.group.value in entry.ps315]
    if not rows:
        return ""
    actions = ", ".join(sorted({row.basic.value for row in rows}))
    if lang == "zh":
        return f"{len(rows)} 行，基本规范的动作为 {actions}"
    return f"{len(rows)} rows, actions {actions} in the Basic Profile"
