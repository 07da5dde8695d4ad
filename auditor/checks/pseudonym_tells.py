"""V508: pseudonyms keep something of their patients that the release itself tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from auditor.checks._traits import kept
from auditor.checks.base import Example, ReleaseCheck
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Release, Trait


def _of(*traits: Trait) -> Example[Release]:
    return Example(Release(traits=traits))


class PseudonymTells(ReleaseCheck):
    """Pseudonyms hold letters of the name, a date, the age, the sex or digits of an id of their own patient.

    What it does
        Gathers what the release itself tells of each patient: names, numbers and dates of birth that other
        rules found in headers, names of files, reports, private elements and rows of tables, as far as one
        patient alone has them; the day of the examination where dates were not moved or retained on purpose;
        age and sex. Looks in the declared pseudonyms for initials (of Chinese names in pinyin) and
        first letters, whole dates in any order, the year of birth, four digits in a row of another id, age
        and sex. Reports what most pseudonyms keep of their own patient and clearly fewer would keep of
        another (patients exchanged 20 times; at least four), whole dates also of few patients, and numbers
        that follow the order of the names or ids.

    Why it matters
        Once the rule is known, every pseudonym can be read, also those of patients of whom the release
        tells nothing else, and those of the next release.

    Remedy
        Assign pseudonyms at random, or by a keyed hash.
    """

    id = "V508"
    title = Text(en="Pseudonyms tell something of their patients", zh="假名透露了患者的信息")
    remedy = Text(
        en="Assign pseudonyms at random, or by a keyed hash.", zh="随机分配假名，或使用带密钥的散列。"
    )
    severity = Severity.MEDIUM
    category = Category.UNIQUE_CODE
    way = Way.REVERSAL
    good = (
        Example(Release()),
        _of(Trait("initials", 1, 20, 0.04)),
        _of(Trait("initials", 4, 4, 0.5)),
        _of(Trait("day of the examination", 1, 20, 0.05)),
        _of(Trait("sex", 12, 20, 0.5)),
    )
    bad = (
        _of(Trait("initials", 4, 4, 0.04)),
        _of(Trait("date of birth", 1, 1, 0.0)),
        _of(Trait("day of the examination", 3, 20, 0.0)),
        _of(Trait("order of the names", 20, 20, 0.0, 1.0)),
    )

    def judge(self, subject: Release, context: Context) -> Iterable[Match]:
        """One match a trait, for the dataset."""
        for trait in subject.traits:
            match = kept(trait)
            if match is not None:
                yield replace(match, severity=_WEIGHTS.get(trait.kind))


_WEIGHTS = {"date of birth": Severity.HIGH, "age": Severity.LOW, "sex": Severity.LOW}
