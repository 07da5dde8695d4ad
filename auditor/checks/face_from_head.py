"""P606: a face can be rendered from a scanned head."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from auditor.checks.base import ElementCheck
from auditor.checks.face_in_photograph import VOLUME, denial, face
from auditor.model import Category, Claim, Context, Element, Match, Place, Severity, Text, Way

DENIED = Context(Claim(recognizable="NO"))


class FaceFromHead(ElementCheck):
    """The skin of a scanned head shows a face that a detector recognises.

    What it does
        Turns a head volume (NIfTI) upright by its header, finds the surface of the largest object against
        air, renders it from the front, and shows the render to a face detector. A score of 0.55 counts: the
        head it was tuned on scores 0.77, the same defaced 0.39, another that was skull-stripped 0. It tries
        what is 120 to 500 mm large in every direction; series of single DICOM slices are not put together.

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
    good = (face("pixels frame=#"), replace(face("nifti descrip"), context=DENIED))
    bad = (face(VOLUME), replace(face(VOLUME, 0.55), context=DENIED))

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """Match a head whose render was taken for a face."""
        if subject.place is Place.FACE and subject.location == VOLUME:
            yield Match(confidence=subject.confidence, detail=denial(context))
