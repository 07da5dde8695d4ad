"""`auditor whatif`: what a change to the images would be worth, before it is made."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from auditor.commands.options import Lang, Source, language, metadata_table
from auditor.pipeline.plan import Plan
from auditor.progress import Bars
from auditor.report.whatif import whatif_summary, write_whatif
from auditor.sources import open_source


def whatif(
    source: Source,
    out: Annotated[str, typer.Option("--out", help="Folder of the result. [reports/<name>-whatif]")] = "",
    mitigate: Annotated[
        list[str] | None,
        typer.Option(
            "--mitigate", help="NAME or NAME=STRENGTH,STRENGTH; may be repeated. [all, at three strengths]"
        ),
    ] = None,
    function: Annotated[
        list[str] | None,
        typer.Option(
            "--function",
            help="module:name or module:name=STRENGTH,STRENGTH of your own mitigation, called with "
            "(image, generator[, strength]). Runs your code.",
        ),
    ] = None,
    task: Annotated[
        str,
        typer.Option("--task", help="COLUMN or COLUMN=VALUE of the metadata that images should still tell."),
    ] = "",
    max_patients: Annotated[
        int, typer.Option("--max-patients", min=2, help="Patients sampled; bounds time and memory.")
    ] = 150,
    draws: Annotated[int, typer.Option("--draws", min=1, help="Draws of gallery and probes.")] = 20,
    lang: Lang = "en",
    features: Annotated[
        str, typer.Option("--features", help="classical, deep, or the path of an ONNX model.")
    ] = "deep",
    workers: Annotated[int | None, typer.Option("--workers", min=0, help="Processes. [one a core]")] = None,
    patient: Annotated[
        str, typer.Option("--patient", help="tag:KEYWORD, or path:REGEX with a group named patient.")
    ] = "tag:PatientID",
    metadata: Annotated[Path | None, typer.Option("--metadata", help="Table with a row an image.")] = None,
    image_column: Annotated[str, typer.Option("--image-column", help="Its column of image paths.")] = "",
    patient_column: Annotated[str, typer.Option("--patient-column", help="Its column of patient ids.")] = "",
    exam_column: Annotated[str, typer.Option("--exam-column", help="Its column of exams, if any.")] = "",
    seed: Annotated[int, typer.Option("--seed", help="Seed of every random draw.")] = 0,
) -> None:
    """Measure what blur, pixelation, noise … would be worth against two attackers, and what they cost."""
    from auditor.linkage.describe.tiers import load_features
    from auditor.linkage.whatif import chosen, default_mitigations, load_function
    from auditor.pipeline.whatif import Experiment
    from auditor.pipeline.whatif import whatif as run

    words = language(lang)
    own = [mitigation for each in function or () for mitigation in load_function(each)]
    asked = chosen(mitigate) if mitigate else [] if own else default_mitigations()
    table = metadata_table(metadata, image_column, patient_column, exam_column)
    plan = Plan(patient=patient, metadata=table, seed=seed, draws=draws)
    folder = Path(out or f"reports/{open_source(source).name}-whatif")
    experiment = Experiment([*asked, *own], load_features(features), task, max_patients)
    with Bars() as bars:
        found = run(
            open_source(source, exclude=folder),
            folder,
            plan,
            experiment,
            workers=os.cpu_count() or 1 if workers is None else workers,
            progress=bars,
        )
    page, *_ = write_whatif(found, folder, lang=words)
    typer.echo(whatif_summary(found, words), err=True)
    typer.echo(str(page), err=True)
