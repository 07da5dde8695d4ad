"""What the attack means for each patient: the nearest stranger, the chance of a link, how unusual."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.align import Float
from auditor.linkage.describe.embedding import Embedding
from auditor.linkage.within.calibration import calibration, evidence, out_of_fold, transfer
from auditor.linkage.within.protocol import GALLERY_CAP, Index, Trial, has_partner, members_by_patient
from auditor.linkage.within.unusual import HALF, Standing, standing
from auditor.model import CalibrationOutcome, PatientLink

Array = NDArray[np.float64]

BLOCK = 500
BLANK = "its images are blank"
CUT = "its images could not be read whole"
NOBODY_ELSE = "no other patient"
SINGLE = "one image only"
ONE_EXAM = "one exam only"
ONE_EXPOSURE = "copies of one exposure only"
NOT_DRAWN = "not among the patients drawn"
PREDICTED = "; p_correct_link is predicted from patients with several"


def nearest_strangers(embedding: Embedding, *, seed: int) -> tuple[Float, Index]:
    """For every image: match score and row of the most similar image of another patient.

    At most `GALLERY_CAP` images are searched, drawn at random. Blank images and those without a
    patient have similarity NaN.
    """
    rows = np.flatnonzero(~embedding.blank & (embedding.patients != ""))
    total = len(embedding.paths)
    best = np.full(total, np.nan, np.float32)
    which = np.full(total, -1)
    if len(set(embedding.patients[rows].tolist())) < 2:
        return best, which
    searched = rows
    if len(rows) > GALLERY_CAP:
        searched = np.sort(np.random.default_rng(seed).choice(rows, GALLERY_CAP, replace=False))
    _, code = np.unique(embedding.patients, return_inverse=True)
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        scores = embedding.scores(part, searched)
        scores[code[part][:, None] == code[searched][None, :]] = -np.inf
        column = scores.argmax(axis=1)
        top = scores[np.arange(len(part)), column]
        found = np.isfinite(top)
        best[part[found]], which[part[found]] = top[found], searched[column[found]]
    return best, which


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def patient_links(
    embedding: Embedding, trial: Trial | None, *, seed: int, adaptive: Trial | None = None
) -> tuple[tuple[PatientLink, ...], CalibrationOutcome]:
    """One row a patient, in sorted order, and how far their probabilities can be believed.

    The probability is that of the better of the two attackers, see `best_attacker`.
    """
    similarity, which = nearest_strangers(embedding, seed=seed)
    stands = standing(embedding)
    unusual = stands.score
    members = members_by_patient(embedding)
    names = sorted(set(embedding.patients[embedding.patients != ""].tolist()))
    images = dict(zip(*np.unique(embedding.patients, return_counts=True), strict=True))
    facts = {name: _facts(rows, similarity, which, stands) for name, rows in members.items()}
    plain = {name: (_mean(similarity[rows]), _mean(unusual[rows])) for name, rows in members.items()}
    chances, ranks, believed = _chances(trial, adaptive, plain, seed)
    links = []
    for name in names:
        if name not in members:
            links.append(PatientLink(name, int(images[name]), reason=_unseen(embedding, name)))
            continue
        nearest, stranger, conspicuous, sign = facts[name]
        reason = "" if name in ranks else _reason(members, name, embedding)
        chance = chances.get(name)
        links.append(
            PatientLink(
                patient=name,
                images=int(images[name]),
                nearest_other_patient=str(embedding.patients[stranger]) if stranger >= 0 else "",
                score=_number(nearest),
                p_correct_link=chance,
                rank_of_true_match=ranks.get(name),
                conspicuous=_number(conspicuous),
                conspicuous_by=sign,
                reason=reason + PREDICTED if reason and chance is not None else reason,
            )
        )
    return tuple(links), believed


def _mean(values: Array | Float) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _facts(rows: Index, similarity: Float, which: Index, stands: Standing) -> tuple[float, int, float, str]:
    """Of one patient's images: highest similarity to a stranger, his row, highest conspicuousness, and by what."""
    scores = similarity[rows]
    if not np.isfinite(scores).any():
        return float("nan"), -1, float("nan"), ""
    top = rows[int(np.nanargmax(scores))]
    seen = rows[np.isfinite(stands.share[rows])]
    if not seen.size:
        return float(similarity[top]), int(which[top]), float("nan"), ""
    most = seen[int(stands.share[seen].argmin())]
    sign = str(stands.sign[most]) if stands.share[most] <= HALF else ""
    return float(similarity[top]), int(which[top]), float(stands.score[most]), sign


