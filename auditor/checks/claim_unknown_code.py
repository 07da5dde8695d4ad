"""C403: a de-identification method code is unknown."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ClaimCheck, Example
from auditor.model import Category, Claim, Context, Match, Severity, Text, Way
from auditor.standards.ps315 import BASIC, CODES


class UnknownCode(ClaimCheck):
    """A code of the de-identification method is unknown, or options stand without a profile.

    What it does
        Compares the codes in (0012,0064) with CID 7050 of PS3.16; an option code without the Basic
        Profile 113100 is reported too.

    Why it matters
        A claim that nobody can look up cannot be verified, and an option only retains or cleans
        what a profile would remove.

    Remedy
        Use the codes 113100 to 113112 of CID 7050.
    """

    id = "C403"
    title = Text(
        en="The claimed method is not one of the standard's", zh="声明的去标识化方法代码不在标准之内"
    )
    remedy = Text(
        en="Use the codes 113100 to 113112 of PS3.16 CID 7050.",
        zh="使用 PS3.16 CID 7050 中的代码 113100 至 113112。",
    )
    severity = Severity.LOW
    category = Category.CLAIM
    way = Way.REVERSAL
    good = (
        Example(Claim()),
        Example(Claim(identity_removed="YES", codes=("113100", "113107"), has_method=True)),
    )
    bad = (
        Example(Claim(identity_removed="YES", codes=("113100", "999999"), has_method=True)),
        Example(Claim(identity_removed="YES", codes=("113107",), has_method=True)),
    )

    def judge(self, subject: Claim, context: Context) -> Iterable[Match]:
        """One match for unknown codes, one for options without the profile."""
        codes = set(subject.codes) if subject.is_dicom else set()
        location = "(0012,0064) DeidentificationMethodCodeSequence"
        if codes - CODES.keys():
            yield Match(0.8, location=location, detail="a code that CID 7050 does not hold")
        if codes and BASIC not in codes and codes & CODES.keys():
            yield Match(0.8, location=location, detail="options without the Basic Profile")
