"""The report in files: HTML and JSON for people and programs, and what CI systems read.

Every format is rendered from a `Report` alone, so it can be rendered again from report.json.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import UsageError
from auditor.report.ci import render_codequality, render_junit, render_sarif
from auditor.report.markdown import render_markdown
from auditor.report.page import render_html
from auditor.report.plain import summary
from auditor.report.schema import Report
from auditor.report.stored import json_text, load_report

__all__ = ["FORMATS", "Format", "load_report", "render", "summary", "write_report"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of the report: the file it is written to and the function that renders it."""

    file_name: str
    render: Callable[[Report, str], str]


FORMATS = {
    "html": Format("report.html", render_html),
    "json": Format("report.json", lambda report, _lang: json_text(report)),
    "markdown": Format("report.md", render_markdown),
    "sarif": Format("report.sarif", render_sarif),
    "junit": Format("junit.xml", render_junit),
    "codequality": Format("gl-code-quality-report.json", render_codequality),
}


def render(report: Report, name: str, *, lang: str = "en") -> str:
    """The report in one format; an unknown `name` or `lang` raises `UsageError`."""
    if name not in FORMATS:
        raise UsageError("The format of the report is not known", todo=f"Use one of {', '.join(FORMATS)}.")
    return FORMATS[name].render(report, lang)


def write_report(
    report: Report, folder: Path, *, lang: str = "en", formats: Sequence[str] = ("html", "json")
) -> list[Path]:
    """Write `report` to `folder` in each of `formats` and return the files, in that order.

    The folder is made if needed. Everything is rendered before anything is written, and each file
    replaces its predecessor whole. Raises `UsageError` for an unknown format or language, and for
    a folder that cannot be written to.
    """
    rendered = [(name, render(report, name, lang=lang)) for name in dict.fromkeys(formats)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(folder / FORMATS[name].file_name, text) for name, text in rendered]
    except OSError as error:
        raise UsageError(
            f"The report cannot be written ({error.strerror or 'input/output error'})",
            str(folder),
            "Give --out a folder that can be written to.",
        ) from None


def _write(path: Path, text: str) -> Path:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        # A lone surrogate (an undecodable file name) becomes "?": the file must be valid UTF-8.
        temporary.write_bytes(text.encode("utf-8", "replace"))
        return temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
