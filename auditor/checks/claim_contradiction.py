"""C404: claims of one file contradict each other."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ClaimCheck, Example
from auditor.model import Category, Claim, Context, Match, Severity, Text, Way
from auditor.standards.ps315 import CLEAN_PIXELS, CLEAN_VISUAL, FULL_DATES, MODIFIED_DATES

_METHOD = "(0012,0064) DeidentificationMethodCodeSequence"
_LONGITUDINAL = "(0028,0303) LongitudinalTemporalInformationModified"
_BURNED_IN = "(0028,0301) BurnedInAnnotation"
_RECOGNIZABLE = "(0028,0302) RecognizableVisualFeatures"


class Contradiction(ClaimCheck):
    """What a file says of its de-identification contradicts itself.

    What it does
        Reports options 113106 and 113107 together; Longitudinal Temporal Information Modified that
        differs from the date option claimed, or either of them from the option that the policy declares;
        Burned In Annotation YES beside the Clean Pixel Data
        option or beside Patient Identity Removed YES; Recognizable Visual Features YES beside the
        Clean Recognizable Visual Features option.

    Why it matters
        One of the two statements is false, and a receiver will rely on the one that suits.

    Remedy
        Find out what was done, do the rest, and state it once.
    """

    id = "C404"
    title = Text(en="Claims of the file contradict each other", zh="文件的去标识化声明自相矛盾")
    remedy = Text(en="Find out what was done and state it consistently.", zh="核实实际处理并作一致的声明。")
    severity = Severity.MEDIUM
    category = Category.CLAIM
    way = Way.REVERSAL
    good = (
        Example(
            Claim(
                identity_removed="YES", codes=("113100", "113107"), has_method=True, longitudinal="MODIFIED"
            )
        ),
        Example(Claim(identity_removed="YES", codes=("113100",), has_method=True, longitudinal="REMOVED")),
        Example(Claim(burned_in="YES")),
    )
    bad = (
        Example(Claim(identity_removed="YES", codes=("113100", "113106", "113107"), has_method=True)),
        Example(
            Claim(
                identity_removed="YES", codes=("113100", "113107"), has_method=True, longitudinal="UNMODIFIED"
            )
        ),
        Example(Claim(identity_removed="YES", codes=("113100", "113101"), has_method=True, burned_in="YES")),
        Example(
            Claim(identity_removed="YES", codes=("113100", "113102"), has_method=True, recognizable="YES")
        ),
        Example(
            Claim(identity_removed="YES", codes=("113100", "113106"), has_method=True),
            Context(Claim(), declared=("113107",)),
        ),
    )

    def judge(self, subject: Claim, context: Context) -> Iterable[Match]:
        """One match per contradiction."""
        if not subject.is_dicom:
            return
        codes = set(subject.codes)
        if {FULL_DATES, MODIFIED_DATES} <= codes:
            yield Match(
                1.0, location=_METHOD, detail="full dates and modified dates are both claimed to be retained"
            )
        elif MODIFIED_DATES in codes and subject.longitudinal in ("UNMODIFIED", "REMOVED"):
            yield Match(
                1.0, location=_LONGITUDINAL, detail="113107 says that dates are kept in modified form"
            )
        elif FULL_DATES in codes and subject.longitudinal in ("MODIFIED", "REMOVED"):
            yield Match(1.0, location=_LONGITUDINAL, detail="113106 says that full dates are kept")
        elif (
            codes
            and not codes & {FULL_DATES, MODIFIED_DATES}
            and subject.longitudinal in ("UNMODIFIED", "MODIFIED")
        ):
            yield Match(
                0.8,
                location=_LONGITUDINAL,
                severity=Severity.LOW,
                detail="dates are said to be kept without an option",
            )
        yield from _against_policy(codes, subject.longitudinal, set(context.declared))
        if subject.burned_in == "YES" and CLEAN_PIXELS in codes:
            yield Match(1.0, location=_BURNED_IN, detail="113101 says that pixel data are clean")
        elif subject.burned_in == "YES" and subject.identity_removed == "YES":
            yield Match(
                0.6,
                location=_BURNED_IN,
                severity=Severity.LOW,
                detail="annotation may identify although identity is removed",
            )
        if subject.recognizable == "YES" and CLEAN_VISUAL in codes:
            yield Match(1.0, location=_RECOGNIZABLE, detail="113102 says that visual features are clean")


def _against_policy(codes: set[str], longitudinal: str, declared: set[str]) -> Iterable[Match]:
    """What the policy declares of the whole set against what the file says of its dates."""
    if MODIFIED_DATES in declared and FULL_DATES not in declared:
        if FULL_DATES in codes:
            yield Match(1.0, location=_METHOD, detail="the policy declares 113107, the file claims 113106")
        elif longitudinal == "UNMODIFIED":
            yield Match(
                1.0, location=_LONGITUDINAL, detail="the policy declares 113107, the file says UNMODIFIED"
            )
    elif FULL_DATES in declared and MODIFIED_DATES not in declared and MODIFIED_DATES in codes:
        yield Match(1.0, location=_METHOD, detail="the policy declares 113106, the file claims 113107")
