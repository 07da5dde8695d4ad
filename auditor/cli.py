"""The `auditor` command. Arguments in, exit codes out; no logic of its own.

Exit: 0 passed · 1 gate failed · 2 wrong use or policy · 3 audit incomplete.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
import warnings
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor import gate as gating
from auditor.errors import AuditorError, UsageError
from auditor.keys import load_key
from auditor.manual import manual_page, rule_table, write_pages
from auditor.model import STAGES
from auditor.pipeline.plan import Metadata, Plan
from auditor.policy import Level, Policy, load_policy
from auditor.progress import Bars
from auditor.readers.base import Limits
from auditor.report import FORMATS, load_report, summary, write_report
from auditor.sources import open_source

# The stages load decoders, OCR and scikit-learn: they are imported where they run, so that --help does not wait.
if TYPE_CHECKING:
    from auditor.pipeline.scan import Audit

app = typer.Typer(
    name="auditor",
    help="Could somebody find out whose images these are? Audit a medical-imaging dataset before it is shared.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

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
Formats = Annotated[str, typer.Option("--format", help=f"Comma-separated: {', '.join(FORMATS)}.")]


@app.callback(invoke_without_command=True)
def _main(
    show_version: Annotated[bool, typer.Option("--version", help="Print name and version.")] = False,
) -> None:
    if show_version:
        typer.echo(f"auditor {version('auditor')}")
        raise typer.Exit


@app.command()
def scan(
    source: Source,
    out: Annotated[
        str,
        typer.Option("--out", help="Folder of the report, or - for one format to stdout. [reports/<name>]"),
    ] = "",
    policy: PolicyFile = None,
    lang: Lang = "en",
    stages: Annotated[str, typer.Option("--stages", help="Comma-separated stages to run.")] = ",".join(
        STAGES
    ),
    workers: Annotated[int | None, typer.Option("--workers", min=0, help="Processes. [one a core]")] = None,
    ocr: Annotated[str, typer.Option("--ocr", help="OCR engine: rapid, tesseract or both.")] = "rapid",
    ocr_effort: Annotated[str, typer.Option("--ocr-effort", help="fast, standard or thorough.")] = "standard",
    patient: Annotated[
        str, typer.Option("--patient", help="tag:KEYWORD, or path:REGEX with a group named patient.")
    ] = "tag:PatientID",
    metadata: Annotated[Path | None, typer.Option("--metadata", help="Table with a row an image.")] = None,
    image_column: Annotated[str, typer.Option("--image-column", help="Its column of image paths.")] = "",
    patient_column: Annotated[str, typer.Option("--patient-column", help="Its column of patient ids.")] = "",
    exam_column: Annotated[str, typer.Option("--exam-column", help="Its column of exams, if any.")] = "",
    known_identifiers: Annotated[
        Path | None,
        typer.Option(
            "--known-identifiers", help="List of the source's patients, to search for: CSV, TSV, text."
        ),
    ] = None,
    original: Annotated[
        Path | None, typer.Option("--original", help="The set before de-identification, to compare with.")
    ] = None,
    consent: Annotated[
        Path | None, typer.Option("--consent", help="Table of consents: patient, scope, date, withdrawn.")
    ] = None,
    fail_on: FailOn = None,
    formats: Formats = "html,json",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted scan.")] = False,
    seed: Annotated[int, typer.Option("--seed", help="Seed of every random draw.")] = 0,
    key: KeyFile = None,
) -> None:
    """Audit a dataset: tags, pixels, image linkage, records; write the report; gate."""
    rules = _policy(policy, fail_on)
    wanted = _choices("--stages", stages, STAGES)
    chosen = _choices("--format", formats, tuple(FORMATS))
    table = None
    if metadata:
        if not image_column or not patient_column:
            raise UsageError(
                "A metadata table needs its columns named",
                "--metadata",
                "Add --image-column and --patient-column.",
            )
        table = Metadata(metadata, image_column, patient_column, exam_column)
    plan = Plan(
        stages=frozenset(wanted),
        engine=_choices("--ocr", ocr, ("rapid", "tesseract", "both"))[0],
        effort=_choices("--ocr-effort", ocr_effort, ("fast", "standard", "thorough"))[0],
        patient=patient,
        metadata=table,
        limits=Limits(file_bytes=rules.limits.file_bytes, seconds=rules.limits.seconds),
        seed=seed,
        known_identifiers=known_identifiers,
        original=original,
        consent=consent,
    )
    processes = os.cpu_count() or 1 if workers is None else workers
    with tempfile.TemporaryDirectory() as scratch:
        to_stdout = out == "-"
        folder = Path(scratch) if to_stdout else Path(out or f"reports/{open_source(source).name}")
        if to_stdout and len(chosen) != 1:
            raise UsageError("Only one format fits on stdout", "--out -", "Name one with --format.")
        done = _run(source, folder, rules, plan, key, processes, resume)
        written = write_report(done.report, folder, lang=_language(lang), formats=chosen)
        if to_stdout:
            typer.echo(written[0].read_text(encoding="utf-8"), nl=False)
        typer.echo(summary(done.report, lang), err=True)
        if not to_stdout:
            typer.echo(f"{written[0]}", err=True)
    raise typer.Exit(done.exit_code)


@app.command()
def gate(report: ReportFile, policy: PolicyFile = None, fail_on: FailOn = None, lang: Lang = "en") -> None:
    """Judge a report by a policy again; exits as scan does."""
    found = load_report(report)
    verdict = gating.evaluate(found, _policy(policy, fail_on), datetime.now(UTC).date())
    typer.echo(summary(found.model_copy(update={"verdict": verdict}), _language(lang)), err=True)
    raise typer.Exit(gating.EXIT[verdict.status])


@app.command()
def report(
    report: ReportFile,
    out: Annotated[str, typer.Option("--out", help="Folder, or - for stdout. [that of the report]")] = "",
    lang: Lang = "en",
    formats: Formats = "html",
) -> None:
    """Write a report again from its report.json, in another language or format."""
    found, chosen = load_report(report), _choices("--format", formats, tuple(FORMATS))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) if out == "-" else Path(out) if out else report.parent
        for path in write_report(found, folder, lang=_language(lang), formats=chosen):
            if out == "-":
                typer.echo(path.read_text(encoding="utf-8"), nl=False)
            else:
                typer.echo(str(path), err=True)


@app.command()
def explain(rule: Annotated[str, typer.Argument(help="Id of a rule.")], lang: Lang = "en") -> None:
    """Print the manual page of a rule."""
    typer.echo(manual_page(rule, _language(lang)))


@app.command()
def rules(
    write: Annotated[
        Path | None, typer.Option("--write", help="Write a page a rule into this folder.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """List every rule: id, severity, title."""
    if write:
        typer.echo(f"{write_pages(write)} pages in {write}", err=True)
    else:
        typer.echo(rule_table(_language(lang)))


@app.command()
def locate(
    source: Source, item: Annotated[str, typer.Argument(help="The `item` of a row.")], key: KeyFile = None
) -> None:
    """Print the true path of the file that an `item` stands for; needs the run's key."""
    run_key = load_key(key)
    from auditor.pipeline.members import every_item

    files = every_item(open_source(source), Limits())
    found = next((i.path for i in files if run_key.item(i.path) == item), None)
    if found is None:
        raise UsageError(
            "No file of the source has this item",
            item,
            "Check the source, and that --key is the key of the run.",
        )
    typer.echo(found)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder of the report.")] = Path("reports/demo"),
    dataset: Annotated[Path, typer.Option("--dataset", help="Folder of the made dataset.")] = Path(
        "demo/dataset"
    ),
    lang: Lang = "en",
    seed: Annotated[int, typer.Option("--seed", help="Seed of the dataset and the audit.")] = 0,
    workers: Annotated[int | None, typer.Option("--workers", min=0, help="Processes. [one a core]")] = None,
    key: KeyFile = None,
) -> None:
    """Make a synthetic dataset with planted identifiers, and audit it."""
    from auditor.demo import write_demo

    made = write_demo(dataset, seed=seed)
    plan = Plan(seed=seed, metadata=Metadata(made.metadata, "path", "patient", "exam"))
    done = _run(dataset, out, Policy(), plan, key, os.cpu_count() or 1 if workers is None else workers, False)
    page, *_ = write_report(done.report, out, lang=_language(lang), formats=("html", "json"))
    typer.echo(summary(done.report, lang), err=True)
    typer.echo(f"The dataset is in {dataset}; its report is {page}", err=True)


