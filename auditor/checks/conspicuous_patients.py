"""L703: patients whose images look like nobody else's."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, OutcomeCheck
from auditor.model import Category, Context, LinkageOutcome, Match, Outcomes, PatientLink, Severity, Text, Way

OUTSIDE = 0.9
"""Two in a hundred usual images lie as far out."""


class ConspicuousPatients(OutcomeCheck):
    """Some patients stand out: implants, unusual anatomy, a rare view.

    What it does
        Measures four things of every image in the common pose: its most unusual part, the brightest things in
        it (metal), its left against its right, and how it had to be stretched. Each is compared with the other
        patients' images; the score is 0.9 where two in a hundred usual images lie as far out. The finding says
        what stands out, and the vault (`--evidence`) holds the pictures. Quiet with fewer than 20 images. It is a
        list to look at: of untouched chest films it names two (NIH) to seven (bedside films of another hospital) in
        a hundred, many of them with ports, rods or an opaque lung, some with an arrow or a coin; of what was drawn into
        films it names a third, nearly all opaque lungs, half of the pacemakers, rods and shrapnel, and few wires,
        valves, clips or missing breasts.

    Why it matters
        A person who knows of the implant or the deformity recognises the patient by looking; leaks
        in the news singled out exactly such images. No other image is needed.

    Remedy
        Look at these images, and leave out those that a neighbour or colleague would recognise.
    """

    id = "L703"
    title = Text(en="Conspicuous patient", zh="图像特征异常突出的患者")
    remedy = Text(
        en="Look at the patient's images and leave out what an acquaintance would recognise.",
        zh="请人工查看该患者的图像，删除熟人可能辨认出的图像。",
    )
    severity = Severity.LOW
    category = Category.BIOMETRIC
    way = Way.IMAGE
    good = (
        Example(Outcomes()),
        Example(Outcomes(linkage=LinkageOutcome(patients=(PatientLink("p1", 2, conspicuous=0.4),)))),
        Example(Outcomes(linkage=LinkageOutcome(patients=(PatientLink("p1", 1, reason="one image only"),)))),
    )
    bad = (
        Example(
            Outcomes(
                linkage=LinkageOutcome(
                    patients=(PatientLink("p1", 2, conspicuous=0.97, conspicuous_by="its size"),)
                )
            )
        ),
        Example(Outcomes(linkage=LinkageOutcome(patients=(PatientLink("p2", 1, conspicuous=1.0),)))),
    )

    def judge(self, subject: Outcomes, context: Context) -> Iterable[Match]:
        """One match a patient; its confidence is the score."""
        for link in subject.linkage.patients:
            if link.conspicuous is not None and link.conspicuous >= OUTSIDE:
                yield Match(
                    confidence=round(link.conspicuous, 3),
                    detail=f"stands out by {link.conspicuous_by}" if link.conspicuous_by else "stands out",
                    location="images",
                    patient=link.patient,
                )
