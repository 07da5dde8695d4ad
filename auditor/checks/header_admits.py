"""P607: the header itself says that the pixels identify."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ClaimCheck, Example
from auditor.model import Category, Claim, Context, Match, Severity, Text, Way


class HeaderAdmits(ClaimCheck):
    """(0028,0301) Burned In Annotation or (0028,0302) Recognizable Visual Features is YES.

    What it does
        Reports the statement as it stands, whether or not text or a face was found: whoever wrote it may
        have seen what no engine reads, such as handwriting. Statements that contradict other claims of the
        file are C404's, and NO beside text that is there is P604's.

    Why it matters
        The device or the archive that wrote it knew of identifying pixels. PS3.15 asks that they be cleaned
        and the attribute be set to NO.

    Remedy
        Look at the pixels, clean them, and set the attribute to NO.
    """

    id = "P607"
    title = Text("Header says that the pixels identify", "文件头声明像素中含有可识别信息")
    remedy = Text(
        "Clean the pixels and set the attribute to NO.", "清除像素中的可识别信息，并将该属性设为 NO。"
    )
    severity = Severity.MEDIUM
    category = Category.CLAIM
    way = Way.PIXELS
    good = (Example(Claim()), Example(Claim(burned_in="NO", recognizable="NO")))
    bad = (Example(Claim(burned_in="YES")), Example(Claim(recognizable="YES")))

    def judge(self, subject: Claim, context: Context) -> Iterable[Match]:
        """One match for each of the two attributes that says YES."""
        for value, location in (
            (subject.burned_in, "(0028,0301) BurnedInAnnotation"),
            (subject.recognizable, "(0028,0302) RecognizableVisualFeatures"),
        ):
            if subject.is_dicom and value.strip().upper() == "YES":
                yield Match(0.7, location=location)
