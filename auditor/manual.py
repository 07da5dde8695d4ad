"""The manual of the rules, from the checks' own docstrings."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from auditor.checks import all_checks
from auditor.checks.base import Check
from auditor.errors import UsageError
from auditor.standards.classes import reading, table


def manual_page(rule: str, lang: str = "en") -> str:
    """The manual page of one rule as Markdown. Raises UsageError for an id that is not known."""
    check = next((check for check in all_checks() if check.id == rule.upper()), None)
    if check is None:
        raise UsageError("No rule has this id", rule, "`auditor rules` lists them.")
    return _page(check, lang)


def rule_table(lang: str = "en") -> str:
    """One line a rule: id, severity, way, title."""
    return "\n".join(
        f"{check.id}  {check.severity:<8}  {check.way or '':<28}  {check.title[lang]}"
        for check in all_checks()
    )


def write_pages(folder: Path) -> int:
    """Write a page a rule and an index into `folder`; returns the number of rules."""
    folder.mkdir(parents=True, exist_ok=True)
    for check in all_checks():
        (folder / f"{check.id}.md").write_text(_page(check, "en"), encoding="utf-8")
    rows = [
        f"| [{check.id}]({check.id}.md) | {check.title.en} | {check.severity} | {check.category} | {check.way or ''} |"
        for check in all_checks()
    ]
    head = ["# Rules", "", "Generated from the checks by `make rules`.", ""]
    columns = ["| id | title | severity | category | way |", "|---|---|---|---|---|"]
    (folder / "index.md").write_text("\n".join([*head, *columns, *rows]) + "\n", encoding="utf-8")
    return len(rows)


def _page(check: Check[Any], lang: str) -> str:
    manual = inspect.getdoc(type(check)) or ""
    way = check.way or ("none, a duty" if lang == "en" else "无，属于义务")
    classes = "\n".join(f"- {line}" for line in table()[check.category].lines(lang))
    heading = "What standards call it" if lang == "en" else "相关标准中的类别"
    return (
        f"# {check.id} {check.title[lang]}\n\n"
        f"Severity {check.severity} · category {check.category} · way {way}\n\n"
        f"{manual}\n\n"
        f"**{'Remedy' if lang == 'en' else '处理建议'}:** {check.remedy[lang]}\n"
        + (f"\n**{heading}**\n\n{classes}\n\n{reading(lang)}\n" if classes else "")
    )
