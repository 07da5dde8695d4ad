"""Images by what their header says that they are, held against whether their pixels were read."""

from __future__ import annotations

from auditor.checks import all_checks
from auditor.checks.base import ImageryCheck
from auditor.inventory import FindingStore, Inventory
from auditor.model import Claim, Context, Match
from auditor.model.survey import Imagery
from auditor.pipeline.judge import note
from auditor.pipeline.plan import Plan

_IMAGES = """SELECT item, claim, told, frames_total > 0 AND frames_examined >= frames_total
    FROM items JOIN facts USING (fact) WHERE kind = 'dicom' AND frames_total > 0 ORDER BY item"""


def judge_imagery(inventory: Inventory, findings: FindingStore, plan: Plan) -> None:
    """Note images that such checks object to; each distinct description is judged once."""
    claims = inventory.claims()
    checks = [check for check in all_checks() if isinstance(check, ImageryCheck)]
    judged: dict[Imagery, list[tuple[str, Match]]] = {}
    for item, claim, told, whole in inventory.stream(_IMAGES):
        facts = inventory.facts_in(told)
        subject = Imagery(
            facts.sop_class,
            facts.image_type,
            facts.modality,
            facts.conversion,
            claims[claim].burned_in if claim in claims else "",
            read=plan.reads_text and bool(whole),
            asked=plan.reads_text,
        )
        if subject not in judged:
            context = Context(claims.get(claim, Claim()))
            judged[subject] = [
                (check.id, match) for check in checks for match in check.judge(subject, context)
            ]
        for rule, match in judged[subject]:
            note(findings, rule, match, item=item)
