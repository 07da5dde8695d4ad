"""P606: a face can be rendered from a scanned head."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ElementCheck
from auditor.checks.face_in_photograph import VOLUME, face
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way

PARTLY = f"{VOLUME}, face partly removed"
REMOVED = f"{VOLUME}, face removed"


class FaceFromHead(ElementCheck):
    """The skin of a scanned head shows a face.

    What it does
        Takes every volume of 100 to 600 mm along each side: NIfTI, enhanced multi-frame DICOM, and series of
        12 single slices or more, put in order by position and turned upright. Finds where air ends (in CT at
        -300 HU, in MR above the noise), lights that surface from three heights and shows it from seven sides
        to a face detector; beside it, looks for the relief of a nose between cheeks and over lips. The mean
        of the detector's scores counts from 0.58; from 0.52 to there part of a face is left (low). Where
        nothing is seen, the volume is turned as a wrong header would have it.

        It cannot tell whose face it is: a face that was replaced by another person's scan is reported as
        one. One that is smoother than the rest of the head (an average, mri_reface) is P608's.

    Why it matters
        Renders of research MR were matched to the right photograph of their person in most cases with
        ordinary face recognition software (Schwarz 2019).

    Remedy
        Deface or skull-strip the volume (pydeface, mri_reface, SynthStrip), then scan again.
    """

    id = "P606"
    title = Text("Face can be rendered from the head", "头部扫描可重建出人脸")
    remedy = Text(
        "Deface or skull-strip the volume, then scan again.", "对该容积去脸或剥离颅骨，然后重新扫描。"
    )
    severity = Severity.HIGH
    category = Category.FACE
    way = Way.PIXELS
    good = (face("pixels frame=#"), face("nifti descrip"), face(REMOVED, 0.46))
    bad = (face(VOLUME), face(PARTLY, 0.55))

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """Match a head whose render was taken for a face, or for part of one."""
        if subject.place is Place.FACE and subject.location == VOLUME:
            yield Match(confidence=subject.confidence)
        elif subject.place is Place.FACE and subject.location == PARTLY:
            yield Match(confidence=subject.confidence, severity=Severity.LOW, detail="part of it is left")
