"""C401: identity is claimed to be removed without saying how."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ClaimCheck, Example
from auditor.model import Category, Claim, Context, Match, Severity, Text, Way

LOCATION = "(0012,0062) PatientIdentityRemoved"


class ClaimWithoutMethod(ClaimCheck):
    """Identity is claimed to be removed, but no method is named.

    What it does
        Reports Patient Identity Removed YES where both De-identification Method and its code
        sequence are empty; PS3.3 C.7.1.1 requires one of them.

    Why it matters
        A receiver cannot tell what was done, and nothing can be checked against the claim.

    Remedy
        Write the profile and options into (0012,0064), in words also into (0012,0063).
    """

    id = "C401"
    title = Text(en="De-identification is claimed without a method", zh="声明已去标识化但未注明方法")
    remedy = Text(
        en="Name the profile and its options in (0012,0064).", zh="在 (0012,0064) 中注明所用规范及选项。"
    )
    severity = Severity.LOW
    category = Category.CLAIM
    way = Way.REVERSAL
    good = (
        Example(Claim()),
        Example(Claim(identity_removed="YES", codes=("113100",), has_method=True)),
        Example(Claim(identity_removed="YES", is_dicom=False)),
    )
    bad = (
        Example(Claim(identity_removed="YES")),
        Example(Claim(identity_removed="YES", longitudinal="REMOVED")),
    )

    def judge(self, subject: Claim, context: Context) -> Iterable[Match]:
        """At most one match."""
        if (
            subject.is_dicom
            and subject.identity_removed == "YES"
            and not (subject.has_method or subject.codes)
        ):
            yield Match(1.0, location=LOCATION)
