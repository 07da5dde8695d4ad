"""The five ways back to a person, each with how far it was measured and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from auditor.model import Severity, Way
from auditor.report.locale import Locale
from auditor.report.schema import FindingGroup, Report

SLUGS = {
    Way.DATA: "data",
    Way.PIXELS: "pixels",
    Way.IMAGE: "image",
    Way.RECORD: "record",
    Way.REVERSAL: "reversal",
}
SHOWN = 3
"""Groups and remedies named per way; the findings table holds the rest."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and the language tag it is in."""

    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class WayView:
    """One way as the report tells it. `state`: found, waived, clear, measured (figures, but no
    finding), partial or unmeasured."""

    slug: str
    state: str
    worst: str
    """Severity of the worst finding in force, empty without one."""
    meaning: str
    looked: tuple[Said, ...]
    found: tuple[Said, ...]
    todo: tuple[Said, ...]


def rank(severity: str) -> int:
    """Weight of a severity word; unknown words weigh least."""
    return Severity(severity).rank if severity in set(Severity) else -1


def is_known(group: FindingGroup) -> bool:
    """Whether every finding of the group is in the baseline."""
    return 0 < group.count <= group.known


def ordered(groups: list[FindingGroup]) -> list[FindingGroup]:
    """Groups in the order a reader needs them: in force before waived or known, severe before mild, many before few."""
    return sorted(
        groups,
        key=lambda g: (
            bool(g.waived_by) or is_known(g),
            -rank(g.severity),
            -g.count,
            -g.confidence,
            g.rule_id,
            g.location,
        ),
    )


def examined_files(report: Report) -> int:
    """Files of which at least a part was read."""
    return report.coverage.read + report.coverage.partial


def data_measured(report: Report) -> bool:
    """Whether any header, text or name was judged."""
    return "tags" in report.dataset.stages and examined_files(report) > 0


def pixels_measured(report: Report) -> bool:
    """Whether any frame was read by an engine."""
    stages = report.dataset.stages
    return "pixels" in stages and report.coverage.frames_examined > 0 and bool(report.tool.ocr_engine)


def images_compared(report: Report) -> bool:
    """Whether images were compared with each other, if only for repetition."""
    return "linkage" in report.dataset.stages and report.linkage.self.images > 0


def anything_judged(report: Report) -> bool:
    """Whether there was anything that a finding could have come from."""
    return report.findings.total > 0 or data_measured(report) or pixels_measured(report)


def way_views(report: Report, t: Locale) -> list[WayView]:
    """The five ways in their fixed order."""
    looked: dict[Way, Callable[[Report, Locale], tuple[list[Said], list[Said]]]] = {
        Way.DATA: _data,
        Way.PIXELS: _pixels,
        Way.IMAGE: _image,
        Way.RECORD: _record,
        Way.REVERSAL: _reversal,
    }
    return [_view(way, looked[way], report, t) for way in Way]


def _view(
    way: Way, describe: Callable[[Report, Locale], tuple[list[Said], list[Said]]], report: Report, t: Locale
) -> WayView:
    slug = SLUGS[way]
    groups = [g for g in ordered(report.findings.groups) if g.way == way.value]
    open_groups = [g for g in groups if not g.waived_by]
    state = _state(way, report)
    if groups:
        state = "found" if open_groups else "waived"
    worst = open_groups[0].severity if open_groups else ""
    looked, measured = describe(report, t)
    found = [*measured, *_kinds(groups, t)]
    if not found:
        found.append(Said(t(f"ways.state.{state}"), t.tag))
    remedies = dict.fromkeys(t.pick(g.remedy, g.remedy_zh) for g in open_groups if g.remedy)
    todo = [Said(*remedy) for remedy in list(remedies)[:SHOWN]]
    if not todo:
        advice = {"found": "found", "waived": "clear", "clear": "clear", "measured": "clear"}.get(
            state, "unmeasured"
        )
        todo = [Said(t(f"ways.{slug}.todo_{advice}"), t.tag)]
    if worst and rank(worst) <= Severity.LOW.rank:
        meaning = t("ways.minor")
    else:
        told = {"waived": "found", "measured": "clear"}.get(state, state)
        meaning = t(f"ways.{slug}.{told}")
    return WayView(slug, state, worst, meaning, tuple(looked), tuple(found), tuple(todo))


