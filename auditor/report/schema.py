"""report.json as a model: what the report says of a dataset, without one found value.

Everything that is rendered (HTML, Markdown, SARIF …) is rendered from a `Report`, so that
`auditor report REPORT.json` and `auditor gate REPORT.json` need nothing but the file.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, FiniteFloat

from auditor.report.measures import Interval, Measured, MeasuredFloat

SCHEMA_VERSION = "1.0"


class Model(BaseModel):
    """Closed: a key that is not known is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Tool(Model):
    name: str = "auditor"
    version: str
    python: str
    libraries: dict[str, str]
    """Name to version of the libraries that read, decode and match."""
    ocr_engine: str
    """Which engine read the pixels, with its version; empty when none did."""


class Dataset(Model):
    name: str
    files: int
    bytes: int
    patients: int
    images: int
    kinds: dict[str, int]
    patient_rule: str
    """How files were attributed to patients: `tag:PatientID`, `path`, `metadata`."""
    files_without_patient: int
    key_id: str
    """First 8 hex digits of a hash of the key behind `item` and `value_hmac`."""
    started: str
    seconds: FiniteFloat
    stages: list[str]
    seed: int


class Screening(Model):
    """What the screen before reading did in this run, with frames, projections of several frames, and other layers."""

    looked: int
    """Distinct pictures that the screen looked at."""
    spared: int
    """Those of `looked` that were not read with care."""
    repeated: int
    """Frames and layers not looked at: copies of an earlier one of their file."""


class CoverageSummary(Model):
    read: int
    partial: int
    skipped: int
    unreadable: int
    reasons: dict[str, int]
    frames_total: int
    frames_examined: int
    screening: Screening | None = None
    """None where nothing was screened: without text in pixels, with Tesseract alone, at effort `thorough`."""


class FindingGroup(Model):
    """All findings of one rule in one kind of location, with one masked example."""

    rule_id: str
    title: str
    title_zh: str
    remedy: str
    remedy_zh: str
    way: str
    """One of the five ways; empty for duties such as consent."""
    category: str
    severity: str
    confidence: FiniteFloat
    """The highest of the group."""
    location: str
    count: int
    files: int
    patients: int
    example_masked: str
    example_file: str
    example_item: str
    waived_by: str = ""
    """Owner and expiry of the waiver in force, if any."""
    known: int = 0
    """How many of `count` are in the baseline, and so do not count at the gate."""


class Classes(Model):
    """What laws and standards call one category; empty where one has no class for it."""

    hipaa: str
    """Letter of 45 CFR 164.514(b)(2)(i)."""
    pipl: str
    """Article: 28 sensitive personal information, 4 personal information."""
    gbt35273: str
    gbt39725: str


class Findings(Model):
    total: int
    by_rule: dict[str, int]
    by_category: dict[str, int]
    by_severity: dict[str, int]
    by_way: dict[str, int]
    files: int
    patients: int
    waived: int
    known: int | None = None
    """Findings that are in the baseline; None where none was given."""
    groups: list[FindingGroup]
    standards: dict[str, Classes] = {}
    """The categories that were found."""


class SelfLinkage(Model):
    rank1: Measured = None
    rank5: Measured = None
    map: Measured = None
    auc: Measured = None
    tar_at_far_1e2: Measured = None
    eer: Measured = None
    gallery_patients: int = 0
    probe_patients: int = 0
    images: int = 0
    images_unattributed: int = 0
    draws: int = 0
    seed: int = 0
    chance: MeasuredFloat = None
    protocol: str = ""
    features: str = ""
    aligned_share: MeasuredFloat = None
    reason: str = ""
    notes: list[str] = []


class AdaptiveLinkage(Model):
    """The attacker who learns from the release's own patient ids, tried on other patients."""

    rank1: Measured = None
    rank5: Measured = None
    map: Measured = None
    auc: Measured = None
    tar_at_far_1e2: Measured = None
    eer: Measured = None
    gallery_patients: int = 0
    probe_patients: int = 0
    protocol: str = ""
    reason: str = ""


class ScalingRow(Model):
    gallery: int
    rank1: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat
    kind: str
    """`measured` or `extrapolated`."""


class LawRow(Model):
    """Rank-1 at one gallery size by a law fitted to galleries of up to `fitted_to` patients."""

    law: str
    fitted_to: int
    gallery: int
    rank1: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat
    measured: MeasuredFloat = None
    """What was measured, where this size was held back from the fit."""


class CalibrationBin(Model):
    """Attempts with a predicted probability from `low` to `high`."""

    low: FiniteFloat
    high: FiniteFloat
    predicted: FiniteFloat
    found: Interval
    attempts: int


class Calibration(Model):
    """How far the probability that a link is right can be believed; cross-fitted by patient."""

    ece: Measured = None
    ece_predicted: Measured = None
    """Of the probability told of patients who could not be probed, measured on those who could."""
    precision: Measured = None
    """Share right where the probability is 0.9 or more."""
    sure: MeasuredFloat = None
    """Share of the attempts where it is."""
    attempts: int = 0
    patients: int = 0
    adaptive_share: FiniteFloat = 0.0
    """Share of the patients whose probability is that of the attacker who learns."""
    bins: list[CalibrationBin] = []


