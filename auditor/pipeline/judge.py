"""Run every check: element checks once per distinct value, claim checks once per distinct claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import lru_cache

from auditor.checks import all_checks
from auditor.checks.base import Check, ClaimCheck, ElementCheck, OutcomeCheck
from auditor.inventory import FindingStore, Inventory
from auditor.model import Claim, Context, Element, Match, Outcomes, Place
from auditor.pipeline.families import Families
from auditor.pipeline.parallel import chunked, run
from auditor.pipeline.plan import Progress
from auditor.pipeline.steps import Failure, Step, Steps

_CHUNK = 2000
_WORTH_PROCESSES = 4 * _CHUNK
Subject = tuple[int, Element, Context]
"""Id of a distinct value, an element that has it, and under which claims."""
Judged = tuple[int, str, Match, str]
"""Id of the distinct value, rule id, match, and the text that identifies."""


def judge_values(
    inventory: Inventory,
    findings: FindingStore,
    declared: tuple[str, ...],
    places: Sequence[Place],
    *,
    workers: int,
    progress: Progress,
    steps: Steps,
    hear: Callable[[int, str, Match, str], None] = lambda *_: None,
) -> None:
    """Judge every distinct value in these places and note the matches; `hear` is told of each, `steps` of
    checks that fail on a value."""
    claims = inventory.claims()
    total = inventory.count_values(*places)
    values = inventory.distinct_values(*places)
    context = {number: Context(claim, declared) for number, claim in claims.items()}
    contexts = ((number, element, context[claim]) for number, element, claim in values)
    families = Families()
    done = 0
    for judged, failures in run(
        _judge_some,
        chunked(families.watch(contexts), _CHUNK),
        workers=workers if total > _WORTH_PROCESSES else 0,
    ):
        steps.add(failures)
        for each in judged:
            if not families.hold(each):
                number, rule, match, text = each
                note(findings, rule, match, value=number, text=text)
                hear(number, rule, match, text)
        done = min(done + _CHUNK, total)
        progress("judging values", done, total)
    for (number, rule, match, text), member in families.settle():
        note(findings, rule, match, value=number, text=text)
        if not member:
            hear(number, rule, match, text)


def _judge_some(subjects: Sequence[Subject]) -> tuple[list[Judged], tuple[Failure, ...]]:
    steps = Steps()
    return judge_elements(subjects, steps), steps.failures


def judge_elements(subjects: Sequence[Subject], steps: Steps | None = None) -> list[Judged]:
    """What the element checks say of some distinct values. `steps` is told of checks that fail on one; without it
    their error is raised."""
    judged: list[Judged] = []
    chosen: dict[tuple[object, ...], tuple[ElementCheck, ...]] = {}
    for number, element, context in subjects:
        where = element.place, element.location, element.vr, element.tag, element.creator
        checks = chosen.get((where, id(context)))
        if checks is None:
            checks = chosen[where, id(context)] = concerned(*where, context)
        for check in checks:
            with steps.of(Step.RULE, check.id) if steps else nullcontext():
                judged.extend(
                    (number, check.id, match, match.text or element.value)
                    for match in check.judge(element, context)
                )
    return judged


@lru_cache(maxsize=1 << 14)
def concerned(
    place: Place, location: str, vr: str, tag: int | None, creator: str, context: Context
) -> tuple[ElementCheck, ...]:
    """The checks that may object to some value at this place.

    A check is deterministic: one that is content without a look at the value is so whatever the value.
    """
    chosen = []
    for check in all_checks():
        if isinstance(check, ElementCheck):
            watched = _Watched(place, location, "", vr, tag, creator)
            _looked_at.clear()
            content = False
            # One that fails here is asked again, and fails where it is noted.
            with Steps().of(Step.RULE, check.id):
                content = not any(True for _ in check.judge(watched, context))
            if not content or _looked_at:
                chosen.append(check)
    return tuple(chosen)


_looked_at: set[str] = set()


class _Watched(Element):
    """An element that notes when somebody looks at what the place does not tell."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> object:
        if name not in _OF_THE_PLACE:
            _looked_at.add(name)
        return super().__getattribute__(name)


_OF_THE_PLACE = frozenset({"place", "location", "vr", "tag", "creator", "__class__"})


def judge_claims(
    inventory: Inventory, findings: FindingStore, declared: tuple[str, ...], steps: Steps
) -> None:
    """Judge every distinct claim of the DICOM files."""
    for number, claim in inventory.claims().items():
        if claim.is_dicom:
            for rule, match in _matches(ClaimCheck, claim, Context(claim, declared), steps):
                note(findings, rule, match, claim=number)


def judge_outcomes(outcomes: Outcomes, findings: FindingStore, inventory: Inventory, steps: Steps) -> None:
    """Judge what was computed over the dataset; a match may concern a file, a patient, or all."""
    matches = list(_matches(OutcomeCheck, outcomes, Context(Claim()), steps))
    wanted = {match.item for _, match in matches if match.item}
    index = {path: item for item, path, _ in inventory.paths() if path in wanted} if wanted else {}
    for rule, match in matches:
        note(findings, rule, match, item=index.get(match.item))


def note(
    findings: FindingStore,
    rule: str,
    match: Match,
    *,
    value: int | None = None,
    claim: int | None = None,
    item: int | None = None,
    text: str = "",
) -> None:
    """Hand one match to the finding store with the rule's severity and category as defaults."""
    check = rules()[rule]
    findings.add(
        rule,
        match,
        severity=match.severity or check.severity,
        category=match.category or check.category,
        text=text,
        value=value,
        claim=claim,
        item=item,
    )


def rules() -> dict[str, Check[object]]:
    """Every check by id."""
    return {check.id: check for check in all_checks()}


def _matches(
    kind: type[Check[object]] | type, subject: object, context: Context, steps: Steps
) -> Iterator[tuple[str, Match]]:
    for check in all_checks():
        if isinstance(check, kind):
            matches: list[Match] = []
            with steps.of(Step.RULE, check.id):
                matches.extend(check.judge(subject, context))
            for match in matches:
                yield check.id, match
