"""Hold the release beside the set it was made from, and judge what the de-identification did."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path

from auditor.checks import all_checks
from auditor.checks._values import date_in
from auditor.checks.base import ComparisonCheck, SurvivorCheck
from auditor.inventory import FindingStore, Inventory, Original
from auditor.model import Claim, Context, Text
from auditor.model.survey import Change, Comparison, Survivor
from auditor.pipeline.dataset.changes import describe
from auditor.pipeline.dataset.traits import Identified, traits
from auditor.pipeline.judge import note

_FACTS = {0x00100010: "names", 0x00100020: "numbers", 0x00100030: "births"}


def judge_original(
    inventory: Inventory, findings: FindingStore, original_file: Path, declared: tuple[str, ...]
) -> Text:
    """Note what the release has in common with its original; returns how much could be compared.

    original_file: the inventory of the original, examined under the same key and closed.
    """
    original = Original(inventory, original_file)
    try:
        claims = inventory.claims()
        survivor_checks = [check for check in all_checks() if isinstance(check, SurvivorCheck)]
        for number, element, claim, files in original.common():
            context = Context(claims[claim], declared)
            for judging in survivor_checks:
                for match in judging.judge(Survivor(element, files), context):
                    note(findings, judging.id, match, value=number, text=match.text)
        found = _compare(original)
    finally:
        original.close()
    index: dict[str, int] = {}
    if found.changed:
        wanted = {change.path for change in found.changed}
        index = {path: item for item, path, _ in inventory.paths() if path in wanted}
    for check in all_checks():
        if isinstance(check, ComparisonCheck):
            for match in check.judge(found, Context(Claim(), declared)):
                note(findings, check.id, match, item=index.get(match.item))
    return Text(
        f"{found.paired:,} of {found.images:,} images were compared with their original.",
        f"{found.images:,} 幅图像中有 {found.paired:,} 幅与其原始图像进行了比对。",
    )


def _compare(original: Original) -> Comparison:
    shifts: defaultdict[str, set[int]] = defaultdict(set)
    for patient, ours, theirs in original.facts():
        days = date_in(ours.study_date), date_in(theirs.study_date)
        if all(days):
            one, other = (dt.date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}") for day in days)
            shifts[patient].add((one - other).days)
    images, paired = original.images()
    return Comparison(
        images=images,
        paired=paired,
        split=tuple(original.split()),
        merged=tuple(original.merged()),
        split_exams=tuple(original.split_exams()),
        shifts=tuple((patient, tuple(sorted(days))) for patient, days in sorted(shifts.items())),
        changed=tuple(
            describe(path, ours, theirs)
            if ours is not None and theirs is not None
            else Change(path, "unknown")
            for path, ours, theirs in original.changed()
        ),
        traits=tuple(traits(_identified(original))),
    )


def _identified(original: Original) -> list[Identified]:
    """Every pseudonym with what the original says of its patient."""
    known: dict[tuple[str, str], tuple[str, defaultdict[str, list[str]]]] = {}
    for pseudonym, patient, tag, value in original.identities():
        _, told = known.setdefault((pseudonym, patient), (pseudonym, defaultdict(list)))
        told[_FACTS[tag]].append(value)
    return [
        Identified(pseudonym, tuple(told["names"]), tuple(told["numbers"]), tuple(told["births"]))
        for pseudonym, told in known.values()
    ]
