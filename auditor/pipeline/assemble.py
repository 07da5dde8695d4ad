"""Put the report together from what the stages gave. Shows, counts and words; judges nothing."""

from __future__ import annotations

import datetime as dt
import platform
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, fields
from importlib.metadata import version
from typing import Any

from auditor.inventory import FindingStore, Inventory, count_files
from auditor.model import (
    AdaptiveOutcome,
    CalibrationBin,
    CalibrationOutcome,
    Category,
    Control,
    Duplicate,
    Estimate,
    GroupResult,
    LinkageOutcome,
    Outcomes,
    Reason,
    ReferenceOutcome,
    Text,
)
from auditor.pipeline.display import Display
from auditor.pipeline.judge import rules
from auditor.pipeline.plan import Plan
from auditor.pipeline.screening import screening, screening_told
from auditor.pipeline.steps import Failure
from auditor.pixels import limits_of
from auditor.policy import Policy
from auditor.report import measures, schema
from auditor.report.locale import locale
from auditor.risk.combine import DatasetRisk
from auditor.standards import classes

_LIBRARIES = (
    "pydicom",
    "python-gdcm",
    "pylibjpeg-openjpeg",
    "numpy",
    "scikit-learn",
    "pandas",
    "duckdb",
    "opencv-python-headless",
    "onnxruntime",
    "rapidocr",
    "nibabel",
    "pillow",
)


def tool(engine: str) -> schema.Tool:
    """This program and the libraries that read, decode and match, with their versions."""
    libraries = {name: version(name) for name in _LIBRARIES}
    return schema.Tool(
        version=version("auditor"), python=platform.python_version(), libraries=libraries, ocr_engine=engine
    )


def dataset(
    name: str, inventory: Inventory, plan: Plan, started: dt.datetime, seconds: float
) -> schema.Dataset:
    """What was audited, and how files were attributed to patients."""
    counts = count_files(inventory)
    total = counts["sum"]
    return schema.Dataset(
        name=name,
        files=total["files"],
        bytes=total["bytes"],
        patients=total["patients"],
        images=total["images"],
        kinds=counts["kind"],
        patient_rule="metadata"
        if plan.metadata
        else plan.patient.partition(":")[0]
        if plan.patient.startswith("path:")
        else plan.patient,
        files_without_patient=total["without_patient"],
        key_id=inventory.key.id,
        started=started.isoformat(timespec="seconds"),
        seconds=round(seconds, 1),
        stages=sorted(plan.stages),
        seed=plan.seed,
    )


def coverage(inventory: Inventory, missing: int) -> schema.CoverageSummary:
    """How far the files were examined. `missing`: images that only the metadata table names."""
    counts = count_files(inventory)
    status, reasons = counts["status"], Counter(counts["reason"])
    reasons.pop("", None)
    if missing:
        reasons[Reason.MISSING.value] = missing
    return schema.CoverageSummary(
        read=status.get("read", 0),
        partial=status.get("partial", 0),
        skipped=status.get("skipped", 0),
        unreadable=status.get("unreadable", 0),
        reasons=dict(reasons.most_common()),
        frames_total=counts["sum"]["frames_total"],
        frames_examined=counts["sum"]["frames_examined"],
        screening=screening(counts["sum"]),
    )


