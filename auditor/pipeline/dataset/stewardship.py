"""Consent and retention: who may be in the dataset, and how old studies may be."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from auditor.checks import all_checks
from auditor.checks._fields import words
from auditor.checks._values import date_in
from auditor.checks.base import StewardshipCheck
from auditor.detectors.known_forms import dates
from auditor.errors import UsageError
from auditor.inventory import FindingStore, Inventory, count_files
from auditor.model import Claim, Context, Item
from auditor.model.survey import PatientStanding, Stewardship
from auditor.pipeline.judge import note
from auditor.policy import Policy
from auditor.readers.base import Limits
from auditor.readers.table import read_rows
from auditor.standards.ps315 import FULL_DATES, MODIFIED_DATES

_COLUMNS = {
    "patient": re.compile(r"patient|subject|participant|pseudonym|患者|病人|受试者"),
    "withdrawn": re.compile(r"withdr|revoke|撤回|撤销"),
    "agreed": re.compile(
        r"^(?:consent|consented|consent (?:given|status|state)|status|state|agreed?)$|是否同意|同意状态|^状态$"
    ),
    "until": re.compile(r"until|expir|\bend\b|有效期|截止"),
    "date": re.compile(r"date|given|signed|日期|时间"),
    "scope": re.compile(r"scope|purpose|范围|用途|目的"),
}
_NO = frozenset({"", "no", "n", "false", "0", "none", "nan", "否", "无", "未撤回"})
_REFUSED = frozenset(
    {
        "no",
        "n",
        "false",
        "0",
        "declined",
        "refused",
        "denied",
        "pending",
        "not given",
        "否",
        "不同意",
        "拒绝",
        "未同意",
        "待定",
    }
)
_ENDED = frozenset({"withdrawn", "revoked", "opted out", "opt out", "撤回", "已撤回", "撤销", "已撤销"})
_LAPSED = frozenset({"expired", "lapsed", "过期", "已过期"})
_ANY = re.compile(r"\b(?:all|any|unrestricted|broad)\b|全部|任何|不限")


@dataclass(frozen=True, slots=True)
class Consent:
    """One row of the consent table."""

    scope: str
    given: dt.date | None
    until: dt.date | None
    withdrawn: bool
    status: str = ""
    """In words, lower case: a column that is called consent, status or the like."""

    def standing(self, purpose: str, today: dt.date) -> str:
        """What keeps the consent from being valid today for the purpose, or `valid`."""
        if self.withdrawn or self.status in _ENDED:
            return "withdrawn"
        if self.status in _REFUSED:
            return "not given"
        if self.status in _LAPSED:
            return "expired"
        if self.given and self.given > today:
            return "not yet given"
        if self.until and self.until < today:
            return "expired"
        covered = not purpose or _ANY.search(self.scope) or purpose.casefold() in self.scope
        return "valid" if covered else "for another purpose"


def load_consent(path: Path) -> dict[str, list[Consent]]:
    """The rows of the table by patient id. Raises UsageError where it cannot be read or names no patient."""
    table: defaultdict[str, list[Consent]] = defaultdict(list)
    try:
        with path.open("rb") as stream:
            for row in read_rows(stream, Item(path.name, path.stat().st_size), Limits()):
                cell = _named(row)
                if patient := cell.get("patient", ""):
                    ended = cell.get("withdrawn", "").strip().casefold() not in _NO
                    given, until = _day(cell.get("date", "")), _day(cell.get("until", ""))
                    status = cell.get("agreed", "").strip().casefold()
                    scope = cell.get("scope", "").casefold()
                    table[patient].append(Consent(scope, given, until, ended, status))
    except OSError:
        raise UsageError("The consent table cannot be read", str(path), "Check --consent.") from None
    if not table:
        raise UsageError(
            "The consent table names no patient",
            str(path),
            "It needs a column of patients, and best also scope, date and withdrawn.",
        )
    return dict(table)


def judge_stewardship(
    inventory: Inventory,
    findings: FindingStore,
    policy: Policy,
    consents: dict[str, list[Consent]] | None,
    today: dt.date,
) -> None:
    """Note patients without consent, and studies past their term. consents: None where none are asked for."""
    if consents is None and policy.retention.years is None:
        return
    given = None if consents is None else {inventory.key.patient(p): rows for p, rows in consents.items()}
    standings = tuple(_standings(inventory, policy, given, today))
    nobodys = count_files(inventory)["sum"]["without_patient"] if given is not None else 0
    asked = Stewardship(standings, policy.retention.years, nobodys)
    for check in all_checks():
        if isinstance(check, StewardshipCheck):
            for match in check.judge(asked, Context(Claim())):
                note(findings, check.id, match)


def _standings(
    inventory: Inventory, policy: Policy, given: dict[str, list[Consent]] | None, today: dt.date
) -> Iterator[PatientStanding]:
    ages: dict[str, tuple[float | None, str]] = {}
    for patient, facts in inventory.facts():
        day = _day(date_in(facts.study_date))
        kept = facts.dates == "UNMODIFIED" or FULL_DATES in policy.profile.codes
        moved = facts.dates == "MODIFIED" or (MODIFIED_DATES in policy.profile.codes and not kept)
        years = (today - day).days / 365.25 if day and not moved else None
        oldest, why = ages.get(patient, (None, ""))
        known = [age for age in (oldest, years) if age is not None]
        reason = "" if years is not None else "modified" if moved and day else "removed"
        ages[patient] = (max(known) if known else None), (why or reason)
    for patient, (age, why) in sorted(ages.items()):
        consent = "" if given is None else _best(given.get(patient, []), policy.retention.purpose, today)
        yield PatientStanding(patient, consent, age, why if age is None else "")


def _best(rows: list[Consent], purpose: str, today: dt.date) -> str:
    found = [row.standing(purpose, today) for row in rows]
    return "valid" if "valid" in found else found[-1] if found else "missing"


def _named(row: dict[str, str]) -> dict[str, str]:
    """The cells by what their column means; each column counts once, for the first meaning that fits."""
    named: dict[str, str] = {}
    for heading, cell in row.items():
        meaning = next((m for m, pattern in _COLUMNS.items() if pattern.search(words(heading))), None)
        if meaning is not None:
            named.setdefault(meaning, cell)
    return named


def _day(text: str) -> dt.date | None:
    return next(iter(dates(text)), None)
