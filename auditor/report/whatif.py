"""whatif.html, whatif.csv and whatif.json: what each mitigation is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from auditor.errors import UsageError
from auditor.report.locale import Locale, locale
from auditor.report.page import asset, environment, source_hash
from auditor.report.plots import Axes, Point, Tick
from auditor.report.tables import write_rows
from auditor.report.whatif_schema import WhatIfReport, WhatIfRow, whatif_json

VERDICTS = ("holds", "looks_safer", "no_effect")


@dataclass(frozen=True, slots=True)
class WhatIfCsvRow:
    """One row of whatif.csv."""

    mitigation: str
    parameter: str
    value: float | None
    verdict: str
    rank1_naive: float
    rank1_naive_low: float
    rank1_naive_high: float
    rank1_adaptive: float
    rank1_adaptive_low: float
    rank1_adaptive_high: float
    gained_by_adapting: float
    gained_by_adapting_low: float
    gained_by_adapting_high: float
    kept_off: float
    kept_off_low: float
    kept_off_high: float
    auc_naive: float
    auc_adaptive: float
    ssim: float
    ssim_low: float
    ssim_high: float
    task_auc: float | None
    task_auc_low: float | None
    task_auc_high: float | None
    task_accuracy: float | None
    aligned_share: float
    pareto: bool
    chance: float
    attack: str
    gallery_patients: int
    probe_patients: int
    draws: int
    seed: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One mitigation in the plot: where both attackers stand at the use that is left."""

    number: int
    x: float
    naive: float
    adaptive: float
    row: WhatIfRow

    @property
    def top(self) -> float:
        """Where the stronger attacker stands; y runs down."""
        return min(self.naive, self.adaptive)


@dataclass(frozen=True, slots=True)
class TradeOff:
    """Rank-1 against use. `front` is the path through the Pareto set."""

    axes: Axes
    marks: tuple[Mark, ...]
    front: str
    chance: float


