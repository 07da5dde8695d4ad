"""`auditor whatif`: draw a sample of a release, mitigate it, attack it, and say what each mitigation is worth."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from auditor.errors import SourceError, UsageError
from auditor.inventory import Inventory, count_files
from auditor.keys import KEY_BYTES, Key
from auditor.linkage.describe.features import Features
from auditor.linkage.whatif import Bench, Effect, Mitigation, Task, WhatIf
from auditor.model import Estimate
from auditor.pipeline.attribution import MetadataTable, check_rule
from auditor.pipeline.closing import shown_name
from auditor.pipeline.display import Display
from auditor.pipeline.examining import examine_all
from auditor.pipeline.pictures import Drawn, candidates, decode, draw
from auditor.pipeline.plan import Plan, Progress, no_progress
from auditor.report.measures import Interval
from auditor.report.whatif_schema import WhatIfReport, WhatIfRow, WhatIfSample, WhatIfTask
from auditor.sources import Source

_FACTS = ("sex", "age", "view", "modality", "body_part", "site", "device")
"""What a task may be named after where no metadata table has the column."""
_MANY = 10
"""Distinct numbers above which a column is a quantity: the task is then which side of its median."""
_PARTS = re.compile(r"[|;]")


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is to be measured on the plan's source."""

    mitigations: Sequence[Mitigation]
    features: Features
    task: str = ""
    """COLUMN, or COLUMN=VALUE for one value against all others."""
    max_patients: int = 150


def whatif(
    source: Source,
    folder: Path,
    plan: Plan,
    asked: Experiment,
    *,
    workers: int = 0,
    progress: Progress = no_progress,
) -> WhatIfReport:
    """Measure every mitigation on a sample of `source`; `folder` holds the state while this runs.

    Raises AuditorError for wrong settings, and SourceError where nobody can be looked up among others.
    """
    started, clock, cpu = dt.datetime.now(dt.UTC), time.perf_counter(), time.process_time()
    check_rule(plan.patient)
    table = MetadataTable(plan.metadata) if plan.metadata else None
    column = _column(asked.task, table)
    # Nothing that is written needs the user's key: no patient and no file is named.
    key = Key(secrets.token_bytes(KEY_BYTES))
    headers = replace(plan, stages=frozenset({"records"}))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise UsageError(
            "The output folder cannot be made", str(folder), "Choose another with --out."
        ) from None
    # Removed however this ends: without the key, which is not kept, nobody could go on with it.
    with (
        tempfile.TemporaryDirectory(prefix=".state-", dir=folder) as scratch,
        Inventory(Path(scratch) / "inventory", key, "whatif") as inventory,
    ):
        examine_all(source, inventory, headers, table, workers, progress)
        images = candidates(inventory.images())
        total = count_files(inventory)["sum"]
        inventory.remove()
    chosen = draw(images, asked.max_patients, np.random.default_rng(plan.seed))
    drawn = decode(source, chosen, plan.limits, progress)
    found, task = _measured(drawn, plan, asked, column, table, workers, progress)
    return WhatIfReport(
        tool=f"auditor {version('auditor')}",
        dataset=shown_name(source.name, key, Display(key, set())),
        started=started.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - clock, 1),
        cpu_seconds=round(time.process_time() - cpu, 1),
        seed=found.seed,
        draws=found.draws,
        features=found.features,
        chance=found.chance,
        utility="task_auc" if task else "ssim",
        sample=WhatIfSample(
            images_in_source=total["images"],
            patients_in_source=total["patients"],
            images=found.images,
            patients=found.patients,
            probe_patients=found.probe_patients,
            max_patients=asked.max_patients,
            not_decoded=dict(sorted(drawn.failed.items())),
            other_exams=found.known_exams,
            volumes=drawn.volumes,
            middle_images=drawn.middles,
        ),
        attack=found.attack.value,
        task=task,
        rows=[_row(effect) for effect in found.effects],
    )


def _measured(
    drawn: Drawn,
    plan: Plan,
    asked: Experiment,
    column: str,
    table: MetadataTable | None,
    workers: int,
    progress: Progress,
) -> tuple[WhatIf, WhatIfTask | None]:
    if len(drawn.pictures) < 2:
        raise SourceError("No images of patients could be sampled", todo=_WHO)
    task, described = None, None
    if asked.task:
        patients = np.array([each.portrait.patient for each in drawn.pictures], dtype=np.str_)
        kind, labels = _labels(drawn, asked.task, column, table)
        task = Task(np.array(labels, dtype=np.str_), patients, plan.seed)
        described = WhatIfTask(
            name=asked.task,
            kind=kind,
            values=len(task.classes),
            images=task.images,
            patients=task.patients,
            majority=task.majority,
        )
    bench = Bench(
        drawn.pictures,
        asked.features,
        seed=plan.seed,
        draws=plan.draws,
        workers=workers or os.cpu_count() or 1,
        task=task,
        progress=progress,
    )
    if not bench.measurable:
        raise SourceError("Only one patient of the sample has images that show something", todo=_WHO)
    return bench.run(list(asked.mitigations)), described


_WHO = "Check --patient or --metadata, which say whose image is whose."


def _column(task: str, table: MetadataTable | None) -> str:
    """The column or fact that a task is named after."""
    column = task.partition("=")[0]
    if not task or (table and table.has(column)) or column in _FACTS:
        return column
    raise UsageError(
        "The task is neither a column of the metadata table nor a known fact",
        "--task",
        f"Name a column of --metadata, or one of {', '.join(_FACTS)}.",
    )


def _labels(drawn: Drawn, task: str, column: str, table: MetadataTable | None) -> tuple[str, list[str]]:
    """What kind of task it is, and every image's label; empty where it has none."""
    if table and table.has(column):
        cells = [table.cell(each.portrait.path, column).strip() for each in drawn.pictures]
    else:
        cells = [str(getattr(facts, column)).strip() for facts in drawn.facts]
    _, asked, wanted = task.partition("=")
    if asked:
        # A cell may list several findings.
        parts = [[part.strip().casefold() for part in _PARTS.split(cell)] for cell in cells]
        held = [wanted.strip().casefold() in each for each in parts]
        return "value", ["" if not cell else str(has) for cell, has in zip(cells, held, strict=True)]
    numbers = [_number(cell) for cell in cells]
    known = [number for number in numbers if number is not None]
    if len(known) == sum(map(bool, cells)) and len(set(known)) > _MANY:
        middle = float(np.median(known))
        return "above_median", ["" if number is None else str(number > middle) for number in numbers]
    return "values", cells


def _number(cell: str) -> float | None:
    """A number, or an age as DICOM writes it in years."""
    try:
        value = float(cell.upper().removesuffix("Y"))
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _interval(found: Estimate) -> Interval:
    return Interval(value=found.value, low=found.low, high=found.high)


def _row(effect: Effect) -> WhatIfRow:
    return WhatIfRow(
        mitigation=effect.mitigation,
        parameter=effect.parameter,
        value=effect.value,
        verdict=effect.verdict.value,
        rank1_naive=_interval(effect.rank1_naive),
        rank1_adaptive=_interval(effect.rank1_adaptive),
        auc_naive=_interval(effect.auc_naive),
        auc_adaptive=_interval(effect.auc_adaptive),
        gained_by_adapting=_interval(effect.gained_by_adapting),
        kept_off=_interval(effect.kept_off),
        ssim=_interval(effect.ssim),
        task_auc=_interval(effect.task.auc) if effect.task else None,
        task_accuracy=_interval(effect.task.accuracy) if effect.task else None,
        aligned_share=effect.aligned_share,
        pareto=effect.pareto,
    )
