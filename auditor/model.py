"""The vocabulary every stage shares: frozen records that move one way through the pipeline.

Nothing here reads, judges or writes. A value that was found in the data may live in an
`Element` while a scan runs; it never enters a `Finding` or any other row that is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Box = tuple[int, int, int, int]
"""x0, y0, x1, y1 in pixels of the stored frame; x1 and y1 are exclusive."""


class Severity(StrEnum):
    """How much harm a finding could do; the order of definition is the order of weight."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info up to 4 for critical."""
        return list(Severity).index(self)


class Category(StrEnum):
    """What kind of identifier was found; names follow HIPAA's eighteen (45 CFR 164.514(b)(2))."""

    NAME = "name"
    ADDRESS = "address"
    DATE = "date"
    AGE = "age"
    PHONE = "phone"
    EMAIL = "email"
    NATIONAL_ID = "national id"
    RECORD_NUMBER = "record number"
    INSURANCE = "health plan number"
    ACCOUNT = "account number"
    LICENCE = "licence number"
    VEHICLE = "vehicle"
    DEVICE = "device"
    URL = "url"
    IP = "ip address"
    BIOMETRIC = "biometric"
    FACE = "face"
    UNIQUE_CODE = "unique code"
    INSTITUTION = "institution"
    STAFF = "staff"
    CHARACTERISTIC = "patient characteristic"
    FREE_TEXT = "free text"
    UID = "uid"
    PRIVATE = "private element"
    CLAIM = "claim"
    LINKAGE = "linkage"


class Way(StrEnum):
    """The five ways back to a person that the report is ordered by."""

    DATA = "data"
    PIXELS = "pixels"
    IMAGE = "image linkage"
    RECORD = "record linkage"
    REVERSAL = "reversible de-identification"


class Kind(StrEnum):
    """What a file turned out to be, by its content."""

    DICOM = "dicom"
    RASTER = "raster"
    NIFTI = "nifti"
    TABLE = "table"
    TEXT = "text"
    ARCHIVE = "archive"
    OTHER = "other"


class Status(StrEnum):
    """How far a file was examined."""

    READ = "read"
    PARTIAL = "partial"
    SKIPPED = "skipped"
    UNREADABLE = "unreadable"


class Reason(StrEnum):
    """Why a file was not examined whole. The text goes to coverage.csv and holds no value."""

    EMPTY = "empty file"
    TRUNCATED = "file ends before its content does"
    MALFORMED = "content does not follow its format"
    NOT_DICOM = "named as DICOM but is not"
    UNKNOWN_TYPE = "type not recognised"
    UNSUPPORTED = "type recognised but not supported"
    NO_DECODER = "no decoder for this compression"
    FRAMES_FAILED = "some frames could not be decoded"
    NO_PERMISSION = "no permission to read"
    VANISHED = "file vanished during the scan"
    LINK = "link is not followed"
    SPECIAL = "not a regular file"
    TOO_LARGE = "larger than the limit"
    TOO_DEEP = "nested deeper than the limit"
    TIMEOUT = "took longer than the limit"
    CRASHED = "decoder crashed"
    IO_ERROR = "could not be read from its storage"
    FAILED = "reader failed on this content"
    MISSING = "named in the metadata table but not in the source"
    NO_METADATA = "read, but not named in the metadata table"


