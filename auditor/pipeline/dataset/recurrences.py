"""Search every value of the dataset for identifiers: those found in it, and those of the source's list."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.checks import all_checks
from auditor.checks.base import RecurrenceCheck
from auditor.checks.birth_date import BirthDate
from auditor.detectors.known import KnownHit, KnownIdentifiers
from auditor.inventory import FindingStore, Inventory
from auditor.model import Category, Context, Element, Match, Place, Severity
from auditor.model.survey import Recurrence
from auditor.pipeline.dataset.own_traits import Heard, heard_of
from auditor.pipeline.judge import note, rules
from auditor.pipeline.parallel import chunked

SURE = 0.8
_LIKELY = 0.6
"""Enough for what is counted over many patients before it is said."""
MOST = 20_000
"""Identifiers that are searched for; beyond, the dataset is not de-identified and each is reported anyway."""
MOST_HASHED = 5_000
_LONGEST = 80
_CATEGORIES = frozenset(
    {Category.NAME, Category.STAFF, Category.NATIONAL_ID, Category.RECORD_NUMBER, Category.PHONE, Category.EMAIL,
     Category.INSURANCE, Category.ACCOUNT, Category.LICENCE, Category.VEHICLE, Category.ADDRESS}
)  # fmt: skip
_NUMBERS = frozenset({"DS", "DA", "DT", "TM", "AS"})
_AT_ONCE = 500


class Harvest:
    """Collects what the element checks are sure of, while they judge."""

    def __init__(self) -> None:
        self.known = KnownIdentifiers()
        self.heard: list[Heard] = []
        self._count = 0

    def hear(self, value: int, rule: str, match: Match, text: str) -> None:
        """Keep the identifier of one match, if it is one and sure."""
        check = rules()[rule]
        category = match.category or check.category
        severity = match.severity or check.severity
        if match.confidence >= _LIKELY and len(text) <= _LONGEST and len(self.heard) < MOST:
            told = heard_of(rule, value, category, severity, text)
            if told is not None:
                self.heard.append(told)
        wanted = category in _CATEGORIES or rule == BirthDate.id
        if wanted and match.confidence >= SURE and severity.rank >= Severity.HIGH.rank and self._count < MOST:
            parts = text.split("\\") if len(text) <= _LONGEST else ()
            for part in parts:
                if self.known.add(part, category, value):
                    self._count += 1
                    if self._count <= MOST_HASHED:
                        self.known.add_hashes(part, category, value)


def judge_recurrences(
    inventory: Inventory,
    findings: FindingStore,
    known: KnownIdentifiers,
    declared: tuple[str, ...],
    *,
    listed: bool,
    repeat: bool = False,
) -> None:
    """Search all values for `known`; its sources are ids of values, or rows of the list if `listed`.

    repeat: note also what another rule reports as severely.
    """
    if not len(known):
        return
    checks = [check for check in all_checks() if isinstance(check, RecurrenceCheck)]
    claims = inventory.claims()
    hits = _hits(inventory, known, listed=listed)
    for chunk in chunked(hits, _AT_ONCE):
        numbers = {number for number, *_ in chunk}
        owners = (
            {} if listed else inventory.owners_of(numbers | {s for *_, hit in chunk for s in hit.sources})
        )
        reported = {} if repeat else findings.severities(numbers)
        for number, element, claim, hit in chunk:
            same = listed or any(owners.get(number, set()) & owners.get(s, set()) for s in hit.sources)
            text = element.value[hit.start : hit.end]
            met = Recurrence(element, hit.category, text, hit.form, hit.confidence, same, listed)
            for check in checks:
                for match in check.judge(met, Context(claims[claim], declared)):
                    severity = match.severity or check.severity
                    if severity.rank > reported.get(number, -1):
                        note(findings, check.id, match, value=number, text=match.text)


def _hits(
    inventory: Inventory, known: KnownIdentifiers, *, listed: bool
) -> Iterator[tuple[int, Element, int, KnownHit]]:
    for number, element, claim in inventory.distinct_values(*Place):
        if element.vr in _NUMBERS:
            continue
        seen: set[tuple[Category, str]] = set()
        for hit in known.find(element.value, misread=element.place is Place.PIXELS):
            what = hit.category, element.value[hit.start : hit.end]
            if what not in seen and (listed or number not in hit.sources):
                seen.add(what)
                yield number, element, claim, hit
