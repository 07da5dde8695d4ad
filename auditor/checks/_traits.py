"""When pseudonyms that keep something of their patients are no coincidence."""

from __future__ import annotations

from auditor.checks.patient_constant import lower_bound
from auditor.model import Match
from auditor.model.survey import Trait

_MOST = 0.8
_ORDERED = 0.95
_ABOVE_CHANCE = 0.3
_WHOLE_DATES = frozenset({"date of birth", "day of the examination"})
_FAR_ABOVE = 5
"""A whole date in one pseudonym is seldom there by chance, if others' dates are not."""


def kept(trait: Trait) -> Match | None:
    """A match where most pseudonyms keep the trait and clearly fewer keep it of another patient."""
    if trait.agreement is not None:
        detail = f"{trait.kind}, rank correlation {trait.agreement:.2f} over {trait.tried} patients"
        found = trait.agreement >= _ORDERED
    elif trait.kind in _WHOLE_DATES:
        detail = f"{trait.kind} in {trait.kept} of {trait.tried}"
        found = trait.kept > _FAR_ABOVE * trait.chance * trait.tried
    else:
        detail = f"{trait.kind} in {trait.kept} of {trait.tried}, {trait.chance:.0%} by chance"
        sure = lower_bound(trait.kept, trait.tried)
        found = trait.kept / trait.tried >= _MOST and sure >= trait.chance + _ABOVE_CHANCE
    if not found:
        return None
    confidence = max(lower_bound(trait.kept, trait.tried), 0.6)
    return Match(round(confidence, 3), detail=detail, location="pseudonyms")