def _kinds(groups: list[FindingGroup], t: Locale) -> list[Said]:
    """The first rules of `groups`, each with all its findings, and how many rules there are besides."""
    by_rule: dict[tuple[str, str], list[FindingGroup]] = {}
    for group in groups:
        by_rule.setdefault((group.rule_id, group.waived_by), []).append(group)
    said_of = []
    for (_, waiver), same in list(by_rule.items())[:SHOWN]:
        title, lang = t.pick(same[0].title, same[0].title_zh)
        # Groups of one rule can share files, so only a single group's number of files is right.
        files = same[0].files if len(same) == 1 else 0
        text = t(
            "ways.group" if files else "ways.group_alone",
            title=title or same[0].rule_id,
            findings=t.count("findings", sum(group.count for group in same)),
            files=t.count("files", files),
        )
        if waiver:
            text = f"{text} · {t('findings.waived', by=waiver)}"
        said_of.append(Said(text, lang))
    if len(by_rule) > SHOWN:
        said_of.append(Said(t.plural("ways.groups_more", len(by_rule) - SHOWN), t.tag))
    return said_of


def _state(way: Way, report: Report) -> str:
    measured = {
        Way.DATA: data_measured(report),
        Way.PIXELS: pixels_measured(report),
        Way.IMAGE: report.linkage.self.rank1 is not None,
        Way.RECORD: report.records.k_min is not None,
        Way.REVERSAL: data_measured(report),
    }[way]
    if measured:
        # An attack has a degree of success, so it is never just clean.
        return "measured" if way in (Way.IMAGE, Way.RECORD) else "clear"
    return "partial" if way is Way.IMAGE and images_compared(report) else "unmeasured"


def _data(report: Report, t: Locale) -> tuple[list[Said], list[Said]]:
    if not data_measured(report):
        return [Said(t("ways.nothing"), t.tag)], []
    c = report.coverage
    text = t(
        "ways.data.looked",
        read=c.read,
        partial=c.partial,
        files=t.count("files", report.dataset.files),
        skipped=c.skipped,
        unreadable=c.unreadable,
    )
    return [Said(text, t.tag)], []


def _pixels(report: Report, t: Locale) -> tuple[list[Said], list[Said]]:
    c = report.coverage
    if c.frames_total == 0 and c.frames_examined == 0:
        return [Said(t("ways.pixels.looked_no_frames"), t.tag)], []
    if not report.tool.ocr_engine:
        return [Said(t("ways.pixels.looked_no_engine"), t.tag)], []
    text = t(
        "ways.pixels.looked",
        examined=t.count("frames", c.frames_examined),
        total=c.frames_total,
        engine=report.tool.ocr_engine,
    )
    return [Said(text, t.tag)], []


def _image(report: Report, t: Locale) -> tuple[list[Said], list[Said]]:
    attack, repeated = report.linkage.self, report.linkage.duplicates
    found: list[Said] = []
    if attack.rank1 is not None:
        text = t(
            "ways.image.looked",
            probes=t.count("patients", attack.probe_patients),
            gallery=t.count("patients", attack.gallery_patients),
            draws=t.count("draws", attack.draws),
        )
        looked = [Said(text, t.tag)]
        text = t(
            "ways.image.result",
            rank1=t.percent(attack.rank1.value),
            interval=t.interval(attack.rank1),
            chance=t.percent(attack.chance),
        )
        found.append(Said(text, t.tag))
    elif images_compared(report):
        looked = [Said(t("ways.image.looked_none", images=t.count("images", attack.images)), t.tag)]
    else:
        looked = [Said(t("ways.nothing"), t.tag)]
    if attack.rank1 is None and attack.reason:
        looked.append(said(attack.reason, t))
    across = repeated.identical_across_patients + repeated.near_across_patients
    if across:
        found.append(Said(t.plural("ways.image.duplicates", across), t.tag))
    return looked, found


def _record(report: Report, t: Locale) -> tuple[list[Said], list[Said]]:
    r = report.records
    if r.k_min is None:
        looked = [Said(t("ways.record.looked_none"), t.tag)]
        return looked + ([said(r.reason, t)] if r.reason else []), []
    text = t(
        "ways.record.looked",
        patients=t.count("patients", r.patients),
        attributes=t.terms("attribute", r.quasi_identifiers) or t("doc.none"),
    )
    if r.uniques is None:
        return [Said(text, t.tag)], []
    result = t(
        "ways.record.result", uniques=t.percent(r.uniques.value), interval=t.interval(r.uniques), k=r.k_min
    )
    return [Said(text, t.tag)], [Said(result, t.tag)]


def _reversal(report: Report, t: Locale) -> tuple[list[Said], list[Said]]:
    if not data_measured(report):
        return [Said(t("ways.nothing"), t.tag)], []
    return [Said(t("ways.reversal.looked", files=t.count("files", examined_files(report))), t.tag)], []


def said(text: str, t: Locale) -> Said:
    """A sentence of another stage, in the report's language where it is known."""
    translated = t.phrase(text)
    return Said(text, "en") if translated is None else Said(translated, t.tag)
