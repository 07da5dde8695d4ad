"""L707: a patient of the release is in the reference set."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, OutcomeCheck
from auditor.model import (
    Category,
    Context,
    Match,
    Outcomes,
    ReferenceLink,
    ReferenceOutcome,
    Severity,
    Text,
    Way,
)

LIKELY, SURE = 0.5, 0.9


class PatientInReference(OutcomeCheck):
    """A patient of the release is found, by image, in the reference set.

    What it does
        With `--reference`, looks every image of the release up in the reference and turns the best
        match and its margin into a probability that both show one patient. The scale comes from the
        release itself: what the best of so many strangers scores, and what a patient's own other
        image does. Objects from a probability of one half; severity is high from 0.9.

    Why it matters
        Whoever holds both sets joins what each tells of the patient. If the reference is identified,
        or says more than the release does, the release is as good as identified.

    Remedy
        Compare the two sets' terms, leave the patient out of the release, or release under an
        agreement that forbids linking. Removing tags does not help.
    """

    id = "L707"
    title = Text(en="Patient found in the reference by image", zh="通过图像在参考数据集中找到该患者")
    remedy = Text(
        en="Leave the patient out, or restrict access by an agreement that forbids linking.",
        zh="请剔除该患者，或通过禁止关联的协议限制访问。",
    )
    severity = Severity.HIGH
    category = Category.BIOMETRIC
    way = Way.IMAGE
    good = (
        Example(Outcomes()),
        Example(
            Outcomes(reference=ReferenceOutcome(links=(ReferenceLink("p1", 0.2, "a.png", "q1"),), found=0))
        ),
    )
    bad = (
        Example(Outcomes(reference=ReferenceOutcome(links=(ReferenceLink("p1", 0.97, "a.png", "q1"),)))),
        Example(Outcomes(reference=ReferenceOutcome(links=(ReferenceLink("p1", 0.6, "a.png", ""),)))),
    )

    def judge(self, subject: Outcomes, context: Context) -> Iterable[Match]:
        """One match a patient; its confidence is the probability."""
        for link in subject.reference.links:
            if link.chance >= LIKELY:
                yield Match(
                    confidence=round(link.chance, 3),
                    severity=None if link.chance >= SURE else Severity.MEDIUM,
                    detail=f"among {subject.reference.images:,} images of the reference",
                    location="images",
                    patient=link.patient,
                )
