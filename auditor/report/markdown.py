"""report.md: the verdict, the five ways and the findings, for a merge request or a wiki page."""

from __future__ import annotations

import re

from auditor.report.clean import one_line
from auditor.report.locale import Locale, locale
from auditor.report.plain import STATUSES, summary
from auditor.report.schema import FindingGroup, Report
from auditor.report.ways import anything_judged, ordered, way_views

ROWS_SHOWN = 100
# What Markdown, or the HTML inside it, gives a meaning to in the middle of a line.
_SPECIAL = re.compile(r"([\\`*_{}\[\]#+!|<>&~$@]|:(?=//))")


def render_markdown(report: Report, lang: str = "en") -> str:
    """The report as GitHub-flavoured Markdown; text of the dataset is escaped and stays text."""
    t = locale(lang)
    status = report.verdict.status if report.verdict.status in STATUSES else "incomplete"
    parts = [
        f"# {t('doc.title')}: {_inert(report.dataset.name)}",
        f"**{t('verdict.status.' + status)}** – {t('verdict.headline.' + status)}. {t('verdict.means.' + status)}",
        "\n".join(f"- {_inert(line.strip(' -'))}" for line in summary(report, lang).splitlines()[1:]),
        f"## {t('ways.heading')}",
        _ways(report, t),
        f"## {t('findings.heading')}",
        _findings(report, t),
        f"## {t('limits.heading')}",
        _limits(report, t),
        t("doc.footer"),
    ]
    return "\n\n".join(parts) + "\n"


def _inert(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", one_line(text))


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join([_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)])


def _ways(report: Report, t: Locale) -> str:
    rows = []
    for way in way_views(report, t):
        state = t(f"ways.state.{way.state}")
        worst = f" ({t.term('severity', way.worst)})" if way.worst else ""
        found = " ".join(_inert(s.text) for s in way.found)
        rows.append([t(f"ways.{way.slug}.name"), state + worst, found, _inert(way.todo[0].text)])
    head = [t("risk.way"), t("coverage.status"), t("ways.found"), t("ways.todo")]
    return _table(head, rows)


def _findings(report: Report, t: Locale) -> str:
    if not anything_judged(report):
        return t("findings.not_measured")
    groups = ordered(report.findings.groups)
    if not groups:
        return t("findings.none")
    head = [t(f"findings.{key}") for key in ("severity", "what", "where", "count")]
    table = _table(head, [_finding(group, t) for group in groups[:ROWS_SHOWN]])
    if len(groups) > ROWS_SHOWN:
        table += "\n\n" + t("findings.capped", shown=ROWS_SHOWN, total=len(groups))
    return table


def _finding(group: FindingGroup, t: Locale) -> list[str]:
    title, _ = t.pick(group.title, group.title_zh)
    waived = f" ({t('findings.waived', by=group.waived_by)})" if group.waived_by else ""
    waived += f" ({t('findings.known', n=group.known)})" if group.known else ""
    return [
        _inert(t.term("severity", group.severity)),
        _inert(f"{title} [{group.rule_id}]{waived}"),
        _inert(group.location),
        t.number(group.count),
    ]


def _limits(report: Report, t: Locale) -> str:
    run = report.limits_zh if t.lang == "zh" and report.limits_zh else report.limits
    return "\n".join(f"- {_inert(limit)}" for limit in [*run, *t.data("limits.general")])
