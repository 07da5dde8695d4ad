"""C402: the file says that identity was not removed."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ClaimCheck, Example
from auditor.model import Category, Claim, Context, Match, Severity, Text, Way


class NotRemoved(ClaimCheck):
    """The file itself says that the patient's identity was not removed, or half says that it was.

    What it does
        Reports Patient Identity Removed NO, values other than YES and NO, and a method or code
        without Patient Identity Removed.

    Why it matters
        NO is the only honest sign a file gives that it skipped the process; a method without YES
        is what remains when a tool stopped half-way.

    Remedy
        De-identify the file, then set (0012,0062) to YES together with the method.
    """

    id = "C402"
    title = Text(en="The file does not claim to be de-identified", zh="文件未声明已去标识化")
    remedy = Text(
        en="De-identify the file, then set (0012,0062) to YES and name the method.",
        zh="对文件去标识化后，将 (0012,0062) 设为 YES 并注明方法。",
    )
    severity = Severity.MEDIUM
    category = Category.CLAIM
    way = Way.REVERSAL
    good = (
        Example(Claim()),
        Example(Claim(identity_removed="YES", codes=("113100",), has_method=True)),
    )
    bad = (
        Example(Claim(identity_removed="NO")),
        Example(Claim(codes=("113100",), has_method=True)),
        Example(Claim(identity_removed="MAYBE")),
    )

    def judge(self, subject: Claim, context: Context) -> Iterable[Match]:
        """At most one match."""
        if not subject.is_dicom or subject.identity_removed == "YES":
            return
        location = "(0012,0062) PatientIdentityRemoved"
        if subject.identity_removed == "NO":
            yield Match(1.0, location=location, detail="the value is NO")
        elif subject.identity_removed:
            yield Match(1.0, location=location, severity=Severity.LOW, detail="neither YES nor NO")
        elif subject.has_method or subject.codes:
            yield Match(
                1.0, location=location, severity=Severity.LOW, detail="absent although a method is named"
            )
