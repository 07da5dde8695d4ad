"""P610: images of a kind that usually carries burned-in text, whose pixels were not read."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, ImageryCheck
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Imagery
from auditor.standards.burned_in import habit

_US = "1.2.840.10008.5.1.4.1.1.6.1"
_CT = "1.2.840.10008.5.1.4.1.1.2"


class UsualBurnedInText(ImageryCheck):
    """The header describes an image that usually shows the patient's name, and nobody looked.

    What it does
        Looks up SOP class, Image Type, Conversion Type and Modality in a table of images that carry text in
        their pixels: secondary captures, screen saves, dose reports, ultrasound, endoscopy, digitised films,
        slide labels and overviews, ophthalmic photographs. Reports those whose frames were not all read:
        because the pixels stage did not run, or frames did not decode. Kinds in which text is usual are
        low, the others info; all are info in a run that was not to read pixels, which the report says.
        BurnedInAnnotation NO is no excuse: devices write it without looking.

    Why it matters
        A scan of headers alone passes such images however well their headers were cleaned.

    Remedy
        Scan with the pixels stage, and see why frames were not examined (coverage.csv).
    """

    id = "P610"
    title = Text(
        "Image of a kind that usually carries text was not read", "此类图像通常带有文字，但像素未被检查"
    )
    remedy = Text(
        "Scan with the pixels stage; coverage.csv says why frames were not examined.",
        "启用像素阶段重新扫描；coverage.csv 说明帧未检查的原因。",
    )
    severity = Severity.LOW
    category = Category.CLAIM
    way = Way.PIXELS
    good = (
        Example(Imagery(sop_class=_US, read=True)),
        Example(Imagery(sop_class=_CT, modality="CT", image_type="ORIGINAL\\PRIMARY\\AXIAL")),
        Example(Imagery(modality="SM", image_type="ORIGINAL\\PRIMARY\\VOLUME\\NONE")),
    )
    bad = (
        Example(Imagery(sop_class=_US)),
        Example(Imagery(sop_class=_CT, modality="CT", image_type="DERIVED\\SECONDARY\\SCREEN SAVE")),
        Example(Imagery(modality="SM", image_type="ORIGINAL\\PRIMARY\\LABEL\\NONE")),
        Example(Imagery(modality="CR", conversion="DF", burned_in="NO")),
    )

    def judge(self, subject: Imagery, context: Context) -> Iterable[Match]:
        """Match images that were not read whole and that the table knows."""
        found = habit(subject.sop_class, subject.image_type, subject.modality, subject.conversion)
        if subject.read or found is None:
            return
        denied = ", BurnedInAnnotation is NO" if subject.burned_in.strip().upper() == "NO" else ""
        yield Match(
            confidence=0.6 if found.usual else 0.3,
            severity=None if found.usual and subject.asked else Severity.INFO,
            detail=f"{found.name}{denied}",
            location="pixels",
        )
