"""L705: nearly the same image under two patients."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks._duplicates import across_patients
from auditor.checks.base import Example, OutcomeCheck
from auditor.model import Category, Context, Duplicate, Match, Outcomes, Severity, Text, Way


class NearDuplicate(OutcomeCheck):
    """Two files of two patients show one exposure, though their pixels differ.

    What it does
        Looks for copies that were cut, resized, turned, mirrored, inverted, toned, recompressed or
        written on. Local features propose a few candidates for every image; a pair is called the
        same exposure when at least 40 keypoints agree on one similarity transform to three quarters
        of a pixel of the 256-pixel copies, and the copies then correlate. Two films of one patient
        that were taken alike do not reach that.

    Why it matters
        One exposure under two pseudonyms ties them together, as with identical pixels; and that the
        copies differ tells that they came on two ways, say from two releases.

    Remedy
        Find out which attribution is right, merge the two pseudonyms or drop one of the files.
    """

    id = "L705"
    title = Text(en="Nearly the same image under two patients", zh="两名患者名下存在近乎相同的图像")
    remedy = Text(
        en="Merge the two pseudonyms or drop the file that is attributed wrongly.",
        zh="请合并这两个假名，或删除归属错误的文件。",
    )
    severity = Severity.HIGH
    category = Category.LINKAGE
    way = Way.IMAGE
    good = (
        Example(Outcomes()),
        Example(
            Outcomes(duplicates=(Duplicate("a.png", "b.png", "p1", "p1", "near_duplicate", 0.8, "within"),))
        ),
        Example(
            Outcomes(duplicates=(Duplicate("a.png", "b.png", "p1", "p2", "identical_pixels", 1.0, "within"),))
        ),
    )
    bad = (
        Example(
            Outcomes(duplicates=(Duplicate("a.png", "c.png", "p1", "p3", "near_duplicate", 0.8, "within"),))
        ),
        Example(
            Outcomes(
                duplicates=(
                    Duplicate("a.dcm", "b.png", "p1", "p1", "near_duplicate", 0.6, "within"),
                    Duplicate("a.dcm", "d.dcm", "p1", "p4", "near_duplicate", 0.6, "within"),
                )
            )
        ),
    )

    def judge(self, subject: Outcomes, context: Context) -> Iterable[Match]:
        """One match a pair of files, at the second of them."""
        return across_patients(subject, "near_duplicate")