class Place(StrEnum):
    """Where an element was found; part of what makes a value distinct."""

    DATASET = "data set"
    FILE_META = "file meta"
    PREAMBLE = "preamble"
    TRAILING = "trailing bytes"
    FILE_NAME = "file name"
    FOLDER_NAME = "folder name"
    EXIF = "exif"
    NIFTI = "nifti"
    TABLE = "table"
    TEXT = "text"
    PIXELS = "pixels"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in the languages of the report."""

    en: str
    zh: str

    def __getitem__(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Item:
    """One file of the source. `path` is its true path, relative, with forward slashes."""

    path: str
    size: int
    reason: Reason | None = None
    """Set by a source that found the item but will not open it (a link, a device …)."""


@dataclass(frozen=True, slots=True)
class Element:
    """One piece of text found in one place of one file.

    `location` is what a person would look for: `(0010,0010) PatientName`. Where it counts
    something (sequence items, rows, frames) it holds `#`, and `counts` the numbers in order, so
    that the same value in row 12 and row 13 is one distinct value. `counts`, `bbox` and `confidence` belong
    to the occurrence; the rest to the distinct value.
    """

    place: Place
    location: str
    value: str
    vr: str = ""
    tag: int | None = None
    creator: str = ""
    counts: tuple[int, ...] = ()
    bbox: Box | None = None
    confidence: float = 1.0
    """How sure the reader is of `value`: 1 for stored text, below for text read off pixels."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says of its own de-identification; the few distinct ones are judged once."""

    identity_removed: str = ""
    """(0012,0062), upper case."""
    codes: tuple[str, ...] = ()
    """Code values of (0012,0064), sorted: 113100 the Basic Profile, 113101–113112 its options."""
    has_method: bool = False
    """Whether (0012,0063) or (0012,0064) says anything."""
    longitudinal: str = ""
    """(0028,0303): UNMODIFIED, MODIFIED, REMOVED or empty."""
    burned_in: str = ""
    """(0028,0301)."""
    recognizable: str = ""
    """(0028,0302)."""
    is_dicom: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """The few header or table values that linkage and record risk are computed from."""

    patient: str = ""
    exam: str = ""
    series: str = ""
    sex: str = ""
    age: str = ""
    birth_date: str = ""
    study_date: str = ""
    dates: str = ""
    """(0028,0303): whether the dates are UNMODIFIED, MODIFIED or REMOVED; empty when not said."""
    site: str = ""
    device: str = ""
    size: str = ""
    weight: str = ""
    ethnic: str = ""
    modality: str = ""
    view: str = ""
    body_part: str = ""
    rows: str = ""
    columns: str = ""
    spacing: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What a reader found in one item."""

    item: Item
    kind: Kind
    status: Status
    reason: Reason | None = None
    elements: tuple[Element, ...] = ()
    claim: Claim = Claim(is_dicom=False)
    facts: Facts = Facts()
    frames_total: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded frame.

    `display`: uint8, (rows, columns) grey with white high, or (rows, columns, 3) RGB: what a
    viewer would show first. `stored`: the stored values (rows, columns), None for colour.
    """

    index: int
    display: NDArray[np.uint8]
    stored: NDArray[np.generic] | None = None
    layer: str = ""
    """Empty for the image itself; else what is shown besides it: `overlay 6000`, `icon`, `unused bits`."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a judgement may depend on besides the value: the file's claim and the policy's."""

    claim: Claim
    declared: tuple[str, ...] = ()
    """Profile and option codes that the policy declares for the whole dataset."""

    @property
    def codes(self) -> frozenset[str]:
        """Every profile and option code in force for the file."""
        return frozenset(self.claim.codes) | frozenset(self.declared)


@dataclass(frozen=True, slots=True)
class Match:
    """A check's verdict on one subject. It may hold found text: it is never written as it is."""

    confidence: float
    text: str = ""
    """The identifying part of the value, for mask and HMAC; empty: the whole value."""
    severity: Severity | None = None
    category: Category | None = None
    detail: str = ""
    """One clause that tells more than the rule's title. Holds no found text."""
    location: str = ""
    """For checks of claims and outcomes, whose subject has no location of its own."""
    item: str = ""
    """True path, for checks of outcomes that concern one file."""
    patient: str = ""
    """Pseudonym, for checks of outcomes that concern one patient."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of findings.csv. Holds no found value."""

    rule_id: str
    severity: Severity
    confidence: float
    category: Category
    file: str
    item: str
    location: str
    bbox: str
    masked: str
    value_hmac: str
    patient: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """One row of coverage.csv."""

    file: str
    item: str
    kind: Kind
    status: Status
    reason: str
    frames_total: int
    frames_examined: int
    seconds: float


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """One row of inventory.csv: a location, and how many values, files and patients use it."""

    location: str
    vr: str
    distinct_values: int
    files: int
    patients: int
    findings: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """One row of duplicates.csv."""

    file_a: str
    file_b: str
    patient_a: str
    patient_b: str
    kind: str
    score: float
    scope: str


@dataclass(frozen=True, slots=True)
class PatientLink:
    """One row of linkage.csv. None where it could not be measured; `reason` says why."""

    patient: str
    images: int
    nearest_other_patient: str = ""
    score: float | None = None
    p_correct_link: float | None = None
    rank_of_true_match: float | None = None
    conspicuous: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One row of patients.csv: what is known of one patient's risk, by way."""

    patient: str
    files: int
    findings: int
    worst_severity: str
    p_identified_directly: float
    p_correct_link: float | None
    equivalence_class: int | None
    prosecutor_risk: float | None
    risk: float


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
    duplicates: tuple[Duplicate, ...] = ()
    """With true paths: the pipeline shows them displayed."""


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """A small grey copy of one image, kept for linkage, and who it shows.

    `pixels`: uint8 (side, side), letterboxed. `digest`: hash of the decoded pixels, so that the
    same exposure in two formats has one digest.
    """

    path: str
    patient: str
    exam: str
    pixels: NDArray[np.uint8]
    digest: str
    modality: str = ""
    view: str = ""


Portraits = Iterator[Portrait]