def _unseen(embedding: Embedding, name: str) -> str:
    """Why no image of a patient was attacked."""
    return CUT if embedding.cut is not None and embedding.cut[embedding.patients == name].any() else BLANK


def _reason(members: dict[str, Index], name: str, embedding: Embedding) -> str:
    rows = members[name]
    if len(members) < 2:
        return NOBODY_ELSE
    if len(rows) == 1:
        return SINGLE
    if has_partner(rows, embedding):
        return NOT_DRAWN
    exams = set(embedding.exams[rows].tolist())
    return ONE_EXAM if len(exams) == 1 and "" not in exams else ONE_EXPOSURE


def best_attacker(trial: Trial, adaptive: Trial | None) -> tuple[Array, NDArray[np.bool_]]:
    """The attempts (n, 6) of the attacker who found more of the *other* patients, and for every probe
    patient whether that is the one who learns. Judged on the patient himself the choice would flatter."""
    if adaptive is None or adaptive.probes != trial.probes:
        return trial.attempts, np.zeros(len(trial.probes), np.bool_)
    free, learnt = (each.rank_share[:, 0] for each in (trial, adaptive))
    ahead = (learnt.sum() - learnt) > (free.sum() - free)
    parts = [
        each.attempts[mask[each.attempts[:, 0].astype(np.intp)]]
        for each, mask in ((trial, ~ahead), (adaptive, ahead))
    ]
    return np.concatenate(parts), np.asarray(ahead, np.bool_)


def _chances(
    trial: Trial | None, adaptive: Trial | None, plain: dict[str, tuple[float, float]], seed: int
) -> tuple[dict[str, float], dict[str, float], CalibrationOutcome]:
    """P(correct link) for every patient in `plain`, the mean true rank of those probed, and calibration.

    `plain`: what is known of a patient without a second image, on average over his images, so that those
    with many images teach something about those with one.
    """
    if trial is None:
        return {}, {}, CalibrationOutcome()
    attempts, ahead = best_attacker(trial, adaptive)
    who = attempts[:, 0].astype(np.intp)
    right = attempts[:, 3]
    # The two attackers' scores differ in scale: each is calibrated on his own attempts.
    each = np.zeros(len(attempts))
    for side in (False, True):
        own = ahead[who] == side
        if own.any():
            taught = adaptive if side and adaptive else trial
            all_who = taught.attempts[:, 0].astype(np.intp)
            judged = out_of_fold(evidence(taught.attempts), taught.attempts[:, 3], all_who)
            each[own] = judged[ahead[all_who] == side]
    believed = replace(calibration(each, right, who, seed), adaptive_share=float(ahead.mean()))
    count = np.bincount(who, minlength=len(trial.probes))
    probed = np.flatnonzero(count)
    mean = np.bincount(who, each, minlength=len(trial.probes))[probed] / count[probed]
    share = np.bincount(who, right, minlength=len(trial.probes))[probed] / count[probed]
    rank = np.where(ahead, _mean_rank(adaptive or trial), _mean_rank(trial))
    names = [trial.probes[position] for position in probed]
    chances = dict(zip(names, mean.tolist(), strict=True))
    ranks = {name: float(rank[position]) for name, position in zip(names, probed, strict=True)}

    def inputs(of: list[str]) -> Array:
        return np.nan_to_num(np.array([plain[name] for name in of], dtype=np.float64).reshape(len(of), 2))

    alone = out_of_fold(inputs(names), share, np.arange(len(names)))
    told = calibration(alone, share, np.arange(len(names)), seed)
    believed = replace(believed, ece_predicted=told.ece)
    rest = [name for name in plain if name not in chances]
    if rest:
        predicted = transfer(inputs(names), share, inputs(rest))
        chances.update(zip(rest, predicted.tolist(), strict=True))
    return chances, ranks, believed


def _mean_rank(trial: Trial) -> Array:
    return np.asarray(trial.rank_share @ np.arange(1, trial.rank_share.shape[1] + 1), np.float64)
