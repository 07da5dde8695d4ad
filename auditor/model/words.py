"""The words of the field that every stage uses: severities, categories, places, reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Box = tuple[int, int, int, int]
"""x0, y0, x1, y1 in pixels of the stored frame; x1 and y1 are exclusive."""


STAGES = ("tags", "pixels", "linkage", "records")
"""What an audit does, in order; a report names those that ran."""


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
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


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
    ENCRYPTED = "encrypted"
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
    FACE = "face"
    """A face in a frame, or one that a scanned head shows; such an element has no value."""


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in the languages of the report."""

    en: str
    zh: str

    def __getitem__(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en
