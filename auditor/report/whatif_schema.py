"""whatif.json as a model: what each mitigation is worth, without one found value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import FiniteFloat

from auditor.report.measures import Interval
from auditor.report.schema import Model

WHATIF_VERSION = "1.1"
SCHEMA_FILE = Path(__file__).with_name("whatif.schema.json")


class WhatIfSample(Model):
    """What was measured on, out of what."""

    images_in_source: int
    patients_in_source: int
    images: int
    patients: int
    """In the gallery."""
    probe_patients: int
    """With another image to look them up by."""
    max_patients: int
    not_decoded: dict[str, int]
    """Images that were drawn and could not be decoded, by reason."""
    other_exams: bool
    """Whether every probe is known to come from another exam than its match."""
    volumes: int
    """Images that are whole volumes, mitigated slice by slice."""
    middle_images: int
    """Images that stand for a series or a stack of frames that is no volume: its middle one alone was mitigated."""


class WhatIfTask(Model):
    name: str
    kind: Literal["values", "value", "above_median"]
    values: int
    images: int
    patients: int
    majority: FiniteFloat
    """Accuracy of always guessing the most frequent value; the AUC of guessing is 0.5."""


class WhatIfRow(Model):
    mitigation: str
    parameter: str
    value: FiniteFloat | None
    verdict: Literal["baseline", "no_effect", "looks_safer", "holds"]
    rank1_naive: Interval
    rank1_adaptive: Interval
    auc_naive: Interval
    auc_adaptive: Interval
    gained_by_adapting: Interval
    kept_off: Interval
    ssim: Interval
    task_auc: Interval | None
    task_accuracy: Interval | None
    aligned_share: FiniteFloat
    pareto: bool


class WhatIfReport(Model):
    schema_version: str = WHATIF_VERSION
    tool: str
    dataset: str
    started: str
    seconds: FiniteFloat
    cpu_seconds: FiniteFloat
    seed: int
    draws: int
    features: str
    chance: FiniteFloat
    """Rank-1 of guessing."""
    utility: Literal["task_auc", "ssim"]
    """By which measure of use the Pareto set is drawn."""
    attack: Literal["another_image", "same_exposure"]
    """What the attacker holds of a patient; the same exposure where no patient of the sample has two images."""
    sample: WhatIfSample
    task: WhatIfTask | None
    rows: list[WhatIfRow]


def whatif_json(report: WhatIfReport) -> str:
    """The report as JSON: two spaces of indent, UTF-8 characters as they are, no NaN."""
    return json.dumps(report.model_dump(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def whatif_schema_text() -> str:
    """The JSON Schema (draft 2020-12) of `WhatIfReport`; `whatif.schema.json` holds exactly this."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(dialect | WhatIfReport.model_json_schema(), indent=2, ensure_ascii=False) + "\n"