def findings(
    store: FindingStore, display: Display, inventory: Inventory, policy: Policy, today: dt.date
) -> schema.Findings:
    """Findings in groups of one rule, severity and location, with one example each."""
    known, groups = rules(), []
    by: dict[str, Counter[str]] = defaultdict(Counter)
    waived = 0
    for group in store.groups():
        rule = known[group.rule]
        waiver = policy.waiver_for(group.rule, display.location(group.location), today)
        waived += group.count if waiver else 0
        for kind, key in (
            ("rule", group.rule),
            ("category", group.category),
            ("severity", group.severity),
            ("way", rule.way or ""),
        ):
            by[kind][str(key)] += group.count
        groups.append(
            schema.FindingGroup(
                rule_id=group.rule,
                title=rule.title.en,
                title_zh=rule.title.zh,
                remedy=rule.remedy.en,
                remedy_zh=rule.remedy.zh,
                way=str(rule.way or ""),
                category=str(group.category),
                severity=str(group.severity),
                confidence=group.confidence,
                location=display.location(group.location),
                count=group.count,
                files=group.files,
                patients=group.patients,
                example_masked=group.masked,
                example_file=display.path(group.path),
                example_item=inventory.key.item(group.path) if group.path else "",
                waived_by=f"{waiver.owner}, {waiver.expires}" if waiver else "",
            )
        )
    total, files, patients = store.totals()
    return schema.Findings(
        total=total,
        by_rule=dict(by["rule"]),
        by_category=dict(by["category"]),
        by_severity=dict(by["severity"]),
        by_way={way: count for way, count in by["way"].items() if way},
        files=files,
        patients=patients,
        waived=waived,
        groups=groups,
        standards={category: _classes(category) for category in sorted(by["category"])},
    )


def _classes(category: str) -> schema.Classes:
    entry = classes.table()[Category(category)]
    return schema.Classes(
        hipaa=entry.hipaa, pipl=entry.pipl, gbt35273=entry.gbt35273, gbt39725=entry.gbt39725
    )


def linkage(outcomes: Outcomes) -> schema.Linkage:
    """The attack's estimates, the scaling curve and the duplicates, in the contract's names."""
    found = outcomes.linkage
    return schema.Linkage(
        self=schema.SelfLinkage(**{**_fields(found, schema.SelfLinkage), "notes": list(found.notes)}),
        adaptive=schema.AdaptiveLinkage(**_fields(found.adaptive, schema.AdaptiveLinkage)),
        scaling=[schema.ScalingRow(**asdict(point)) for point in found.scaling],
        scaling_law=found.scaling_law,
        laws=[schema.LawRow(**asdict(each)) for each in found.laws],
        calibration=schema.Calibration(**_plain(found.calibration)),
        controls=[schema.Control(**_plain(each)) for each in found.controls],
        groups=[schema.Group(**_plain(each)) for each in found.groups],
        attributes=[schema.Attribute(**asdict(each)) for each in found.attributes],
        duplicates=_duplicates(outcomes.duplicates),
        reference=schema.ReferenceMatch(**_fields(outcomes.reference, schema.ReferenceMatch)),
    )


def _fields(
    found: LinkageOutcome | AdaptiveOutcome | ReferenceOutcome, shown: type[schema.Model]
) -> dict[str, Any]:
    """The fields that an outcome shares with its part of the report; tuples are left to the caller."""
    values = {name: getattr(found, name) for name in shown.model_fields}
    return {
        name: interval(value) if isinstance(value, Estimate) else value
        for name, value in values.items()
        if not isinstance(value, tuple)
    }


def _plain(found: CalibrationOutcome | CalibrationBin | Control | GroupResult) -> dict[str, Any]:
    """The fields of an outcome as its part of the report takes them."""
    values = {field.name: getattr(found, field.name) for field in fields(found)}
    return {
        name: interval(value)
        if isinstance(value, Estimate)
        else [_plain(each) for each in value]
        if isinstance(value, tuple)
        else round(value, 4)
        if isinstance(value, float)
        else value
        for name, value in values.items()
    }


def records(outcomes: Outcomes) -> schema.Records:
    """Disclosure risk of the quasi-identifiers."""
    found = outcomes.records
    return schema.Records(
        k_min=found.k_min,
        prosecutor=interval(found.prosecutor),
        journalist=interval(found.journalist),
        marketer=interval(found.marketer),
        uniques=interval(found.uniques),
        patients=found.patients,
        quasi_identifiers=list(found.quasi_identifiers),
        by_attribute=dict(found.by_attribute),
        reason=found.reason,
    )


