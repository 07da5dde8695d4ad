"""What a check is. A new check is one new file beside this one, and one test.

The class docstring is the check's manual page (`auditor explain ID`, docs/rules): a first line,
then the headings *What it does*, *Why it matters*, *Remedy*. `good` must stay quiet and `bad` must match; one
meta-test runs both for every check.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from auditor.model import Category, Claim, Context, Element, Match, Outcomes, Severity, Text, Way
from auditor.model.survey import (
    Comparison,
    DateGap,
    Imagery,
    LoneText,
    PlacedText,
    Profile,
    Recurrence,
    Release,
    Stewardship,
    Survivor,
)

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Example(Generic[S]):
    """A subject for the meta-test, with the context it is judged in."""

    subject: S
    context: Context = Context(Claim())


class Check(ABC, Generic[S]):
    """A rule with a stable id. Instances hold no state: the same subject gives the same matches."""

    id: ClassVar[str]
    title: ClassVar[Text]
    remedy: ClassVar[Text]
    severity: ClassVar[Severity]
    category: ClassVar[Category]
    way: ClassVar[Way | None]
    """The way back to a person that it is about; None for duties that are none, such as consent."""
    good: ClassVar[tuple[Example[S], ...]]
    bad: ClassVar[tuple[Example[S], ...]]

    @abstractmethod
    def judge(self, subject: S, context: Context) -> Iterable[Match]:
        """Yield a match for everything in `subject` that this rule objects to."""


class ElementCheck(Check[Element]):
    """Judges one distinct value in one kind of location; run once however many files hold it."""


class ClaimCheck(Check[Claim]):
    """Judges what files say of their own de-identification; run once per distinct claim."""


class OutcomeCheck(Check[Outcomes]):
    """Judges what was computed over the whole dataset: linkage, records, duplicates."""


class ProfileCheck(Check[Profile]):
    """Judges how the values at one location are spread over patients; a match concerns all of them."""


class RecurrenceCheck(Check[Recurrence]):
    """Judges an identifier that is known from elsewhere and was met in a value."""


class ReleaseCheck(Check[Release]):
    """Judges whether the de-identification of the whole release can be reversed."""


class LoneTextCheck(Check[LoneText]):
    """Judges a text that one patient alone has, where other patients share theirs."""


class PlacedTextCheck(Check[PlacedText]):
    """Judges a line of text in the pixels by what stands at its place on other images of the device."""


class DateGapCheck(Check[DateGap]):
    """Judges a date that lies apart from the study date of its file although dates were moved."""


class StewardshipCheck(Check[Stewardship]):
    """Judges whether the patients' data may be there: consent and retention."""


class SurvivorCheck(Check[Survivor]):
    """Judges a value that the release has in common with its original, at the same location."""


class ComparisonCheck(Check[Comparison]):
    """Judges what the release did to the original: pseudonyms, dates, pixels."""


class ImageryCheck(Check[Imagery]):
    """Judges what a header says that an image is against what was done with its pixels."""
