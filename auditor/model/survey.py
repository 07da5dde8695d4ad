"""What is known of a dataset as a whole: the subjects of the checks that no single file can answer.

Frozen records without found values, but for `Recurrence.element`, which like every `Element` lives
only while a scan runs.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.found import Element
from auditor.model.words import Category


@dataclass(frozen=True, slots=True)
class Profile:
    """How the values at one location are spread over patients. Counts, no values."""

    element: Element
    """Place, location, VR, tag and creator; its value is empty."""
    patients: int
    """Patients with a value here."""
    values: int
    """Distinct values."""
    exclusive: int
    """Values that one patient has alone."""
    repeated: int
    """Patients with the location in two or more files, or rows of a table."""
    constant: int
    """Of those, the patients with one and the same value throughout."""
    revisited: int = 0
    """Patients with the location in two or more exams."""
    steady: int = 0
    """Of those, the patients with one and the same value throughout."""
    declared: float = 0.0
    """Share of the values that hold the patient's declared pseudonym."""
    coded: float = 1.0
    """Share of the values that could be a code: no measured number, date, UID or placeholder."""
    pseudonymous: float = 0.0
    """Share of the values that have the shape of a pseudonym."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A known identifier met again in a value."""

    element: Element
    """The value it was met in."""
    category: Category
    """What the identifier is."""
    text: str
    """The part of the value that repeats it."""
    form: str = ""
    """How it is disguised: empty as it is, `misread`, `misspelt`, `reversed`, or the name of a hash."""
    confidence: float = 1.0
    """How sure it is that this is no coincidence."""
    same_patient: bool = True
    """Whether the value belongs to a patient whose identifier it is."""
    listed: bool = False
    """From the list of known identifiers, not from another place of the dataset."""
    guessed: bool = False
    """Known from nowhere: found by trying all of a small space, such as the numbers of six digits."""


@dataclass(frozen=True, slots=True)
class PatientCode:
    """A declared pseudonym and when its patient was first seen, `YYYYMMDD` or empty."""

    code: str
    first_seen: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """The pseudonyms and clock times of the whole release: what reversing it starts from."""

    codes: tuple[PatientCode, ...] = ()
    times: int = 0
    """Distinct times of day of studies whose dates are said to be modified or removed."""
    by_day: int = 0
    """Of those, the times between 7 and 19 o'clock."""
    traits: tuple[Trait, ...] = ()
    """What pseudonyms keep of what the release itself tells of their patients."""


@dataclass(frozen=True, slots=True)
class LoneText:
    """A text that one patient alone has at its location."""

    element: Element
    patients: int
    """With a text at the location."""
    sharing: int
    """Of those, the patients with a text that another patient has too."""


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A line of text in the pixels, and what stands at its place on other images of the device."""

    element: Element
    """Its value is empty where the line could not be read."""
    patients: int
    """With a line at the place."""
    texts: int
    """Patients who have a text of their own there."""
    repeated: int
    """Patients with the line on two or more images."""
    constant: int
    """Of those, the patients with one and the same text throughout."""
    named: int
    """Patients whose line was judged to identify for what it says."""
    category: Category
    """What most of those lines are."""
    own: bool = True
    """Whether the line's patient alone has this text, the same on all images."""


@dataclass(frozen=True, slots=True)
class DateGap:
    """A date beside the study date of the same file, where dates are said to be modified."""

    element: Element
    days: int
    """From the study date; the gap that is furthest from none, over all files that hold both dates."""
    steady: bool = False
    """Whether for some patient the gap is the same for several study dates: it is the patient's shift."""


@dataclass(frozen=True, slots=True)
class PatientStanding:
    """Whether the data of one patient may be there. `patient` is the keyed pseudonym."""

    patient: str
    consent: str = ""
    """`valid`, `missing`, `withdrawn`, `expired`, `not given`, `not yet given`, `for another purpose`;
    empty: not asked."""
    years: float | None = None
    """Age of the oldest study; None where its date is not there or was modified."""
    dates: str = ""
    """Why `years` is None: `removed`, `modified`."""


@dataclass(frozen=True, slots=True)
class Stewardship:
    """Consent and retention of all patients. `term`: years that studies may be kept; None: not declared."""

    patients: tuple[PatientStanding, ...] = ()
    term: float | None = None
    unattributed: int = 0
    """Images that name no patient, so that no consent can be looked up; 0 where none is asked for."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A value that the original and the released file have at the same location."""

    element: Element
    files: int = 1


@dataclass(frozen=True, slots=True)
class Change:
    """What became of the grey values of one image."""

    path: str
    """True path in the release."""
    how: str
    """`masked`, `altered`, `rounded` (nothing to see), `another image`, `unknown` (no copies to compare)."""
    regions: int = 0
    share: float = 0.0
    """Of the image's area."""


@dataclass(frozen=True, slots=True)
class Trait:
    """How many pseudonyms keep something of whom they stand for."""

    kind: str
    kept: int
    tried: int
    chance: float
    """Share that keep it of somebody else."""
    agreement: float | None = None
    """Rank correlation, where the trait is an order."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the release did to the original. Patients are keyed pseudonyms of the release."""

    images: int = 0
    """Images of the release."""
    paired: int = 0
    """Those whose original was found."""
    split: tuple[tuple[str, ...], ...] = ()
    """Pseudonyms that share one patient of the original."""
    merged: tuple[str, ...] = ()
    """Pseudonyms that stand for several patients of the original."""
    split_exams: tuple[str, ...] = ()
    """Patients of whom one examination of the original has several study UIDs in the release."""
    shifts: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Patient and the distinct numbers of days by which the patient's study dates were moved."""
    changed: tuple[Change, ...] = ()
    """Images whose grey values are no longer those of the original."""
    traits: tuple[Trait, ...] = ()
    """What pseudonyms keep of the patients of the original."""


@dataclass(frozen=True, slots=True)
class Imagery:
    """What a header says that an image is, and whether its pixels were read whole. Values as they stand."""

    sop_class: str = ""
    image_type: str = ""
    """(0008,0008), its values separated by backslashes."""
    modality: str = ""
    conversion: str = ""
    """(0008,0064) Conversion Type of a secondary capture."""
    burned_in: str = ""
    """(0028,0301)."""
    read: bool = False
    asked: bool = True
    """Whether this run was to read pixels at all."""
