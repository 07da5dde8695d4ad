"""Pairs of files that tie two patients together."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Match, Outcomes


def across_patients(outcomes: Outcomes, kind: str) -> Iterator[Match]:
    """One match a pair of this kind whose files are known to be two patients', at the second of them."""
    for pair in outcomes.duplicates:
        known = pair.patient_a and pair.patient_b
        if pair.kind == kind and pair.scope == "within" and known and pair.patient_a != pair.patient_b:
            yield Match(confidence=pair.score, location="pixels", item=pair.file_b, patient=pair.patient_b)
