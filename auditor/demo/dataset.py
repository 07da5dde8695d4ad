"""Writes the demo dataset: most of it properly de-identified, with one leak of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

from auditor.demo import lettering, others
from auditor.demo.chest import Anatomy, draw_anatomy, draw_exposure, render
from auditor.demo.films import Draft, Subject, encode, film, slices
from auditor.demo.leaks import LEAKS
from auditor.demo.manifest import DemoManifest, Planted, files_of, key_beside
from auditor.errors import UsageError

FIRST_EXAM = date(2019, 6, 14)
SMALLEST_SIDE = 320
"""Pixels; the burned-in lines do not fit into fewer."""
PNG_SIDE = 320
PNG_PATIENTS = 12
CT_SLICES, CT_SIDE = 24, 128
Made = tuple[str, bytes, tuple[Planted, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One film and how it was taken."""

    pixels: NDArray[np.uint16]
    view: str


def write_demo(
    folder: Path, *, seed: int = 0, patients: int = 40, exams: int = 2, side: int = 512
) -> DemoManifest:
    """Write a synthetic dataset into `folder`, and its answer key beside it.

    seed: the same seed and sizes give the same bytes. patients × exams films are drawn, `side`
    pixels square, 12 bits; there must be as many films as kinds of leak, and 3 patients.

    Raises UsageError for sizes that are too small, and where `folder` already holds files that no
    earlier demo wrote; those of an earlier demo are replaced.
    """
    if patients < 3 or exams < 1 or patients * exams < len(LEAKS) or side < SMALLEST_SIDE:
        raise UsageError(
            "The demo would be too small to hold every kind of leak",
            f"{patients} patients with {exams} exams, {side} pixels",
            f"Ask for at least 3 patients, {len(LEAKS)} films and {SMALLEST_SIDE} pixels.",
        )
    _clear(folder)
    files: list[str] = []
    planted: list[Planted] = []
    for path, content, leaks in _everything(seed, patients, exams, side):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        files.append(path)
        planted += leaks
    manifest = DemoManifest(
        folder=folder,
        key_file=key_beside(folder),
        metadata=folder / "metadata.csv",
        seed=seed,
        patients=patients,
        exams=exams,
        files=tuple(sorted(files)),
        planted=tuple(planted),
    )
    manifest.save()
    return manifest


def _clear(folder: Path) -> None:
    known = set(files_of(key_beside(folder)))
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file() and path.relative_to(folder).as_posix() not in known:
            raise UsageError(
                "The folder for the demo holds other files", str(folder), "Name an empty folder."
            )
    for name in known:
        # A key that was edited must not lead out of the folder.
        if not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts:
            (folder / name).unlink(missing_ok=True)


def _everything(seed: int, patients: int, exams: int, side: int) -> Iterator[Made]:
    rng = np.random.default_rng(seed)
    numbers = rng.choice(np.arange(100, 1000), patients + 2, replace=False)
    people = [_person(f"sub-{number}", index, rng) for index, number in enumerate(numbers)]
    table: list[dict[str, str]] = []
    for index, (subject, anatomy) in enumerate(people[:patients]):
        for exam in range(exams):
            yield _film(subject, index * exams + exam, exam, _shoot(anatomy, rng, side), rng)
        if index < PNG_PATIENTS:
            yield _png(subject, index, exams, _shoot(anatomy, rng, side), table)
    yield _table(table)
    # The extra subject, under whose pseudonym a film of the last patient is released again.
    owner, anatomy = people[patients - 1]
    shot = _shoot(anatomy, rng, side)
    again = _draft(owner, exams, shot, rng)
    yield f"{again.folder}/{again.name}", encode(again), ()
    yield _same_exposure(people[patients][0], owner, shot, rng)
    yield from _others(people, shot.pixels, seed, rng)
    whole = _draft(people[0][0], exams, shot, rng)
    whole.syntax = ExplicitVRLittleEndian
    yield from _broken(encode(whole))


def _person(pseudonym: str, index: int, rng: np.random.Generator) -> tuple[Subject, Anatomy]:
    female = bool(rng.random() < 0.5)
    age = int(np.clip(5 * round(rng.normal(58, 14) / 5), 20, 85))
    subject = Subject(pseudonym, female, age, timedelta(days=int(rng.integers(-3000, -400))))
    return subject, draw_anatomy(rng, female=female, pacemaker=index == 7)


def _shoot(anatomy: Anatomy, rng: np.random.Generator, side: int) -> Shot:
    portable = bool(rng.random() < 0.15)
    pixels = render(anatomy, draw_exposure(rng, portable=portable), side)
    lettering.marker(pixels, "L", (side - 60, 60))
    return Shot(pixels, "AP" if portable else "PA")


