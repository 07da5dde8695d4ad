"""V503: pseudonyms that count patients in the order of their dates."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._values import by_confidence
from auditor.checks.base import Example, ReleaseCheck
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import PatientCode, Release

FEWEST = 8
_ORDERED = 0.95
_NUMBER = re.compile(r"(\d{1,9})\D*$")


def _release(*days: int, start: int = 1) -> Example[Release]:
    return Example(
        Release(tuple(PatientCode(f"sub-{n:03}", f"202401{day:02}") for n, day in enumerate(days, start)))
    )


class SequentialPseudonyms(ReleaseCheck):
    """The numbers in the pseudonyms rise with the dates on which the patients were first seen.

    What it does
        Takes the last number of every declared pseudonym and the earliest date among the patient's
        files. Reports when, over at least 8 patients on different dates, the two orders agree
        (Spearman's rank correlation of 0.95 or more, in either direction).

    Why it matters
        Who knows on which day somebody was examined, from an appointment book or a message, finds
        the pseudonym by counting, however the dates were shifted or removed in a later release.

    Remedy
        Assign pseudonyms at random, or by a keyed hash.
    """

    id = "V503"
    title = Text(en="Pseudonyms count the patients in the order of their dates", zh="假名按患者日期顺序编号")
    remedy = Text(
        en="Assign pseudonyms at random, or by a keyed hash.", zh="随机分配假名，或使用带密钥的散列。"
    )
    severity = Severity.MEDIUM
    category = Category.UNIQUE_CODE
    way = Way.REVERSAL
    good = (
        _release(),
        _release(1, 2, 3, 4),
        _release(9, 2, 7, 1, 5, 3, 8, 4, 6, 10),
        _release(*[5] * 12),
    )
    bad = (
        _release(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
        _release(1, 2, 4, 3, 5, 6, 7, 8, 9, 10, 11, 12, start=700),
        _release(*range(20, 5, -1)),
    )

    def judge(self, subject: Release, context: Context) -> Iterable[Match]:
        """At most one match, for the dataset."""
        pairs = [
            (int(found[1]), patient.first_seen)
            for patient in subject.codes
            if patient.first_seen and (found := _NUMBER.search(patient.code))
        ]
        numbers, days = [number for number, _ in pairs], [day for _, day in pairs]
        if len(set(days)) < FEWEST or len(set(numbers)) < len(numbers):
            return
        agreement = abs(rank_correlation(numbers, days))
        if agreement >= _ORDERED:
            confidence = round(agreement * (1 - 2 / len(pairs)), 3)
            detail = f"rank correlation {agreement:.2f} over {len(pairs)} patients"
            yield Match(confidence, severity=by_confidence(self.severity, confidence), detail=detail,
                        location="pseudonyms")  # fmt: skip


def rank_correlation(one: list[int] | list[str], other: list[int] | list[str]) -> float:
    """Spearman's rank correlation of two lists of one length; equal values share their mean rank."""
    return _correlation(_ranks(one), _ranks(other))


def _ranks(values: list[int] | list[str]) -> list[float]:
    """Ranks from 0, equal values sharing their mean rank."""
    order = sorted(range(len(values)), key=lambda index: values[index])
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for index in order[start : end + 1]:
            ranks[index] = (start + end) / 2
        start = end + 1
    return ranks


def _correlation(one: list[float], other: list[float]) -> float:
    """Pearson's correlation of two lists of ranks."""
    middle = (len(one) - 1) / 2
    covariance = sum((a - middle) * (b - middle) for a, b in zip(one, other, strict=True))
    spread = sum((a - middle) ** 2 for a in one) * sum((b - middle) ** 2 for b in other)
    return covariance / float(spread**0.5) if spread else 0.0
