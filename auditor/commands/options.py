"""Options that several commands share, and what they mean. Wrong use is a UsageError (exit code 2)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor import gate as gating
from auditor.errors import UsageError
from auditor.keys import load_key
from auditor.pipeline.plan import Metadata, Plan
from auditor.policy import Level, Policy, load_policy
from auditor.progress import Bars
from auditor.report import FORMATS
from auditor.report.baseline import Baseline, check_key, load_baseline, with_baseline
from auditor.report.schema import Report
from auditor.sources import open_source

# The stages load decoders, OCR and scikit-learn: they are imported where they run, so that --help does not wait.
if TYPE_CHECKING:
    from auditor.pipeline.scan import Audit

Source = Annotated[Path, typer.Argument(help="Folder or file to audit; it is only read.", show_default=False)]
ReportFile = Annotated[Path, typer.Argument(help="report.json of an audit.", show_default=False)]
PolicyFile = Annotated[Path | None, typer.Option("--policy", help="audit.toml; see docs/policy.md.")]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key", help="File of the run key; default $AUDITOR_KEY_FILE or the user's own."),
]
Lang = Annotated[str, typer.Option("--lang", help="Language of the report: en or zh.")]
FailOn = Annotated[
    str | None,
    typer.Option("--fail-on", help="Lowest severity that fails the gate: info … critical, or never."),
]
BaselineFile = Annotated[
    Path | None,
    typer.Option(
        "--baseline", help="Findings known and accepted: an earlier audit's folder or findings.csv."
    ),
]
Formats = Annotated[str, typer.Option("--format", help=f"Comma-separated: {', '.join(FORMATS)}.")]


def run_audit(
    source: Path,
    folder: Path,
    rules: Policy,
    plan: Plan,
    key: Path | None,
    workers: int,
    resume: bool,
    evidence: Path | None = None,
) -> Audit:
    """Audit `source` into `folder`, with progress on a terminal."""
    from auditor.pipeline.scan import audit

    with Bars() as bars:
        return audit(
            open_source(source, exclude=folder),
            folder,
            load_key(key),
            rules,
            plan,
            workers=workers,
            resume=resume,
            progress=bars,
            evidence=evidence,
        )


def chosen_policy(path: Path | None, fail_on: str | None) -> Policy:
    """The policy file's policy, with the level of --fail-on instead of its own."""
    policy = load_policy(path)
    if fail_on is None:
        return policy
    level = choices("--fail-on", fail_on, Level.__args__)[0]  # type: ignore[attr-defined]
    return policy.model_copy(update={"gate": policy.gate.model_copy(update={"fail_on": level})})


def known_before(baseline: Path | None, key: Path | None) -> Baseline | None:
    """The findings of an earlier audit, which must have been made under the same key."""
    if baseline is None:
        return None
    earlier = load_baseline(baseline)
    check_key(earlier, load_key(key).id)
    return earlier


def judge_new(report: Report, folder: Path, earlier: Baseline | None, policy: Policy) -> Report:
    """The report with a verdict on what the baseline does not hold; `folder` holds its findings.csv."""
    if earlier is not None:
        report = with_baseline(report, folder, earlier)
    verdict = gating.evaluate(report, policy, datetime.now(UTC).date())
    return report.model_copy(update={"verdict": verdict})


def metadata_table(file: Path | None, image: str, patient: str, exam: str) -> Metadata | None:
    """The table that --metadata names, with its columns; UsageError where they are not named."""
    if file is None:
        return None
    if not image or not patient:
        raise UsageError(
            "A metadata table needs its columns named",
            "--metadata",
            "Add --image-column and --patient-column.",
        )
    return Metadata(file, image, patient, exam)


def choices(option: str, given: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The comma-separated words of an option, each once; UsageError for one that is not among `known`."""
    chosen = tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
    if not chosen or set(chosen) - set(known):
        raise UsageError(f"{option} does not know what it was given", option, f"Use {', '.join(known)}.")
    return chosen


def language(lang: str) -> str:
    """A language that reports are written in."""
    return choices("--lang", lang, ("en", "zh"))[0]
