"""P605: a face in a photograph or a video frame."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ElementCheck, Example
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way

VOLUME = "head volume"


def face(location: str, score: float = 0.9) -> Example[Element]:
    """An example of a face that a detector saw."""
    return Example(Element(Place.FACE, location, "", bbox=(40, 30, 120, 140), confidence=score))


class FaceInPhotograph(ElementCheck):
    """A frame shows a face.

    What it does
        Shows every frame, of a video every eighth and each that begins another scene, to a face detector
        (CenterFace); the first frame in colour also turned by quarters and at twice the size. A face counts
        from a score of 0.6 in colour and of 0.75 in grey, where scans of heads come close to one. Grey images
        of more than 8 bits are shown unless their modality says that they are scans.

    Why it matters
        A full-face photograph is one of the eighteen identifiers of HIPAA. Face search on the web turns it
        into a name.

    Remedy
        Black out the face in the stored pixels, or crop it away; where it is the object of the study, share
        under an agreement. The box is in pixels of the frame.
    """

    id = "P605"
    title = Text("Face in the image", "图像中有人脸")
    remedy = Text(
        "Black out the face in the stored pixels of every frame, or leave the image out.",
        "在每一帧的存储像素中涂黑人脸，或不发布该图像。",
    )
    severity = Severity.HIGH
    category = Category.FACE
    way = Way.PIXELS
    good = (
        face(VOLUME),
        face(f"{VOLUME}, face removed"),
        Example(Element(Place.PIXELS, "pixels frame=#", "face", bbox=(0, 0, 9, 9))),
    )
    bad = (face("pixels frame=#"), face("pixels frame=#", 0.62))

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """Match a face that was seen in a frame."""
        if subject.place is Place.FACE and not subject.location.startswith(VOLUME):
            yield Match(confidence=subject.confidence)
