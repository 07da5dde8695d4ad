"""L704: linkage by image could not be measured, or only on few patients."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, OutcomeCheck
from auditor.model import (
    ENOUGH_ALIGNED,
    ENOUGH_PROBED,
    Category,
    Context,
    Estimate,
    LinkageOutcome,
    Match,
    Outcomes,
    Severity,
    Text,
    Way,
)


class ImageLinkageUnmeasured(OutcomeCheck):
    """The attack on the images could not be run, or not on enough patients.

    What it does
        Says so when there are images but no patient has two of different exams or exposures, when
        no image is attributed to a patient, when fewer than 30 patients could be probed, or when fewer
        than half of the images could be aligned to a common anatomy. Quiet when there are no images or
        the stage was not asked for.

    Why it matters
        One image a patient protects nobody: an attacker brings the second image himself. What was
        not measured must not read as safe.

    Remedy
        Say who the patients are (`--patient` or `--metadata`), or take the figures of a dataset of
        the same kind that has several exams a patient.
    """

    id = "L704"
    title = Text(en="Linkage by image could not be measured well", zh="无法充分评估基于图像的关联风险")
    remedy = Text(
        en="Attribute images to patients, or rely on figures from a comparable dataset with repeat exams.",
        zh="请指定图像与患者的对应关系，或参考具有重复检查的同类数据集的结果。",
    )
    severity = Severity.INFO
    category = Category.LINKAGE
    way = Way.IMAGE
    good = (
        Example(Outcomes()),
        Example(Outcomes(linkage=LinkageOutcome(reason="no images"))),
        Example(
            Outcomes(linkage=LinkageOutcome(rank1=Estimate(0.1, 0.0, 0.2), images=200, probe_patients=80))
        ),
    )
    bad = (
        Example(Outcomes(linkage=LinkageOutcome(images=50, reason="no patient has two images"))),
        Example(Outcomes(linkage=LinkageOutcome(rank1=Estimate(0.5, 0.1, 0.9), images=12, probe_patients=6))),
        Example(
            Outcomes(
                linkage=LinkageOutcome(
                    rank1=Estimate(0.1, 0.0, 0.2), images=200, probe_patients=80, aligned_share=0.1
                )
            )
        ),
    )

    def judge(self, subject: Outcomes, context: Context) -> Iterable[Match]:
        """At most one match, with the reason."""
        linkage = subject.linkage
        if not linkage.images:
            return
        told = [linkage.reason] if linkage.reason else []
        few = linkage.rank1 is not None and linkage.probe_patients < ENOUGH_PROBED
        if few and not told:
            told.append(f"only {linkage.probe_patients} patients could be probed")
        share = linkage.aligned_share
        if linkage.rank1 is not None and share is not None and share < ENOUGH_ALIGNED:
            told.append(
                f"only {share:.0%} of the images could be aligned; who aligns them better finds more patients"
            )
        if told:
            yield Match(confidence=1.0, detail="; ".join(told), location="images")
