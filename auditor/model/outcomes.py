"""What is computed over the whole dataset: linkage, records, duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.model.rows import Duplicate, PatientLink

ENOUGH_ALIGNED = 0.5
"""Share of the images in a common pose below which the attack on images was not at its best."""
ENOUGH_PROBED = 30
"""Probe patients below which the interval says more than the figure."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured number with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ScalingPoint:
    """Rank-1 at one gallery size, measured on this dataset or extrapolated by a stated law."""

    gallery: int
    rank1: float
    low: float
    high: float
    kind: str


@dataclass(frozen=True, slots=True)
class LawPoint:
    """Rank-1 at one gallery size by one law that was fitted to smaller galleries."""

    law: str
    fitted_to: int
    """Patients in the largest gallery of the fit."""
    gallery: int
    rank1: float
    low: float
    high: float
    measured: float | None = None
    """What was measured at this size, where it was held back from the fit."""


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Attempts with a predicted probability between `low` and `high`."""

    low: float
    high: float
    predicted: float
    found: Estimate
    attempts: int


@dataclass(frozen=True, slots=True)
class CalibrationOutcome:
    """How far the probability that a link is right can be believed, on patients that it was not fitted to."""

    ece: Estimate | None = None
    """Expected calibration error."""
    ece_predicted: Estimate | None = None
    """The same where a patient's second image is kept back: of what is said of patients who could not be probed."""
    precision: Estimate | None = None
    """Share right where the probability is 0.9 or more."""
    sure: float | None = None
    """Share of the attempts where it is."""
    attempts: int = 0
    patients: int = 0
    adaptive_share: float = 0.0
    """Of the patients whose probability is that of the attacker who learns: he found more of the others."""
    bins: tuple[CalibrationBin, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """The attack under a condition that tells where its success comes from."""

    name: str
    rank1: Estimate
    compare: Estimate | None
    """Rank-1 without the condition, in a gallery of the same size."""
    gallery: float
    """Patients in the gallery, on average."""
    patients: int


@dataclass(frozen=True, slots=True)
class GroupResult:
    """Rank-1 of the attempts of one group."""

    by: str
    name: str
    rank1: Estimate
    patients: int
    attempts: int


@dataclass(frozen=True, slots=True)
class AttributeEstimate:
    """How well one attribute can be read off the images, with its 95 % interval and baseline.

    Where it could not be measured, there is no value and `reason` says why.
    """

    name: str
    metric: str
    """`auc` (two values), `balanced_accuracy` (more), or `mae` (of age in years)."""
    value: float | None
    low: float | None
    high: float | None
    baseline: float | None
    images: int
    patients: int = 0
    values: int = 0
    """Distinct values that were told apart; 0 for a quantity."""
    named: bool = False
    """Whether it is a column that the user named."""
    held: bool = False
    """Whether the files themselves hold that column; not looked for in other attributes."""
    reason: str = ""
    permuted: float | None = None
    """The same where the values of patients were exchanged at random."""


@dataclass(frozen=True, slots=True)
class AdaptiveOutcome:
    """What an attacker achieved who learnt from the release's own patient ids, on other patients."""

    rank1: Estimate | None = None
    rank5: Estimate | None = None
    map: Estimate | None = None
    auc: Estimate | None = None
    tar_at_far_1e2: Estimate | None = None
    eer: Estimate | None = None
    gallery_patients: int = 0
    probe_patients: int = 0
    protocol: str = ""
    reason: str = ""
    """Why it was not measured."""


@dataclass(frozen=True, slots=True)
class ReferenceLink:
    """Whom of a reference set one patient of the release most probably is."""

    patient: str
    """Of the release."""
    chance: float
    """That the patient shown by `path` is the same."""
    path: str
    """True path in the reference: the pipeline shows it displayed."""
    other: str
    """Pseudonym there; empty where patients of the reference are not known."""


@dataclass(frozen=True, slots=True)
class ReferenceOutcome:
    """What of the release was found in another set. `reason` says why it was not looked for."""

    images: int = 0
    """Of the reference."""
    images_unattributed: int = 0
    """Of these, without a patient: each counts as a person of its own."""
    patients: int = 0
    """Of the reference, as far as known."""
    release_patients: int = 0
    """Who were looked up."""
    found: int = 0
    """Of these, with a chance of at least one half."""
    share: Estimate | None = None
    """Expected share of these that are in the reference: the mean chance."""
    taught_by: int = 0
    """Patients of the release whose own pairs of images taught what a right match looks like."""
    method: str = ""
    seed: int = 0
    links: tuple[ReferenceLink, ...] = ()
    """Patients of the release with their likeliest match, in sorted order."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LinkageOutcome:
    """What the image-linkage attack achieved. `reason` says why an estimate is missing."""

    rank1: Estimate | None = None
    rank5: Estimate | None = None
    map: Estimate | None = None
    auc: Estimate | None = None
    tar_at_far_1e2: Estimate | None = None
    eer: Estimate | None = None
    gallery_patients: int = 0
    probe_patients: int = 0
    images: int = 0
    images_unattributed: int = 0
    draws: int = 0
    seed: int = 0
    chance: float | None = None
    protocol: str = ""
    features: str = ""
    aligned_share: float | None = None
    scaling: tuple[ScalingPoint, ...] = ()
    scaling_law: str = ""
    patients: tuple[PatientLink, ...] = ()
    reason: str = ""
    notes: tuple[str, ...] = ()
    attributes: tuple[AttributeEstimate, ...] = ()
    adaptive: AdaptiveOutcome = AdaptiveOutcome(reason="stage not run")
    laws: tuple[LawPoint, ...] = ()
    calibration: CalibrationOutcome = CalibrationOutcome()
    controls: tuple[Control, ...] = ()
    groups: tuple[GroupResult, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordsOutcome:
    """Disclosure risk of the quasi-identifiers present, per patient."""

    quasi_identifiers: tuple[str, ...] = ()
    patients: int = 0
    k_min: int | None = None
    prosecutor: Estimate | None = None
    """Mean of 1/k over patients (El Emam 2013): the chance to pick the right record of a known member."""
    journalist: Estimate | None = None
    marketer: Estimate | None = None
    uniques: Estimate | None = None
    """Share of patients alone in their equivalence class."""
    class_of: Mapping[str, int] = field(default_factory=dict)
    """Patient pseudonym to size of its equivalence class."""
    by_attribute: tuple[tuple[str, float], ...] = ()
    """For each quasi-identifier alone: the share of patients it makes unique."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Everything that is computed over the whole dataset; the subject of outcome checks."""

    linkage: LinkageOutcome = LinkageOutcome(reason="stage not run")
    records: RecordsOutcome = RecordsOutcome(reason="stage not run")
    reference: ReferenceOutcome = ReferenceOutcome(reason="no reference was given")
    duplicates: tuple[Duplicate, ...] = ()
    """With true paths: the pipeline shows them displayed."""