def _draft(subject: Subject, exam: int, shot: Shot, rng: np.random.Generator) -> Draft:
    seen = FIRST_EXAM + timedelta(days=int(exam * 200 + rng.integers(0, 120)))
    ds = film(subject, shot.view, seen, shot.pixels, rng)
    return Draft(ds, f"dicom/{subject.pseudonym}/exam-{exam + 1}", "film.dcm")


def _film(subject: Subject, number: int, exam: int, shot: Shot, rng: np.random.Generator) -> Made:
    draft = _draft(subject, exam, shot, rng)
    draft.syntax = ExplicitVRLittleEndian if number % 8 == 5 else RLELossless
    leak = LEAKS[number] if number < len(LEAKS) else None
    if leak:
        leak.plant(draft, leak.secret)
    path = f"{draft.folder}/{draft.name}"
    planted = (
        (Planted(path, subject.pseudonym, leak.kind, leak.location, leak.category.value, leak.secret),)
        if leak
        else ()
    )
    return path, encode(draft), planted


def _png(subject: Subject, index: int, exams: int, shot: Shot, table: list[dict[str, str]]) -> Made:
    path = f"png/{subject.pseudonym}_{exams + 1}.png"
    author = others.PNG_AUTHOR if index == 4 else ""
    table.append(
        {
            "path": path,
            "patient": subject.pseudonym,
            "exam": str(exams + 1),
            "age": str(subject.age),
            "sex": "F" if subject.female else "M",
            "view": shot.view,
            "note": others.TABLE_NOTE if index == 9 else "no acute finding",
        }
    )
    planted = (
        (Planted(path, subject.pseudonym, "PNG text", "png text Author", "name", author),) if author else ()
    )
    return path, others.png(others.shrink(shot.pixels, PNG_SIDE), author), planted


def _same_exposure(subject: Subject, owner: Subject, shot: Shot, rng: np.random.Generator) -> Made:
    draft = _draft(subject, 0, shot, rng)
    path = f"{draft.folder}/{draft.name}"
    kind = f"the same exposure as {owner.pseudonym}"
    return path, encode(draft), (Planted(path, subject.pseudonym, kind, "pixels frame=1", "linkage", ""),)


def _table(rows: list[dict[str, str]]) -> Made:
    planted = tuple(
        Planted("metadata.csv", row["patient"], "table cell", "table column=note", "name", row["note"])
        for row in rows
        if row["note"] == others.TABLE_NOTE
    )
    return "metadata.csv", others.table(rows), planted


def _others(
    people: list[tuple[Subject, Anatomy]], pixels: NDArray[np.uint16], seed: int, rng: np.random.Generator
) -> Iterator[Made]:
    volume = others.volume(CT_SLICES, CT_SIDE, seed)
    scanned = people[-1][0]
    seen = FIRST_EXAM + timedelta(days=30)
    for number, ds in enumerate(slices(scanned, seen, volume, rng), start=1):
        draft = Draft(ds, f"ct/{scanned.pseudonym}", f"slice-{number:03d}.dcm", ExplicitVRLittleEndian)
        yield f"{draft.folder}/{draft.name}", encode(draft), ()
    a, b, c, d = (subject.pseudonym for subject, _ in (people[0], people[1], people[2], people[-1]))
    planted = "NIfTI description", "nifti descrip", "name", others.NIFTI_DESCRIPTION
    yield (
        f"nifti/{d}_ct.nii.gz",
        others.nifti(volume, others.NIFTI_DESCRIPTION),
        (Planted(f"nifti/{d}_ct.nii.gz", d, *planted),),
    )
    planted = "EXIF", "exif Artist", "name", others.JPEG_ARTIST
    yield (
        f"png/{c}_light-box.jpg",
        others.jpeg(others.shrink(pixels, PNG_SIDE), others.JPEG_ARTIST),
        (Planted(f"png/{c}_light-box.jpg", c, *planted),),
    )
    yield f"reports/{a}.txt", others.report_en(a).encode(), ()
    yield f"reports/{b}.txt", others.report_zh(b).encode(), ()
    for name, text in (
        (f"{c}_en.txt", others.report_en_leaking()),
        (f"{c}_zh.txt", others.report_zh_leaking()),
    ):
        yield (
            f"reports/{name}",
            text.encode(),
            (Planted(f"reports/{name}", c, "report", "text line #", "name", text),),
        )


def _broken(whole: bytes) -> Iterator[Made]:
    yield "incoming/truncated.dcm", whole[: len(whole) // 3], ()
    yield "incoming/notes.dcm", b"Films still to be sorted. Nothing to see here.\n", ()
    yield "incoming/empty.dcm", b"", ()
