"""report.html: one offline file, rendered from a `Report` by the templates beside this module."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from auditor.model import Severity, Way
from auditor.report.clean import one_line
from auditor.report.laws import laws_plot
from auditor.report.locale import locale
from auditor.report.plots import histogram, scaling_plot
from auditor.report.reliability import reliability_plot
from auditor.report.schema import Report
from auditor.report.ways import (
    SLUGS,
    anything_judged,
    examined_files,
    images_compared,
    ordered,
    said,
    way_views,
)

ROWS_SHOWN = 200
"""Rows of the findings table; findings.csv always holds everything."""


@cache
def environment() -> Environment:
    """Where the templates are rendered: everything is escaped, nothing may be undefined."""
    made = Environment(
        loader=PackageLoader("auditor.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters["one_line"] = one_line
    return made


def _shown(value: object) -> object:
    """What an expression may put on the page: text on one line, never the word None."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return one_line(value)
    return value


@cache
def asset(name: str) -> str:
    """The text of a file beside the templates."""
    return (files("auditor.report") / "templates" / name).read_text(encoding="utf-8")


def source_hash(text: str) -> str:
    """The Content-Security-Policy source that allows exactly this inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def render_html(report: Report, lang: str = "en") -> str:
    """The whole report as one HTML page without any outside reference; `lang` is en or zh."""
    t = locale(lang)
    style, script = asset("style.css"), asset("enhance.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src {source_hash(style)}; script-src {source_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    groups = ordered(report.findings.groups)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            t=t,
            report=report,
            # Our own files, whose hashes the policy above names: the only text that is not escaped.
            style=Markup(style),  # noqa: S704
            script=Markup(script),  # noqa: S704
            policy=policy,
            said=lambda text: said(text, t),
            ways=way_views(report, t),
            slugs={way.value: slug for way, slug in SLUGS.items()},
            way_words=[way.value for way in Way],
            severities=[severity.value for severity in reversed(Severity)],
            examined=examined_files(report),
            judged=anything_judged(report),
            compared=images_compared(report),
            stages=sorted(report.dataset.stages, key=[*t.data("terms.stage"), *report.dataset.stages].index),
            groups=groups[:ROWS_SHOWN],
            groups_total=len(groups),
            scaling=scaling_plot(report.linkage.scaling),
            laws=laws_plot(report.linkage.scaling, report.linkage.laws),
            reliability=reliability_plot(report.linkage.calibration.bins),
            risks=histogram(report.risk.histogram, report.risk.threshold),
        )
    )
