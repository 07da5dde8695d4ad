"""Try to reverse the release: order of pseudonyms, hashes of what can be guessed, times left exact."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from auditor.checks import all_checks
from auditor.checks._values import date_in
from auditor.checks.base import RecurrenceCheck, ReleaseCheck
from auditor.detectors.guesses import Space, code_in, credible, rest, search, spaces
from auditor.inventory import FindingStore, Inventory
from auditor.model import Category, Claim, Context, Element, Place
from auditor.model.survey import PatientCode, Recurrence, Release
from auditor.pipeline.dataset.own_traits import Heard, identified
from auditor.pipeline.dataset.traits import traits
from auditor.pipeline.judge import note
from auditor.pipeline.parallel import chunked, run
from auditor.standards.ps315 import MODIFIED_DATES

MOST_CODES = 100_000
MOST_DIGITS = 148
"""Characters of a prefix and the longest digest."""
_WORTH_PROCESSES = 8
_STUDY_TIME = 0x00080030
_EXACT = re.compile(r"([01]\d|2[0-3])[0-5]\d(?!00)[0-5]\d(?:\.\d+)?")


def judge_reversal(
    inventory: Inventory,
    findings: FindingStore,
    declared: tuple[str, ...],
    heard: Sequence[Heard] = (),
    workers: int = 0,
) -> None:
    """Note what can be read back from the pseudonyms, codes and times of the release.

    heard: what the checks of values found of persons.
    """
    told = tuple(traits(identified(inventory, heard)))
    release = replace(_release(inventory, declared), traits=told)
    for check in all_checks():
        if isinstance(check, ReleaseCheck):
            for match in check.judge(release, Context(Claim(), declared)):
                note(findings, check.id, match)
    _judge_hashes(inventory, findings, declared, workers)


def reverse(codes: Collection[str], workers: int = 0) -> dict[str, tuple[str, Category]]:
    """The codes that are hashes of what can be guessed, each with the hash's name and what was hashed."""
    tried = spaces(codes)
    found = _search(codes, tried, workers)
    found |= _search(codes, rest(found, tried), workers)
    return credible(found, codes)


def _release(inventory: Inventory, declared: tuple[str, ...]) -> Release:
    seen: dict[str, PatientCode] = {}
    for pseudonym, facts in inventory.facts():
        day = date_in(facts.study_date)
        known = seen.get(pseudonym)
        first = min(filter(None, (day, known.first_seen if known else "")), default="")
        seen[pseudonym] = PatientCode(facts.patient, first)
    times = _moved_times(inventory, declared)
    return Release(tuple(seen.values()), len(times), sum("07" <= time[:2] < "19" for time in times))


def _moved_times(inventory: Inventory, declared: tuple[str, ...]) -> set[str]:
    claims = inventory.claims()
    times: set[str] = set()
    for _, element, claim in inventory.distinct_values(Place.DATASET, tag=_STUDY_TIME):
        context = Context(claims[claim], declared)
        moved = claims[claim].longitudinal in ("MODIFIED", "REMOVED") or MODIFIED_DATES in context.codes
        if moved and _EXACT.fullmatch(element.value):
            times.add(element.value)
    return times


def _search(codes: Collection[str], pieces: Sequence[Space], workers: int) -> dict[str, tuple[str, Category]]:
    found: dict[str, tuple[str, Category]] = {}
    enough = workers if len(pieces) > _WORTH_PROCESSES else 0
    for some in run(partial(_try, codes), chunked(pieces, 1), workers=enough):
        found |= some
    return found


def _try(codes: Collection[str], some: Sequence[Space]) -> dict[str, tuple[str, Category]]:
    return {code: what for space in some for code, what in search(space, codes).items()}


def _judge_hashes(
    inventory: Inventory, findings: FindingStore, declared: tuple[str, ...], workers: int
) -> None:
    codes: dict[str, list[tuple[int, Element, int]]] = {}
    for number, element, claim in inventory.distinct_values(*Place):
        # Longer values are no codes; UIDs and numbers hold no letters.
        if len(element.value) <= MOST_DIGITS and (code := code_in(element.value)) and len(codes) < MOST_CODES:
            codes.setdefault(code, []).append((number, element, claim))
    claims = inventory.claims()
    for code, (name, category) in sorted(reverse(set(codes), workers).items()):
        for number, element, claim in codes[code]:
            met = Recurrence(element, category, element.value, name, 0.95, guessed=True)
            for check in all_checks():
                if isinstance(check, RecurrenceCheck):
                    for match in check.judge(met, Context(claims[claim], declared)):
                        note(findings, check.id, match, value=number, text=match.text)
