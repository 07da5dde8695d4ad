"""The image-linkage attack on a release: embed, run the protocol, say what it means for whom."""

from __future__ import annotations

import os
from collections.abc import Sequence

from threadpoolctl import threadpool_limits

from auditor.linkage.describe.align import MIN_IMAGES
from auditor.linkage.describe.deep import Deep
from auditor.linkage.describe.embedding import Embedding, Progress, Store, embed
from auditor.linkage.describe.features import Features
from auditor.linkage.within.adaptive import adaptive_trial
from auditor.linkage.within.attributes import predict_attributes
from auditor.linkage.within.controls import by_group, controls
from auditor.linkage.within.named import Column, predict_column
from auditor.linkage.within.patients import patient_links
from auditor.linkage.within.protocol import (
    GALLERY_CAP,
    PROBE_CAP,
    Trial,
    members_by_patient,
    run_trial,
    summarise,
)
from auditor.linkage.within.scaling import LAW, laws, scale
from auditor.model import ENOUGH_ALIGNED, ENOUGH_PROBED, AdaptiveOutcome, LinkageOutcome

MANY = 5_000
"""Images from which products of matrices are large enough to be shared among threads."""
LEARNT = (
    "the same gallery, probes and draws; the attacker learns from the release's patient ids how images of "
    "one patient differ, never from the patients who are compared"
)


def attack(
    portraits: Store,
    *,
    seed: int,
    draws: int = 20,
    features: Features | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    columns: Sequence[Column] = (),
) -> LinkageOutcome:
    """What somebody achieves who holds another image of every patient.

    Args:
        portraits: gives the portraits afresh at each call, in the same order; they are streamed.
        seed: of every random draw; the same seed and portraits give the same outcome.
        draws: how often gallery and probes are drawn.
        features: how portraits are described; `Deep` by default, `features.Classical` needs no network.
        workers: threads; one per processor by default.
        progress: told the name of the step, how many are done, and how many there are.
        columns: further attributes to predict from the images.

    Returns:
        The outcome; where no patient can be probed, `reason` says why and `patients` still tells
        who is nearest to whom and who is conspicuous.
    """
    chosen = features or Deep()
    embedding = embed(portraits, chosen, seed=seed, workers=workers or os.cpu_count() or 1, progress=progress)
    return judge(embedding, seed=seed, draws=draws, progress=progress, columns=columns)


def judge(
    embedding: Embedding,
    *,
    seed: int,
    draws: int = 20,
    progress: Progress | None = None,
    columns: Sequence[Column] = (),
) -> LinkageOutcome:
    """The attack on images that are already points."""
    # Small products of matrices cost more in waiting for threads than they gain by them.
    with threadpool_limits(1 if len(embedding.paths) < MANY else None):
        return _judge(embedding, seed, draws, progress, columns)


def _judge(
    embedding: Embedding, seed: int, draws: int, progress: Progress | None, columns: Sequence[Column]
) -> LinkageOutcome:
    trial = run_trial(embedding, seed=seed, draws=draws, progress=progress) if embedding.paths else None
    accuracy = summarise(trial, seed) if trial else None
    learnt = adaptive_trial(embedding, seed=seed, draws=draws, progress=progress) if trial else None
    patients, believed = patient_links(embedding, trial, seed=seed, adaptive=learnt)
    seen = embedding.aligned[~embedding.blank]
    attributes = predict_attributes(embedding, seed=seed)
    named = tuple(predict_column(embedding, column, seed=seed) for column in columns)
    return LinkageOutcome(
        rank1=accuracy.rank1 if accuracy else None,
        rank5=accuracy.rank5 if accuracy else None,
        map=accuracy.map if accuracy else None,
        auc=accuracy.auc if accuracy else None,
        tar_at_far_1e2=accuracy.tar_at_far_1e2 if accuracy else None,
        eer=accuracy.eer if accuracy else None,
        gallery_patients=trial.gallery_patients if trial else 0,
        probe_patients=len(trial.probes) if trial else 0,
        images=len(embedding.paths),
        images_unattributed=int((embedding.patients == "").sum()),
        draws=draws if trial else 0,
        seed=seed,
        chance=1 / trial.gallery_patients if trial else None,
        protocol=_protocol(trial) if trial else "",
        features=embedding.features,
        aligned_share=float(seen.mean()) if seen.size else None,
        scaling=scale(trial.rank_share, seed) if trial else (),
        scaling_law=LAW if trial else "",
        patients=patients,
        reason="" if trial else _reason(embedding),
        notes=tuple(_notes(embedding, trial)),
        attributes=(*attributes, *named),
        adaptive=_adaptive(embedding, trial, learnt, seed),
        laws=laws(trial.rank_share, seed) if trial else (),
        calibration=believed,
        controls=controls(embedding, trial, seed) if trial else (),
        groups=by_group(embedding, trial, seed) if trial else (),
    )


