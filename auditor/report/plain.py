"""The report in a few lines of text for a terminal."""

from __future__ import annotations

from auditor.report.clean import one_line
from auditor.report.locale import Locale, locale
from auditor.report.schema import Report
from auditor.report.ways import anything_judged, examined_files, rank, said

STATUSES = ("pass", "review", "fail", "incomplete")


def summary(report: Report, lang: str = "en") -> str:
    """The verdict with its reasons, then one line for each part: files, findings, linkage, records, risk.

    Ends without a line break. What was not measured is said to be so, with its reason if known.
    """
    t = locale(lang)
    status = report.verdict.status if report.verdict.status in STATUSES else "incomplete"
    reasons = report.verdict.reasons_zh if t.lang == "zh" else []
    lines = [
        t(
            "summary.verdict",
            status=t(f"verdict.status.{status}"),
            headline=t(f"verdict.headline.{status}"),
        ),
        *(f"  - {reason}" for reason in reasons or report.verdict.reasons),
        t(
            "summary.files",
            examined=examined_files(report),
            total=report.dataset.files,
            partial=report.coverage.partial,
            skipped=report.coverage.skipped,
            unreadable=report.coverage.unreadable,
        ),
        _findings(report, t),
        _linkage(report, t),
        _records(report, t),
        _risk(report, t),
    ]
    return "\n".join(one_line(line) for line in lines)


def _findings(report: Report, t: Locale) -> str:
    if not anything_judged(report):
        return t("summary.findings_unmeasured")
    by_severity = sorted(report.findings.by_severity.items(), key=lambda item: -rank(item[0]))
    counts = [f"{t.term('severity', word)} {t.number(n)}" for word, n in by_severity if n]
    return t("summary.findings", counts=t("list").join(counts)) if counts else t("summary.findings_none")


def _reason(text: str, t: Locale) -> str:
    return said(text.rstrip("."), t).text if text else t("linkage.no_reason")


def _linkage(report: Report, t: Locale) -> str:
    attack = report.linkage.self
    if attack.rank1 is None:
        return t("summary.linkage_unmeasured", reason=_reason(attack.reason, t))
    return t(
        "summary.linkage",
        rank1=t.percent(attack.rank1.value),
        interval=t.interval(attack.rank1),
        chance=t.percent(attack.chance),
        patients=t.count("patients", attack.gallery_patients),
    )


def _records(report: Report, t: Locale) -> str:
    records = report.records
    if records.uniques is None or records.k_min is None:
        return t("summary.records_unmeasured", reason=_reason(records.reason, t))
    return t(
        "summary.records",
        uniques=t.percent(records.uniques.value),
        interval=t.interval(records.uniques),
        k=records.k_min,
    )


def _risk(report: Report, t: Locale) -> str:
    risk = report.risk
    if risk.mean is None:
        return t("summary.risk_unmeasured")
    return t(
        "summary.risk",
        n=risk.patients_at_risk,
        total=report.dataset.patients,
        threshold=t.mark(risk.threshold),
    )