class Control(Model):
    """The attack under a condition that tells where its success comes from."""

    name: str
    """`permuted_ids`, `matched_impostors` or `centre_only`."""
    rank1: Interval
    compare: Measured = None
    """Rank-1 without the condition, in a gallery of the same size; chance for permuted ids."""
    gallery: FiniteFloat
    patients: int


class Group(Model):
    """Rank-1 by view, modality, alignment or interval between the exams."""

    by: str
    name: str
    rank1: Interval
    patients: int
    attempts: int


class Attribute(Model):
    """One attribute read off the images, cross-validated by patient; `reason` where there is no value."""

    name: str
    metric: str
    value: FiniteFloat | None
    low: FiniteFloat | None
    high: FiniteFloat | None
    baseline: FiniteFloat | None
    images: int
    patients: int = 0
    values: int = 0
    """Distinct values told apart; 0 for a quantity."""
    named: bool = False
    """A column of the metadata table that the user named."""
    held: bool = False
    """The files themselves hold that column."""
    reason: str = ""
    permuted: FiniteFloat | None = None
    """The same where the values of patients were exchanged at random."""


class Duplicates(Model):
    identical_within: int = 0
    identical_across_patients: int = 0
    near_within: int = 0
    near_across_patients: int = 0
    identical_reference: int = 0
    """Pairs with an image of the reference."""
    near_reference: int = 0


class ReferenceMatch(Model):
    """The release held beside a reference set: who of it is there."""

    images: int = 0
    images_unattributed: int = 0
    patients: int = 0
    release_patients: int = 0
    found: int = 0
    """Patients of the release who are in the reference with a probability of one half or more."""
    share: Measured = None
    """Expected share of the release's patients who are in the reference."""
    taught_by: int = 0
    method: str = ""
    seed: int = 0
    reason: str = ""


class Linkage(Model):
    # `self` is the contract's key; pydantic needs an attribute name that is not `self`-like in code.
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    self: SelfLinkage
    adaptive: AdaptiveLinkage = AdaptiveLinkage()
    scaling: list[ScalingRow] = []
    scaling_law: str = ""
    laws: list[LawRow] = []
    calibration: Calibration = Calibration()
    controls: list[Control] = []
    groups: list[Group] = []
    attributes: list[Attribute] = []
    duplicates: Duplicates = Duplicates()
    reference: ReferenceMatch = ReferenceMatch(reason="no reference was given")


class Records(Model):
    k_min: int | None = None
    prosecutor: Measured = None
    journalist: Measured = None
    marketer: Measured = None
    uniques: Measured = None
    patients: int = 0
    quasi_identifiers: list[str] = []
    by_attribute: dict[str, FiniteFloat] = {}
    reason: str = ""


class Risk(Model):
    """Patient risk combined over the five ways, and the dataset's: mean, 95th percentile, highest."""

    mean: MeasuredFloat
    p95: MeasuredFloat
    highest: MeasuredFloat
    patients_at_risk: int
    """Patients whose risk is at or above the policy's threshold."""
    threshold: FiniteFloat
    by_way: dict[str, MeasuredFloat]
    """Way to the mean risk it alone gives; None where it was not measured."""
    histogram: list[int]
    """Patients per tenth of risk: [0, 0.1), [0.1, 0.2) … [0.9, 1]."""


class RegionRow(Model):
    """A rectangle in which something was found."""

    box: list[int]
    """x0, y0, x1, y1 in pixels of the stored frame, with a margin."""
    images: int
    share: FiniteFloat
    """Of the device's images."""


class DeviceRow(Model):
    """A device on whose images something was found, and what would have to be blacked out."""

    maker: str
    model: str
    modality: str
    """Each empty where it is not known, or holds what must not be shown."""
    rows: int
    columns: int
    images: int
    images_found: int
    regions: list[RegionRow]
    left_out: int = 0
    """Regions that are too large or too many for a mask."""
    picture: str = ""
    """PNG in base64, only where the policy asks for it: one such image, at most 32 pixels large, with all that
    was found on it black."""


class Unfinished(Model):
    """A step of the audit that ended in an error; what it would have found is not in the report."""

    step: str
    rule: str = ""
    """The rule that failed, where the step is one."""
    error: str
    """The error's type; its text is not told, since it may hold a found value."""
    where: str
    """File and line of this program."""
    said: str = ""
    """What an error of this program itself says."""
    times: int = 1
    weighs: bool = True
    """Whether the verdict lacks it; not so for what only writes something beside the findings."""


class VerdictModel(Model):
    status: str
    """pass | review | fail | incomplete"""
    reasons: list[str]
    reasons_zh: list[str]


class Report(Model):
    schema_version: str = SCHEMA_VERSION
    tool: Tool
    dataset: Dataset
    coverage: CoverageSummary
    findings: Findings
    linkage: Linkage
    records: Records
    risk: Risk
    verdict: VerdictModel
    devices: list[DeviceRow] = []
    unfinished: list[Unfinished] = []
    limits: list[str] = []
    limits_zh: list[str] = []
    """What this run could not see, in words, from what was skipped, missing or not measured."""
