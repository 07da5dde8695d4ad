"""Report x Policy -> verdict. Needs nothing but the two, so a report can be gated anywhere."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

from auditor.model import ENOUGH_ALIGNED, ENOUGH_PROBED, STAGES, Severity, Text
from auditor.policy import Policy
from auditor.report.locale import locale
from auditor.report.schema import Report, VerdictModel
from auditor.report.unfinished import weighed

EXIT = {"pass": 0, "review": 0, "fail": 1, "incomplete": 3}
"""Exit code by status; 2 is wrong use."""


def evaluate(report: Report, policy: Policy, today: dt.date) -> VerdictModel:
    """fail: a threshold is broken. incomplete: too little was examined to say, or a step failed. review: passes, but a
    person should look. pass: none of these. A failure outweighs incompleteness: a leak that was found
    stays one however much is still unread."""
    fail, review = _findings(report, policy, today), _reviews(report, policy, today)
    fail += _measures(report, policy)
    incomplete = _incomplete(report, policy)
    status = "fail" if fail else "incomplete" if incomplete else "review" if review else "pass"
    reasons = fail + incomplete + review + _left_out(report)
    return VerdictModel(status=status, reasons=[r.en for r in reasons], reasons_zh=[r.zh for r in reasons])


def _findings(report: Report, policy: Policy, today: dt.date) -> list[Text]:
    level = policy.gate.fail_on
    return [
        Text(
            f"{_findings_of(n, severity)} (the gate fails on {level} and above)",
            f"{n:,} 项{_ZH[severity]}发现（门禁在“{_ZH[level]}”及以上时不通过）",
        )
        for severity, n in _count(report, policy, today, policy.failing).items()
    ]


def _left_out(report: Report) -> list[Text]:
    """What a verdict must not be silent about, though it does not change it."""
    known = report.findings.known
    if not known:
        return []
    return [
        Text(
            f"Not counted: {known:,} finding{'s' * (known != 1)} of the baseline",
            f"未计入：基线中已有的 {known:,} 项发现",
        )
    ]


def _reviews(report: Report, policy: Policy, today: dt.date) -> list[Text]:
    gate = policy.gate
    asking = _count(report, policy, today, lambda s: policy.reviewing(s) and not policy.failing(s))
    reasons = [
        Text(f"{_findings_of(n, severity)} to look at", f"{n:,} 项{_ZH[severity]}发现需要复核")
        for severity, n in asking.items()
    ]
    if left_out := [stage for stage in STAGES if stage not in report.dataset.stages]:
        named = ", ".join(left_out)
        reasons.append(Text(f"Stages not run, so not judged: {named}", f"未运行、因而未判断的阶段：{named}"))
    reasons += [weighed(step) for step in report.unfinished if not step.weighs]
    attack, k = report.linkage.self, report.records.k_min
    if attack.rank1 and gate.review_rank1 is not None and attack.rank1.low >= gate.review_rank1:
        among, share = f"{attack.gallery_patients:,}", f"{attack.rank1.value:.0%}"
        reasons.append(
            Text(
                f"An image of a patient finds the same patient among {among} in {share} of cases",
                f"用一张影像可在 {among} 名患者中找到同一患者的比例为 {share}",
            )
        )
    if gate.review_rank1 is not None:
        reasons += _unproven(report, gate.review_rank1)
    if k is not None and gate.review_k is not None and k < gate.review_k:
        reasons.append(
            Text(
                f"The smallest equivalence class has {k} (asked for: {gate.review_k})",
                f"最小等价类仅 {k} 人（要求不少于 {gate.review_k} 人）",
            )
        )
    return reasons


def _unproven(report: Report, asked: float) -> list[Text]:
    """Why linkage by image cannot be called low though it was not found to be high. `asked`: rank-1 that the
    policy looks at twice."""
    attack = report.linkage.self
    if not attack.images:
        return []
    if attack.rank1 is None:
        return [
            Text(
                f"Linkage by image was not measured, which does not make it unlikely: {attack.reason}",
                f"未能测量影像关联，不等于关联不可能：{_in_chinese(attack.reason)}",
            )
        ]
    if attack.rank1.low >= asked:
        return []
    reasons, aligned = [], attack.aligned_share
    if aligned is not None and aligned < ENOUGH_ALIGNED:
        reasons.append(
            Text(
                f"Only {aligned:.0%} of the images could be aligned: rank-1 {attack.rank1.value:.0%} is a lower bound",
                f"仅 {aligned:.0%} 的影像能够对齐：首位命中率 {attack.rank1.value:.0%} 只是下限",
            )
        )
    if attack.probe_patients < ENOUGH_PROBED and attack.rank1.high >= asked:
        probed, high = attack.probe_patients, f"{attack.rank1.high:.0%}"
        reasons.append(
            Text(
                f"Only {probed} patients could be probed: rank-1 may be as high as {high}",
                f"仅能测试 {probed} 名患者：首位命中率可能高达 {high}",
            )
        )
    return reasons


def _in_chinese(sentence: str) -> str:
    return locale("zh").phrase(sentence) or sentence


def _measures(report: Report, policy: Policy) -> list[Text]:
    gate, reasons = policy.gate, []
    rank1, prosecutor, k = report.linkage.self.rank1, report.records.prosecutor, report.records.k_min
    if gate.fail_rank1 is not None and rank1 and rank1.high >= gate.fail_rank1:
        value, high, limit = f"{rank1.value:.1%}", f"{rank1.high:.1%}", f"{gate.fail_rank1:.1%}"
        reasons.append(
            Text(
                f"Rank-1 {value} (up to {high}) reaches {limit}",
                f"首位命中率 {value}（上限 {high}）达到阈值 {limit}",
            )
        )
    if gate.fail_k is not None and k is not None and k < gate.fail_k:
        reasons.append(
            Text(
                f"The smallest equivalence class has {k}, below {gate.fail_k}",
                f"最小等价类 {k} 小于 {gate.fail_k}",
            )
        )
    if gate.fail_prosecutor is not None and prosecutor and prosecutor.high >= gate.fail_prosecutor:
        value, limit = f"{prosecutor.value:.1%}", f"{gate.fail_prosecutor:.1%}"
        reasons.append(
            Text(f"Prosecutor risk {value} reaches {limit}", f"检察官风险 {value} 达到阈值 {limit}")
        )
    return reasons


def _incomplete(report: Report, policy: Policy) -> list[Text]:
    coverage = report.coverage
    examined = coverage.read + coverage.partial
    reasons = [weighed(step) for step in report.unfinished if step.weighs]
    if not examined:
        return [Text("Nothing was examined: no file could be read", "没有任何文件被检查"), *reasons]
    total = examined + coverage.unreadable
    if coverage.unreadable / total <= policy.gate.max_unreadable:
        return reasons
    share, limit = f"{coverage.unreadable / total:.1%}", f"{policy.gate.max_unreadable:.1%}"
    return [
        Text(
            f"{coverage.unreadable:,} of {total:,} files could not be read ({share}, allowed {limit})",
            f"{total:,} 个文件中有 {coverage.unreadable:,} 个无法读取（{share}，允许 {limit}）",
        ),
        *reasons,
    ]


def _count(
    report: Report, policy: Policy, today: dt.date, counts: Callable[[Severity], bool]
) -> Counter[str]:
    """Findings by severity that are neither waived nor in the baseline."""
    found: Counter[str] = Counter()
    for group in sorted(report.findings.groups, key=lambda g: -Severity(g.severity).rank):
        severity = Severity(group.severity)
        if counts(severity) and not policy.waiver_for(group.rule_id, group.location, today):
            found[str(severity)] += group.count - group.known
    return +found


def _findings_of(n: int, severity: str) -> str:
    return f"{n:,} {severity} finding{'s' * (n != 1)}"


_ZH = {"critical": "严重", "high": "高危", "medium": "中危", "low": "低危", "info": "提示", "never": "从不"}
