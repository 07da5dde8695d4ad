"""From findings, linkage and records to one risk per patient, and the dataset's.

The risk is that of the patient who is attacked by every measured way at once: an attacker who reads
all that is left in the files, holds another image of the patient, and knows the quasi-identifiers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np

from auditor.model import (
    Category,
    LinkageOutcome,
    PatientRow,
    RecordsOutcome,
    Severity,
    Way,
)

DIRECT_WAYS = (Way.DATA, Way.PIXELS, Way.REVERSAL)
"""Ways whose findings identify by themselves; image and record linkage are measured, not found."""

IDENTIFIES: Mapping[Severity, float] = {
    Severity.CRITICAL: 0.95,
    Severity.HIGH: 0.6,
    Severity.MEDIUM: 0.1,
    Severity.LOW: 0.01,
    Severity.INFO: 0.0,
}
"""The probability that a true finding of this severity leads to the person. An expert setting,
not a measurement: a name or national id nearly always, a record number or birth date mostly, a date
of care or a device seldom without more."""


@dataclass(slots=True)
class PatientEvidence:
    """What was found in the files of one patient; filled while findings stream past."""

    files: int = 0
    findings: int = 0
    worst: Severity | None = None
    _strongest: dict[tuple[Way, Category], float] = field(default_factory=dict)

    def add(self, way: Way | None, category: Category, severity: Severity, confidence: float) -> None:
        """Count one finding. Findings of image and record linkage count, but add no direct risk."""
        self.findings += 1
        if self.worst is None or severity.rank > self.worst.rank:
            self.worst = severity
        if way in DIRECT_WAYS:
            p = min(1.0, max(0.0, confidence)) * IDENTIFIES[severity]
            self._strongest[way, category] = max(p, self._strongest.get((way, category), 0.0))

    def direct(self, way: Way | None = None) -> float:
        """1 − ∏(1 − confidence · IDENTIFIES[severity]), over all direct ways or over one.

        One factor per way and category, its strongest finding: the same date in 500 files is one
        piece of information, a name and a date are two.
        """
        return either([p for (found, _), p in self._strongest.items() if way in (None, found)])


@dataclass(frozen=True, slots=True)
class DatasetRisk:
    """The fields of the report's `risk`. None: no patient, or the way was not measured."""

    mean: float | None
    p95: float | None
    highest: float | None
    patients_at_risk: int
    threshold: float
    by_way: dict[str, float | None]
    histogram: list[int]


def either(probabilities: Sequence[float]) -> float:
    """Probability that at least one succeeds, if they are independent: 1 − ∏(1 − p).

    They are not quite: an unusual patient is conspicuous in every way. Whatever the dependence, the
    truth lies between the largest p and the smaller of 1 and their sum (Fréchet).
    """
    return 1.0 - prod(1.0 - p for p in probabilities)


def patient_rows(
    evidence: Mapping[str, PatientEvidence], linkage: LinkageOutcome, records: RecordsOutcome
) -> Iterator[PatientRow]:
    """One row for every patient that any stage knows, ordered by pseudonym.

    `risk` combines the direct probability, the probability of a correct image link (by the attack or
    to the reference, whichever is higher) and 1/k by `either`; a way that was not measured for the
    patient is None in its column and left out of the product, so `risk` is that of the measured ways only.
    """
    links = {link.patient: link for link in linkage.patients}
    for patient in sorted((set(evidence) | set(links) | set(records.class_of)) - {""}):
        own = evidence.get(patient) or PatientEvidence()
        link = links.get(patient)
        k = records.class_of.get(patient)
        direct = own.direct()
        linked = link.p_correct_link if link else None
        there = link.p_in_reference if link else None
        prosecutor = 1.0 / k if k else None
        yield PatientRow(
            patient=patient,
            files=own.files,
            findings=own.findings,
            worst_severity=own.worst.value if own.worst else "",
            p_identified_directly=direct,
            p_correct_link=linked,
            equivalence_class=k,
            prosecutor_risk=prosecutor,
            p_in_reference=there,
            # Who is found in a reference is linked by image: one way, whichever succeeds better.
            risk=either([direct, max(linked or 0.0, there or 0.0), prosecutor or 0.0]),
        )


def dataset_risk(
    rows: Collection[PatientRow],
    threshold: float,
    evidence: Mapping[str, PatientEvidence],
    measured: Collection[Way] = DIRECT_WAYS,
) -> DatasetRisk:
    """Mean, 95th percentile and highest patient risk, and the mean that each way alone gives.

    measured: the direct ways whose stages ran. The mean of image and of record linkage is over the
    patients for whom it was measured. `histogram` counts patients per tenth of risk, 1 in the last.
    """
    by_way: dict[str, float | None] = {}
    for way in DIRECT_WAYS:
        known = [evidence[row.patient].direct(way) if row.patient in evidence else 0.0 for row in rows]
        by_way[way.value] = _mean(known) if way in measured else None
    by_image = ([p for p in (row.p_correct_link, row.p_in_reference) if p is not None] for row in rows)
    by_way[Way.IMAGE.value] = _mean([max(known) for known in by_image if known])
    by_way[Way.RECORD.value] = _mean([row.prosecutor_risk for row in rows if row.prosecutor_risk is not None])
    risks = np.array([row.risk for row in rows], dtype=np.float64)
    return DatasetRisk(
        mean=_mean(risks.tolist()),
        p95=float(np.quantile(risks, 0.95)) if risks.size else None,
        highest=float(risks.max()) if risks.size else None,
        patients_at_risk=int((risks >= threshold).sum()),
        threshold=threshold,
        by_way=by_way,
        histogram=[int(count) for count in np.histogram(risks, bins=10, range=(0.0, 1.0))[0]],
    )


def collect() -> defaultdict[str, PatientEvidence]:
    """An empty mapping of patient pseudonym to evidence that makes entries as they are asked for."""
    return defaultdict(PatientEvidence)


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