def _adaptive(
    embedding: Embedding, label_free: Trial | None, trial: Trial | None, seed: int
) -> AdaptiveOutcome:
    if label_free is None:
        return AdaptiveOutcome(reason=_reason(embedding))
    if trial is None:
        return AdaptiveOutcome(reason="too few patients with two images to learn from")
    found = summarise(trial, seed)
    return AdaptiveOutcome(
        rank1=found.rank1,
        rank5=found.rank5,
        map=found.map,
        auc=found.auc,
        tar_at_far_1e2=found.tar_at_far_1e2,
        eer=found.eer,
        gallery_patients=trial.gallery_patients,
        probe_patients=len(trial.probes),
        protocol=LEARNT,
    )


def _protocol(trial: Trial) -> str:
    other = "of another exam" if trial.known_exams else "of another exam where exams are known"
    return (
        f"gallery: one image of each of {trial.gallery_patients} patients, drawn at random; probes: one "
        f"other image, {other} and never the same exposure, of each of {len(trial.probes)} patients; mean of "
        f"{trial.draws} seeded draws; 95 % intervals by bootstrap over probe patients; the attacker uses no "
        "patient ids of the release"
    )


def _reason(embedding: Embedding) -> str:
    if not embedding.paths:
        return "no images"
    if (embedding.patients == "").all():
        return "no image is attributed to a patient"
    members = members_by_patient(embedding)
    if not members:
        return (
            "all images are blank or end before they are whole" if _cut(embedding) else "all images are blank"
        )
    if len(members) < 2:
        return "only one patient has images"
    if all(len(rows) < 2 for rows in members.values()):
        return "no patient has two images"
    digests, exams = embedding.digests, embedding.exams
    if any(len(set(digests[rows])) > 1 for rows in members.values()) and (exams != "").all():
        return "no patient has images of two exams"
    return "no patient has images of two exams or two exposures"


def _cut(embedding: Embedding) -> int:
    return 0 if embedding.cut is None else int(embedding.cut.sum())


def _notes(embedding: Embedding, trial: Trial | None) -> list[str]:
    notes = []
    cut = _cut(embedding)
    if cut:
        notes.append(f"{cut} images were left out: their files end before the picture does")
    blank = int(embedding.blank.sum()) - cut
    if blank:
        notes.append(f"{blank} blank images were left out")
    seen = embedding.aligned[~embedding.blank]
    if seen.size and seen.size < MIN_IMAGES:
        notes.append("too few images to learn a common anatomy from: they were compared as they are")
    elif seen.size and seen.mean() < ENOUGH_ALIGNED:
        notes.append(
            f"only {seen.mean():.0%} of the images could be aligned to a common anatomy; the others were "
            "compared as they are, and an attacker who aligns them better may find more"
        )
    if trial is None:
        return notes
    if not trial.known_exams:
        notes.append(
            "exams are not known for all patients: a probe and its match may come from one session, which "
            "makes linking look easier than it is"
        )
    if len(trial.probes) < ENOUGH_PROBED:
        notes.append(f"only {len(trial.probes)} patients could be probed: intervals are wide")
    patients = len(members_by_patient(embedding))
    if patients > GALLERY_CAP:
        notes.append(f"the gallery is a random {GALLERY_CAP} of {patients} patients")
    if len(trial.probes) == PROBE_CAP:
        notes.append(f"at most {PROBE_CAP} patients were probed, drawn at random")
    return notes
