"""A901: a patient without a valid consent."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, StewardshipCheck
from auditor.model import Category, Context, Match, Severity, Text
from auditor.model.survey import PatientStanding, Stewardship


def _one(consent: str) -> Example[Stewardship]:
    return Example(Stewardship((PatientStanding("P-1", "valid"), PatientStanding("P-2", consent))))


class NoConsent(StewardshipCheck):
    """The dataset holds a patient for whom the consent table shows no valid consent.

    What it does
        With `--consent`: looks up every patient in the table (columns patient, scope, date, withdrawn,
        and if there are any until when it is valid and a status; headings in English or Chinese). A
        consent is valid when it was given, has neither ended nor been withdrawn, and its scope names
        the purpose that the policy declares as `[retention] purpose`. Images that name no patient are
        counted and told.

    Why it matters
        Data of people who did not agree, or who took their consent back, may not be in the release,
        however well it is de-identified; such releases had to be recalled.

    Remedy
        Take the patient out of the dataset, or complete the consent table.
    """

    id = "A901"
    title = Text(en="A patient without a valid consent", zh="患者缺少有效的知情同意")
    remedy = Text(
        en="Take the patient out, or complete the consent table.", zh="将该患者移出数据集，或补全同意记录。"
    )
    severity = Severity.HIGH
    category = Category.CLAIM
    way = None
    good = (_one("valid"), _one(""))
    bad = (
        _one("missing"),
        _one("withdrawn"),
        _one("for another purpose"),
        Example(Stewardship(unattributed=3)),
    )

    def judge(self, subject: Stewardship, context: Context) -> Iterable[Match]:
        """One match a patient, and one for all images that name none."""
        for standing in subject.patients:
            if standing.consent not in ("", "valid"):
                detail = f"consent {standing.consent}"
                yield Match(1.0, detail=detail, location="consent", patient=standing.patient)
        if subject.unattributed:
            count = f"{subject.unattributed} image{'s' * (subject.unattributed != 1)}"
            detail = f"{count} without a patient, for whom none can be looked up"
            yield Match(1.0, severity=Severity.MEDIUM, detail=detail, location="consent")
