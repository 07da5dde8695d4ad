"""`auditor sketch`, `compare-sketches` and `psi-…`: do two holders have patients or exposures in common?"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from auditor.commands.options import Lang, Source, language, metadata_table
from auditor.errors import KeyFileError, SketchError
from auditor.keys import Key, load_key
from auditor.pipeline.plan import Plan
from auditor.progress import Bars
from auditor.report.sketches import (
    comparison_json,
    comparison_text,
    psi_answer_text,
    psi_count_text,
    psi_json,
    psi_request_text,
    sketch_text,
)
from auditor.sources import open_source

SharedKey = Annotated[
    Path, typer.Option("--shared-key", help="File of 64 hex digits that both holders agreed on.")
]


def sketch(
    source: Source,
    out: Annotated[Path, typer.Option("--out", help="File of the sketch.")],
    shared_key: SharedKey,
    basis: Annotated[
        Path | None, typer.Option("--basis", help="Basis that the other holder, or a public set, gave.")
    ] = None,
    write_basis: Annotated[
        Path | None, typer.Option("--write-basis", help="Fit the basis on this source, and write it here.")
    ] = None,
    bits: Annotated[
        int, typer.Option("--bits", min=256, max=16384, help="Bits an image: a multiple of 8.")
    ] = 8192,
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
    """Write sketches of all images, to be compared with another holder's; see docs/federated.md."""
    from auditor.linkage.describe.tiers import load_features
    from auditor.linkage.sketches import read_basis, save_sketch
    from auditor.pipeline.sketching import sketch_source

    words, key = language(lang), _agreed(shared_key)
    if (basis is None) == (write_basis is None):
        raise SketchError(
            "A sketch needs a basis that both holders have",
            "--basis, --write-basis",
            "The first holder gives --write-basis FILE, the second --basis with that file.",
        )
    if bits % 8:
        raise SketchError("The number of bits is not a multiple of 8", "--bits", "For example 8192.")
    plan = Plan(
        patient=patient,
        metadata=metadata_table(metadata, image_column, patient_column, exam_column),
        seed=seed,
    )
    with Bars() as bars:
        made, content = sketch_source(
            open_source(source),
            plan,
            key,
            load_features(features),
            basis=read_basis(basis) if basis else None,
            bits=bits,
            workers=os.cpu_count() or 1 if workers is None else workers,
            progress=bars,
        )
    save_sketch(made, out, key)
    if write_basis:
        _write(write_basis, content)
    typer.echo(sketch_text(made, words), err=True)
    typer.echo(str(out), err=True)


def compare_sketches(
    first: Annotated[Path, typer.Argument(help="Sketch of one holder.", show_default=False)],
    second: Annotated[Path, typer.Argument(help="Sketch of the other holder.", show_default=False)],
    shared_key: Annotated[
        Path | None,
        typer.Option(
            "--shared-key", help="The agreed key: shows that neither sketch was changed on purpose."
        ),
    ] = None,
    out: Annotated[
        str, typer.Option("--out", help="File of the result as JSON, or - for stdout. [text only]")
    ] = "",
    lang: Lang = "en",
    seed: Annotated[int, typer.Option("--seed", help="Seed of the bootstrap.")] = 0,
) -> None:
    """Tell how many patients and exposures two sketches have in common, with an interval."""
    from auditor.linkage.sketches import compare, load_sketch

    words, key = language(lang), _agreed(shared_key) if shared_key else None
    found = compare(load_sketch(first, key), load_sketch(second, key), seed=seed)
    _tell(out, comparison_json(found, seed, verified=key is not None))
    typer.echo(comparison_text(found, words, verified=key is not None), err=True)


def psi_request(
    source: Source,
    out: Annotated[Path, typer.Option("--out", help="File of the request, for the other holder.")],
    secret: Annotated[Path, typer.Option("--secret", help="File to be kept until the response comes.")],
    lang: Lang = "en",
    workers: Annotated[int | None, typer.Option("--workers", min=0, help="Processes. [one a core]")] = None,
) -> None:
    """Ask another holder, by private set intersection, how many exposures both have; see docs/federated.md."""
    from auditor.linkage.sketches import intersection as psi

    words = language(lang)
    psi.check()
    made, kept = psi.request(_exposures(source, workers))
    psi.save(kept, secret)
    psi.save(made, out)
    typer.echo(psi_request_text(kept.exposures, words), err=True)
    typer.echo(str(out), err=True)


def psi_answer(
    source: Source,
    request: Annotated[Path, typer.Option("--request", help="File that the other holder sent.")],
    out: Annotated[Path, typer.Option("--out", help="File of the response, for the other holder.")],
    lang: Lang = "en",
    workers: Annotated[int | None, typer.Option("--workers", min=0, help="Processes. [one a core]")] = None,
) -> None:
    """Answer the request of `auditor psi-request` with a response that tells the number and no more."""
    from auditor.linkage.sketches import intersection as psi

    words = language(lang)
    psi.check()
    asked = psi.load(request, psi.Request)
    own = _exposures(source, workers)
    made, theirs = psi.answer(asked, own)
    psi.save(made, out)
    typer.echo(psi_answer_text(theirs, len(own), words), err=True)
    typer.echo(str(out), err=True)


def psi_count(
    response: Annotated[Path, typer.Argument(help="File that the other holder sent.", show_default=False)],
    secret: Annotated[Path, typer.Option("--secret", help="File that was kept with the request.")],
    out: Annotated[
        str, typer.Option("--out", help="File of the result as JSON, or - for stdout. [text only]")
    ] = "",
    lang: Lang = "en",
) -> None:
    """Count the exposures that both holders have, from the response to one's own request."""
    from auditor.linkage.sketches import intersection as psi

    words = language(lang)
    psi.check()
    found = psi.count(psi.load(response, psi.Response), psi.load(secret, psi.Secret))
    _tell(out, psi_json(found))
    typer.echo(psi_count_text(found, words), err=True)


def _exposures(source: Path, workers: int | None) -> set[str]:
    from auditor.pipeline.sketching import exposures

    with Bars() as bars:
        return exposures(
            open_source(source),
            Plan(),
            workers=os.cpu_count() or 1 if workers is None else workers,
            progress=bars,
        )


def _agreed(file: Path) -> Key:
    """The shared key. Never made here: two holders would have two."""
    if not file.exists():
        raise KeyFileError(
            "The shared key does not exist",
            str(file),
            "One holder makes it (openssl rand -hex 32), and gives it to the other on a way that both trust.",
        )
    return load_key(file)


def _tell(out: str, found: dict[str, Any]) -> None:
    content = json.dumps(found, indent=2) + "\n"
    if out == "-":
        typer.echo(content, nl=False)
    elif out:
        _write(Path(out), content.encode())


def _write(file: Path, content: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        what = f"The file cannot be written ({error.strerror or 'input/output error'})"
        raise SketchError(what, str(file), "Choose another place.") from None