def main() -> None:
    """Run the command; every error ends as one clear line, and none shows a found value."""
    warnings.simplefilter("ignore")
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    try:
        app()
    except AuditorError as error:
        typer.echo(f"auditor: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("auditor: stopped", err=True)
        sys.exit(3)
    except Exception as error:
        if os.environ.get("AUDITOR_DEBUG"):
            raise
        frame = traceback.extract_tb(error.__traceback__)[-1]
        typer.echo(
            f"auditor: internal error {type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}. "
            "Its text is not shown because it may hold a found value; AUDITOR_DEBUG=1 shows it. Please report it.",
            err=True,
        )
        sys.exit(3)


def _run(
    source: Path, folder: Path, rules: Policy, plan: Plan, key: Path | None, workers: int, resume: bool
) -> Audit:
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
        )


def _policy(path: Path | None, fail_on: str | None) -> Policy:
    policy = load_policy(path)
    if fail_on is None:
        return policy
    level = _choices("--fail-on", fail_on, Level.__args__)[0]  # type: ignore[attr-defined]
    return policy.model_copy(update={"gate": policy.gate.model_copy(update={"fail_on": level})})


def _choices(option: str, given: str, known: tuple[str, ...]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
    if not chosen or set(chosen) - set(known):
        raise UsageError(f"{option} does not know what it was given", option, f"Use {', '.join(known)}.")
    return chosen


def _language(lang: str) -> str:
    return _choices("--lang", lang, ("en", "zh"))[0]
