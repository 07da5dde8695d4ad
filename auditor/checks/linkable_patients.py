"""L702: patients can be found again by another image of theirs."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, OutcomeCheck
from auditor.model import Category, Context, Estimate, LinkageOutcome, Match, Outcomes, Severity, Text, Way

STRONG = 0.1
"""Rank-1, at the lower end of its interval, from which linking is more than a statistical trace."""
LARGE = 30
"""Patients in the gallery from which chance alone hardly reaches `STRONG`."""


class LinkablePatients(OutcomeCheck):
    """Another image of a patient finds that patient in the dataset more often than chance.

    What it does
        Runs the attack: one image of every patient is the gallery, another image of every patient
        with two or more is looked up by nearest neighbours. Objects when the lower end of the 95 %
        interval of rank-1 is above chance; severity is high when it is at least 10 % among 30
        patients or more.

    Why it matters
        Anatomy is a biometric. Whoever holds an image with a name, from an earlier leak, a hospital
        archive or a public set, finds the patient's other images and all that is attached to them.

    Remedy
        Release fewer images a patient, or release under an agreement that forbids linking, or alter
        the images with a method that was measured against an attacker who adapts to it. Removing
        tags does not help.
    """

    id = "L702"
    title = Text(en="Patients can be linked by their images", zh="可通过图像关联到患者")
    remedy = Text(
        en="Restrict access by agreement, release fewer images a patient, or use a measured mitigation.",
        zh="请通过协议限制访问、减少每名患者发布的图像，或采用经过实测的缓解措施。",
    )
    severity = Severity.MEDIUM
    category = Category.BIOMETRIC
    way = Way.IMAGE
    good = (
        Example(Outcomes()),
        Example(
            Outcomes(
                linkage=LinkageOutcome(
                    rank1=Estimate(0.02, 0.0, 0.06), gallery_patients=100, probe_patients=50, chance=0.01
                )
            )
        ),
    )
    bad = (
        Example(
            Outcomes(
                linkage=LinkageOutcome(
                    rank1=Estimate(0.54, 0.49, 0.61), gallery_patients=682, probe_patients=163, chance=1 / 682
                )
            )
        ),
        Example(
            Outcomes(
                linkage=LinkageOutcome(
                    rank1=Estimate(0.05, 0.02, 0.09), gallery_patients=200, probe_patients=90, chance=1 / 200
                )
            )
        ),
    )

    def judge(self, subject: Outcomes, context: Context) -> Iterable[Match]:
        """One match for the dataset, with rank-1, its interval, the gallery and chance."""
        linkage = subject.linkage
        rank1, chance = linkage.rank1, linkage.chance
        if rank1 is None or chance is None or rank1.low <= chance:
            return
        strong = rank1.low >= STRONG and linkage.gallery_patients >= LARGE
        yield Match(
            confidence=1.0,
            severity=Severity.HIGH if strong else Severity.MEDIUM,
            detail=(
                f"rank-1 {rank1.value:.0%} [{rank1.low:.0%}, {rank1.high:.0%}] among "
                f"{linkage.gallery_patients:,} patients, chance {chance:.2%}"
            ),
            location="images",
        )
