"""Free text that one patient alone has."""

from __future__ import annotations

from auditor.checks import all_checks
from auditor.checks.base import LoneTextCheck
from auditor.inventory import FindingStore, Inventory, lone_values
from auditor.model import Context, Place
from auditor.model.survey import LoneText
from auditor.pipeline.judge import note


def judge_lone_texts(inventory: Inventory, findings: FindingStore, declared: tuple[str, ...]) -> None:
    """Note texts of one patient that no other rule reports; what `Spread` noted of tables counts too."""
    lone = {each.value: each for each in lone_values(inventory)}
    if not lone:
        return
    reported = findings.severities(lone)
    claims = inventory.claims()
    checks = [check for check in all_checks() if isinstance(check, LoneTextCheck)]
    for number, element, claim in inventory.distinct_values(Place.DATASET, Place.TABLE):
        if number in lone and not reported.get(number):
            subject = LoneText(element, lone[number].patients, lone[number].sharing)
            for check in checks:
                for match in check.judge(subject, Context(claims[claim], declared)):
                    note(findings, check.id, match, value=number, text=element.value)
