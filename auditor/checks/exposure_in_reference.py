"""L708: an image of the release is in the reference set."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, OutcomeCheck
from auditor.model import Category, Context, Duplicate, Match, Outcomes, Severity, Text, Way


class ExposureInReference(OutcomeCheck):
    """An image of the release shows the same exposure as one of the reference set.

    What it does
        With `--reference`, compares a hash of the decoded grey values of all images of both sets, and
        looks for copies that were cut, resized, turned, mirrored, inverted, toned, recompressed or
        written on, as within the release (L701, L705).

    Why it matters
        The same exposure ties the two records together without any doubt: all that the reference
        tells of the patient holds for the release. Releases that share images also spoil each
        other's test sets.

    Remedy
        Leave the image out, or find out what the reference tells of it before the release adds to it.
    """

    id = "L708"
    title = Text(en="The same exposure in the reference", zh="参考数据集中存在同一次曝光的图像")
    remedy = Text(
        en="Leave the image out, or make sure that the reference tells nothing more of the patient.",
        zh="请剔除该图像，或确认参考数据集未透露该患者的更多信息。",
    )
    severity = Severity.HIGH
    category = Category.LINKAGE
    way = Way.IMAGE
    good = (
        Example(Outcomes()),
        Example(
            Outcomes(duplicates=(Duplicate("a.png", "b.png", "p1", "p2", "identical_pixels", 1.0, "within"),))
        ),
    )
    bad = (
        Example(
            Outcomes(duplicates=(Duplicate("a.png", "x.png", "p1", "q", "identical_pixels", 1, "reference"),))
        ),
        Example(
            Outcomes(duplicates=(Duplicate("a.png", "x.png", "p1", "", "near_duplicate", 0.7, "reference"),))
        ),
    )

    def judge(self, subject: Outcomes, context: Context) -> Iterable[Match]:
        """One match an image of the release, by its surest pair."""
        surest: dict[str, Duplicate] = {}
        for pair in subject.duplicates:
            known = surest.get(pair.file_a)
            if pair.scope == "reference" and (known is None or known.score < pair.score):
                surest[pair.file_a] = pair
        for file, pair in surest.items():
            kind = "identical pixels" if pair.kind == "identical_pixels" else "a near-duplicate"
            yield Match(
                confidence=pair.score, detail=kind, location="pixels", item=file, patient=pair.patient_a
            )