def trade_off(report: WhatIfReport) -> TradeOff:
    """Geometry of the plot, in SVG user units."""
    width, height, left, right, top, bottom = 720, 420, 56, 700, 16, 372
    uses = [use(row, report) for row in report.rows]
    floor = min(0.5 if report.utility == "task_auc" else 1.0, *uses)
    low = max(0.0, floor * 10 // 1 / 10)

    def x(value: float) -> float:
        return round(left + (value - low) / (1 - low) * (right - left), 2)

    def y(share: float) -> float:
        return round(bottom - min(max(share, 0.0), 1.0) * (bottom - top), 2)

    steps = round((1 - low) * 10)
    every = 1 if steps <= 6 else 2
    marks = tuple(
        Mark(number, x(value), y(row.rank1_naive.value), y(row.rank1_adaptive.value), row)
        for number, (row, value) in enumerate(zip(report.rows, uses, strict=True))
    )
    front: Sequence[Point] = sorted((mark.x, mark.top) for mark in marks if mark.row.pareto)
    return TradeOff(
        Axes(
            width,
            height,
            left,
            right,
            top,
            bottom,
            tuple(Tick(x(1 - step / 10), 1 - step / 10) for step in range(0, steps + 1, every)),
            tuple(Tick(y(quarter / 4), quarter / 4) for quarter in range(5)),
        ),
        marks,
        " ".join(f"{'M' if i == 0 else 'L'}{px:g} {py:g}" for i, (px, py) in enumerate(front)),
        y(report.chance),
    )


def use(row: WhatIfRow, report: WhatIfReport) -> float:
    """AUC of the task where the report has one, else SSIM."""
    return row.task_auc.value if report.utility == "task_auc" and row.task_auc else row.ssim.value


def named(row: WhatIfRow, t: Locale) -> str:
    """A mitigation with its strength, in words."""
    name = t.term("mitigation", row.mitigation)
    return name if row.value is None else f"{name} ({t.term('parameter', row.parameter)} {row.value:g})"


def still_found(row: WhatIfRow, t: Locale) -> str:
    """A mitigation, and the share of patients that the stronger attacker finds in spite of it."""
    strongest = max(row.rank1_naive.value, row.rank1_adaptive.value)
    return t("whatif.still", name=named(row, t), rank1=t.percent(strongest))


def render_whatif(report: WhatIfReport, lang: str = "en") -> str:
    """The page, without any outside reference; `lang` is en or zh."""
    t = locale(lang)
    style, script = asset("style.css") + asset("whatif.css"), asset("enhance.js")
    policy = (
        f"default-src 'none'; style-src {source_hash(style)}; script-src {source_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    judged = {
        verdict: [still_found(row, t) for row in report.rows if row.verdict == verdict]
        for verdict in VERDICTS
    }
    return (
        environment()
        .get_template("whatif.html.j2")
        .render(
            t=t,
            report=report,
            # Our own files, whose hashes the policy above names: the only text that is not escaped.
            style=Markup(style),  # noqa: S704
            script=Markup(script),  # noqa: S704
            policy=policy,
            judged=judged,
            plot=trade_off(report),
            named=lambda row: named(row, t),
            separator=t("list"),
        )
    )


def whatif_summary(report: WhatIfReport, lang: str = "en") -> str:
    """A line a mitigation, for a terminal; before them what else has to be known to read them."""
    t = locale(lang)
    lines = [t("whatif.same_line")] if report.attack == "same_exposure" else []
    if report.sample.middle_images:
        lines.append(t("whatif.middle_line", n=t.number(report.sample.middle_images)))
    lines += [
        t(
            "whatif.line",
            name=named(row, t),
            naive=t.percent(row.rank1_naive.value),
            adaptive=t.percent(row.rank1_adaptive.value),
            ssim=t.decimal(row.ssim.value),
            verdict=t(f"whatif.verdicts.{row.verdict}"),
        )
        for row in report.rows
    ]
    return "\n".join(lines)


def write_whatif(report: WhatIfReport, folder: Path, *, lang: str = "en") -> list[Path]:
    """Write whatif.html, whatif.json and whatif.csv to `folder`; UsageError where that cannot be done."""
    texts = {"whatif.html": render_whatif(report, lang), "whatif.json": whatif_json(report)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_bytes(text.encode("utf-8", "replace"))
        write_rows(folder / "whatif.csv", WhatIfCsvRow, (_csv_row(row, report) for row in report.rows))
    except OSError as error:
        raise UsageError(
            f"The result cannot be written ({error.strerror or 'input/output error'})",
            str(folder),
            "Give --out a folder that can be written to.",
        ) from None
    return [folder / name for name in (*texts, "whatif.csv")]


def _csv_row(row: WhatIfRow, report: WhatIfReport) -> WhatIfCsvRow:
    auc, accuracy = row.task_auc, row.task_accuracy
    return WhatIfCsvRow(
        mitigation=row.mitigation,
        parameter=row.parameter,
        value=row.value,
        verdict=row.verdict,
        rank1_naive=row.rank1_naive.value,
        rank1_naive_low=row.rank1_naive.low,
        rank1_naive_high=row.rank1_naive.high,
        rank1_adaptive=row.rank1_adaptive.value,
        rank1_adaptive_low=row.rank1_adaptive.low,
        rank1_adaptive_high=row.rank1_adaptive.high,
        gained_by_adapting=row.gained_by_adapting.value,
        gained_by_adapting_low=row.gained_by_adapting.low,
        gained_by_adapting_high=row.gained_by_adapting.high,
        kept_off=row.kept_off.value,
        kept_off_low=row.kept_off.low,
        kept_off_high=row.kept_off.high,
        auc_naive=row.auc_naive.value,
        auc_adaptive=row.auc_adaptive.value,
        ssim=row.ssim.value,
        ssim_low=row.ssim.low,
        ssim_high=row.ssim.high,
        task_auc=auc.value if auc else None,
        task_auc_low=auc.low if auc else None,
        task_auc_high=auc.high if auc else None,
        task_accuracy=accuracy.value if accuracy else None,
        aligned_share=row.aligned_share,
        pareto=row.pareto,
        chance=report.chance,
        attack=report.attack,
        gallery_patients=report.sample.patients,
        probe_patients=report.sample.probe_patients,
        draws=report.draws,
        seed=report.seed,
    )