def risk(found: DatasetRisk) -> schema.Risk:
    """Patient risk over the dataset."""
    return schema.Risk(**asdict(found))


def interval(estimate: Estimate | None) -> measures.Interval | None:
    """An estimate as the report writes it: rounded to four digits after the point."""
    if estimate is None:
        return None
    return measures.Interval(
        value=round(estimate.value, 4), low=round(estimate.low, 4), high=round(estimate.high, 4)
    )


def _duplicates(found: tuple[Duplicate, ...]) -> schema.Duplicates:
    counts = Counter(
        (pair.kind, bool(pair.patient_a and pair.patient_b) and pair.patient_a != pair.patient_b)
        for pair in found
        if pair.scope == "within"
    )
    shared = Counter(pair.kind for pair in found if pair.scope == "reference")
    return schema.Duplicates(
        identical_within=counts["identical_pixels", False],
        identical_across_patients=counts["identical_pixels", True],
        near_within=counts["near_duplicate", False],
        near_across_patients=counts["near_duplicate", True],
        identical_reference=shared["identical_pixels"],
        near_reference=shared["near_duplicate"],
    )


def unfinished(failures: Sequence[Failure]) -> list[schema.Unfinished]:
    """The steps that failed."""
    return [
        schema.Unfinished(
            step=str(each.step),
            rule=each.rule,
            error=each.error,
            where=each.where,
            said=each.said,
            times=each.times,
            weighs=each.weighs,
        )
        for each in failures
    ]


def limits(
    summary: schema.CoverageSummary, data: schema.Dataset, attack: LinkageOutcome, plan: Plan
) -> list[Text]:
    """What this run could not see, in words."""
    told: list[Text] = []
    if n := summary.skipped:
        told.append(
            Text(
                f"{n:,} files were skipped and not examined; coverage.csv says why.",
                f"{n:,} 个文件被跳过、未检查；原因见 coverage.csv。",
            )
        )
    if summary.unreadable or summary.partial:
        bad, part = f"{summary.unreadable:,}", f"{summary.partial:,}"
        told.append(
            Text(
                f"{bad} files could not be read and {part} only in part.",
                f"{bad} 个文件无法读取，{part} 个仅部分读取。",
            )
        )
    if "pixels" not in plan.stages:
        told.append(Text("Text in pixels was not looked for.", "未检查像素中的文字。"))
    elif summary.frames_examined < summary.frames_total:
        left, total = f"{summary.frames_total - summary.frames_examined:,}", f"{summary.frames_total:,}"
        told.append(Text(f"{left} of {total} frames were not examined.", f"{total} 帧中有 {left} 帧未检查。"))
    if plan.reads_text:
        told.extend(screening_told(summary.screening))
        told.extend(limits_of(plan.engine, plan.effort))
    if n := data.files_without_patient:
        told.append(
            Text(
                f"{n:,} images could not be attributed to a patient; linkage and record risk leave them out.",
                f"{n:,} 张影像无法归属患者，关联与记录风险未计入。",
            )
        )
    if unnamed := summary.reasons.get(Reason.NO_METADATA.value, 0):
        told.append(
            Text(
                f"{unnamed:,} images are not named in the metadata table.",
                f"{unnamed:,} 张影像未出现在元数据表中。",
            )
        )
    if "linkage" in plan.stages and attack.reason:
        told.append(
            Text(
                f"Image linkage was not measured: {attack.reason}.",
                f"未能测量影像关联：{_chinese(attack.reason)}。",
            )
        )
    told.append(_NOT_YET)
    return told


def _chinese(sentence: str) -> str:
    return locale("zh").phrase(sentence) or sentence


_NOT_YET = Text(
    "Not looked for in this version: comparison with another release.",
    "本版本未检查：与其他发布版本的比对。",
)
