"""Reports for CI systems: SARIF 2.1.0, JUnit XML and GitLab Code Quality, one entry per finding group."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from auditor.model import Severity
from auditor.report.clean import one_line, xml_text
from auditor.report.locale import locale
from auditor.report.plain import summary
from auditor.report.schema import FindingGroup, Report
from auditor.report.ways import is_known, ordered, rank

_SARIF_LEVEL = {"info": "note", "low": "note", "medium": "warning", "high": "error", "critical": "error"}
# GitHub orders alerts by this number, which follows CVSS bands.
_SECURITY_SEVERITY = {"info": "0.0", "low": "3.0", "medium": "5.5", "high": "8.0", "critical": "9.5"}
_GITLAB_SEVERITY = {
    "info": "info",
    "low": "minor",
    "medium": "major",
    "high": "critical",
    "critical": "blocker",
}


def fingerprint(group: FindingGroup) -> str:
    """Identity of a group between runs: its rule and kind of place, never a row, frame or count."""
    return hashlib.sha256(f"{group.rule_id}\0{group.location}".encode("utf-8", "replace")).hexdigest()


def render_sarif(report: Report, lang: str = "en") -> str:
    """SARIF 2.1.0 (OASIS) with one result per group; waived groups carry an accepted suppression."""
    t = locale(lang)
    groups = ordered(report.findings.groups)
    first = {group.rule_id: group for group in reversed(groups)}
    rules = [
        {
            "id": rule,
            "shortDescription": {"text": one_line(t.pick(g.title, g.title_zh)[0] or rule)},
            "help": {"text": one_line(t.pick(g.remedy, g.remedy_zh)[0] or rule)},
            "properties": {
                "security-severity": _SECURITY_SEVERITY.get(g.severity, "0.0"),
                "tags": _tags(report, g),
            },
        }
        for rule, g in sorted(first.items())
    ]
    driver = {"name": report.tool.name, "version": report.tool.version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": report.verdict.status != "incomplete"}],
        "results": [_result(group, lang, report.findings.known is not None) for group in groups],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _tags(report: Report, group: FindingGroup) -> list[str]:
    """Category, way, and what laws and standards call the category."""
    tags = [group.category, group.way]
    if known := report.findings.standards.get(group.category):
        tags += [f"HIPAA ({known.hipaa})"] * bool(known.hipaa)
        tags += [f"PIPL article {known.pipl}"] * bool(known.pipl)
        tags += [f"GB/T 35273-2020 {known.gbt35273}"] * bool(known.gbt35273)
    return [one_line(tag) for tag in tags if tag]


def _result(group: FindingGroup, lang: str, compared: bool) -> dict[str, object]:
    where: dict[str, object] = {"logicalLocations": [{"fullyQualifiedName": one_line(group.location)}]}
    if group.example_file:
        uri = quote(one_line(group.example_file))
        where["physicalLocation"] = {"artifactLocation": {"uri": uri}}
    result: dict[str, object] = {
        "ruleId": group.rule_id,
        "level": _SARIF_LEVEL.get(group.severity, "note"),
        "message": {"text": _message(group, lang)},
        "locations": [where],
        "partialFingerprints": {"ruleAndPlace/v1": fingerprint(group)},
        "occurrenceCount": max(group.count, 1),
    }
    if compared:
        result["baselineState"] = "unchanged" if is_known(group) else "updated" if group.known else "new"
    if group.waived_by:
        justification = one_line(group.waived_by)
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
    return result


def render_junit(report: Report, lang: str = "en") -> str:
    """JUnit XML: the verdict is one test, every group another; info never fails, waived and known are skipped."""
    t = locale(lang)
    reasons = report.verdict.reasons_zh if t.lang == "zh" else []
    verdict = _case("verdict", "gate", _verdict_outcome(report, "; ".join(reasons or report.verdict.reasons)))
    groups = ordered(report.findings.groups)
    cases = [verdict, *(_case(_message(g, lang), g.rule_id, _outcome(g, lang)) for g in groups)]
    failures = sum("<failure" in case for case in cases)
    errors = sum("<error" in case for case in cases)
    skipped = sum("<skipped" in case for case in cases)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    text = "".join(f"<system-out>{_xml(summary(report, lang))}</system-out>")
    name = quoteattr(xml_text(f"{report.tool.name}: {report.dataset.name}"))
    body = "\n".join(cases)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counts}>\n'
        f"<testsuite name={name} {counts}>\n{body}\n{text}\n</testsuite>\n</testsuites>\n"
    )


def _xml(text: str) -> str:
    lines = (xml_text(line) for line in text.splitlines())
    return "\n".join(lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _case(name: str, rule: str, outcome: str) -> str:
    attributes = f"name={quoteattr(xml_text(name))} classname={quoteattr(xml_text(rule))}"
    return f"<testcase {attributes}>{outcome}</testcase>" if outcome else f"<testcase {attributes}/>"


def _verdict_outcome(report: Report, reasons: str) -> str:
    element = {"pass": "", "review": "", "fail": "failure"}.get(report.verdict.status, "error")
    return f"<{element} message={quoteattr(xml_text(reasons))}/>" if element else ""


def _outcome(group: FindingGroup, lang: str) -> str:
    if is_known(group):
        return f"<skipped message={quoteattr(locale(lang)('findings.known', n=group.known))}/>"
    if group.waived_by:
        return f"<skipped message={quoteattr(xml_text(group.waived_by))}/>"
    if rank(group.severity) <= Severity.INFO.rank:
        return ""
    t = locale(lang)
    remedy = t.pick(group.remedy, group.remedy_zh)[0]
    return f"<failure type={quoteattr(xml_text(group.severity))} message={quoteattr(xml_text(remedy))}/>"


def render_codequality(report: Report, lang: str = "en") -> str:
    """GitLab Code Quality JSON: the groups in force, without those waived or in the baseline, which GitLab
    has no word for."""
    issues = [
        {
            "description": _message(group, lang),
            "check_name": group.rule_id,
            "fingerprint": fingerprint(group),
            "severity": _GITLAB_SEVERITY.get(group.severity, "info"),
            "location": {"path": one_line(group.example_file) or ".", "lines": {"begin": 1}},
        }
        for group in ordered(report.findings.groups)
        if not group.waived_by and not is_known(group)
    ]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _message(group: FindingGroup, lang: str) -> str:
    t = locale(lang)
    title = t.pick(group.title, group.title_zh)[0] or group.rule_id
    return one_line(f"{title} · {group.location} · {t.count('findings', group.count)}")
