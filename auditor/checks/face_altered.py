"""P608: the face of a scanned head was blurred or changed, not removed."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ElementCheck
from auditor.checks.face_from_head import REMOVED
from auditor.checks.face_in_photograph import VOLUME, face
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way

ALTERED = f"{VOLUME}, face altered"
REPLACED = f"{VOLUME}, face replaced"


class FaceAltered(ElementCheck):
    """A scanned head has the relief of a face that the detector does not take for one, or that is blurred.

    What it does
        Reports heads whose front has a nose between cheeks and over lips, while the face detector sees no
        face (pixelated, masked, coarsely replaced), and faces whose surface is less than 0.4 times as steep
        as the forehead's (blurred). A face under which the tissue is less than 0.4 times as rough as under the
        rest of the skin was put over (an average of many heads, as mri_reface does): medium, since a scan that
        was filtered unevenly may look like it.

    Why it matters
        Blurring and pixelation hide less than they seem to: whoever applies the same to the photographs that
        are compared with finds the person again. Removal does not have that weakness.

    Remedy
        Look at the render. Remove the face, or show that what was done to it resists an adaptive attacker.
    """

    id = "P608"
    title = Text(
        "Face of the head is blurred or altered, not removed", "头部扫描的人脸被模糊或改动，而非去除"
    )
    remedy = Text(
        "Look at the render; remove the face, or show that what was done resists an adaptive attacker.",
        "查看渲染图；去除人脸，或证明所作处理能抵御自适应攻击者。",
    )
    severity = Severity.LOW
    category = Category.FACE
    way = Way.PIXELS
    good = (face(VOLUME), face(REMOVED))
    bad = (face(ALTERED), face(ALTERED, 0.1), face(REPLACED))

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """Match a head whose face was altered, or replaced by a smoother one."""
        if subject.place is Place.FACE and subject.location == ALTERED:
            yield Match(confidence=0.6)
        elif subject.place is Place.FACE and subject.location == REPLACED:
            yield Match(confidence=0.6, severity=Severity.MEDIUM, detail="it may have been replaced")
