"""C406: the file leaves out what its claim asks it to state."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ClaimCheck, Example
from auditor.model import Category, Claim, Context, Match, Severity, Text, Way
from auditor.standards.ps315 import BASIC, CLEAN_PIXELS, CLEAN_VISUAL, FULL_DATES, MODIFIED_DATES


class ClaimUnstated(ClaimCheck):
    """The file claims a profile or option and leaves out the statement that goes with it.

    What it does
        PS3.15 has a file that was de-identified say what became of its dates, (0028,0303) REMOVED,
        UNMODIFIED under option 113106 or MODIFIED under 113107 (E.2, E.3.6); that nothing is burned in,
        (0028,0301) NO under 113101 (E.3.1); and that no face can be recognised, (0028,0302) NO under
        113102 (E.3.2). Reports those of them that are missing. What contradicts a claim is C404.

    Why it matters
        Viewers and recipients look at these attributes, not at the list of codes; a tool that leaves
        them out may have left out more.

    Remedy
        Add the attribute.
    """

    id = "C406"
    title = Text(en="A statement that the claim asks for is missing", zh="缺少所声明方法要求的说明")
    remedy = Text(
        en="Add the attribute with the value that PS3.15 E.2 and E.3 ask for.",
        zh="按 PS3.15 E.2 与 E.3 的要求添加该属性及其取值。",
    )
    severity = Severity.INFO
    category = Category.CLAIM
    way = Way.REVERSAL
    good = (
        Example(Claim()),
        Example(Claim(identity_removed="YES", codes=("113100",), has_method=True, longitudinal="REMOVED")),
        Example(
            Claim(
                identity_removed="YES",
                codes=("113100", "113101"),
                has_method=True,
                longitudinal="REMOVED",
                burned_in="NO",
            )
        ),
    )
    bad = (
        Example(Claim(identity_removed="YES", codes=("113100",), has_method=True)),
        Example(
            Claim(
                identity_removed="YES",
                codes=("113100", "113101", "113102", "113107"),
                has_method=True,
                longitudinal="MODIFIED",
            )
        ),
    )

    def judge(self, subject: Claim, context: Context) -> Iterable[Match]:
        """One match per statement that is missing."""
        codes = set(subject.codes) if subject.is_dicom else set()
        if codes & {BASIC, FULL_DATES, MODIFIED_DATES} and not subject.longitudinal:
            asked = (
                "UNMODIFIED" if FULL_DATES in codes else "MODIFIED" if MODIFIED_DATES in codes else "REMOVED"
            )
            yield _missing("(0028,0303) LongitudinalTemporalInformationModified", asked)
        if CLEAN_PIXELS in codes and not subject.burned_in:
            yield _missing("(0028,0301) BurnedInAnnotation", "NO")
        if CLEAN_VISUAL in codes and not subject.recognizable:
            yield _missing("(0028,0302) RecognizableVisualFeatures", "NO")


def _missing(location: str, value: str) -> Match:
    return Match(1.0, location=location, detail=f"absent; the claim asks for {value}")
