"""P609: the header says that nobody can be recognised, and a face is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from auditor.checks._examples import context as claimed
from auditor.checks.base import ElementCheck
from auditor.checks.face_altered import ALTERED, REPLACED
from auditor.checks.face_from_head import PARTLY, REMOVED
from auditor.checks.face_in_photograph import VOLUME, face
from auditor.model import Category, Claim, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards.ps315 import CLEAN_VISUAL

DENIED = Context(Claim(recognizable="NO"))
_NO_FACE = frozenset({REMOVED, f"{VOLUME}, skull-stripped", f"{VOLUME}, no face in view", ALTERED, REPLACED})


class FaceDenied(ElementCheck):
    """(0028,0302) Recognizable Visual Features is NO, or 113102 is claimed, and a face was seen.

    What it does
        Compares what the file, or the policy, says with what was seen in its frames or rendered from its
        volume: Recognizable Visual Features NO, and the Clean Recognizable Visual Features option (113102).

    Why it matters
        Whoever receives the set will trust the statement and not look. Other files with the same statement
        deserve doubt.

    Remedy
        Remove the face; state that it was removed only after rendering the result.
    """

    id = "P609"
    title = Text("Header denies a face that can be seen", "文件头声明无可辨认面部，但实际可见")
    remedy = Text(
        "Remove the face; state it only after rendering the result.", "去除人脸；渲染核查之后再作此声明。"
    )
    severity = Severity.MEDIUM
    category = Category.CLAIM
    way = Way.PIXELS
    good = (
        face(VOLUME),
        replace(face(REMOVED), context=DENIED),
        replace(face("pixels frame=#"), context=Context(Claim(recognizable="YES"))),
    )
    bad = (
        replace(face(VOLUME), context=DENIED),
        replace(face(PARTLY), context=DENIED),
        replace(face("pixels frame=#"), context=claimed("113100", CLEAN_VISUAL)),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """Match a face in a file that says there is none."""
        if (
            subject.place is not Place.FACE
            or subject.location in _NO_FACE
            or subject.location.endswith("rebuilt")
        ):
            return
        if context.claim.recognizable.strip().upper() == "NO":
            yield Match(subject.confidence, detail="RecognizableVisualFeatures is NO")
        elif CLEAN_VISUAL in context.codes:
            yield Match(subject.confidence, detail="the Clean Recognizable Visual Features option is claimed")
