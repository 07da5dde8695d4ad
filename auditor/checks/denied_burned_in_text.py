"""P604: the header says that no identifier is burned in, and the pixels hold one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from auditor.checks._examples import context as claimed
from auditor.checks.base import ElementCheck
from auditor.checks.burned_in_text import seen
from auditor.detectors.burned_in import identifying
from auditor.model import Category, Claim, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import CLEAN_PIXELS

DENIED = Context(Claim(burned_in="NO"))
SURE = 0.6


class DeniedBurnedInText(ElementCheck):
    """Burned In Annotation is NO, or 113101 is claimed, and an identifier was read in the pixels.

    What it does
        Compares what the file says, (0028,0301) NO or the Clean Pixel Data option (113101), or the policy, with
        what was read off the frames of the same file.

    Why it matters
        Whoever receives the set will trust the statement and not look. It also shows that the step that
        wrote it never looked either: other files with the same statement deserve doubt.

    Remedy
        Clean the pixels; set the attribute only after they were checked.
    """

    id = "P604"
    title = Text("Header denies burned-in text that is there", "文件头声明无刻录信息，但像素中确有")
    remedy = Text(
        "Clean the pixels and set (0028,0301) only after checking them.",
        "清除像素中的信息；仅在核查之后再设置 (0028,0301)。",
    )
    severity = Severity.MEDIUM
    category = Category.CLAIM
    way = Way.PIXELS
    good = (seen("Name: SEXTON CARMEN"), replace(seen("AP PORTABLE"), context=DENIED))
    bad = (
        replace(seen("Name: SEXTON CARMEN"), context=DENIED),
        replace(seen("DOB: 08/04/1932"), context=DENIED),
        replace(seen("DOB: 08/04/1932"), context=claimed("113100", CLEAN_PIXELS)),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """Match a line that surely identifies in a file that claims there is none."""
        denied = context.claim.burned_in.strip().upper() == "NO"
        if subject.place is not Place.PIXELS or not (denied or CLEAN_PIXELS in context.codes):
            return
        if any(hit.confidence >= SURE for hit in identifying(subject.value)):
            said = "BurnedInAnnotation is NO" if denied else "the Clean Pixel Data option is claimed"
            yield Match(confidence=0.9, detail=said)
